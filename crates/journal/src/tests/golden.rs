//! The exact bytes of every kind of entry. DO NOT CHANGE these lines: journals in the field hold such bytes, under
//! hashes that auditors have noted down, and must stay readable for as long as records of money are kept. A new
//! kind of entry gets a new line; a changed one gets a new version beside the old.

mod coins;
mod doubts;
mod payouts;

use std::collections::BTreeSet;

use api::{BillId, Decision, Outcome, PaperAnswer, PaymentId, ReceiptNumber, WallTime};
use device_api::{CashTrouble, CoinTrouble, DeviceCounts, Place, PrintCause, PrintJobId};
use engine::ledger::Account;
use engine::{BillRef, CallReason, Discrepancy, Entry, PrintMark, Receipt, RefusalReason};
use money::{CashCount, Denomination, Yen};

use crate::books;
use crate::chain::Head;
use crate::encode::{DecodeError, Decoded, decode, encode};
use crate::private::SealedPrivate;

const PAYMENT: PaymentId = PaymentId(12);
const JOB: PrintJobId = PrintJobId(34);
const NOTE: Denomination = Denomination::Yen1000;
const COIN: Denomination = Denomination::Yen100;

/// An entry and its bytes.
type Golden = (Entry, &'static str);

fn golden() -> Vec<Golden> {
    [
        payments(),
        notes(),
        coins::lines(),
        payouts::lines(),
        payouts::disturbed_lines(),
        payouts::closed(),
        suspensions(),
        papers(),
        doubts::lines(),
        people(),
    ]
    .concat()
}

fn payments() -> Vec<Golden> {
    vec![
        (Entry::MachineStarted, r#"{"v":1,"type":"machine_started"}"#),
        (
            Entry::PaymentOpened {
                payment: PAYMENT,
                bills: vec![BillRef { bill: bill("2027-0115-01"), revision: 3, due: Yen::new(1_230) }],
                counts_before: counts(5, Some(700)),
            },
            r#"{"v":1,"type":"payment_opened","payment":12,"bills":[{"bill":"2027-0115-01","revision":3,"due":1230}],"counts_before":{"drums":[[1000,5]],"stacked_total":700}}"#,
        ),
        (
            Entry::PaymentOpened { payment: PAYMENT, bills: vec![], counts_before: counts(0, None) },
            r#"{"v":1,"type":"payment_opened","payment":12,"bills":[],"counts_before":{"drums":[],"stacked_total":null}}"#,
        ),
        (Entry::PaymentConfirmed { payment: PAYMENT }, r#"{"v":1,"type":"payment_confirmed","payment":12}"#),
        (Entry::PaymentResumed { payment: PAYMENT }, r#"{"v":1,"type":"payment_resumed","payment":12}"#),
        (
            Entry::PaymentDecided { payment: PAYMENT, decision: Decision::Continue, by: "佐藤".to_owned() },
            r#"{"v":1,"type":"payment_decided","payment":12,"decision":"continue","by":"佐藤"}"#,
        ),
        (
            Entry::PaymentDecided { payment: PAYMENT, decision: Decision::Return, by: "佐藤".to_owned() },
            r#"{"v":1,"type":"payment_decided","payment":12,"decision":"return","by":"佐藤"}"#,
        ),
        (
            Entry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::Paid,
                due: Yen::new(3_000),
                inserted: cash(&[(Denomination::Yen2000, 1), (NOTE, 1)]),
                receipts: vec![Receipt { number: ReceiptNumber(17), bill: bill("2027-0115-01"), job: JOB }],
                paid_out: CashCount::EMPTY,
                slip: None,
            },
            r#"{"v":1,"type":"payment_closed","payment":12,"outcome":{"outcome":"paid"},"due":3000,"inserted":[[1000,1],[2000,1]],"receipts":[{"number":17,"bill":"2027-0115-01","job":34}]}"#,
        ),
        (
            Entry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::Cancelled { returned: Yen::ZERO, owed_to_patient: Yen::ZERO },
                due: Yen::new(3_000),
                inserted: CashCount::EMPTY,
                receipts: vec![],
                paid_out: CashCount::EMPTY,
                slip: None,
            },
            r#"{"v":1,"type":"payment_closed","payment":12,"outcome":{"outcome":"cancelled","returned":0},"due":3000,"inserted":[],"receipts":[]}"#,
        ),
        (
            Entry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::TakenOverByStaff {
                    by: "鈴木".to_owned(),
                    reason: "\"紙幣詰まり\"".to_owned(),
                },
                due: Yen::new(3_000),
                inserted: cash(&[(NOTE, 2)]),
                receipts: vec![],
                paid_out: CashCount::EMPTY,
                slip: None,
            },
            r#"{"v":1,"type":"payment_closed","payment":12,"outcome":{"outcome":"taken_over_by_staff","by":"鈴木","reason":"\"紙幣詰まり\""},"due":3000,"inserted":[[1000,2]],"receipts":[]}"#,
        ),
    ]
}

fn notes() -> Vec<Golden> {
    vec![
        (
            Entry::StackIntended { payment: PAYMENT, denomination: NOTE },
            r#"{"v":1,"type":"stack_intended","payment":12,"denomination":1000}"#,
        ),
        (
            Entry::NoteRefused { denomination: Denomination::Yen10000, reason: RefusalReason::DoesNotFit },
            r#"{"v":1,"type":"note_refused","denomination":10000,"reason":"does_not_fit"}"#,
        ),
        (
            Entry::NoteRefused {
                denomination: Denomination::Yen5000,
                reason: RefusalReason::NoLongerAccepting,
            },
            r#"{"v":1,"type":"note_refused","denomination":5000,"reason":"no_longer_accepting"}"#,
        ),
        (
            Entry::NoteRefused { denomination: Denomination::Yen2000, reason: RefusalReason::NoPayment },
            r#"{"v":1,"type":"note_refused","denomination":2000,"reason":"no_payment"}"#,
        ),
        (
            Entry::NoteRefused { denomination: NOTE, reason: RefusalReason::PatientTookBack },
            r#"{"v":1,"type":"note_refused","denomination":1000,"reason":"patient_took_back"}"#,
        ),
        (
            Entry::NoteCredited { payment: PAYMENT, denomination: NOTE },
            r#"{"v":1,"type":"note_credited","payment":12,"denomination":1000}"#,
        ),
        (
            Entry::NoteStored { denomination: NOTE, place: Place::Transport },
            r#"{"v":1,"type":"note_stored","denomination":1000,"place":"transport"}"#,
        ),
        (
            Entry::NoteStored { denomination: NOTE, place: Place::Drum(2) },
            r#"{"v":1,"type":"note_stored","denomination":1000,"place":{"drum":2}}"#,
        ),
        (
            Entry::NoteStored { denomination: NOTE, place: Place::CashBox },
            r#"{"v":1,"type":"note_stored","denomination":1000,"place":"cash_box"}"#,
        ),
        (Entry::NoteReturned { denomination: NOTE }, r#"{"v":1,"type":"note_returned","denomination":1000}"#),
        (Entry::NoteFound { denomination: Some(NOTE) }, r#"{"v":1,"type":"note_found","denomination":1000}"#),
        (Entry::NoteFound { denomination: None }, r#"{"v":1,"type":"note_found","denomination":null}"#),
    ]
}

fn suspensions() -> Vec<Golden> {
    vec![
        (
            Entry::PaymentSuspended { payment: PAYMENT, discrepancy: Discrepancy::MoneyInside },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"money_inside"}}"#,
        ),
        (
            Entry::PaymentSuspended { payment: PAYMENT, discrepancy: Discrepancy::Interrupted },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"interrupted"}}"#,
        ),
        (
            Entry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::NoteUnit { trouble: CashTrouble::Jam },
            },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"note_unit","trouble":{"trouble":"jam"}}}"#,
        ),
        (
            Entry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::NoteUnit { trouble: CashTrouble::Broken { code: 7 } },
            },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"note_unit","trouble":{"trouble":"broken","code":7}}}"#,
        ),
        (
            Entry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::UnexpectedNote { reported: None },
            },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"unexpected_note","reported":null}}"#,
        ),
        (
            Entry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::CountsDiffer {
                    expected: counts(5, Some(700)),
                    reported: counts(6, Some(701)),
                },
            },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"counts_differ","expected":{"drums":[[1000,5]],"stacked_total":700},"reported":{"drums":[[1000,6]],"stacked_total":701}}}"#,
        ),
        (
            Entry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::CoinUnit { trouble: CoinTrouble::Empty },
            },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"coin_unit","trouble":{"trouble":"empty"}}}"#,
        ),
        (
            Entry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::CoinUnit { trouble: CoinTrouble::Broken { code: 7 } },
            },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"coin_unit","trouble":{"trouble":"broken","code":7}}}"#,
        ),
        (
            Entry::PaymentSuspended { payment: PAYMENT, discrepancy: Discrepancy::BillChanged },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"bill_changed"}}"#,
        ),
        (
            Entry::PaymentSuspended { payment: PAYMENT, discrepancy: Discrepancy::CoinsUnaccounted },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"coins_unaccounted"}}"#,
        ),
        (
            Entry::PaymentSuspended { payment: PAYMENT, discrepancy: Discrepancy::PayoutUnknown },
            r#"{"v":1,"type":"payment_suspended","payment":12,"discrepancy":{"kind":"payout_unknown"}}"#,
        ),
    ]
}

