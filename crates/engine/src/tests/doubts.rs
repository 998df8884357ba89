//! What units have counted, against what the journal expects of them.

use std::slice;
use std::time::Duration;

use api::{
    Act, CashOffer, Change, ClosedReason, DoubtId, DoubtReach, DoubtSaid, NewestNumbers, Page, PaymentId,
    ReceiptNumber, Takes, Way,
};
use device_api::{
    Accuracy, Counted, CountedBefore, DeviceCounts, DispenseId, Paid, PartId, Stated, UnitCounts, UnitEvent,
    UnitPart, UnitTrouble,
};
use money::{CashCount, Denomination, Yen};

use super::inputs::{
    COINS, DRUM, HOPPER_100, HOPPER_500, NOTES, ordered, policy, stock, units_at_rest, units_ready,
    well_behaved_payment,
};
use super::{Machine, SILENT};
use crate::cash::Till;
use crate::health::Health;
use crate::{Discrepancy, DoubtCause, DoubtEntry, Entry, Input, PaymentEntry, PayoutEntry};

const SOON: Duration = Duration::from_secs(1);

const HOPPER: UnitPart = UnitPart::Hopper(5);

/// One input after which the journal and the units do not agree any more, and what is expected of that: as the first word
/// after a start, and as a later one.
#[track_caller]
fn check(input: Input, expected: Option<(PartId, DoubtCause)>) {
    for (is_first, reach) in [(true, DoubtReach::Records), (false, DoubtReach::PartAlone)] {
        let mut machine = at_rest();
        if is_first {
            machine.restart();
        }
        machine.handle(input.clone(), SOON);
        if is_first {
            units_ready().into_iter().for_each(|input| machine.handle(input, Duration::ZERO));
        }
        assert_eq!(doubt(&machine), expected, "{input:?}");
        let reaches: Vec<_> = machine.engine.doubts().iter().map(|doubt| doubt.reach).collect();
        assert_eq!(reaches, expected.map(|_| reach).into_iter().collect::<Vec<_>>(), "{input:?}");
        assert_eq!(machine.engine.calls().len(), usize::from(expected.is_some()), "{input:?}");
        let closed = matches!(machine.engine.view().page, Page::Closed { reason: ClosedReason::Records });
        assert_eq!(closed, expected.is_some() && is_first, "{input:?}");
    }
}

/// The units have said who they are and what they have counted.
fn at_rest() -> Machine {
    let mut machine = Machine::new();
    machine.handle(notes(7, 3), Duration::ZERO);
    machine.handle(coins(HOPPER, SILENT.serial, Some(70)), Duration::ZERO);
    let known = [Denomination::Yen100, Denomination::Yen500].into_iter().collect();
    let identified = Stated::Identified { model: "any".into(), accepts: known, pays: known };
    machine.handle(Input::Unit(COINS, UnitEvent::State(identified)), Duration::ZERO);
    machine
}

