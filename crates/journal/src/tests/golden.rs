//! The exact bytes of every kind of entry. DO NOT CHANGE these lines: journals in the field hold such bytes, under
//! hashes that auditors have noted down, and must stay readable for as long as records of money are kept. A new
//! kind of entry gets a new line; a changed one gets a new version beside the old.

mod coins;
mod doubts;
mod papers;
mod payouts;
mod tenders;

use std::collections::BTreeSet;

use api::{
    BillId, ClockCause, Decision, JournalEpoch, MachineId, Outcome, PaymentId, ReceiptNumber, TenderId,
    WallTime,
};
use device_api::{DeviceCounts, Place, PrintJobId, UnitTrouble};
use engine::ledger::Account;
use engine::{
    CallEntry, CashEntry, Discrepancy, DoubtEntry, Entry, Line, MachineEntry, PaperEntry, PaymentEntry,
    PayoutEntry, Purpose, Receipt, RefusalReason, Subject, TenderEntry, Whose,
};
use money::{CashCount, Denomination, Yen};

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

/// An entry and its bytes.
type Golden = (Entry, &'static str);

fn golden() -> Vec<Golden> {
    [
        payments(),
        payments_closed(),
        tenders::lines(),
        notes(),
        coins::lines(),
        payouts::lines(),
        payouts::disturbed_lines(),
        payouts::closed(),
        suspensions(),
        suspensions_by_units(),
        papers::lines(),
        doubts::lines(),
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

fn notes() -> Vec<Golden> {
    vec![
        (
            Entry::Cash(CashEntry::StackIntended { purpose: PURPOSE, denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"stack_intended","purpose":{"tender":"12-1"},"denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                denomination: Denomination::Yen10000,
                reason: RefusalReason::DoesNotFit,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","denomination":10000,"reason":"does_not_fit"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                denomination: Denomination::Yen5000,
                reason: RefusalReason::NoLongerAccepting,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","denomination":5000,"reason":"no_longer_accepting"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                denomination: Denomination::Yen2000,
                reason: RefusalReason::NoPayment,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","denomination":2000,"reason":"no_payment"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                denomination: NOTE,
                reason: RefusalReason::PatientTookBack,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","denomination":1000,"reason":"patient_took_back"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteCredited { purpose: PURPOSE, denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"note_credited","purpose":{"tender":"12-1"},"denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteStored { denomination: NOTE, place: Place::Transport }),
            r#"{"v":2,"family":"cash","type":"note_stored","denomination":1000,"place":"transport"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteStored { denomination: NOTE, place: Place::Drum(2) }),
            r#"{"v":2,"family":"cash","type":"note_stored","denomination":1000,"place":{"drum":2}}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteStored { denomination: NOTE, place: Place::CashBox }),
            r#"{"v":2,"family":"cash","type":"note_stored","denomination":1000,"place":"cash_box"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteReturned { denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"note_returned","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteFound { denomination: Some(NOTE) }),
            r#"{"v":2,"family":"cash","type":"note_found","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteFound { denomination: None }),
            r#"{"v":2,"family":"cash","type":"note_found","denomination":null}"#,
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
                discrepancy: Discrepancy::NoteUnit { trouble: UnitTrouble::Jam },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"note_unit","trouble":{"trouble":"jam"}}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::NoteUnit { trouble: UnitTrouble::Broken { code: 7 } },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"note_unit","trouble":{"trouble":"broken","code":7}}}"#,
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
                    expected: counts(5, Some(700)),
                    reported: counts(6, Some(701)),
                },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"counts_differ","expected":{"drums":[[1000,5]],"stacked_total":700},"reported":{"drums":[[1000,6]],"stacked_total":701}}}"#,
        ),
    ]
}

fn suspensions_by_units() -> Vec<Golden> {
    vec![
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::CoinUnit { trouble: UnitTrouble::Empty },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"coin_unit","trouble":{"trouble":"empty"}}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::CoinUnit { trouble: UnitTrouble::Broken { code: 7 } },
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"coin_unit","trouble":{"trouble":"broken","code":7}}}"#,
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

const KINDS: u8 = 44;

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
    }
}

/// The names stand in the `postings` table. Do not change them.
#[test]
fn accounts_are_called_as_ever() {
    let cash = |place, denomination| Account::Cash { place, denomination };
    let accounts = [
        (cash(Place::Transport, NOTE), r#"{"account":"cash","place":"transport","denomination":1000}"#),
        (cash(Place::Drum(1), NOTE), r#"{"account":"cash","place":{"drum":1},"denomination":1000}"#),
        (cash(Place::CashBox, NOTE), r#"{"account":"cash","place":"cash_box","denomination":1000}"#),
        (cash(Place::Hopper(COIN), COIN), r#"{"account":"cash","place":{"hopper":100},"denomination":100}"#),
        (cash(Place::CoinBox, COIN), r#"{"account":"cash","place":"coin_box","denomination":100}"#),
        (Account::Deposit { tender: TENDER }, r#"{"account":"deposit","tender":"12-1"}"#),
        (Account::Brought { payment: PAYMENT }, r#"{"account":"brought","payment":12}"#),
        (Account::Fees, r#"{"account":"fees"}"#),
        (Account::TakenOver { payment: PAYMENT }, r#"{"account":"taken_over","payment":12}"#),
        (Account::Owed { payment: PAYMENT }, r#"{"account":"owed","payment":12}"#),
        (Account::Found, r#"{"account":"found"}"#),
        (Account::Doubtful { tender: TENDER }, r#"{"account":"doubtful","tender":"12-1"}"#),
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
            r#"{"v":2,"family":"cash","type":"note_credited","purpose":{"tender":"12-1"},"denomination":1000}"#,
            "df6972f91605da726235f064d5e0f42a0e9aa16be598441f79e373733774763d",
        ),
        (
            WallTime(-1),
            r#"{"v":2,"family":"call","type":"call_answered","by":"鈴木"}"#,
            "ea261a487d81ad3605b7e390f302909cf018b651bf51c0993c3288ce0ffbbc17",
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
