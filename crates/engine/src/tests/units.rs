//! Stores that hold several kinds, and several units of a kind.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{
    Act, Button, DoubtCause, DoubtId, DoubtReach, DoubtSaid, IncidentDoubt, Page, PaymentId, ReceiptNumber,
    Refused, Takes, UnitKind,
};
use device_api::{
    Accuracy, Capabilities, CountedBefore, DepositCommand, Deposited, DeviceCounts, DispenseEnd, DispenseId,
    Paid, Place, Stated, StoreId, UnitCommand, UnitCounts, UnitEvent, UnitId, UnitPart, UnitTrouble,
};
use money::{CashCount, Denomination, DenominationSet, Yen};

use super::Machine;
use super::inputs::{
    COINS, DRUM, HOPPER_100, NOTES, bills, coins, inserted, notes, ordered, policy, quoted, stock, store,
    touch, units_at_rest, well_behaved_payment,
};
use crate::books::Books;
use crate::cash::Till;
use crate::health::Health;
use crate::{
    CashEntry, CashUnit, Discrepancy, DoubtEntry, Draft, Entry, Input, Output, PaymentEntry, PayoutEntry,
    Policy, RefusalReason, Store,
};

const SOON: Duration = Duration::from_millis(100);

const MIXED: StoreId = StoreId { unit: COINS, place: Place::Hopper(3) };
const SECOND: UnitId = UnitId::fixed("notes-2");
const SECOND_DRUM: StoreId = StoreId { unit: SECOND, place: Place::Drum(1) };

/// One hopper for four kinds of coins.
fn mixed() -> Policy {
    let hopper = Store { id: MIXED, holds: coins(), capacity: Some(60) };
    Policy { stores: vec![hopper], ..policy() }
}

fn pieces(kinds: &[(Denomination, u32)]) -> CashCount {
    CashCount::try_from(kinds.to_vec()).unwrap()
}

fn written(books: &mut Books, entry: impl Into<Entry>) {
    books.apply(api::WallTime(0), &Draft { entry: entry.into(), private: None });
}

fn counted(store: StoreId, counted: CashCount) -> CashEntry {
    CashEntry::StockSet { store, before: CashCount::EMPTY, counted, by: "A".parse().unwrap() }
}

/// A payout stays one store, one kind, so many pieces, wherever the kinds lie.
#[test]
fn change_comes_out_of_a_mixed_store_kind_by_kind() {
    let policy = mixed();
    let mut books = Books::new(policy.machine.clone());
    let health = Health::working(notes(), coins(), &policy);
    let lies_there = pieces(&[
        (Denomination::Yen10, 3),
        (Denomination::Yen50, 1),
        (Denomination::Yen100, 6),
        (Denomination::Yen500, 1),
    ]);
    written(&mut books, counted(MIXED, lies_there));
    let check = |books: &Books, amount, expected: &[(Denomination, u32)], all| {
        let till = Till { policy: &policy, books, health: &health, takes: Takes::NotesAndCoins };
        let plan = till.plan(Yen::new(amount));
        let planned: Vec<_> = plan.iter().map(|portion| (portion.denomination, portion.pieces)).collect();
        assert_eq!(planned, expected, "{amount}");
        assert!(plan.iter().all(|portion| portion.store == MIXED));
        assert_eq!(till.can_pay(Yen::new(amount)), all, "{amount}");
    };
    let everything = [
        (Denomination::Yen500, 1),
        (Denomination::Yen100, 6),
        (Denomination::Yen50, 1),
        (Denomination::Yen10, 3),
    ];
    check(&books, 1_180, &everything, true);
    check(&books, 1_190, &everything, false);
    check(&books, 60, &[(Denomination::Yen50, 1), (Denomination::Yen10, 1)], true);
    assert_eq!(books.accuracy(MIXED), Accuracy::SetByStaff);

    let nothing = UnitCounts::default();
    let doubt = DoubtEntry::DoubtOpened {
        doubt: DoubtId(1),
        part: MIXED.part(),
        cause: DoubtCause::CountedMore,
        reach: DoubtReach::PartAlone,
        expected: nothing,
        reported: nothing,
        since: 1,
        stores: vec![MIXED],
    };
    written(&mut books, doubt);
    check(&books, 60, &[], false);
    assert_eq!(books.accuracy(MIXED), Accuracy::Unknown);
    written(&mut books, counted(MIXED, pieces(&[(Denomination::Yen10, 6)])));
    check(&books, 60, &[], false);
    let settled = DoubtEntry::DoubtSettled {
        doubt: DoubtId(1),
        said: DoubtSaid::MovedByTechnician,
        newest_receipt: ReceiptNumber(0),
        newest_payment: PaymentId(0),
        by: "A".parse().unwrap(),
    };
    written(&mut books, settled);
    check(&books, 60, &[(Denomination::Yen10, 6)], true);
}

