//! Payments as the engine writes them: a bill of 1,230 yen, two notes of 1,000, change from two hoppers, one 領収証.

use std::collections::BTreeMap;

use api::{
    Bill, BillDetail, BillId, BillLine, FormKind, LineKind, Outcome, Patient, PatientNumber, PaymentId,
    ReceiptNumber, TaxClass, TenderId, WallTime,
};
use device_api::{CountedBefore, DeviceCounts, DispenseEnd, DispenseId, Place, PrintJobId, StoreId, UnitId};
use engine::{
    CashEntry, Draft, Entry, Line, Means, PaperEntry, PaymentEntry, PayoutEntry, PrintMark, Private, Purpose,
    Receipt, Subject, TenderEntry, Whose,
};
use money::{CashCount, Denomination, Yen};

/// When the machine was set up. A clock that says much earlier was never set, and is not believed.
pub(crate) const BORN: WallTime = WallTime(1_795_309_200);

/// Payments a day.
pub(crate) const A_DAY: u64 = 300;

/// Payments whose names are still kept: those of a week.
const KEPT: u64 = 7 * A_DAY;

const DUE: Yen = Yen::new(1_230);
const NOTES: UnitId = UnitId::fixed("notes");
const COINS: UnitId = UnitId::fixed("coins");
const NOTE: Denomination = Denomination::Yen1000;
const CHANGE: [Denomination; 2] = [Denomination::Yen100, Denomination::Yen10];
const PIECES: u32 = 7;

/// What lies in the hoppers before the first patient comes: enough for all of them.
pub(crate) fn stock() -> Vec<Draft> {
    let set = |denomination| {
        plain(CashEntry::StockSet {
            store: hopper(denomination),
            before: CashCount::EMPTY,
            counted: CashCount::try_from(vec![(denomination, 100_000_000)]).expect("one kind fits"),
            by: "bench".parse().expect("a name"),
        })
    };
    CHANGE.map(set).to_vec()
}

fn hopper(kind: Denomination) -> StoreId {
    let number = if kind == Denomination::Yen100 { 7 } else { 5 };
    StoreId { unit: COINS, place: Place::Hopper(number) }
}

/// Everything that a payment writes, in the transactions in which it does.
pub(crate) fn payment(number: u64) -> Vec<Vec<Draft>> {
    let payment = PaymentId(number);
    let tender = TenderId { payment, number: 1 };
    let purpose = Purpose::Tender(tender);
    let mut batches = vec![vec![opened(payment), intended(tender)]];
    for _ in 0..2 {
        batches.push(vec![plain(CashEntry::StackIntended { purpose, unit: NOTES, denomination: NOTE })]);
        batches.push(vec![plain(CashEntry::NoteCredited { purpose, unit: NOTES, denomination: NOTE })]);
        batches.push(vec![plain(CashEntry::NoteStored {
            store: StoreId { unit: NOTES, place: Place::CashBox },
            denomination: NOTE,
        })]);
    }
    batches.push(vec![plain(PaymentEntry::PaymentConfirmed { payment })]);
    for (nth, denomination) in (0..).zip(CHANGE) {
        batches.extend(payout(purpose, DispenseId(2 * number + nth), denomination));
    }
    let taken = plain(TenderEntry::TenderTaken { tender, kept: DUE });
    batches.push(vec![taken, closed(payment), print_intended(payment)]);
    batches.push(vec![plain(PaymentEntry::ResultDelivered { payment })]);
    batches.push(vec![plain(PaperEntry::Printed { job: job(payment) })]);
    if number > KEPT {
        let subject = Subject::Payment(PaymentId(number - KEPT));
        batches.push(vec![plain(PaymentEntry::PrivateErased { subject })]);
    }
    batches
}

fn opened(payment: PaymentId) -> Draft {
    let bill = bill(payment);
    let line = Line { bill: bill.id.clone(), revision: bill.revision, due: bill.due, whose: Whose(1) };
    let entry = PaymentEntry::PaymentOpened { payment, lines: vec![line] };
    Draft { entry: entry.into(), private: Some(Private::Bills(vec![bill])) }
}

fn intended(tender: TenderId) -> Draft {
    let counts = DeviceCounts { drums: CashCount::EMPTY, stacked_total: Some(0), paid_out_total: Some(0) };
    let counts_before = BTreeMap::from([(NOTES, counts)]);
    let means = Means::Cash { takes: api::Takes::NotesAndCoins, counts_before };
    plain(TenderEntry::TenderIntended { tender, asked: DUE, means })
}

fn payout(purpose: Purpose, dispense: DispenseId, denomination: Denomination) -> Vec<Vec<Draft>> {
    let (store, pieces) = (hopper(denomination), PIECES);
    let before = CountedBefore::Drums { notes: vec![5], paid_out_total: None };
    let end = DispenseEnd::Complete;
    vec![
        vec![plain(PayoutEntry::PayoutIntended { purpose, dispense, store, denomination, pieces })],
        vec![plain(PayoutEntry::PayoutPrepared { purpose, dispense, before })],
        vec![plain(PayoutEntry::PayoutEnded { purpose, dispense, store, denomination, pieces, end })],
    ]
}

fn closed(payment: PaymentId) -> Draft {
    let count = |pieces: Vec<_>| CashCount::try_from(pieces).expect("kinds that are named once");
    let number = ReceiptNumber(u32::try_from(payment.0).expect("a few million receipts"));
    plain(PaymentEntry::PaymentClosed {
        payment,
        outcome: Outcome::Paid,
        due: DUE,
        inserted: count(vec![(NOTE, 2)]),
        receipts: vec![Receipt { number, bill: bill_id(payment), job: job(payment) }],
        paid_out: count(CHANGE.map(|kind| (kind, PIECES)).to_vec()),
        slip: None,
    })
}

fn print_intended(payment: PaymentId) -> Draft {
    plain(PaperEntry::PrintIntended { job: job(payment), attempt: 0, mark: PrintMark::Original })
}

fn job(payment: PaymentId) -> PrintJobId {
    PrintJobId(u32::try_from(payment.0).expect("a few million papers"))
}

fn bill_id(payment: PaymentId) -> BillId {
    BillId(format!("2027-{:07}-01", payment.0))
}

fn bill(payment: PaymentId) -> Bill {
    let patient = Patient {
        number: PatientNumber(format!("{:06}", payment.0 % 5_000)),
        name: "見本 花子".to_owned(),
        family_kana: "ミホン".to_owned(),
        given_kana: "ハナコ".to_owned(),
    };
    let line =
        BillLine {
            label: "診断書".to_owned(), amount: DUE, kind: LineKind::Other, tax: TaxClass::Standard
        };
    let detail = BillDetail {
        form: FormKind::Medical,
        treated_on: (2027, 1, 15),
        department: None,
        insurance: None,
        lines: vec![line],
    };
    let (id, due) = (bill_id(payment), DUE);
    Bill { id, revision: 1, visit_no: None, patient, ready: true, due, detail }
}

fn plain(entry: impl Into<Entry>) -> Draft {
    Draft { entry: entry.into(), private: None }
}
