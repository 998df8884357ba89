//! A payment is lines and tenders.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{Act, Bill, Button, Fate, Page, PatientNumber, PaymentId, QuoteOutcome, TenderId};
use device_api::{
    DeviceCounts, DispenseEnd, DispenseId, Moment, Paid, Place, ShortCause, Stated, StoreId, UnitEvent,
    UnitPart, UnitTrouble,
};
use money::{CashCount, Denomination, Yen};

use super::Machine;
use super::inputs::{
    COINS, NOTES, bills, clocks, ordered, quoted, touch, units_at_rest, units_ready, well_behaved_payment,
};
use crate::{
    CashEntry, Draft, Entry, Input, Line, Means, PaymentEntry, Private, Purpose, Recorded, TenderEntry, Whose,
};

const SOON: Duration = Duration::from_millis(100);
const PAYMENT: PaymentId = PaymentId(1);
const TENDER: TenderId = TenderId { payment: PAYMENT, number: 1 };

fn bill_of(patient: &str, due: i64) -> Bill {
    let QuoteOutcome::Bills(mut bills) = bills(due) else { unreachable!("bills are bills") };
    let mut bill = bills.remove(0);
    bill.patient.number = PatientNumber(patient.into());
    bill
}

/// Two patients pay together, as a desk may let them one day; the program starts in the middle.
fn two_patients() -> Machine {
    let mut machine = Machine::new();
    let bills = vec![bill_of("0042", 900), bill_of("0043", 1_800)];
    let line = |bill: &Bill, whose| Line { bill: bill.id.clone(), revision: 1, due: bill.due, whose };
    let lines = vec![line(&bills[0], Whose(1)), line(&bills[1], Whose(2))];
    let drums = CashCount::try_from(vec![(Denomination::Yen1000, 25)]).unwrap();
    let counts = DeviceCounts { drums, stacked_total: Some(7), paid_out_total: None };
    let counts_before = BTreeMap::from([(NOTES, counts)]);
    let means = Means::Cash { takes: api::Takes::NotesAndCoins, counts_before };
    let opened = PaymentEntry::PaymentOpened { payment: PAYMENT, lines };
    let intended = TenderEntry::TenderIntended { tender: TENDER, asked: Yen::new(2_700), means };
    let (purpose, store) = (Purpose::Tender(TENDER), StoreId { unit: COINS, place: Place::CoinBox });
    let coin = CashEntry::CoinCredited { purpose, store, denomination: Denomination::Yen100, event_no: 1 };
    let drafts = [
        Draft { entry: opened.into(), private: Some(Private::Bills(bills)) },
        Draft { entry: intended.into(), private: None },
        Draft { entry: coin.into(), private: None },
    ];
    for Draft { entry, private } in drafts {
        let seq = machine.records.len() as u64 + 1;
        machine.records.push(Recorded { seq, at: clocks(Moment::START).wall, entry, private });
    }
    machine.tender_open = true;
    machine.restart();
    machine
}

fn collecting(mut machine: Machine) -> Machine {
    for input in units_ready().into_iter().chain(units_at_rest(7)) {
        machine.handle(input, SOON);
    }
    machine
}

#[test]
fn lines_of_several_patients_are_one_sum_and_each_is_asked_for() {
    let mut machine = collecting(two_patients());
    let page = machine.engine.view().page.clone();
    assert!(matches!(page, Page::InsertCash { due, .. } if due == Yen::new(2_700)), "{page:?}");
    machine.quotes.clear();
    machine.handle(Input::Tick, Duration::from_secs(10));
    let patients: Vec<&str> = machine.quotes.iter().map(|(_, patient)| patient.0.as_str()).collect();
    assert_eq!(patients, ["0042", "0043"]);
    let [first, second] = [machine.quotes[0].0, machine.quotes[1].0];
    let unchanged = QuoteOutcome::Bills(vec![bill_of("0042", 900)]);
    machine.handle(quoted(first, unchanged), SOON);
    assert!(
        matches!(machine.engine.view().page, Page::InsertCash { .. }),
        "nothing has changed for the first"
    );
    let mut changed = bill_of("0043", 1_800);
    changed.revision = 2;
    machine.handle(quoted(second, QuoteOutcome::Bills(vec![changed])), SOON);
    assert!(matches!(machine.engine.view().page, Page::BillChanged { .. }), "it has for the second");
}