/// What one kind takes of the room in a drum, another one does not have.
#[test]
fn a_mixed_store_is_as_full_as_all_that_lies_in_it() {
    let holds: DenominationSet = [Denomination::Yen1000, Denomination::Yen5000].into_iter().collect();
    let drum = Store { id: DRUM, holds, capacity: Some(5) };
    let policy = Policy { stores: vec![drum], ..policy() };
    let health = Health::working(notes(), coins(), &policy);
    for (thousands, fits) in [(3, true), (4, true), (5, false)] {
        let mut books = Books::new(policy.machine.clone());
        written(&mut books, counted(DRUM, pieces(&[(Denomination::Yen1000, thousands)])));
        let till = Till { policy: &policy, books: &books, health: &health, takes: Takes::NotesAndCoins };
        assert_eq!(till.goes_to_a_store(NOTES, Denomination::Yen5000), fits, "{thousands}");
        assert!(!till.goes_to_a_store(COINS, Denomination::Yen5000), "another unit has no such drum");
    }
}

/// A store is certain only as a whole.
#[test]
fn a_person_counts_all_that_lies_in_a_store() {
    let mut machine = Machine::with(mixed());
    let all = |tens| {
        coins().iter().map(|kind| (kind, if kind == Denomination::Yen10 { tens } else { 2 })).collect()
    };
    let mut check = |store, counted: Vec<(Denomination, u32)>, expected: Option<u32>| {
        machine.handle(ordered(Act::SetStock { store, counted }), SOON);
        let there = machine.engine.books().pieces_in(MIXED);
        assert_eq!(there.pieces(Denomination::Yen10), expected.unwrap_or_default());
    };
    check(None, vec![(Denomination::Yen10, 9)], None);
    check(Some(MIXED), vec![(Denomination::Yen10, 9)], None);
    check(Some(MIXED), vec![(Denomination::Yen10, 9); 4], None);
    check(Some(HOPPER_100), all(9), None);
    check(Some(MIXED), all(55), None);
    check(Some(MIXED), all(54), Some(54));
    check(None, all(9), Some(9));
}

/// Two recyclers, the first with a drum for 1,000, the second with one for 5,000 yen.
fn two_note_units() -> Policy {
    let mut policy = policy();
    policy.units.push(CashUnit { id: SECOND, kind: UnitKind::Notes, can: Capabilities::RECYCLER });
    policy.stores.push(store(SECOND_DRUM, Denomination::Yen5000, Some(30)));
    policy
}

fn said(unit: UnitId, deposited: Deposited) -> Input {
    Input::Unit(unit, UnitEvent::In(deposited))
}

fn counts(unit: UnitId, kind: Denomination, notes: u32, stacked: u32) -> Input {
    let drums = pieces(&[(kind, notes)]);
    let counts = DeviceCounts { drums, stacked_total: Some(stacked), paid_out_total: None };
    Input::Unit(unit, UnitEvent::Counts(counts.into()))
}

/// The machine with two note units, up to a payment of 2,700 yen that waits for money.
fn collecting() -> Machine {
    let mut machine = Machine::with(two_note_units());
    let stocked = [
        stock(Denomination::Yen1000, 25),
        stock(Denomination::Yen5000, 3),
        stock(Denomination::Yen500, 9),
        stock(Denomination::Yen100, 9),
    ];
    stocked.into_iter().for_each(|input| machine.handle(input, Duration::ZERO));
    for input in well_behaved_payment().into_iter().take(6) {
        machine.handle(input, SOON);
    }
    assert!(matches!(machine.engine.view().page, Page::LookingUp), "the second has not told its counters");
    machine.handle(counts(SECOND, Denomination::Yen5000, 3, 40), SOON);
    assert!(matches!(machine.engine.view().page, Page::InsertCash { .. }));
    machine
}

