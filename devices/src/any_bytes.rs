//! Devices that say anything at any time, well framed or not: no driver panics, hangs, or talks without end.

use std::time::Duration;

use device_api::{
    CountedBefore, DepositCommand, Dispense, DispenseId, Disturbance, Driver, DriverOutput, Moment, Paid,
    PayoutCommand, Place, PrintJobId, PrinterCommand, UnitCommand, UnitEvent, UnitPart,
};
use money::Denomination;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use wire::cctalk;

use crate::cctalk::CoinUnit;
use crate::escpos::ReceiptPrinter;
use crate::id003::NoteUnit;
use crate::scanner::Scanner;

/// What a driver may want to say at one moment. More is a loop.
const OUTPUTS_MAX: usize = 1_000;

/// What happens on the line, or in front of it.
#[derive(Clone, Debug)]
enum Step {
    Bytes(Vec<u8>),
    Passes(u64),
    Lost,
    Opened,
    Commanded(usize),
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_note_unit_may_say_anything(steps in steps(id003_frame())) {
        let commands = [
            UnitCommand::In(DepositCommand::Accept([Denomination::Yen1000].into_iter().collect())),
            UnitCommand::In(DepositCommand::Stack),
            UnitCommand::In(DepositCommand::Return),
            UnitCommand::In(DepositCommand::Hold),
            UnitCommand::In(DepositCommand::AcknowledgeStacked),
            UnitCommand::ReadCounts(UnitPart::Acceptor),
            UnitCommand::Out(PayoutCommand::Dispense(dispense(Place::Drum(1), Denomination::Yen1000))),
            UnitCommand::Out(PayoutCommand::Proceed(DispenseId(1))),
            UnitCommand::Out(PayoutCommand::Recall {
                dispense: dispense(Place::Drum(1), Denomination::Yen1000),
                before: CountedBefore::Drums { notes: vec![5, 3], paid_out_total: Some(7) },
                disturbances: [Disturbance::NotTaken].into(),
            }),
            UnitCommand::Out(PayoutCommand::Noted { id: DispenseId(1), what: Disturbance::PowerLost }),
        ];
        let mut unit = NoteUnit::new(shipped(include_str!("../../config/profiles/note-unit-jcm-id003.toml")));
        let events = run(&mut unit, &steps, &commands);
        let ended = events.iter().filter(|event| matches!(event, UnitEvent::Out(Paid::Dispensed { .. }))).count();
        let is_dispense = |command: &UnitCommand| {
            matches!(command, UnitCommand::Out(PayoutCommand::Dispense(_)) | UnitCommand::Out(PayoutCommand::Recall { .. }))
        };
        prop_assert!(ended <= count(&steps, &commands, is_dispense), "each payout ends once");
    }

    #[test]
    fn a_coin_unit_may_say_anything(steps in steps(cctalk_frame())) {
        let commands = [
            UnitCommand::In(DepositCommand::Accept([Denomination::Yen100].into_iter().collect())),
            UnitCommand::Out(PayoutCommand::Dispense(dispense(Place::Hopper(7), Denomination::Yen100))),
            UnitCommand::In(DepositCommand::ToldUpTo(7)),
            UnitCommand::Out(PayoutCommand::Proceed(DispenseId(1))),
            UnitCommand::Out(PayoutCommand::Recall {
                dispense: dispense(Place::Hopper(7), Denomination::Yen100),
                before: CountedBefore::Hopper { event: 7, paid_out_total: 16, powered_up: false },
                disturbances: [].into(),
            }),
        ];
        let mut unit = CoinUnit::new(shipped(include_str!("../../config/profiles/coin-unit-cctalk.toml")));
        let events = run(&mut unit, &steps, &commands);
        let ended = events.iter().filter(|event| matches!(event, UnitEvent::Out(Paid::Dispensed { .. }))).count();
        let is_dispense = |command: &UnitCommand| {
            matches!(command, UnitCommand::Out(PayoutCommand::Dispense(_)) | UnitCommand::Out(PayoutCommand::Recall { .. }))
        };
        prop_assert!(ended <= count(&steps, &commands, is_dispense), "each payout ends once");
    }

