//! What units have counted, against what the journal expects of them.

use std::time::Duration;

use api::{Act, ClosedReason, DoubtId, DoubtSaid, NewestNumbers, Page, PaymentId, ReceiptNumber};
use device_api::{
    Accuracy, Counted, CountedBefore, DeviceCounts, DispenseId, Paid, PartId, Stated, UnitCounts, UnitEvent,
    UnitPart, UnitTrouble,
};
use money::{CashCount, Denomination};

use super::inputs::{
    COINS, DRUM, HOPPER_100, HOPPER_500, NOTES, ordered, policy, stock, units_at_rest, units_ready,
    well_behaved_payment,
};
use super::{Machine, SILENT};
use crate::{Discrepancy, DoubtCause, DoubtEntry, Entry, Input, PaymentEntry};

const HOPPER: UnitPart = UnitPart::Hopper(5);

/// One input after which the journal and the units do not agree any more, and what is expected of that.
fn check(input: Input, expected: Option<(PartId, DoubtCause)>) {
    let mut machine = at_rest();
    machine.handle(input.clone(), Duration::from_secs(1));
    assert_eq!(doubt(&machine), expected, "{input:?}");
    let calls = machine.engine.calls().len();
    assert_eq!(calls, usize::from(expected.is_some()), "{input:?}");
    let closed = matches!(machine.engine.view().page, Page::Closed { reason: ClosedReason::Records });
    assert_eq!(closed, expected.is_some(), "{input:?}");
}

/// The units have said who they are and what they have counted.
fn at_rest() -> Machine {
    let mut machine = Machine::new();
    machine.handle(notes(7, 3), Duration::ZERO);
    machine.handle(coins(HOPPER, SILENT.serial, Some(70)), Duration::ZERO);
    machine
}

fn notes(stacked: u32, paid_out: u32) -> Input {
    let drums = CashCount::try_from(vec![(Denomination::Yen1000, 25)]).unwrap();
    let counts = DeviceCounts { drums, stacked_total: Some(stacked), paid_out_total: Some(paid_out) };
    Input::Unit(NOTES, UnitEvent::Counts(counts.into()))
}

fn coins(device: UnitPart, serial: Option<u32>, paid_out_total: Option<u32>) -> Input {
    Input::Unit(
        COINS,
        UnitEvent::Counts(Counted {
            part: device,
            counts: UnitCounts { serial, stacked_total: None, paid_out_total },
            stored: None,
        }),
    )
}

fn doubt(machine: &Machine) -> Option<(PartId, DoubtCause)> {
    machine.records.iter().find_map(|record| match record.entry {
        Entry::Doubt(DoubtEntry::DoubtOpened { part, cause, .. }) => Some((part, cause)),
        _ => None,
    })
}

fn settle(doubt: u32, receipt: u32, payment: u64) -> Input {
    ordered(Act::SettleDoubt {
        doubt: DoubtId(doubt),
        said: DoubtSaid::JournalRestored,
        newest: NewestNumbers { receipt: ReceiptNumber(receipt), payment: PaymentId(payment) },
    })
}

#[test]
fn a_difference_is_a_doubt_and_nothing_else_is() {
    let (notes_unit, hopper) = (PartId::acceptor(NOTES), HOPPER_100.part());
    check(notes(7, 3), None);
    check(notes(8, 3), Some((notes_unit, DoubtCause::CountedMore)));
    check(notes(6, 3), Some((notes_unit, DoubtCause::CountedLess)));
    check(notes(7, 4), Some((notes_unit, DoubtCause::CountedMore)));
    check(coins(HOPPER, SILENT.serial, Some(70)), None);
    check(coins(HOPPER, SILENT.serial, None), None);
    check(coins(HOPPER, SILENT.serial, Some(73)), Some((hopper, DoubtCause::CountedMore)));
    check(coins(HOPPER, Some(99), Some(70)), Some((hopper, DoubtCause::OtherUnit)));
    check(coins(UnitPart::Acceptor, SILENT.serial, None), None);
    check(coins(UnitPart::Acceptor, Some(99), None), Some((PartId::acceptor(COINS), DoubtCause::OtherUnit)));
}