fn has(machine: &Machine, entry: impl Into<Entry>) -> bool {
    let entry = entry.into();
    machine.records.iter().any(|record| record.entry == entry)
}

#[test]
fn while_a_piece_is_decided_on_another_unit_gives_back_what_it_draws_in() {
    let mut machine = collecting();
    let note = Denomination::Yen1000;
    machine.handle(said(NOTES, Deposited::Escrowed { denomination: note }), SOON);
    let refused =
        CashEntry::NoteRefused { unit: SECOND, denomination: note, reason: RefusalReason::OneAtATime };
    let step = machine.step(said(SECOND, Deposited::Escrowed { denomination: note }));
    assert!(step.outputs.contains(&Output::Unit(SECOND, UnitCommand::In(DepositCommand::Return))));
    machine.take(step);
    assert!(has(&machine, refused));
    let page = machine.engine.view().page.clone();
    assert!(
        matches!(page, Page::InsertCash { refused: Some(Refused::NotWanted), take_back: true, .. }),
        "{page:?}"
    );
    machine.handle(said(SECOND, Deposited::Returned), SOON);
    assert!(has(&machine, CashEntry::NoteReturned { unit: SECOND, denomination: note }));
    // The first one is where it was.
    machine.handle(said(NOTES, Deposited::Stacked { denomination: None }), SOON);
    machine.handle(said(NOTES, Deposited::Stored { place: Place::Drum(1) }), SOON);
    machine.handle(said(SECOND, Deposited::Escrowed { denomination: note }), SOON);
    machine.handle(said(SECOND, Deposited::Stacked { denomination: Some(note) }), SOON);
    machine.handle(said(SECOND, Deposited::Stored { place: Place::CashBox }), SOON);
    let books = machine.engine.books();
    assert_eq!(books.pieces_in(DRUM), pieces(&[(note, 26)]));
    assert_eq!(books.pieces_in(StoreId { unit: SECOND, place: Place::CashBox }), pieces(&[(note, 1)]));
}

/// What one unit could pay back lies in the box of another: each takes what fits it.
#[test]
fn what_may_be_inserted_is_another_thing_in_each_unit() {
    let mut machine = Machine::with(two_note_units());
    machine.handle(stock(Denomination::Yen5000, 3), Duration::ZERO);
    let policy = two_note_units();
    let health = Health::working(notes(), coins(), &policy);
    let till =
        Till { policy: &policy, books: machine.engine.books(), health: &health, takes: Takes::NotesAndCoins };
    assert!(till.goes_to_a_store(SECOND, Denomination::Yen5000));
    assert!(!till.goes_to_a_store(NOTES, Denomination::Yen5000));
}

/// One of two note units does not fit any more: it takes and pays nothing, and the other one goes on.
#[test]
fn a_note_unit_in_doubt_takes_nothing_and_the_other_one_does() {
    let mut machine = collecting();
    machine.handle(touch(Button::Cancel), SOON);
    let [notes_at_rest, coins_at_rest, _] = units_at_rest(7);
    let at_rest = [notes_at_rest, coins_at_rest, said(SECOND, Deposited::Inhibited)];
    at_rest.into_iter().for_each(|input| machine.handle(input, SOON));
    machine.handle(counts(NOTES, Denomination::Yen1000, 25, 7), SOON);
    machine.handle(counts(SECOND, Denomination::Yen5000, 3, 40), SOON);
    machine.handle(counts(SECOND, Denomination::Yen5000, 3, 42), Duration::from_secs(60));
    for input in well_behaved_payment().into_iter().take(5) {
        let asked = machine.quotes.last().map_or(0, |(request, _)| *request);
        let input = if matches!(input, Input::Billing(_)) { quoted(asked, bills(2_700)) } else { input };
        machine.handle(input, SOON);
    }
    machine.handle(counts(NOTES, Denomination::Yen1000, 25, 7), SOON);
    let step = machine.step(counts(SECOND, Denomination::Yen5000, 3, 42));
    let opened: Vec<_> = step.outputs.iter().filter_map(opened).collect();
    machine.take(step);
    assert!(matches!(machine.engine.view().page, Page::InsertCash { .. }), "{:?}", machine.engine.view());
    assert_eq!(opened, [NOTES, COINS]);
}

