//! The exact bytes of every kind of entry. DO NOT CHANGE these lines: journals in the field hold such bytes, under
//! hashes that auditors have noted down, and must stay readable for as long as records of money are kept. A new
//! kind of entry gets a new line; a changed one gets a new version beside the old.

mod coins;
mod doubts;
mod incidents;
mod notes;
mod papers;
mod payouts;
mod tenders;

use std::collections::BTreeSet;

use api::{
    BillId, ClockCause, Decision, IncidentId, JournalEpoch, MachineId, Outcome, PartName, PaymentId,
    ReceiptNumber, TenderId, UnitKind, UnitName, WallTime,
};
use device_api::{DeviceCounts, Mismatch, Place, PrintJobId, StoreId, UnitId, UnitPart, UnitTrouble};
use engine::ledger::Account;
use engine::{
    CallEntry, CashEntry, Discrepancy, DoubtEntry, Entry, IncidentEntry, Line, MachineEntry, PaperEntry,
    PaymentEntry, PayoutEntry, Purpose, Receipt, Subject, TenderEntry, Whose,
};
use money::{CashCount, Denomination, DenominationSet, Yen};

use crate::books;
use crate::chain::Head;
use crate::encode::{DecodeError, Decoded, decode, encode};
use crate::private::SealedPrivate;

const PAYMENT: PaymentId = PaymentId(12);
const TENDER: TenderId = TenderId { payment: PAYMENT, number: 1 };
const PURPOSE: Purpose = Purpose::Tender(TENDER);
const JOB: PrintJobId = PrintJobId(34);
const NOTE: Denomination = Denomination::Yen1000;
const COIN: Denomination = Denomination::Yen100;
const NOTES: UnitId = UnitId::fixed("notes");
const COINS: UnitId = UnitId::fixed("coins");

/// An entry and its bytes.
type Golden = (Entry, &'static str);

fn golden() -> Vec<Golden> {
    [
        payments(),
        payments_closed(),
        tenders::lines(),
        notes::decided(),
        notes::moved(),
        coins::lines(),
        payouts::lines(),
        payouts::disturbed_lines(),
        payouts::closed(),
        suspensions(),
        suspensions_by_units(),
        papers::lines(),
        doubts::lines(),
        incidents::lines(),
    ]
    .concat()
}

fn staff(name: &str) -> api::Staff {
    name.parse().unwrap()
}

fn payments() -> Vec<Golden> {
    vec![
        (
            Entry::Machine(MachineEntry::ClockDoubted { cause: ClockCause::Jumped, says: WallTime(41) }),
            r#"{"v":2,"family":"machine","type":"clock_doubted","cause":"jumped","says":41}"#,
        ),
        (
            Entry::Machine(MachineEntry::ClockConfirmed { by: staff("佐藤") }),
            r#"{"v":2,"family":"machine","type":"clock_confirmed","by":"佐藤"}"#,
        ),
        (Entry::Machine(MachineEntry::BooksCarried), r#"{"v":2,"family":"machine","type":"books_carried"}"#),
        (
            Entry::Machine(MachineEntry::JournalBegun {
                machine: MachineId("m-1".to_owned()),
                epoch: JournalEpoch("000102030405060708090a0b0c0d0e0f".to_owned()),
            }),
            r#"{"v":2,"family":"machine","type":"journal_begun","machine":"m-1","epoch":"000102030405060708090a0b0c0d0e0f"}"#,
        ),
        (
            Entry::Machine(MachineEntry::MachineStarted),
            r#"{"v":2,"family":"machine","type":"machine_started"}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentOpened {
                payment: PAYMENT,
                lines: vec![line("2027-0115-01", 1_230, 1), line("2027-0114-07", 500, 2)],
            }),
            r#"{"v":2,"family":"payment","type":"payment_opened","payment":12,"lines":[{"bill":"2027-0115-01","revision":3,"due":1230,"whose":1},{"bill":"2027-0114-07","revision":3,"due":500,"whose":2}]}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentOpened { payment: PAYMENT, lines: vec![] }),
            r#"{"v":2,"family":"payment","type":"payment_opened","payment":12,"lines":[]}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentConfirmed { payment: PAYMENT }),
            r#"{"v":2,"family":"payment","type":"payment_confirmed","payment":12}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentResumed { payment: PAYMENT }),
            r#"{"v":2,"family":"payment","type":"payment_resumed","payment":12}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentDecided {
                payment: PAYMENT,
                decision: Decision::Continue,
                by: staff("佐藤"),
            }),
            r#"{"v":2,"family":"payment","type":"payment_decided","payment":12,"decision":"continue","by":"佐藤"}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentDecided {
                payment: PAYMENT,
                decision: Decision::Return,
                by: staff("佐藤"),
            }),
            r#"{"v":2,"family":"payment","type":"payment_decided","payment":12,"decision":"return","by":"佐藤"}"#,
        ),
    ]
}