fn offer(machine: &Machine) -> Result<(Takes, Change), ClosedReason> {
    match machine.engine.status().offer.cash {
        Way::Open(CashOffer { takes, change, .. }) => Ok((takes, change)),
        Way::Closed(reason) => Err(reason),
    }
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

/// What is out of use is not offered, and everything else is.
#[test]
fn a_part_in_doubt_is_not_used_and_the_rest_is() {
    let check = |inputs: &[Input], expected| {
        let mut machine = at_rest();
        inputs.iter().for_each(|input| machine.handle(input.clone(), SOON));
        assert_eq!(offer(&machine), expected, "{inputs:?}");
    };
    let other_notes = notes(8, 3);
    let other_hopper = coins(HOPPER, SILENT.serial, Some(73));
    let other_acceptor = coins(UnitPart::Acceptor, Some(99), None);
    check(&[], Ok((Takes::NotesAndCoins, Change::EveryAmount)));
    check(slice::from_ref(&other_hopper), Ok((Takes::NotesAndCoins, Change::SomeAmounts)));
    check(slice::from_ref(&other_notes), Ok((Takes::Coins, Change::EveryAmount)));
    check(slice::from_ref(&other_acceptor), Ok((Takes::Notes, Change::EveryAmount)));
    // Two limits at once are more than a start page can tell, and nothing at all is nothing.
    check(&[other_notes.clone(), other_hopper], Err(ClosedReason::Records));
    check(&[other_notes.clone(), other_acceptor], Err(ClosedReason::Records));
    // One that is out of use may fail, too.
    let (part, trouble) = (UnitPart::Acceptor, UnitTrouble::Jam);
    let jam = Input::Unit(NOTES, UnitEvent::State(Stated::Trouble { part, trouble }));
    check(&[other_notes, jam], Ok((Takes::Coins, Change::EveryAmount)));
}

/// Somebody has let the hopper for 500 yen pay: change comes from what fits. It is not paid from before somebody has settled
/// that, also if it was counted before.
#[test]
fn a_payment_beside_a_doubt_is_made_with_what_fits() {
    let mut machine = at_rest();
    let other = HOPPER_500.place.part();
    machine.coin_counts.insert(other, UnitCounts { serial: Some(99), ..SILENT });
    machine.handle(coins(other, Some(99), None), SOON);
    machine.handle(stock(Denomination::Yen500, 9), SOON);
    for (at, input) in well_behaved_payment().into_iter().enumerate() {
        let input = match at {
            5 => notes(7, 3),
            17 => notes(8, 3),
            18 => {
                prepared(DispenseId(1), CountedBefore::Drums { notes: vec![25, 0], paid_out_total: Some(3) })
            }
            21 => {
                let before = CountedBefore::Hopper { event: 0, paid_out_total: 70, powered_up: false };
                Input::Unit(COINS, UnitEvent::Out(Paid::Prepared { id: DispenseId(2), before }))
            }
            _ => input,
        };
        machine.handle(input, Duration::from_millis(100));
    }
    let from = |machine: &Machine| -> Vec<_> {
        let intended = machine.records.iter().filter_map(|record| match record.entry {
            Entry::Payout(PayoutEntry::PayoutIntended { store, pieces, .. }) => Some((store, pieces)),
            _ => None,
        });
        intended.collect()
    };
    assert_eq!(from(&machine), [(DRUM, 2), (HOPPER_100, 5)]);
    let summary = machine.engine.payment(PaymentId(1)).unwrap();
    assert_eq!(summary.outcome, Some(api::Outcome::Paid));
    let can_pay = |machine: &Machine| {
        let (policy, books) = (policy(), machine.engine.books());
        let health = Health::working(super::inputs::notes(), super::inputs::coins(), &policy);
        Till { policy: &policy, books, health: &health, takes: Takes::NotesAndCoins }.can_pay(Yen::new(4_500))
    };
    let drum_is_empty = stock(Denomination::Yen1000, 0);
    machine.handle(drum_is_empty, SOON);
    assert!(!can_pay(&machine));
    machine.handle(settle(1, 0, 0), SOON);
    assert!(can_pay(&machine));
}

/// Who was just about to pay begins anew with what the start page says then.
#[test]
fn a_part_that_ceases_to_fit_before_a_payment_leads_back_to_the_start() {
    let mut machine = at_rest();
    well_behaved_payment().into_iter().take(5).for_each(|input| machine.handle(input, SOON));
    assert_eq!(machine.engine.view().page, Page::LookingUp);
    machine.handle(coins(HOPPER, SILENT.serial, Some(73)), SOON);
    machine.handle(notes(7, 3), SOON);
    let page = machine.engine.view().page.clone();
    assert!(matches!(page, Page::Idle { .. }), "{page:?}");
    assert_eq!(offer(&machine), Ok((Takes::NotesAndCoins, Change::SomeAmounts)));
    assert_eq!(machine.engine.open_payment(), None);
}

/// A doubt about one part stays that over a start, and what has moved there meanwhile may be what the journal lacks.
#[test]
fn what_is_out_of_use_must_not_have_moved_at_the_next_start() {
    let check = |later: u32, expected: &[DoubtReach]| {
        let mut machine = at_rest();
        machine.handle(coins(HOPPER, SILENT.serial, Some(73)), SOON);
        machine.handle(coins(HOPPER, SILENT.serial, Some(74)), SOON);
        assert_eq!(machine.engine.doubts().len(), 1);
        machine.restart();
        units_ready().into_iter().for_each(|input| machine.handle(input, Duration::ZERO));
        assert_eq!(machine.engine.calls().len(), 1, "it rings on");
        machine.handle(coins(HOPPER, SILENT.serial, Some(later)), SOON);
        let reaches: Vec<_> = machine.engine.doubts().iter().map(|doubt| doubt.reach).collect();
        assert_eq!(reaches, expected, "{later}");
        assert_eq!(offer(&machine).is_err(), expected.len() == 2, "{later}");
        for doubt in machine.engine.doubts() {
            machine.handle(settle(doubt.doubt.0, 0, 0), SOON);
        }
        machine.handle(coins(HOPPER, SILENT.serial, Some(later)), SOON);
        assert_eq!(machine.engine.doubts(), [], "{later}");
    };
    check(73, &[DoubtReach::PartAlone]);
    check(75, &[DoubtReach::PartAlone, DoubtReach::Records]);
}

/// A doubt about the journal found just before a payment stops it, and stands over a restart until a person has settled it.
#[test]
fn no_payment_begins_while_the_journal_is_in_doubt() {
    let mut machine = at_rest();
    machine.restart();
    units_ready().into_iter().for_each(|input| machine.handle(input, Duration::ZERO));
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