fn papers() -> Vec<Golden> {
    vec![
        (
            Entry::PrintIntended { job: JOB, attempt: 0, mark: PrintMark::Original },
            r#"{"v":1,"type":"print_intended","job":34,"attempt":0,"mark":"original"}"#,
        ),
        (
            Entry::PrintIntended { job: JOB, attempt: 1, mark: PrintMark::BadPrint },
            r#"{"v":1,"type":"print_intended","job":34,"attempt":1,"mark":"bad_print"}"#,
        ),
        (
            Entry::PrintIntended { job: JOB, attempt: 2, mark: PrintMark::Reissued },
            r#"{"v":1,"type":"print_intended","job":34,"attempt":2,"mark":"reissued"}"#,
        ),
        (Entry::Printed { job: JOB }, r#"{"v":1,"type":"printed","job":34}"#),
        (
            Entry::PrintNotStarted { job: JOB, cause: PrintCause::NotResponding },
            r#"{"v":1,"type":"print_not_started","job":34,"cause":"not_responding"}"#,
        ),
        (
            Entry::PrintNotStarted { job: JOB, cause: PrintCause::CoverOpen },
            r#"{"v":1,"type":"print_not_started","job":34,"cause":"cover_open"}"#,
        ),
        (
            Entry::PrintUnknown { job: JOB, cause: PrintCause::PaperEnd },
            r#"{"v":1,"type":"print_unknown","job":34,"cause":"paper_end"}"#,
        ),
        (
            Entry::PrintUnknown { job: JOB, cause: PrintCause::Error },
            r#"{"v":1,"type":"print_unknown","job":34,"cause":"error"}"#,
        ),
        (
            Entry::PrintUnknown { job: JOB, cause: PrintCause::PowerLost },
            r#"{"v":1,"type":"print_unknown","job":34,"cause":"power_lost"}"#,
        ),
        (
            Entry::PrintAnswered { job: JOB, answer: PaperAnswer::Unknown, by: "鈴木".to_owned() },
            r#"{"v":1,"type":"print_answered","job":34,"answer":"unknown","by":"鈴木"}"#,
        ),
    ]
}

fn people() -> Vec<Golden> {
    vec![
        (
            Entry::StaffCalled { reason: CallReason::Patient },
            r#"{"v":1,"type":"staff_called","reason":"patient"}"#,
        ),
        (
            Entry::StaffCalled { reason: CallReason::Stuck },
            r#"{"v":1,"type":"staff_called","reason":"stuck"}"#,
        ),
        (
            Entry::StaffCalled { reason: CallReason::Waiting },
            r#"{"v":1,"type":"staff_called","reason":"waiting"}"#,
        ),
        (
            Entry::StaffCalled { reason: CallReason::Suspended },
            r#"{"v":1,"type":"staff_called","reason":"suspended"}"#,
        ),
        (
            Entry::StaffCalled { reason: CallReason::Paper },
            r#"{"v":1,"type":"staff_called","reason":"paper"}"#,
        ),
        (
            Entry::StaffCalled { reason: CallReason::FoundMoney },
            r#"{"v":1,"type":"staff_called","reason":"found_money"}"#,
        ),
        (Entry::StaffCalled { reason: CallReason::Owed }, r#"{"v":1,"type":"staff_called","reason":"owed"}"#),
        (
            Entry::StaffCalled { reason: CallReason::Stock },
            r#"{"v":1,"type":"staff_called","reason":"stock"}"#,
        ),
        (
            Entry::StaffCalled { reason: CallReason::Billing },
            r#"{"v":1,"type":"staff_called","reason":"billing"}"#,
        ),
        (
            Entry::StaffCalled { reason: CallReason::Doubt },
            r#"{"v":1,"type":"staff_called","reason":"doubt"}"#,
        ),
        (
            Entry::StaffCalled { reason: CallReason::Records },
            r#"{"v":1,"type":"staff_called","reason":"records"}"#,
        ),
        (
            Entry::MachineHalted { since: WallTime(1_800_000_000) },
            r#"{"v":1,"type":"machine_halted","since":1800000000}"#,
        ),
        (Entry::CallAnswered { by: "鈴木".to_owned() }, r#"{"v":1,"type":"call_answered","by":"鈴木"}"#),
        (Entry::ResultDelivered { payment: PAYMENT }, r#"{"v":1,"type":"result_delivered","payment":12}"#),
        (Entry::PrivateErased { payment: PAYMENT }, r#"{"v":1,"type":"private_erased","payment":12}"#),
    ]
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

const KINDS: u8 = 36;

/// A new kind of entry does not compile until it has an arm here: give it a golden line, too.
fn kind(entry: &Entry) -> u8 {
    match entry {
        Entry::MachineStarted => 0,
        Entry::PaymentOpened { .. } => 1,
        Entry::StackIntended { .. } => 2,
        Entry::NoteRefused { .. } => 3,
        Entry::NoteCredited { .. } => 4,
        Entry::NoteStored { .. } => 5,
        Entry::NoteReturned { .. } => 6,
        Entry::NoteFound { .. } => 7,
        Entry::PaymentConfirmed { .. } => 8,
        Entry::PaymentSuspended { .. } => 9,
        Entry::PaymentClosed { .. } => 10,
        Entry::PrintIntended { .. } => 11,
        Entry::Printed { .. } => 12,
        Entry::PrintNotStarted { .. } => 13,
        Entry::PrintUnknown { .. } => 14,
        Entry::PrintAnswered { .. } => 15,
        Entry::StaffCalled { .. } => 16,
        Entry::CallAnswered { .. } => 17,
        Entry::ResultDelivered { .. } => 18,
        Entry::PrivateErased { .. } => 19,
        Entry::CoinCredited { .. } => 20,
        Entry::CoinFound { .. } => 21,
        Entry::CoinsUnaccounted { .. } => 22,
        Entry::StockSet { .. } => 23,
        Entry::ReturnDecided { .. } => 24,
        Entry::PayoutIntended { .. } => 25,
        Entry::PayoutEnded { .. } => 26,
        Entry::NotesRetracted { .. } => 27,
        Entry::PaymentResumed { .. } => 28,
        Entry::PayoutPrepared { .. } => 29,
        Entry::PaymentDecided { .. } => 30,
        Entry::UnitCounted { .. } => 31,
        Entry::DoubtOpened { .. } => 32,
        Entry::DoubtSettled { .. } => 33,
        Entry::MachineHalted { .. } => 34,
        Entry::PayoutDisturbed { .. } => 35,
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
        (Account::Deposit { payment: PAYMENT }, r#"{"account":"deposit","payment":12}"#),
        (Account::Fees, r#"{"account":"fees"}"#),
        (Account::TakenOver { payment: PAYMENT }, r#"{"account":"taken_over","payment":12}"#),
        (Account::Owed { payment: PAYMENT }, r#"{"account":"owed","payment":12}"#),
        (Account::Suspense, r#"{"account":"suspense"}"#),
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
            r#"{"v":1,"type":"machine_started"}"#,
            "96d613c52ba9012b3279083313df8c43e00c518990d3c726065f8482affd0c3a",
        ),
        (
            WallTime(1_800_000_001),
            r#"{"v":1,"type":"note_credited","payment":12,"denomination":1000}"#,
            "78f65a840d90252ad531f774d2473db425af6ae4915f08a2ab9dc657822985b6",
        ),
        (
            WallTime(-1),
            r#"{"v":1,"type":"call_answered","by":"鈴木"}"#,
            "b75666b4780d8f1cf806d4b4ec43b5df7f4885438256a2c86ac018f87823235e",
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
    let private =
        SealedPrivate { payment: PAYMENT, salt: *b"sixteen bytes of", body: b"{\"bills\":[]}".to_vec() };
    let commitment = private.commitment();
    assert_eq!(commitment.to_string(), "493e8a492ccf6d440ccf4e2a9e6a4f063bf23a5c7d2766eb892cf02906df9969");
    let entry = Entry::PaymentOpened { payment: PAYMENT, bills: vec![], counts_before: counts(0, None) };
    let bytes = r#"{"v":1,"type":"payment_opened","payment":12,"bills":[],"counts_before":{"drums":[],"stacked_total":null},"private":"493e8a492ccf6d440ccf4e2a9e6a4f063bf23a5c7d2766eb892cf02906df9969"}"#;
    assert_eq!(String::from_utf8(encode(&entry, Some(commitment))).unwrap(), bytes);
    assert_eq!(decode(bytes.as_bytes()), Ok(Decoded { entry, commitment: Some(commitment) }));
}

#[test]
fn other_bytes_are_no_entry() {
    let malformed = |column| DecodeError::Malformed { column };
    let cases = [
        (r#"{"v":2,"type":"machine_started"}"#, DecodeError::Version { found: 2 }),
        (r#"{"v":2,"kind":"something new"}"#, DecodeError::Version { found: 2 }),
        (r#"{"v":1,"type":"machine_started","more":1}"#, DecodeError::NotCanonical),
        (r#"{"v":1,"type":"printed","job":1,"more":1}"#, DecodeError::NotCanonical),
        (r#"{"v":1,"type":"printed","job":1,"private":null}"#, DecodeError::NotCanonical),
        (r#"{"v":1,"type":"printed", "job":1}"#, DecodeError::NotCanonical),
        (r#"{"type":"printed","job":1,"v":1}"#, DecodeError::NotCanonical),
        (r#"{"v":1,"type":"call_answered","by":"\u0041"}"#, DecodeError::NotCanonical),
        (r#"{"v":1,"type":"printed"}"#, malformed(24)),
        (r#"{"v":1,"type":"printed","job":-1}"#, malformed(33)),
        (r#"{"v":1,"type":"dispensed","job":1}"#, malformed(34)),
        (r#"{"type":"machine_started"}"#, malformed(26)),
        (r#"{"v":1,"type":"machine_started""#, malformed(31)),
        (r#"{"v":1,"v":1,"type":"machine_started"}"#, malformed(10)),
        ("", malformed(0)),
    ];
    for (bytes, error) in cases {
        assert_eq!(decode(bytes.as_bytes()), Err(error), "{bytes}");
    }
}
