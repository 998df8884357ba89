//! Dialogues, line by line: `>` the driver sends, `<` the device answers (code and data in hex, framing left out),
//! `!` the driver tells the machine, `.` the machine commands, `wait` until the driver's deadline.

mod device;
mod notes;
mod payout;

use std::collections::VecDeque;

use device_api::{
    Counted, CountedBefore, DepositCommand, Deposited, Dispense, DispenseId, Disturbance, Driver,
    DriverOutput, ExitBlock, Paid, PayoutCommand, Place, Stated, UnitCommand, UnitCounts, UnitEvent,
};
use money::{Denomination, DenominationSet};
use settings::NoteUnitProfile;
use wire::Moment;
use wire::id003::{Decoder, Frame};

use super::NoteUnit;

/// A device that was off, until it stands closed and idle. Do not change me: this is what devices get to hear.
const START_UP: &str = "
    > 11
    < 40
    > 88
    < 88 58
    > 8A
    < 8A 61 0A 01 03 62 0A 01 04 63 00 00 00
    > F0 20 90
    < 4B
    ! Identified { model: \"X\", values: {1000, 10000} }
    > 11
    < 40
    > 40
    < 50
    > 11
    < 1B
    > C0 FF FF
    < C0 FF FF
    > C1 00 00
    < C1 00 00
    > C5 02 00
    < C5 02 00
    > C4 00
    < C4 00
    > C2 00
    < C2 00
    > C3 01
    < C3 01
    > 11
    < 1B
    wait
    > 11
    < 1A
    ! Ready";

/// The same, after it lost power and woke up with this status, up to the first status after INITIALIZE.
fn woken(status: &str) -> String {
    let (probe, rest) = START_UP.split_once("< 40").expect("the script has it");
    let rest = rest.strip_suffix("< 1A\n    ! Ready").expect("the script ends so");
    format!("wait{probe}< {status}{}", rest.replace("< 40", &format!("< {status}")))
}

/// The same device, open for both of its notes.
const OPEN: &str = "
    . Accept
    > C0 FC FF
    < C0 FC FF
    > C3 00
    < C3 00
    wait
    > 11
    < 11";

const ESCROW: &str = "
    wait
    > 11
    < 12
    ! Arriving
    wait
    > 11
    < 13 61
    ! Escrowed { denomination: Yen1000 }";

/// A driver that starts while its device runs.
const FOUND_RUNNING: &str = "
    > 88
    < 88 58
    > 8A
    < 8A 61 0A 01 03 62 0A 01 04
    > F0 20 90
    < F0 20 90 00 00 00 00
    ! Identified { model: \"X\", values: {1000, 10000} }
    ! Ready
    > 11";

/// The question before is not answered, nor are the next two; then it is asked once more.
const SILENCE: &str = "
    wait
    wait
    > 11
    wait
    wait
    > 11
    wait
    ! Trouble(NotResponding)
    wait
    > 11";

/// Plays the dialogue; every byte and event must be in it.
fn check(parts: &[&str]) {
    check_with(profile(), parts);
}

fn profile() -> NoteUnitProfile {
    let values = [Denomination::Yen1000, Denomination::Yen10000].into_iter().collect::<DenominationSet>();
    NoteUnitProfile { has_total_counter: false, ..NoteUnitProfile::new("X", values) }
}

/// What sticks out of the exit meanwhile is told apart from what becomes of notes.
fn check_with(profile: NoteUnitProfile, parts: &[&str]) -> Vec<Option<ExitBlock>> {
    let script = parts.join("\n");
    let (unit, said, exit) = (NoteUnit::new(profile), VecDeque::new(), Vec::new());
    let mut stage = Stage { now: Moment::START, unit, said, exit };
    stage.unit.line_opened(stage.now);
    for (number, line) in script.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        stage.play(line, &format!("line {number} `{line}` of {}", script.replace('\n', " | ")));
    }
    stage.listen();
    assert!(stage.said.len() <= 1, "unexpected {:?} at the end of\n{script}", stage.said);
    stage.exit
}

struct Stage {
    now: Moment,
    unit: NoteUnit,
    said: VecDeque<String>,
    exit: Vec<Option<ExitBlock>>,
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
            let line = match output {
                DriverOutput::Event(UnitEvent::In(Deposited::ExitBlocked(block))) => {
                    self.exit.push(block);
                    continue;
                }
                DriverOutput::Transmit(bytes) => format!("> {}", unframed(&bytes)),
                DriverOutput::Event(event) => format!("! {}", named(&event)),
            };
            self.said.push_back(line);
        }
    }
}

