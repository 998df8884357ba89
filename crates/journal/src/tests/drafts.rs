//! Drafts to write: one made-up payment, and random ones.

use std::collections::BTreeMap;

use api::{
    Bill, BillDetail, BillId, BillLine, Decision, FormKind, IncidentDoubt, IncidentId, IncidentSaid,
    LineKind, Outcome, PaperAnswer, PartName, Patient, PatientNumber, PaymentId, ReceiptNumber, TaxClass,
    TenderId, UnitKind, UnitName, WallTime,
};
use device_api::{
    CountedBefore, DeviceCounts, DispenseEnd, DispenseId, Disturbance, Place, PrintCause, PrintJobId,
    ShortCause, StoreId, UnitId, UnitPart, UnitTrouble,
};
use engine::{
    CallEntry, CallReason, CashEntry, Discrepancy, Draft, Entry, IncidentEntry, Line, MachineEntry, Means,
    PaperEntry, PaymentEntry, PayoutEntry, PrintMark, Private, Purpose, Receipt, RefusalReason, Slip,
    SlipCode, Subject, TenderEntry, Whose,
};
use money::{CashCount, Denomination, DenominationSet, Yen};
use proptest::prelude::*;
use proptest::sample::select;

const NOTES: UnitId = UnitId::fixed("notes");

/// A name that must never be seen outside the private table.
pub(super) const NAME: &str = "架空 花子";

/// One payment of 3,000 yen: something with a private part, things that move money, and things that do not.
pub(super) fn payment(id: u64) -> Vec<Vec<Draft>> {
    let payment = PaymentId(id);
    let mut batches = vec![vec![opened(payment)]];
    for denomination in [Denomination::Yen1000, Denomination::Yen2000] {
        batches.push(vec![plain(Entry::Cash(CashEntry::StackIntended {
            purpose: of(payment),
            unit: NOTES,
            denomination,
        }))]);
        batches.push(vec![plain(Entry::Cash(CashEntry::NoteCredited {
            purpose: of(payment),
            unit: NOTES,
            denomination,
        }))]);
        batches.push(vec![plain(Entry::Cash(CashEntry::NoteStored {
            store: StoreId { unit: NOTES, place: Place::Drum(1) },
            denomination,
        }))]);
    }
    let (tender, kept) = (TenderId { payment, number: 1 }, Yen::new(3_000));
    batches.push(vec![
        plain(Entry::Tender(TenderEntry::TenderTaken { tender, kept })),
        plain(closed(payment)),
        plain(Entry::Paper(PaperEntry::Printed { job: PrintJobId(7) })),
    ]);
    batches
}

pub(super) fn opened(payment: PaymentId) -> Draft {
    let (bill_id, due, whose) = (BillId("b-1".to_owned()), Yen::new(3_000), Whose(1));
    let lines = vec![Line { bill: bill_id, revision: 2, due, whose }];
    let entry = Entry::Payment(PaymentEntry::PaymentOpened { payment, lines });
    Draft { entry, private: Some(Private::Bills(vec![bill(NAME)])) }
}

/// Cash is the first way to pay it.
pub(super) fn of(payment: PaymentId) -> Purpose {
    Purpose::Tender(TenderId { payment, number: 1 })
}

fn intended(payment: PaymentId) -> Entry {
    let counts = DeviceCounts { drums: CashCount::EMPTY, stacked_total: Some(40), paid_out_total: None };
    let counts_before = BTreeMap::from([(NOTES, counts)]);
    let means = Means::Cash { takes: api::Takes::NotesAndCoins, counts_before };
    let tender = TenderId { payment, number: 1 };
    Entry::Tender(TenderEntry::TenderIntended { tender, asked: Yen::new(3_000), means })
}

pub(super) fn closed_with_slip(id: PaymentId) -> Draft {
    let mut entry = closed(id);
    let code = SlipCode::of(7);
    if let Entry::Payment(PaymentEntry::PaymentClosed { slip, .. }) = &mut entry {
        *slip = Some(Slip { amount: Yen::new(100), code: code.seal(id), job: PrintJobId(8) });
    }
    Draft { entry, private: Some(Private::SlipCode(code)) }
}