/// A doubt found just before a payment stops it, and stands over a restart until a person has settled it.
#[test]
fn no_payment_begins_while_a_doubt_stands() {
    let mut machine = at_rest();
    let begun: Vec<Input> = well_behaved_payment().into_iter().take(5).collect();
    for input in begun.iter().cloned().chain([notes(9, 3)]) {
        machine.handle(input, Duration::from_millis(100));
    }
    assert_eq!(machine.engine.open_payment(), None);
    machine.restart();
    for input in units_ready() {
        machine.handle(input, Duration::ZERO);
    }
    assert_eq!(machine.engine.view().page, Page::Closed { reason: ClosedReason::Records });
    assert_eq!(machine.engine.calls().len(), 1, "it rings on");
    machine.handle(settle(1, 0, 0), Duration::from_secs(1));
    assert!(matches!(machine.engine.view().page, Page::Idle { .. }));
    machine.handle(notes(9, 3), Duration::ZERO);
    assert!(machine.engine.doubts().is_empty(), "what it has counted is taken as given");
}

/// What a payment moves is expected; where nobody knows, either is.
#[test]
fn a_payment_leaves_no_doubt() {
    let mut machine = at_rest();
    let payment = well_behaved_payment();
    for (at, input) in payment.into_iter().enumerate() {
        let input = match at {
            5 => notes(7, 3),
            17 => notes(8, 3),
            18 => {
                prepared(DispenseId(1), CountedBefore::Drums { notes: vec![25, 0], paid_out_total: Some(3) })
            }
            _ => input,
        };
        machine.handle(input, Duration::from_millis(100));
    }
    machine.handle(notes(8, 5), Duration::from_secs(60));
    assert_eq!(doubt(&machine), None);
    machine.handle(notes(8, 4), Duration::from_secs(1));
    assert_eq!(doubt(&machine), Some((PartId::acceptor(NOTES), DoubtCause::CountedLess)));
}

fn prepared(id: DispenseId, before: CountedBefore) -> Input {
    Input::Unit(NOTES, UnitEvent::Out(Paid::Prepared { id, before }))
}

/// A journal that lacks the newest entries would pay the same change once more: the unit's own counter stops that.
#[test]
fn a_unit_that_does_not_fit_pays_nothing_out() {
    let mut machine = at_rest();
    let before_payout = well_behaved_payment().into_iter().take(18).enumerate();
    for (at, input) in before_payout {
        let input = match at {
            5 => notes(7, 3),
            17 => notes(8, 3),
            _ => input,
        };
        machine.handle(input, Duration::from_millis(100));
    }
    let before = CountedBefore::Drums { notes: vec![25, 0], paid_out_total: Some(5) };
    machine.handle(prepared(DispenseId(1), before), Duration::from_secs(1));
    assert_eq!(machine.payout_prepared, None, "it is not told to go on");
    assert!(matches!(machine.engine.view().page, Page::Suspended { .. }));
    let suspended = machine.records.iter().any(|record| {
        matches!(
            &record.entry,
            Entry::Payment(PaymentEntry::PaymentSuspended { discrepancy: Discrepancy::UnitInDoubt, .. })
        )
    });
    assert!(suspended);
    assert_eq!(doubt(&machine), Some((PartId::acceptor(NOTES), DoubtCause::CountedMore)));
}

/// Numbers that somebody has seen are not given again, and what lies behind a doubt is to be counted.
#[test]
fn numbers_go_on_after_those_that_were_seen() {
    let mut machine = at_rest();
    machine.handle(notes(9, 3), Duration::from_secs(1));
    machine.handle(settle(1, 812, 1_944), Duration::from_secs(1));
    let books = machine.engine.books();
    assert_eq!((books.last_receipt(), books.next_payment()), (812, PaymentId(2_001)));
    assert!(books.uncertain.contains(&DRUM));
    machine.handle(stock(Denomination::Yen1000, 25), Duration::from_secs(1));
    assert!(!machine.engine.books().uncertain.contains(&DRUM));
}