fn payments_closed() -> Vec<Golden> {
    vec![
        (
            Entry::Payment(PaymentEntry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::Paid,
                due: Yen::new(3_000),
                inserted: cash(&[(Denomination::Yen2000, 1), (NOTE, 1)]),
                receipts: vec![Receipt { number: ReceiptNumber(17), bill: bill("2027-0115-01"), job: JOB }],
                paid_out: CashCount::EMPTY,
                slip: None,
            }),
            r#"{"v":2,"family":"payment","type":"payment_closed","payment":12,"outcome":{"outcome":"paid"},"due":3000,"inserted":[[1000,1],[2000,1]],"receipts":[{"number":17,"bill":"2027-0115-01","job":34}]}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::Cancelled { returned: Yen::ZERO, owed_to_patient: Yen::ZERO },
                due: Yen::new(3_000),
                inserted: CashCount::EMPTY,
                receipts: vec![],
                paid_out: CashCount::EMPTY,
                slip: None,
            }),
            r#"{"v":2,"family":"payment","type":"payment_closed","payment":12,"outcome":{"outcome":"cancelled","returned":0},"due":3000,"inserted":[],"receipts":[]}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::TakenOverByStaff {
                    by: staff("鈴木"),
                    reason: "\"紙幣詰まり\"".parse().unwrap(),
                },
                due: Yen::new(3_000),
                inserted: cash(&[(NOTE, 2)]),
                receipts: vec![],
                paid_out: CashCount::EMPTY,
                slip: None,
            }),
            r#"{"v":2,"family":"payment","type":"payment_closed","payment":12,"outcome":{"outcome":"taken_over_by_staff","by":"鈴木","reason":"\"紙幣詰まり\""},"due":3000,"inserted":[[1000,2]],"receipts":[]}"#,
        ),
    ]
}

fn suspensions() -> Vec<Golden> {
    vec![
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::Interrupted,
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"interrupted"}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::UnitFailed { part: acceptor(true), trouble: UnitTrouble::Jam },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"unit_failed","part":{"unit":{"id":"notes","kind":"notes","one_of_several":true},"part":"acceptor"},"trouble":{"trouble":"jam"}}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::UnitFailed {
                    part: acceptor(false),
                    trouble: UnitTrouble::Broken { code: 7 },
                },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"unit_failed","part":{"unit":{"id":"notes","kind":"notes"},"part":"acceptor"},"trouble":{"trouble":"broken","code":7}}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::UnitFailed {
                    part: acceptor(false),
                    trouble: UnitTrouble::UnknownValues { mismatch: None },
                },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"unit_failed","part":{"unit":{"id":"notes","kind":"notes"},"part":"acceptor"},"trouble":{"trouble":"unknown_values"}}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::UnitFailed {
                    part: acceptor(false),
                    trouble: UnitTrouble::other_than_profile(Mismatch::Country { read: 1, expected: 10 }),
                },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"unit_failed","part":{"unit":{"id":"notes","kind":"notes"},"part":"acceptor"},"trouble":{"trouble":"unknown_values","mismatch":{"of":"country","read":1,"expected":10}}}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::UnexpectedNote { reported: None },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"unexpected_note","reported":null}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::CountsDiffer {
                    unit: acceptor(false).unit,
                    expected: Box::new(counts(5, Some(700))),
                    reported: Box::new(counts(6, Some(701))),
                },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"counts_differ","unit":{"id":"notes","kind":"notes"},"expected":{"drums":[[1000,5]],"stacked_total":700},"reported":{"drums":[[1000,6]],"stacked_total":701}}}"#,
        ),
    ]
}