pub(super) fn erased(payment: PaymentId) -> Draft {
    plain(Entry::Payment(PaymentEntry::PrivateErased { subject: Subject::Payment(payment) }))
}

pub(super) fn plain(entry: Entry) -> Draft {
    Draft { entry, private: None }
}

pub(super) fn bill(name: &str) -> Bill {
    let patient = Patient {
        number: PatientNumber("00042".to_owned()),
        name: name.to_owned(),
        family_kana: "カクウ".to_owned(),
        given_kana: "ハナコ".to_owned(),
    };
    let line = BillLine {
        label: "診断書".to_owned(),
        amount: Yen::new(3_000),
        kind: LineKind::Other,
        tax: TaxClass::Standard,
    };
    let detail = BillDetail {
        form: FormKind::Medical,
        treated_on: (2027, 1, 15),
        department: None,
        insurance: None,
        lines: vec![line],
    };
    Bill {
        id: BillId("b-1".to_owned()),
        revision: 2,
        visit_no: None,
        patient,
        ready: true,
        due: Yen::new(3_000),
        detail,
    }
}

pub(super) fn closed(payment: PaymentId) -> Entry {
    let notes = vec![(Denomination::Yen1000, 1), (Denomination::Yen2000, 1)];
    let receipt = Receipt { number: ReceiptNumber(5), bill: BillId("b-1".to_owned()), job: PrintJobId(7) };
    Entry::Payment(PaymentEntry::PaymentClosed {
        payment,
        outcome: Outcome::Paid,
        due: Yen::new(3_000),
        inserted: CashCount::try_from(notes).unwrap(),
        receipts: vec![receipt],
        paid_out: CashCount::EMPTY,
        slip: None,
    })
}

/// Transactions of one to four drafts. Payments are opened under ever new numbers, as the engine does.
pub(super) fn batches() -> impl Strategy<Value = Vec<Vec<Draft>>> {
    let batch = proptest::collection::vec(draft(), 1..5);
    proptest::collection::vec(batch, 0..10).prop_map(|mut batches| {
        for (number, draft) in (1..).zip(batches.iter_mut().flatten()) {
            if let Entry::Payment(PaymentEntry::PaymentOpened { payment, .. }) = &mut draft.entry {
                *payment = PaymentId(number);
            }
        }
        batches
    })
}

fn draft() -> impl Strategy<Value = Draft> {
    let opened = (text(), any::<bool>()).prop_map(|(name, is_private)| {
        let private = is_private.then(|| Private::Bills(vec![bill(&name)]));
        Draft { private, ..opened(PaymentId(0)) }
    });
    prop_oneof![
        1 => opened,
        4 => money_entry().prop_map(plain),
        2 => coin_entry().prop_map(plain),
        2 => payout_entry().prop_map(plain),
        2 => tender_entry().prop_map(plain),
        1 => incident_entry().prop_map(plain),
        2 => paper_entry().prop_map(plain),
        2 => other_entry().prop_map(plain),
    ]
}

fn money_entry() -> impl Strategy<Value = Entry> {
    let known = (purpose(), denomination());
    prop_oneof![
        known.clone().prop_map(|(purpose, denomination)| Entry::Cash(CashEntry::StackIntended {
            purpose,
            unit: NOTES,
            denomination
        })),
        known.clone().prop_map(|(purpose, denomination)| Entry::Cash(CashEntry::NoteCredited {
            purpose,
            unit: NOTES,
            denomination
        })),
        known
            .prop_map(|(_, denomination)| Entry::Cash(CashEntry::NoteReturned { unit: NOTES, denomination })),
        (denomination(), store())
            .prop_map(|(denomination, store)| Entry::Cash(CashEntry::NoteStored { store, denomination })),
        denomination().prop_map(|denomination| Entry::Cash(CashEntry::NoteRefused {
            unit: NOTES,
            denomination,
            reason: RefusalReason::DoesNotFit
        })),
        proptest::option::of(denomination())
            .prop_map(|denomination| Entry::Cash(CashEntry::NoteFound { unit: NOTES, denomination })),
        (payment_id(), outcome(), pieces(), pieces(), proptest::option::of(slip())).prop_map(
            |(payment, outcome, inserted, paid_out, slip)| {
                let due = inserted.total().unwrap();
                Entry::Payment(PaymentEntry::PaymentClosed {
                    payment,
                    outcome,
                    due,
                    inserted,
                    receipts: Vec::new(),
                    paid_out,
                    slip,
                })
            }
        ),
    ]
}