fn named(event: &UnitEvent) -> String {
    match event {
        UnitEvent::Out(Paid::Prepared { before: CountedBefore::Drums { notes, paid_out_total }, .. }) => {
            format!("Prepared {notes:?} {paid_out_total:?}")
        }
        UnitEvent::Out(Paid::Disturbed { what, .. }) => format!("Disturbed {what:?}"),
        UnitEvent::State(Stated::Identified { model, accepts, .. }) => {
            format!("Identified {{ model: {model:?}, values: {accepts:?} }}")
        }
        UnitEvent::State(Stated::Ready { .. }) => "Ready".to_owned(),
        UnitEvent::State(Stated::Trouble { trouble, .. }) => format!("Trouble({trouble:?})"),
        UnitEvent::Counts(Counted { counts, stored, .. }) => {
            let UnitCounts { stacked_total, paid_out_total, .. } = counts;
            format!("Counts {:?} {stacked_total:?} {paid_out_total:?}", stored.expect("it counts its drums"))
        }
        UnitEvent::In(event) => format!("{event:?}"),
        UnitEvent::Out(event) => format!("{event:?}"),
    }
}

fn command_named(name: &str) -> UnitCommand {
    match name {
        "Close" => UnitCommand::In(DepositCommand::Accept(DenominationSet::EMPTY)),
        "Accept" => UnitCommand::In(DepositCommand::Accept(Denomination::ALL.into_iter().collect())),
        "Stack" => UnitCommand::In(DepositCommand::Stack),
        "Return" => UnitCommand::In(DepositCommand::Return),
        "Hold" => UnitCommand::In(DepositCommand::Hold),
        "AcknowledgeStacked" => UnitCommand::In(DepositCommand::AcknowledgeStacked),
        "Dispense one" => dispense(1),
        "Dispense two" => dispense(2),
        "Recall two" => recall([]),
        "Recall two after PowerLost" => recall([Disturbance::PowerLost]),
        "Recall two after FailedWhileOffered" => recall([Disturbance::FailedWhileOffered]),
        "Recall two after NotTaken" => recall([Disturbance::NotTaken]),
        "Noted PowerLost" => noted(Disturbance::PowerLost),
        "Noted FailedWhileOffered" => noted(Disturbance::FailedWhileOffered),
        "Noted NotTaken" => noted(Disturbance::NotTaken),
        "Noted WentBack" => noted(Disturbance::WentBack),
        "Proceed" => UnitCommand::Out(PayoutCommand::Proceed(DispenseId(7))),
        _ => panic!("no command {name}"),
    }
}

fn dispense(pieces: u32) -> UnitCommand {
    UnitCommand::Out(PayoutCommand::Dispense(Dispense {
        id: DispenseId(7),
        place: Place::Drum(1),
        denomination: Denomination::Yen1000,
        pieces,
    }))
}

fn noted(what: Disturbance) -> UnitCommand {
    UnitCommand::Out(PayoutCommand::Noted { id: DispenseId(7), what })
}

fn recall<const N: usize>(disturbances: [Disturbance; N]) -> UnitCommand {
    UnitCommand::Out(PayoutCommand::Recall {
        dispense: Dispense {
            id: DispenseId(7),
            place: Place::Drum(1),
            denomination: Denomination::Yen1000,
            pieces: 2,
        },
        before: CountedBefore::Drums { notes: vec![5, 3], paid_out_total: Some(7) },
        disturbances: disturbances.into(),
    })
}

fn framed(hex: &str) -> Vec<u8> {
    let bytes = hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect::<Vec<_>>();
    Frame::new(bytes[0], &bytes[1..]).to_bytes()
}

fn unframed(bytes: &[u8]) -> String {
    let mut decoder = Decoder::default();
    decoder.push(Moment::START, bytes);
    let frame = decoder.next_frame().unwrap().unwrap();
    let words = std::iter::once(frame.code()).chain(frame.data().iter().copied());
    words.map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}
