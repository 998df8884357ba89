//! Devices that say anything at any time: no driver panics, hangs or talks without end, and each payout ends once.

#![no_main]

use std::time::Duration;

use device_api::{CountedBefore, DepositCommand, Dispense, DispenseId, Disturbance, Driver, DriverOutput, Moment, Paid, PayoutCommand, Place, PrintJobId, PrinterCommand, PrinterEvent, UnitCommand, UnitEvent, UnitPart};
use devices::cctalk::CoinUnit;
use devices::escpos::ReceiptPrinter;
use devices::id003::NoteUnit;
use libfuzzer_sys::fuzz_target;
use money::Denomination;
use settings::PrinterProfile;
use wire::{cctalk, id003};

/// What a driver may want to say at one moment. More is a loop.
const OUTPUTS_MAX: usize = 1_000;

fuzz_target!(|data: &[u8]| {
    let [device, steps @ ..] = data else { return };
    match device % 3 {
        0 => {
            let ended = |event: &UnitEvent| matches!(event, UnitEvent::Out(Paid::Dispensed { .. }));
            play(NoteUnit::new(note_unit()), steps, note_frame, note_command, ended);
        }
        1 => {
            let ended = |event: &UnitEvent| matches!(event, UnitEvent::Out(Paid::Dispensed { .. }));
            play(CoinUnit::new(coin_unit()), steps, coin_frame, coin_command, ended);
        }
        _ => {
            let ended = |event: &PrinterEvent| !matches!(event, PrinterEvent::Status(_));
            let printer = ReceiptPrinter::new(PrinterProfile::default());
            play(printer, steps, |_, bytes| bytes.to_vec(), print, ended);
        }
    }
});

/// Each step begins with what it is and how much of the rest belongs to it. `command` makes one of a number, and says
/// whether it must be answered; `ended` says what answers it.
fn play<D: Driver>(
    mut driver: D,
    mut steps: &[u8],
    frame: impl Fn(u8, &[u8]) -> Vec<u8>,
    command: impl Fn(u8, u64) -> (D::Command, bool),
    ended: impl Fn(&D::Event) -> bool,
) {
    let mut now = Moment::START;
    let (mut asked, mut answered) = (0, 0);
    driver.line_opened(now);
    while let [kind, value, rest @ ..] = steps {
        let (content, behind) = rest.split_at(rest.len().min(usize::from(kind >> 4)));
        steps = behind;
        match kind & 0x0F {
            0..=7 => driver.handle_bytes(now, &frame(*value, content)),
            8 => driver.handle_bytes(now, content),
            9 | 10 => now = now.after(Duration::from_millis(u64::from(*value))),
            11 => now = now.after(Duration::from_millis(250 * u64::from(*value))),
            12 | 13 => {
                let (command, is_order) = command(*value, asked);
                asked += u64::from(is_order);
                driver.command(now, command);
            }
            14 => driver.line_lost(now),
            _ => driver.line_opened(now),
        }
        answered += settle(&mut driver, now, &ended);
        assert!(answered <= asked, "each order ends once");
    }
}

/// As a shell does: takes what is there, and wakes the driver if it wants that.
fn settle<D: Driver>(driver: &mut D, now: Moment, ended: impl Fn(&D::Event) -> bool) -> u64 {
    let mut answered = 0;
    for _ in 0..OUTPUTS_MAX {
        match driver.poll() {
            Some(DriverOutput::Event(event)) => answered += u64::from(ended(&event)),
            Some(DriverOutput::Transmit(_)) => {}
            None => match driver.deadline() {
                Some(deadline) if deadline <= now => driver.handle_timeout(now),
                Some(_) | None => return answered,
            },
        }
    }
    panic!("the driver talks without end")
}

fn note_unit() -> settings::NoteUnitProfile {
    toml::from_str(include_str!("../../config/profiles/note-unit-jcm-id003.toml")).expect("it is shipped")
}

fn coin_unit() -> settings::CoinUnitProfile {
    toml::from_str(include_str!("../../config/profiles/coin-unit-cctalk.toml")).expect("it is shipped")
}

fn note_frame(code: u8, data: &[u8]) -> Vec<u8> {
    id003::Frame::new(code, data).to_bytes()
}

fn coin_frame(source: u8, data: &[u8]) -> Vec<u8> {
    cctalk::Frame::new(cctalk::HOST, 2 + source % 8, 0, data).to_bytes()
}

fn note_command(which: u8, number: u64) -> (UnitCommand, bool) {
    let id = DispenseId(number);
    let dispense = Dispense { id, place: Place::Drum(1), denomination: Denomination::Yen1000, pieces: 2 };
    match which % 10 {
        0 => (UnitCommand::In(DepositCommand::Accept([Denomination::Yen1000].into_iter().collect())), false),
        1 => (UnitCommand::In(DepositCommand::Accept([].into_iter().collect())), false),
        2 => (UnitCommand::In(DepositCommand::Stack), false),
        3 => (UnitCommand::In(DepositCommand::Return), false),
        4 => (UnitCommand::In(DepositCommand::AcknowledgeStacked), false),
        5 => (UnitCommand::ReadCounts(UnitPart::Acceptor), false),
        6 => (UnitCommand::Out(PayoutCommand::Proceed(DispenseId(number.saturating_sub(1)))), false),
        7 => {
            let before = CountedBefore::Drums { notes: vec![5, 3], paid_out_total: Some(7) };
            let disturbances = [Disturbance::NotTaken].into();
            (UnitCommand::Out(PayoutCommand::Recall { dispense, before, disturbances }), true)
        }
        8 => (UnitCommand::Out(PayoutCommand::Noted { id: DispenseId(number.saturating_sub(1)), what: Disturbance::PowerLost }), false),
        _ => (UnitCommand::Out(PayoutCommand::Dispense(dispense)), true),
    }
}

fn coin_command(which: u8, number: u64) -> (UnitCommand, bool) {
    let id = DispenseId(number);
    let dispense = Dispense { id, place: Place::Hopper(7), denomination: Denomination::Yen100, pieces: 2 };
    match which % 5 {
        0 => (UnitCommand::In(DepositCommand::Accept([Denomination::Yen100].into_iter().collect())), false),
        1 => (UnitCommand::In(DepositCommand::ToldUpTo(which)), false),
        2 => (UnitCommand::Out(PayoutCommand::Proceed(DispenseId(number.saturating_sub(1)))), false),
        3 => {
            let before = CountedBefore::Hopper { event: 7, paid_out_total: 16, powered_up: which > 100 };
            (UnitCommand::Out(PayoutCommand::Recall { dispense, before, disturbances: [].into() }), true)
        }
        _ => (UnitCommand::Out(PayoutCommand::Dispense(dispense)), true),
    }
}

fn print(which: u8, number: u64) -> (PrinterCommand, bool) {
    let job = PrintJobId(u32::try_from(number).unwrap_or(u32::MAX));
    (PrinterCommand::Print { job, attempt: which % 4, separate: number % 2 == 1, page: b"page\n".to_vec() }, true)
}