    #[test]
    fn a_printer_may_say_anything(steps in steps(proptest::collection::vec(any::<u8>(), 0..12).boxed())) {
        let page = b"page\n".to_vec();
        let commands = [PrinterCommand::Print { job: PrintJobId(1), attempt: 0, separate: false, page }];
        let mut printer =
            ReceiptPrinter::new(shipped(include_str!("../../config/profiles/printer-escpos-80mm.toml")));
        run(&mut printer, &steps, &commands);
    }

    #[test]
    fn a_scanner_may_say_anything(steps in steps(proptest::collection::vec(any::<u8>(), 0..12).boxed())) {
        let mut scanner = Scanner::new(shipped(include_str!("../../config/profiles/scanner-serial.toml")));
        run(&mut scanner, &steps, &[]);
    }
}

/// How often a command of a kind is given in `steps`.
fn count<C>(steps: &[Step], commands: &[C], wanted: impl Fn(&C) -> bool) -> usize {
    let given = steps.iter().filter_map(|step| match step {
        Step::Commanded(which) => commands.get(which % commands.len()),
        Step::Bytes(_) | Step::Passes(_) | Step::Lost | Step::Opened => None,
    });
    given.filter(|command| wanted(command)).count()
}

fn run<D: Driver>(driver: &mut D, steps: &[Step], commands: &[D::Command]) -> Vec<D::Event>
where
    D::Command: Clone,
{
    let mut now = Moment::START;
    let mut events = Vec::new();
    driver.line_opened(now);
    for step in steps {
        match step {
            Step::Bytes(bytes) => driver.handle_bytes(now, bytes),
            Step::Passes(milliseconds) => now = now.after(Duration::from_millis(*milliseconds)),
            Step::Lost => driver.line_lost(now),
            Step::Opened => driver.line_opened(now),
            Step::Commanded(which) if !commands.is_empty() => {
                driver.command(now, commands[which % commands.len()].clone());
            }
            Step::Commanded(_) => {}
        }
        settle(driver, now, &mut events);
    }
    events
}

/// As a shell does: takes what is there, and wakes the driver if it wants that.
fn settle<D: Driver>(driver: &mut D, now: Moment, events: &mut Vec<D::Event>) {
    let mut outputs = 0;
    loop {
        while let Some(output) = driver.poll() {
            outputs += 1;
            if let DriverOutput::Event(event) = output {
                events.push(event);
            }
        }
        outputs += 1;
        assert!(outputs < OUTPUTS_MAX, "the driver talks without end");
        match driver.deadline() {
            Some(deadline) if deadline <= now => driver.handle_timeout(now),
            Some(_) | None => return,
        }
    }
}

fn steps(frame: BoxedStrategy<Vec<u8>>) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => frame.prop_map(Step::Bytes),
        2 => proptest::collection::vec(any::<u8>(), 0..8).prop_map(Step::Bytes),
        6 => (0_u64..400).prop_map(Step::Passes),
        1 => (1_000_u64..60_000).prop_map(Step::Passes),
        1 => Just(Step::Lost),
        1 => Just(Step::Opened),
        2 => (0_usize..8).prop_map(Step::Commanded),
    ];
    proptest::collection::vec(step, 0..80)
}

/// A frame with the right check sum and anything in it.
fn id003_frame() -> BoxedStrategy<Vec<u8>> {
    let data = proptest::collection::vec(any::<u8>(), 0..6);
    let status = prop_oneof![Just(0x11_u8), Just(0x13), Just(0x15), Just(0x1A), Just(0x50), any::<u8>()];
    (status, data).prop_map(|(status, data)| wire::id003::Frame::new(status, data).to_bytes()).boxed()
}

/// A reply of one of the first devices with anything in it.
fn cctalk_frame() -> BoxedStrategy<Vec<u8>> {
    let data = proptest::collection::vec(any::<u8>(), 0..12);
    (2_u8..9, data)
        .prop_map(|(from, data)| cctalk::Frame::new(cctalk::HOST, from, 0, data).to_bytes())
        .boxed()
}

fn dispense(place: Place, denomination: Denomination) -> Dispense {
    Dispense { id: DispenseId(1), place, denomination, pieces: 2 }
}

fn shipped<P: DeserializeOwned>(profile: &str) -> P {
    toml::from_str(profile).expect("the shipped profiles are checked elsewhere")
}
