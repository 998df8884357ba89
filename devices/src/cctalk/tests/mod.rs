//! Dialogues, line by line: `>` the driver sends, `<` the device answers (address, header in decimal, data in hex;
//! framing left out), `!` the driver tells the machine, `.` the machine commands, `wait` until the driver's deadline.

mod coins;
mod counts;
mod payouts;

use std::collections::VecDeque;

use device_api::{
    Counted, CountedBefore, DepositCommand, Dispense, DispenseId, Driver, DriverOutput, PayoutCommand, Place,
    UnitCommand, UnitEvent, UnitPart,
};
use money::{Denomination, DenominationSet};
use settings::{CoinUnitProfile, HopperProfile, HopperSecurity, SorterPathProfile, SorterTarget};
use wire::Moment;
use wire::cctalk::{Decoder, Frame, HOST};

use super::CoinUnit;

/// Nothing has happened in the acceptor so far.
const NO_CREDITS: &str = "< 2 0 00 00 00 00 00 00 00 00 00 00 00";

/// The unit from the first byte until it stands closed and idle. Do not change me: this is what devices get to hear.
fn start_up() -> String {
    let mut script = vec![
        // Nobody knows yet whether somebody else was asking before.
        "wait".to_owned(),
        twice("> 2 245", "< 2 0 43 6F 69 6E 20 41 63 63 65 70 74 6F 72"),
        twice("> 2 242", "< 2 0 4E 61 BC"),
        twice("> 2 244", "< 2 0 41"),
        twice("> 2 241", "< 2 0 56"),
    ];
    for position in (1..=16).chain((1..=16).rev()) {
        // 100 yen at position 2, 500 yen at position 9.
        let code = match position {
            2 => "4A 50 31 30 30 41",
            9 => "4A 50 35 30 30 41",
            _ => "2E 2E 2E 2E 2E 2E",
        };
        script.push(format!("> 2 184 {position:02X}\n< 2 0 {code}"));
    }
    script.push(twice("> 2 209 02", "< 2 0 01"));
    script.push("> 2 210 02 03\n< 2 0".to_owned());
    script.push(twice("> 2 209 02", "< 2 0 03"));
    script.push(twice("> 2 209 09", "< 2 0 05"));
    script.push(twice("> 2 229", NO_CREDITS));
    script.push("! ToldUpTo { event_no: 0 }".to_owned());
    script.push("> 2 228 00\n< 2 0\n> 2 227\n< 2 0 00".to_owned());
    script.push(twice("> 2 232", "< 2 0 00"));
    script.push(twice("> 3 245", "< 3 0 50 61 79 6F 75 74"));
    script.push(twice("> 3 242", "< 3 0 01 02 03"));
    script.push(twice("> 3 244", "< 3 0 48"));
    script.push(twice("> 3 171", "< 3 0 4A 50 31 30 30 41"));
    script.push(IDENTIFIED.to_owned());
    script.push(twice("> 3 163", "< 3 0 C0 00 00"));
    script.push("! Ready { part: Hopper(3) }".to_owned());
    script.join("\n")
}

const IDENTIFIED: &str = "
    ! Identified { model: \"A V; H\", accepts: {100, 500}, pays: {100} }
    ! Ready { part: Acceptor }";

/// The same unit, open for both of its coins.
const OPEN: &str = "
    . Accept
    > 2 231 02 01
    < 2 0
    > 2 230
    < 2 0 02 01
    > 2 228 01
    < 2 0
    > 2 227
    < 2 0 01";

/// One thing asked and answered twice, as whatever counts is.
fn twice(request: &str, reply: &str) -> String {
    [request, reply, request, reply].join("\n")
}

/// No reply comes, and nothing more is asked until a late one would have; meanwhile the acceptor is asked three times.
fn lost() -> String {
    ["wait", "> 2 229", NO_CREDITS].join("\n").repeat(3).replace("00wait", "00\nwait") + "\nwait"
}

/// Plays the dialogue; every byte and event must be in it.
fn check(parts: &[&str]) {
    check_with(HopperSecurity::SerialNumber, parts);
}

fn check_with(security: HopperSecurity, parts: &[&str]) {
    let script = parts.join("\n");
    let mut profile = profile();
    profile.hoppers[0].security = security;
    let mut stage = Stage { now: Moment::START, unit: CoinUnit::new(profile), said: VecDeque::new() };
    stage.unit.line_opened(stage.now);
    for (number, line) in script.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        stage.play(line, &format!("line {number} `{line}` of {}", script.replace('\n', " | ")));
    }
    stage.listen();
    assert!(stage.said.len() <= 1, "unexpected {:?} at the end of\n{script}", stage.said);
}