fn suspensions_by_units() -> Vec<Golden> {
    vec![
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::UnitFailed { part: hopper(), trouble: UnitTrouble::Empty },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"unit_failed","part":{"unit":{"id":"coins","kind":"coins"},"part":"hopper-5","holds":[100]},"trouble":{"trouble":"empty"}}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::BillChanged,
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"bill_changed"}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::CoinsUnaccounted,
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"coins_unaccounted"}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::PayoutUnknown,
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"payout_unknown"}}"#,
        ),
    ]
}

fn store(unit: UnitId, place: Place) -> StoreId {
    StoreId { unit, place }
}

fn acceptor(one_of_several: bool) -> PartName {
    let unit = UnitName { id: NOTES, kind: UnitKind::Notes, one_of_several };
    PartName { unit, part: UnitPart::Acceptor, holds: DenominationSet::EMPTY }
}

fn hopper() -> PartName {
    let unit = UnitName { id: COINS, kind: UnitKind::Coins, one_of_several: false };
    PartName { unit, part: UnitPart::Hopper(5), holds: [COIN].into_iter().collect() }
}

fn line(id: &str, due: i64, whose: u8) -> Line {
    Line { bill: bill(id), revision: 3, due: Yen::new(due), whose: Whose(whose) }
}

fn cash(pairs: &[(Denomination, u32)]) -> CashCount {
    CashCount::try_from(pairs.to_vec()).unwrap()
}

fn counts(thousands: u32, stacked_total: Option<u32>) -> DeviceCounts {
    DeviceCounts { drums: cash(&[(NOTE, thousands)]), stacked_total, paid_out_total: None }
}

fn bill(bill: &str) -> BillId {
    BillId(bill.to_owned())
}

#[test]
fn entries_are_written_as_ever() {
    for (entry, bytes) in golden() {
        assert_eq!(String::from_utf8(encode(&entry, None)).unwrap(), bytes);
        assert_eq!(decode(bytes.as_bytes()), Ok(Decoded { entry, commitment: None }));
    }
}

#[test]
fn every_kind_of_entry_has_a_golden_line() {
    let kinds = golden().iter().map(|(entry, _)| kind(entry)).collect::<BTreeSet<_>>();
    assert!(kinds.into_iter().eq(0..KINDS));
}

const KINDS: u8 = 49;