fn purpose() -> impl Strategy<Value = Purpose> + Clone {
    payment_id().prop_map(of)
}

fn tender_entry() -> impl Strategy<Value = Entry> {
    let fate = (payment_id(), amount(), 0_u8..3).prop_map(|(payment, kept, fate)| {
        let tender = TenderId { payment, number: 1 };
        Entry::Tender(match fate {
            0 => TenderEntry::TenderTaken { tender, kept },
            1 => TenderEntry::TenderVoid { tender, kept },
            _ => TenderEntry::TenderUnknown { tender, kept },
        })
    });
    prop_oneof![payment_id().prop_map(intended), fate]
}

fn incident_entry() -> impl Strategy<Value = Entry> {
    let incident = (1_u32..9).prop_map(IncidentId);
    let about = proptest::option::of(payment_id());
    prop_oneof![
        (incident.clone(), about.clone()).prop_map(|(incident, about)| {
            let doubt = IncidentDoubt::MoneyFound;
            Entry::Incident(IncidentEntry::IncidentOpened { incident, about, doubt })
        }),
        (incident.clone(), amount()).prop_map(|(incident, value)| {
            Entry::Incident(IncidentEntry::FoundSuspended { incident, value })
        }),
        (incident.clone(), payment_id(), amount()).prop_map(|(incident, payment, value)| {
            let tender = TenderId { payment, number: 1 };
            Entry::Incident(IncidentEntry::MissingSuspended { incident, tender, value })
        }),
        (incident, about, amount(), said()).prop_map(|(incident, about, held, by)| {
            let said = IncidentSaid::OverShort;
            Entry::Incident(IncidentEntry::IncidentSettled { incident, said, about, held, by })
        }),
    ]
}

fn coin_entry() -> impl Strategy<Value = Entry> {
    let coin = (denomination(), store());
    prop_oneof![
        (purpose(), coin.clone(), any::<u8>()).prop_map(|(purpose, (denomination, store), event_no)| {
            Entry::Cash(CashEntry::CoinCredited { purpose, store, denomination, event_no })
        }),
        (coin.clone(), any::<u8>()).prop_map(|((denomination, store), event_no)| Entry::Cash(
            CashEntry::CoinFound { store, denomination, event_no }
        )),
        any::<(u8, u8)>().prop_map(|(events, event_no)| {
            Entry::Cash(CashEntry::CoinsUnaccounted { unit: NOTES, events, event_no })
        }),
        any::<u8>().prop_map(|event_no| Entry::Cash(CashEntry::EventsTold { unit: NOTES, event_no })),
        (store(), pieces(), pieces(), said()).prop_map(|(store, before, counted, by)| {
            Entry::Cash(CashEntry::StockSet { store, before, counted, by })
        }),
    ]
}

fn counted_before() -> impl Strategy<Value = CountedBefore> {
    let total = prop::option::of(any::<u32>());
    prop_oneof![
        (prop::collection::vec(any::<u16>(), 0..3), total)
            .prop_map(|(notes, paid_out_total)| CountedBefore::Drums { notes, paid_out_total }),
        any::<(u8, u32, bool)>().prop_map(|(event, paid_out_total, powered_up)| CountedBefore::Hopper {
            event,
            paid_out_total,
            powered_up
        }),
    ]
}