#[test]
fn a_payment_of_several_patients_is_fixed_when_all_answers_agree() {
    let mut machine = collecting(two_patients());
    let payment = well_behaved_payment();
    for input in payment[8..14].iter().cloned() {
        machine.quotes.clear();
        machine.handle(input, SOON);
    }
    let is_confirmed = |machine: &Machine| {
        let confirmed =
            |entry: &Entry| matches!(entry, Entry::Payment(PaymentEntry::PaymentConfirmed { .. }));
        machine.records.iter().any(|record| confirmed(&record.entry))
    };
    let [first, second] = [machine.quotes[0].0, machine.quotes[1].0];
    machine.handle(quoted(second, QuoteOutcome::Bills(vec![bill_of("0043", 1_800)])), SOON);
    assert!(!is_confirmed(&machine), "one of two has answered");
    machine.handle(quoted(first, QuoteOutcome::Bills(vec![bill_of("0042", 900)])), SOON);
    assert!(is_confirmed(&machine));
}

fn fates(machine: &Machine) -> Vec<(Fate, i64)> {
    let fate = |record: &Recorded| match &record.entry {
        Entry::Tender(TenderEntry::TenderTaken { kept, .. }) => Some((Fate::Taken, kept.amount())),
        Entry::Tender(TenderEntry::TenderVoid { kept, .. }) => Some((Fate::Void, kept.amount())),
        Entry::Tender(TenderEntry::TenderUnknown { kept, .. }) => Some((Fate::Unknown, kept.amount())),
        _ => None,
    };
    machine.records.iter().filter_map(fate).collect()
}

/// So much of a payment happens, then this; its only tender ends so.
#[track_caller]
fn check(inputs: usize, then: impl IntoIterator<Item = Input>, expected: &[(Fate, i64)]) {
    let mut machine = Machine::new();
    for input in well_behaved_payment().into_iter().take(inputs).chain(then) {
        machine.handle(input, SOON);
    }
    assert_eq!(fates(&machine), expected);
    let summary = machine.engine.payment(PAYMENT).unwrap();
    let told: Vec<Option<Fate>> = summary.tenders.iter().map(|tender| tender.fate).collect();
    assert_eq!(told, expected.iter().map(|(fate, _)| Some(*fate)).collect::<Vec<_>>());
}

#[test]
fn each_tender_ends_once_and_as_the_payment_does() {
    let all = well_behaved_payment().len();
    check(all, [], &[(Fate::Taken, 2_700)]);
    let [closed, coins_closed, _] = units_at_rest(7);
    check(6, [touch(Button::Cancel), closed, coins_closed], &[(Fate::Void, 0)]);
}

#[test]
fn what_staff_take_over_is_unknown_unless_it_is_proven() {
    let take_over = || ordered(Act::TakeOver { payment: PAYMENT, reason: "B".parse().unwrap() });
    let jam = Input::Unit(
        NOTES,
        UnitEvent::State(Stated::Trouble { part: UnitPart::Acceptor, trouble: UnitTrouble::Jam }),
    );
    check(8, [jam, take_over()], &[(Fate::Unknown, 200)]);
    let changed = quoted(3, bills(900));
    check(14, [changed, take_over()], &[(Fate::Taken, 5_200)]);
}

#[test]
fn a_bill_of_nothing_needs_no_tender() {
    let mut machine = Machine::new();
    let [scan, _, yes, _, _, counts] =
        well_behaved_payment().into_iter().take(6).collect::<Vec<_>>().try_into().unwrap();
    let nothing = || bills(0);
    let inputs = [scan, quoted(1, nothing()), yes, touch(Button::Confirm), quoted(2, nothing()), counts];
    inputs.into_iter().for_each(|input| machine.handle(input, SOON));
    let summary = machine.engine.payment(PAYMENT).unwrap();
    assert_eq!((summary.receipts.len(), summary.tenders.len()), (1, 0));
}

/// The note unit failed in the middle of a payout. How it ended is told late, and decides what staff may let the machine do.
#[test]
fn nobody_lets_a_payout_go_on_of_which_nobody_knows() {
    let short = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
    for (end, decisions) in [(DispenseEnd::Unknown { paid: 0 }, 0), (short, 2)] {
        let mut machine = Machine::new();
        for input in well_behaved_payment().into_iter().take(19) {
            machine.handle(input, SOON);
        }
        machine.handle(
            Input::Unit(
                NOTES,
                UnitEvent::State(Stated::Trouble { part: UnitPart::Acceptor, trouble: UnitTrouble::Jam }),
            ),
            SOON,
        );
        assert!(matches!(machine.engine.view().page, Page::Suspended { .. }), "{end:?}");
        machine.handle(
            Input::Unit(NOTES, UnitEvent::Out(Paid::Dispensed { id: DispenseId(1), end })),
            Duration::from_secs(20),
        );
        let open = machine.engine.open_payment().and_then(|payment| machine.engine.payment(payment));
        assert_eq!(open.map(|open| open.decisions.len()), Some(decisions), "{end:?}");
    }
}