/// A new kind of entry does not compile until it has an arm here: give it a golden line, too.
fn kind(entry: &Entry) -> u8 {
    match entry {
        Entry::Machine(MachineEntry::MachineStarted) => 0,
        Entry::Payment(PaymentEntry::PaymentOpened { .. }) => 1,
        Entry::Cash(CashEntry::StackIntended { .. }) => 2,
        Entry::Cash(CashEntry::NoteRefused { .. }) => 3,
        Entry::Cash(CashEntry::NoteCredited { .. }) => 4,
        Entry::Cash(CashEntry::NoteStored { .. }) => 5,
        Entry::Cash(CashEntry::NoteReturned { .. }) => 6,
        Entry::Cash(CashEntry::NoteFound { .. }) => 7,
        Entry::Payment(PaymentEntry::PaymentConfirmed { .. }) => 8,
        Entry::Payment(PaymentEntry::PaymentSuspended { .. }) => 9,
        Entry::Payment(PaymentEntry::PaymentClosed { .. }) => 10,
        Entry::Paper(PaperEntry::PrintIntended { .. }) => 11,
        Entry::Paper(PaperEntry::Printed { .. }) => 12,
        Entry::Paper(PaperEntry::PrintNotStarted { .. }) => 13,
        Entry::Paper(PaperEntry::PrintUnknown { .. }) => 14,
        Entry::Paper(PaperEntry::PrintAnswered { .. }) => 15,
        Entry::Call(CallEntry::StaffCalled { .. }) => 16,
        Entry::Call(CallEntry::CallAnswered { .. }) => 17,
        Entry::Payment(PaymentEntry::ResultDelivered { .. }) => 18,
        Entry::Payment(PaymentEntry::PrivateErased { .. }) => 19,
        Entry::Cash(CashEntry::CoinCredited { .. }) => 20,
        Entry::Cash(CashEntry::CoinFound { .. }) => 21,
        Entry::Cash(CashEntry::CoinsUnaccounted { .. }) => 22,
        Entry::Cash(CashEntry::StockSet { .. }) => 23,
        Entry::Payment(PaymentEntry::ReturnDecided { .. }) => 24,
        Entry::Payout(PayoutEntry::PayoutIntended { .. }) => 25,
        Entry::Payout(PayoutEntry::PayoutEnded { .. }) => 26,
        Entry::Payout(PayoutEntry::NotesRetracted { .. }) => 27,
        Entry::Payment(PaymentEntry::PaymentResumed { .. }) => 28,
        Entry::Payout(PayoutEntry::PayoutPrepared { .. }) => 29,
        Entry::Payment(PaymentEntry::PaymentDecided { .. }) => 30,
        Entry::Doubt(DoubtEntry::UnitCounted { .. }) => 31,
        Entry::Doubt(DoubtEntry::DoubtOpened { .. }) => 32,
        Entry::Doubt(DoubtEntry::DoubtSettled { .. }) => 33,
        Entry::Machine(MachineEntry::MachineHalted { .. }) => 34,
        Entry::Payout(PayoutEntry::PayoutDisturbed { .. }) => 35,
        Entry::Tender(TenderEntry::TenderIntended { .. }) => 36,
        Entry::Tender(TenderEntry::TenderTaken { .. }) => 37,
        Entry::Tender(TenderEntry::TenderVoid { .. }) => 38,
        Entry::Tender(TenderEntry::TenderUnknown { .. }) => 39,
        Entry::Machine(MachineEntry::JournalBegun { .. }) => 40,
        Entry::Machine(MachineEntry::BooksCarried) => 41,
        Entry::Machine(MachineEntry::ClockDoubted { .. }) => 42,
        Entry::Machine(MachineEntry::ClockConfirmed { .. }) => 43,
        Entry::Incident(IncidentEntry::IncidentOpened { .. }) => 44,
        Entry::Incident(IncidentEntry::FoundSuspended { .. }) => 45,
        Entry::Incident(IncidentEntry::MissingSuspended { .. }) => 46,
        Entry::Incident(IncidentEntry::IncidentSettled { .. }) => 47,
        Entry::Cash(CashEntry::EventsTold { .. }) => 48,
    }
}