/// The slot that is opened.
fn opened(output: &Output) -> Option<UnitId> {
    match output {
        Output::Unit(unit, UnitCommand::In(DepositCommand::Accept(kinds))) if !kinds.is_empty() => {
            Some(*unit)
        }
        _ => None,
    }
}

/// Change is asked of the unit whose store it is planned from, and each unit's counters prove its own part.
#[test]
fn each_of_two_units_pays_from_its_own_drum_and_proves_what_it_did() {
    let mut machine = collecting();
    let ten_thousand = Denomination::Yen10000;
    machine.handle(said(SECOND, Deposited::Escrowed { denomination: ten_thousand }), SOON);
    machine.handle(touch(Button::Yes), SOON);
    machine.handle(said(SECOND, Deposited::Stacked { denomination: Some(ten_thousand) }), SOON);
    machine.handle(said(SECOND, Deposited::Stored { place: Place::CashBox }), SOON);
    machine.handle(touch(Button::Confirm), SOON);
    machine.handle(quoted(3, bills(2_700)), SOON);
    let [notes_at_rest, coins_at_rest, _] = units_at_rest(7);
    let at_rest = [notes_at_rest, coins_at_rest, said(SECOND, Deposited::Inhibited)];
    at_rest.into_iter().for_each(|input| machine.handle(input, SOON));
    machine.handle(counts(NOTES, Denomination::Yen1000, 25, 7), SOON);
    let step = machine.step(counts(SECOND, Denomination::Yen5000, 3, 41));
    let payers: Vec<_> = step.outputs.iter().filter_map(payer).collect();
    assert_eq!(payers, [SECOND], "5,000 yen first");
    machine.take(step);
    let before = CountedBefore::Drums { notes: vec![3, 0], paid_out_total: None };
    let paid = |unit, event| Input::Unit(unit, UnitEvent::Out(event));
    machine.handle(paid(SECOND, Paid::Prepared { id: DispenseId(1), before }), SOON);
    let complete = Paid::Dispensed { id: DispenseId(1), end: DispenseEnd::Complete };
    let step = machine.step(paid(SECOND, complete));
    assert_eq!(step.outputs.iter().filter_map(payer).collect::<Vec<_>>(), [NOTES]);
    machine.take(step);
    let from: Vec<_> = machine
        .records
        .iter()
        .filter_map(|record| match record.entry {
            Entry::Payout(PayoutEntry::PayoutIntended { store, pieces, .. }) => Some((store, pieces)),
            _ => None,
        })
        .collect();
    assert_eq!(from, [(SECOND_DRUM, 1), (DRUM, 2)]);
}

fn payer(output: &Output) -> Option<UnitId> {
    match output {
        Output::Unit(unit, UnitCommand::Out(device_api::PayoutCommand::Dispense(_))) => Some(*unit),
        _ => None,
    }
}

/// A note is drawn in, jams on its way, and staff take the payment over; then its unit works again.
fn loses_a_note(machine: &mut Machine, unit: UnitId, payment: u64) {
    let acceptor = UnitPart::Acceptor;
    let jam = Stated::Trouble { part: acceptor, trouble: UnitTrouble::Jam };
    let inputs = [
        said(unit, Deposited::Escrowed { denomination: Denomination::Yen1000 }),
        Input::Unit(unit, UnitEvent::State(jam)),
        ordered(super::inputs::take_over(payment)),
        Input::Unit(unit, UnitEvent::State(Stated::Ready { part: acceptor })),
    ];
    inputs.into_iter().for_each(|input| machine.handle(input, SOON));
}