fn payout_entry() -> impl Strategy<Value = Entry> {
    let dispense = any::<u64>().prop_map(DispenseId);
    let payout = (purpose(), dispense.clone(), store(), denomination(), 1_u32..99);
    prop_oneof![
        payment_id().prop_map(|payment| Entry::Payment(PaymentEntry::ReturnDecided { payment })),
        (payment_id(), said()).prop_map(|(payment, by)| Entry::Payment(PaymentEntry::PaymentDecided {
            payment,
            decision: Decision::Return,
            by
        })),
        payout.clone().prop_map(|(purpose, dispense, store, denomination, pieces)| Entry::Payout(
            PayoutEntry::PayoutIntended { purpose, dispense, store, denomination, pieces }
        )),
        (purpose(), dispense.clone(), counted_before()).prop_map(|(purpose, dispense, before)| {
            Entry::Payout(PayoutEntry::PayoutPrepared { purpose, dispense, before })
        }),
        (purpose(), dispense, select(DISTURBANCES.to_vec())).prop_map(|(purpose, dispense, what)| {
            Entry::Payout(PayoutEntry::PayoutDisturbed { purpose, dispense, what })
        }),
        (payout, dispense_end()).prop_map(|((purpose, dispense, store, denomination, pieces), end)| {
            Entry::Payout(PayoutEntry::PayoutEnded { purpose, dispense, store, denomination, pieces, end })
        }),
        (store(), denomination(), 1_u32..99).prop_map(|(from, denomination, pieces)| Entry::Payout(
            PayoutEntry::NotesRetracted { from, denomination, pieces }
        )),
    ]
}

const DISTURBANCES: [Disturbance; 4] =
    [Disturbance::PowerLost, Disturbance::FailedWhileOffered, Disturbance::NotTaken, Disturbance::WentBack];

fn dispense_end() -> impl Strategy<Value = DispenseEnd> {
    let causes = [ShortCause::Empty, ShortCause::NotTaken, ShortCause::Jam, ShortCause::Refused];
    prop_oneof![
        Just(DispenseEnd::Complete),
        (0_u32..99, select(causes.to_vec())).prop_map(|(paid, cause)| DispenseEnd::Short { paid, cause }),
        (0_u32..99).prop_map(|paid| DispenseEnd::Unknown { paid }),
    ]
}

fn slip() -> impl Strategy<Value = Slip> {
    (amount(), any::<u64>(), 0_u32..9).prop_map(|(amount, chance, job)| Slip {
        amount,
        code: SlipCode::of(chance).seal(PaymentId(1)),
        job: PrintJobId(job),
    })
}

fn paper_entry() -> impl Strategy<Value = Entry> {
    let job = (0_u32..9).prop_map(PrintJobId);
    let cause = select(vec![PrintCause::CoverOpen, PrintCause::PaperEnd, PrintCause::PowerLost]);
    prop_oneof![
        (job.clone(), any::<u8>()).prop_map(|(job, attempt)| Entry::Paper(PaperEntry::PrintIntended {
            job,
            attempt,
            mark: PrintMark::Reissued
        })),
        job.clone().prop_map(|job| Entry::Paper(PaperEntry::Printed { job })),
        (job.clone(), cause.clone())
            .prop_map(|(job, cause)| Entry::Paper(PaperEntry::PrintNotStarted { job, cause })),
        (job.clone(), cause).prop_map(|(job, cause)| Entry::Paper(PaperEntry::PrintUnknown { job, cause })),
        (job, said()).prop_map(|(job, by)| Entry::Paper(PaperEntry::PrintAnswered {
            job,
            answer: PaperAnswer::Unknown,
            by
        })),
    ]
}