/// The names stand in the `postings` table. Do not change them.
#[test]
fn accounts_are_called_as_ever() {
    let cash = |unit, place, denomination| Account::Cash { store: store(unit, place), denomination };
    let accounts = [
        (
            cash(NOTES, Place::Transport, NOTE),
            r#"{"account":"cash","store":"notes/transport","denomination":1000}"#,
        ),
        (
            cash(NOTES, Place::Drum(1), NOTE),
            r#"{"account":"cash","store":"notes/drum-1","denomination":1000}"#,
        ),
        (
            cash(NOTES, Place::CashBox, NOTE),
            r#"{"account":"cash","store":"notes/cash-box","denomination":1000}"#,
        ),
        (
            cash(COINS, Place::Hopper(5), COIN),
            r#"{"account":"cash","store":"coins/hopper-5","denomination":100}"#,
        ),
        (
            cash(COINS, Place::CoinBox, COIN),
            r#"{"account":"cash","store":"coins/coin-box","denomination":100}"#,
        ),
        (Account::Deposit { tender: TENDER }, r#"{"account":"deposit","tender":"12-1"}"#),
        (Account::Brought { payment: PAYMENT }, r#"{"account":"brought","payment":12}"#),
        (Account::Fees, r#"{"account":"fees"}"#),
        (Account::TakenOver { payment: PAYMENT }, r#"{"account":"taken_over","payment":12}"#),
        (Account::Owed { payment: PAYMENT }, r#"{"account":"owed","payment":12}"#),
        (Account::Found, r#"{"account":"found"}"#),
        (Account::Doubtful { tender: TENDER }, r#"{"account":"doubtful","tender":"12-1"}"#),
        (Account::Incident { incident: IncidentId(3) }, r#"{"account":"incident","incident":3}"#),
        (Account::GivenByHand, r#"{"account":"given_by_hand"}"#),
        (Account::HandedOver, r#"{"account":"handed_over"}"#),
        (Account::OverShort, r#"{"account":"over_short"}"#),
        (Account::Float, r#"{"account":"float"}"#),
    ];
    for (account, name) in accounts {
        assert_eq!(books::name(&account), name);
        assert_eq!(books::account(name), Some(account));
    }
}

/// The hashes were worked out with Python's `hashlib` by the rule in `docs/journal.md`.
#[test]
fn entries_are_linked_as_ever() {
    let links = [
        (
            WallTime(1_800_000_000),
            r#"{"v":2,"family":"machine","type":"machine_started"}"#,
            "618aedbcdcb5a4df576480ca2b97901b4a3bc588a438ae2396d344907a0f3e38",
        ),
        (
            WallTime(1_800_000_001),
            r#"{"v":2,"family":"cash","type":"note_credited","purpose":{"tender":"12-1"},"unit":"notes","denomination":1000}"#,
            "87ab6ed1daf3e5616d197a10c3597d53a5629514be9b16233ddecd84be946b9d",
        ),
        (
            WallTime(-1),
            r#"{"v":2,"family":"call","type":"call_answered","by":"鈴木"}"#,
            "b9b4dab691c7b2d5ba10c5e2d2c6385c31c65853c2c8dbf821932a5bfc671adf",
        ),
    ];
    let mut head = Head::START;
    for (at, body, hash) in links {
        head = head.link(at, body.as_bytes());
        assert_eq!(head.hash.to_string(), hash);
    }
}

#[test]
fn a_private_part_is_committed_to_as_ever() {
    let private = SealedPrivate {
        subject: Subject::Payment(PAYMENT),
        salt: *b"sixteen bytes of",
        body: b"{\"bills\":[]}".to_vec(),
    };
    let commitment = private.commitment();
    assert_eq!(commitment.to_string(), "493e8a492ccf6d440ccf4e2a9e6a4f063bf23a5c7d2766eb892cf02906df9969");
    let entry = Entry::Payment(PaymentEntry::PaymentOpened { payment: PAYMENT, lines: vec![] });
    let bytes = r#"{"v":2,"family":"payment","type":"payment_opened","payment":12,"lines":[],"private":"493e8a492ccf6d440ccf4e2a9e6a4f063bf23a5c7d2766eb892cf02906df9969"}"#;
    assert_eq!(String::from_utf8(encode(&entry, Some(commitment))).unwrap(), bytes);
    assert_eq!(decode(bytes.as_bytes()), Ok(Decoded { entry, commitment: Some(commitment) }));
}

#[test]
fn other_bytes_are_no_entry() {
    let malformed = |column| DecodeError::Malformed { column };
    let cases = [
        (r#"{"v":3,"family":"machine","type":"machine_started"}"#, DecodeError::Version { found: 3 }),
        (r#"{"v":3,"kind":"something new"}"#, DecodeError::Version { found: 3 }),
        (r#"{"v":2,"family":"machine","type":"machine_started","more":1}"#, DecodeError::NotCanonical),
        (r#"{"v":2,"family":"paper","type":"printed","job":1,"more":1}"#, DecodeError::NotCanonical),
        (r#"{"v":2,"family":"paper","type":"printed","job":1,"private":null}"#, DecodeError::NotCanonical),
        (r#"{"v":2,"family":"paper","type":"printed", "job":1}"#, DecodeError::NotCanonical),
        (r#"{"family":"paper","type":"printed","job":1,"v":2}"#, DecodeError::NotCanonical),
        (r#"{"v":2,"family":"call","type":"call_answered","by":"\u0041"}"#, DecodeError::NotCanonical),
        (r#"{"v":2,"family":"paper","type":"printed"}"#, malformed(41)),
        (r#"{"v":2,"family":"paper","type":"printed","job":-1}"#, malformed(50)),
        (r#"{"v":2,"family":"paper","type":"dispensed","job":1}"#, malformed(51)),
        (r#"{"family":"machine","type":"machine_started"}"#, malformed(45)),
        (r#"{"v":2,"family":"machine","type":"machine_started""#, malformed(50)),
        (r#"{"v":2,"v":2,"family":"machine","type":"machine_started"}"#, malformed(10)),
        ("", malformed(0)),
    ];
    for (bytes, error) in cases {
        assert_eq!(decode(bytes.as_bytes()), Err(error), "{bytes}");
    }
}