/// Each note that comes to light later is money of the payment in which its own unit was to stack it.
#[test]
fn a_note_that_was_not_heard_of_belongs_to_the_payment_of_its_unit() {
    let mut machine = collecting();
    loses_a_note(&mut machine, NOTES, 1);
    let mut again = well_behaved_payment().into_iter();
    let [scan, _, yes, cash, ..] = [(); 4].map(|()| again.next().unwrap());
    let [asked, asked_again] = [3, 4].map(|request| quoted(request, bills(900)));
    let counted = [counts(NOTES, Denomination::Yen1000, 25, 7), counts(SECOND, Denomination::Yen5000, 3, 40)];
    let second = [scan, asked, yes, cash, asked_again].into_iter().chain(counted);
    second.for_each(|input| machine.handle(input, SOON));
    assert!(matches!(machine.engine.view().page, Page::InsertCash { .. }));
    loses_a_note(&mut machine, SECOND, 2);
    let unknown: Vec<_> = machine.engine.incidents().iter().map(|one| (one.doubt, one.about)).collect();
    let of = |payment| (IncidentDoubt::NoteUnknown, Some(PaymentId(payment)));
    assert_eq!(unknown, [of(1), of(2)]);
    let worth = |machine: &Machine| -> Vec<i64> {
        machine.engine.incidents().iter().map(|one| one.value.amount()).collect()
    };
    machine.handle(said(SECOND, Deposited::Stacked { denomination: None }), SOON);
    assert_eq!(worth(&machine), [0, 1000]);
    machine.handle(said(NOTES, Deposited::Stacked { denomination: None }), SOON);
    assert_eq!(worth(&machine), [1000, 1000]);
}

/// The one that fails is named, and told from the other.
#[test]
fn a_unit_of_several_is_named_when_it_fails() {
    let mut machine = collecting();
    machine.handle(said(SECOND, Deposited::Arriving), SOON);
    let trouble = Stated::Trouble { part: UnitPart::Acceptor, trouble: UnitTrouble::Jam };
    machine.handle(Input::Unit(SECOND, UnitEvent::State(trouble)), SOON);
    let failed = machine.records.iter().find_map(|record| match &record.entry {
        Entry::Payment(PaymentEntry::PaymentSuspended {
            discrepancy: Discrepancy::UnitFailed { part, .. },
            ..
        }) => Some((part.unit.id, part.unit.one_of_several)),
        _ => None,
    });
    assert_eq!(failed, Some((SECOND, true)));
    let stores = machine.engine.status().stores;
    let several: BTreeMap<_, _> =
        stores.iter().map(|view| (view.store.id(), view.store.unit.one_of_several)).collect();
    assert!(several[&SECOND_DRUM]);
    assert!(!several[&HOPPER_100]);
}

/// A machine that takes coins only: nobody counts its stores, and nothing waits for that.
#[test]
fn a_machine_without_note_units_pays_and_gives_back() {
    let mut policy = policy();
    policy.units.retain(|unit| unit.id == COINS);
    policy.stores.retain(|store| store.id.unit == COINS);
    for cancelled in [true, false] {
        let mut machine = Machine::with(policy.clone());
        [stock(Denomination::Yen500, 9), stock(Denomination::Yen100, 9)]
            .into_iter()
            .for_each(|input| machine.handle(input, Duration::ZERO));
        let mut usual = well_behaved_payment().into_iter();
        let [scan, _, yes, cash] = [(); 4].map(|()| usual.next().unwrap());
        let [asked, asked_again] = [1, 2].map(|request| quoted(request, bills(900)));
        [scan, asked, yes, cash, asked_again].into_iter().for_each(|input| machine.handle(input, SOON));
        assert!(matches!(machine.engine.view().page, Page::InsertCash { .. }), "{:?}", machine.engine.view());
        [1, 2].into_iter().for_each(|event| machine.handle(inserted(Denomination::Yen500, event), SOON));
        let button = if cancelled { Button::Cancel } else { Button::Confirm };
        machine.handle(touch(button), SOON);
        machine.handle(quoted(3, bills(900)), SOON);
        let step = machine.step(said(COINS, Deposited::Inhibited));
        let paid: Vec<_> = step.outputs.iter().filter_map(payer).collect();
        assert_eq!(paid, [COINS], "{cancelled}");
        machine.take(step);
    }
}