fn profile() -> CoinUnitProfile {
    let hopper = HopperProfile {
        address: 3,
        denomination: Denomination::Yen100,
        capacity: None,
        security: HopperSecurity::SerialNumber,
    };
    CoinUnitProfile {
        echo: false,
        sorter_paths: vec![
            SorterPathProfile { path: 3, to: SorterTarget::Hopper(Denomination::Yen100) },
            SorterPathProfile { path: 5, to: SorterTarget::CoinBox },
        ],
        hoppers: vec![hopper],
        // Far from each other, so that polls do not fall between the lines of a payout.
        poll_interval_ms: 200,
        coins_per_dispense: 2,
        ..CoinUnitProfile::new("X", [Denomination::Yen100, Denomination::Yen500].into_iter().collect())
    }
}

struct Stage {
    now: Moment,
    unit: CoinUnit,
    said: VecDeque<String>,
}

impl Stage {
    fn play(&mut self, line: &str, place: &str) {
        self.listen();
        match line.split_at(1) {
            (">" | "!", _) => assert_eq!(self.said.pop_front().as_deref(), Some(line), "{place}"),
            ("<", hex) => self.unit.handle_bytes(self.now, &framed(hex)),
            (".", command) => self.unit.command(self.now, command_named(command.trim())),
            _ => {
                assert!(self.said.is_empty(), "{:?} before {place}", self.said);
                self.now = self.now.max(self.unit.deadline().expect(place));
                self.unit.handle_timeout(self.now);
            }
        }
    }

    /// What the driver has said so far, as lines of a script.
    fn listen(&mut self) {
        while let Some(output) = self.unit.poll() {
            self.said.push_back(match output {
                DriverOutput::Transmit(bytes) => format!("> {}", unframed(&bytes)),
                DriverOutput::Event(event) => format!("! {}", named(&event)),
            });
        }
    }
}

fn named(event: &UnitEvent) -> String {
    match event {
        UnitEvent::In(event) => format!("{event:?}"),
        UnitEvent::Out(event) => format!("{event:?}"),
        UnitEvent::State(event) => format!("{event:?}"),
        UnitEvent::Counts(Counted { part, counts, .. }) => {
            let serial = counts.serial.expect("each device has one");
            format!("Counts {part:?} {serial} {:?}", counts.paid_out_total)
        }
    }
}

fn command_named(name: &str) -> UnitCommand {
    let order = |pieces| {
        UnitCommand::Out(PayoutCommand::Dispense(Dispense {
            id: DispenseId(7),
            place: Place::Hopper(3),
            denomination: Denomination::Yen100,
            pieces,
        }))
    };
    match name {
        "Close" => UnitCommand::In(DepositCommand::Accept(DenominationSet::EMPTY)),
        "Accept" => UnitCommand::In(DepositCommand::Accept(Denomination::ALL.into_iter().collect())),
        "Dispense 1" => order(1),
        "Dispense 3" => order(3),
        "Recall 3" => UnitCommand::Out(PayoutCommand::Recall {
            dispense: Dispense {
                id: DispenseId(7),
                place: Place::Hopper(3),
                denomination: Denomination::Yen100,
                pieces: 3,
            },
            before: CountedBefore::Hopper { event: 0, paid_out_total: 16, powered_up: false },
            disturbances: [].into(),
        }),
        "ReadCounts hopper" => UnitCommand::ReadCounts(UnitPart::Hopper(3)),
        "ReadCounts acceptor" => UnitCommand::ReadCounts(UnitPart::Acceptor),
        "Proceed" => UnitCommand::Out(PayoutCommand::Proceed(DispenseId(7))),
        _ => panic!("no command {name}"),
    }
}

fn framed(text: &str) -> Vec<u8> {
    let mut words = text.split_whitespace();
    let mut decimal = || words.next().unwrap().parse().unwrap();
    let (address, header) = (decimal(), decimal());
    let data = words.map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect::<Vec<_>>();
    Frame::new(HOST, address, header, data).to_bytes()
}

fn unframed(bytes: &[u8]) -> String {
    let mut decoder = Decoder::default();
    decoder.push(Moment::START, bytes);
    let frame = decoder.next_frame().unwrap().unwrap();
    let data = frame.data().iter().map(|byte| format!(" {byte:02X}")).collect::<String>();
    format!("{} {}{data}", frame.destination(), frame.header())
}