fn other_entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        Just(Entry::Machine(MachineEntry::MachineStarted)),
        any::<i64>().prop_map(|since| Entry::Machine(MachineEntry::MachineHalted { since: WallTime(since) })),
        payment_id().prop_map(|payment| Entry::Payment(PaymentEntry::PaymentConfirmed { payment })),
        payment_id().prop_map(|payment| Entry::Payment(PaymentEntry::PaymentResumed { payment })),
        payment_id().prop_map(|payment| Entry::Payment(PaymentEntry::ResultDelivered { payment })),
        payment_id().prop_map(|payment| Entry::Payment(PaymentEntry::PrivateErased {
            subject: Subject::Payment(payment)
        })),
        (payment_id(), discrepancy()).prop_map(|(payment, discrepancy)| Entry::Payment(
            PaymentEntry::PaymentSuspended { payment, discrepancy }
        )),
        Just(Entry::Call(CallEntry::StaffCalled { reason: CallReason::Paper })),
        said().prop_map(|by| Entry::Call(CallEntry::CallAnswered { reason: None, by })),
        said().prop_map(|by| { Entry::Call(CallEntry::CallAnswered { reason: Some(CallReason::Owed), by }) }),
    ]
}

fn discrepancy() -> impl Strategy<Value = Discrepancy> {
    let counts = (pieces(), proptest::option::of(any::<u32>()))
        .prop_map(|(drums, stacked_total)| DeviceCounts { drums, stacked_total, paid_out_total: None });
    prop_oneof![
        Just(Discrepancy::Interrupted),
        Just(Discrepancy::PayoutUnknown),
        any::<u8>().prop_map(|code| {
            let part = PartName { unit: name(), part: UnitPart::Hopper(code), holds: DenominationSet::EMPTY };
            Discrepancy::UnitFailed { part, trouble: UnitTrouble::Broken { code } }
        }),
        proptest::option::of(denomination()).prop_map(|reported| Discrepancy::UnexpectedNote { reported }),
        (counts.clone(), counts).prop_map(|(expected, reported)| Discrepancy::CountsDiffer {
            unit: name(),
            expected: Box::new(expected),
            reported: Box::new(reported),
        }),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Paid),
        amount().prop_map(|owed_to_patient| Outcome::PaidShort { owed_to_patient }),
        (amount(), amount())
            .prop_map(|(returned, owed_to_patient)| Outcome::Cancelled { returned, owed_to_patient }),
        (said(), said()).prop_map(|(by, reason)| Outcome::TakenOverByStaff { by, reason }),
    ]
}

fn amount() -> impl Strategy<Value = Yen> + Clone {
    (0_i64..99_999).prop_map(Yen::new)
}

fn payment_id() -> impl Strategy<Value = PaymentId> + Clone {
    (0_u64..9).prop_map(PaymentId)
}

fn denomination() -> impl Strategy<Value = Denomination> + Clone {
    select(Denomination::ALL.to_vec())
}

fn name() -> UnitName {
    UnitName { id: NOTES, kind: UnitKind::Notes, one_of_several: false }
}

fn store() -> impl Strategy<Value = StoreId> + Clone {
    let unit = select(vec![NOTES, UnitId::fixed("coins")]);
    (unit, place()).prop_map(|(unit, place)| StoreId { unit, place })
}

fn place() -> impl Strategy<Value = Place> + Clone {
    prop_oneof![
        Just(Place::Transport),
        Just(Place::CashBox),
        Just(Place::CoinBox),
        any::<u8>().prop_map(Place::Drum),
        any::<u8>().prop_map(Place::Hopper),
    ]
}

fn pieces() -> impl Strategy<Value = CashCount> + Clone {
    let pairs = proptest::collection::vec((denomination(), 0_u32..50), 0..4);
    pairs.prop_map(|pairs| CashCount::try_from(pairs).unwrap())
}

/// What people type: also quotes, line ends and what lies outside the basic plane.
fn text() -> impl Strategy<Value = String> {
    let characters = select("a\"\\/\n\u{0}\u{1f}鈴木𠮷😀\u{2028}".chars().collect::<Vec<_>>());
    proptest::collection::vec(characters, 0..8).prop_map(String::from_iter)
}

/// Whatever a person may sign with.
fn said<T: std::str::FromStr + std::fmt::Debug>() -> impl Strategy<Value = T> {
    let characters = select("a\"\\/ 鈴木𠮷😀\u{2028}".chars().collect::<Vec<_>>());
    let texts = proptest::collection::vec(characters, 1..8).prop_map(String::from_iter);
    texts.prop_filter_map("blank", |text| text.parse().ok())
}