/// Of a hopper that pays last, or nothing at all, another one may show first that the books lack something.
#[test]
fn a_payment_that_goes_on_after_a_break_asks_every_unit_first() {
    let other = HOPPER_500.place.part();
    let differs = UnitCounts { serial: Some(99), ..SILENT };
    let in_doubt = Discrepancy::UnitInDoubt;
    goes_on(&[], None);
    goes_on(&[coins(other, differs.serial, None)], Some(in_doubt.clone()));
    goes_on(&[coins(UnitPart::Acceptor, differs.serial, None)], Some(in_doubt.clone()));
    goes_on(&[notes(9, 3)], Some(in_doubt));
    // What cannot be asked is needed, or is not.
    let silent = |device| {
        Input::Unit(
            COINS,
            UnitEvent::State(Stated::Trouble { part: device, trouble: UnitTrouble::NotResponding }),
        )
    };
    let not_responding = Discrepancy::UnitFailed {
        part: policy().part_name(HOPPER_500.part()),
        trouble: UnitTrouble::NotResponding,
    };
    goes_on(&[silent(other)], None);
    goes_on(&[silent(HOPPER), silent(other)], Some(not_responding));
}

/// A confirmed payment is interrupted before anything is paid out, and after the break units say this, which is not as
/// usual.
#[track_caller]
fn goes_on(unusual: &[Input], suspended: Option<Discrepancy>) {
    let mut machine = at_rest();
    for (at, input) in well_behaved_payment().into_iter().take(15).enumerate() {
        let input = if at == 5 { notes(7, 3) } else { input };
        machine.handle(input, Duration::from_millis(100));
    }
    machine.coin_counts.insert(HOPPER, UnitCounts { paid_out_total: Some(70), ..SILENT });
    machine.restart();
    let mut counted = notes(8, 3);
    let mut after_break = units_ready();
    for input in unusual {
        match input {
            Input::Unit(COINS, UnitEvent::Counts(Counted { part: device, counts, .. })) => {
                machine.coin_counts.insert(*device, *counts);
            }
            Input::Unit(COINS, _) => after_break.push(input.clone()),
            other => counted = other.clone(),
        }
    }
    let [notes_at_rest, coins_at_rest, _] = units_at_rest(8);
    after_break.extend([notes_at_rest, coins_at_rest, counted]);
    after_break.into_iter().for_each(|input| machine.handle(input, Duration::from_millis(100)));
    let found = machine.records.iter().find_map(|record| match &record.entry {
        Entry::Payment(PaymentEntry::PaymentSuspended { discrepancy, .. }) => Some(discrepancy.clone()),
        _ => None,
    });
    assert_eq!(found, suspended);
    assert_eq!(machine.payouts_sent, u64::from(suspended.is_none()));
}

/// How the number in a place is known follows who counted last, and what has moved since.
#[test]
fn the_books_say_how_each_number_is_known() {
    use device_api::Accuracy::{Inferred, Measured, SetByStaff, Unknown};
    let check = |machine: &Machine, expected: [Accuracy; 3]| {
        let stores = machine.engine.status().stores;
        assert_eq!(stores.iter().map(|store| store.accuracy).collect::<Vec<_>>(), expected);
    };
    let mut machine = Machine::new();
    check(&machine, [SetByStaff; 3]);
    let mut inputs = well_behaved_payment().into_iter();
    inputs.by_ref().take(6).for_each(|input| machine.handle(input, Duration::from_millis(100)));
    check(&machine, [Measured, SetByStaff, SetByStaff]);
    inputs.for_each(|input| machine.handle(input, Duration::from_millis(100)));
    check(&machine, [Inferred; 3]);
    machine.handle(stock(Denomination::Yen100, 9), Duration::from_secs(1));
    check(&machine, [Inferred, Inferred, SetByStaff]);
    let mut machine = at_rest();
    machine.handle(notes(9, 3), Duration::from_secs(1));
    check(&machine, [Unknown, SetByStaff, SetByStaff]);
}
