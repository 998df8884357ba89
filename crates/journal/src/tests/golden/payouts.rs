//! Do not change these lines: see the file beside this folder.

use api::{Outcome, ReceiptNumber};
use device_api::{CountedBefore, DispenseEnd, DispenseId, Disturbance, Place, PrintJobId, ShortCause};
use engine::{Entry, PaymentEntry, PayoutEntry, Receipt, Slip, SlipCode};
use money::Yen;

use super::{COIN, COINS, Golden, JOB, NOTE, NOTES, PAYMENT, PURPOSE, bill, cash, store};

const DISPENSE: DispenseId = DispenseId(56);

pub(super) fn lines() -> Vec<Golden> {
    vec![
        (
            Entry::Payment(PaymentEntry::ReturnDecided { payment: PAYMENT }),
            r#"{"v":2,"family":"payment","type":"return_decided","payment":12}"#,
        ),
        (
            Entry::Payout(PayoutEntry::PayoutIntended {
                purpose: PURPOSE,
                dispense: DISPENSE,
                store: store(NOTES, Place::Drum(1)),
                denomination: NOTE,
                pieces: 2,
            }),
            r#"{"v":2,"family":"payout","type":"payout_intended","purpose":{"tender":"12-1"},"dispense":56,"store":"notes/drum-1","denomination":1000,"pieces":2}"#,
        ),
        (
            Entry::Payout(PayoutEntry::PayoutPrepared {
                purpose: PURPOSE,
                dispense: DISPENSE,
                before: CountedBefore::Drums { notes: vec![12, 3], paid_out_total: Some(1_234) },
            }),
            r#"{"v":2,"family":"payout","type":"payout_prepared","purpose":{"tender":"12-1"},"dispense":56,"before":{"unit":"drums","notes":[12,3],"paid_out_total":1234}}"#,
        ),
        (
            Entry::Payout(PayoutEntry::PayoutPrepared {
                purpose: PURPOSE,
                dispense: DISPENSE,
                before: CountedBefore::Hopper { event: 7, paid_out_total: 4_321, powered_up: false },
            }),
            r#"{"v":2,"family":"payout","type":"payout_prepared","purpose":{"tender":"12-1"},"dispense":56,"before":{"unit":"hopper","event":7,"paid_out_total":4321,"powered_up":false}}"#,
        ),
        (
            payout_ended(DispenseEnd::Complete),
            r#"{"v":2,"family":"payout","type":"payout_ended","purpose":{"tender":"12-1"},"dispense":56,"store":"coins/hopper-5","denomination":100,"pieces":3,"end":{"end":"complete"}}"#,
        ),
        (
            payout_ended(DispenseEnd::Short { paid: 2, cause: ShortCause::Empty }),
            r#"{"v":2,"family":"payout","type":"payout_ended","purpose":{"tender":"12-1"},"dispense":56,"store":"coins/hopper-5","denomination":100,"pieces":3,"end":{"end":"short","paid":2,"cause":"empty"}}"#,
        ),
        (
            payout_ended(DispenseEnd::Short { paid: 2, cause: ShortCause::NotTaken }),
            r#"{"v":2,"family":"payout","type":"payout_ended","purpose":{"tender":"12-1"},"dispense":56,"store":"coins/hopper-5","denomination":100,"pieces":3,"end":{"end":"short","paid":2,"cause":"not_taken"}}"#,
        ),
        (
            payout_ended(DispenseEnd::Short { paid: 2, cause: ShortCause::Jam }),
            r#"{"v":2,"family":"payout","type":"payout_ended","purpose":{"tender":"12-1"},"dispense":56,"store":"coins/hopper-5","denomination":100,"pieces":3,"end":{"end":"short","paid":2,"cause":"jam"}}"#,
        ),
        (
            payout_ended(DispenseEnd::Short { paid: 2, cause: ShortCause::Refused }),
            r#"{"v":2,"family":"payout","type":"payout_ended","purpose":{"tender":"12-1"},"dispense":56,"store":"coins/hopper-5","denomination":100,"pieces":3,"end":{"end":"short","paid":2,"cause":"refused"}}"#,
        ),
        (
            payout_ended(DispenseEnd::Unknown { paid: 1 }),
            r#"{"v":2,"family":"payout","type":"payout_ended","purpose":{"tender":"12-1"},"dispense":56,"store":"coins/hopper-5","denomination":100,"pieces":3,"end":{"end":"unknown","paid":1}}"#,
        ),
        (
            Entry::Payout(PayoutEntry::NotesRetracted {
                from: store(NOTES, Place::Drum(1)),
                denomination: NOTE,
                pieces: 2,
            }),
            r#"{"v":2,"family":"payout","type":"notes_retracted","from":"notes/drum-1","denomination":1000,"pieces":2}"#,
        ),
    ]
}

/// What happened in the middle of a payout.
pub(super) fn disturbed_lines() -> Vec<Golden> {
    vec![
        (
            disturbed(Disturbance::PowerLost),
            r#"{"v":2,"family":"payout","type":"payout_disturbed","purpose":{"tender":"12-1"},"dispense":56,"what":"power_lost"}"#,
        ),
        (
            disturbed(Disturbance::FailedWhileOffered),
            r#"{"v":2,"family":"payout","type":"payout_disturbed","purpose":{"tender":"12-1"},"dispense":56,"what":"failed_while_offered"}"#,
        ),
        (
            disturbed(Disturbance::NotTaken),
            r#"{"v":2,"family":"payout","type":"payout_disturbed","purpose":{"tender":"12-1"},"dispense":56,"what":"not_taken"}"#,
        ),
        (
            disturbed(Disturbance::WentBack),
            r#"{"v":2,"family":"payout","type":"payout_disturbed","purpose":{"tender":"12-1"},"dispense":56,"what":"went_back"}"#,
        ),
    ]
}

/// Payments of which something was paid out.
pub(super) fn closed() -> Vec<Golden> {
    vec![
        (
            Entry::Payment(PaymentEntry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::Paid,
                due: Yen::new(800),
                inserted: cash(&[(NOTE, 1)]),
                receipts: vec![Receipt { number: ReceiptNumber(17), bill: bill("2027-0115-01"), job: JOB }],
                paid_out: cash(&[(COIN, 2)]),
                slip: None,
            }),
            r#"{"v":2,"family":"payment","type":"payment_closed","payment":12,"outcome":{"outcome":"paid"},"due":800,"inserted":[[1000,1]],"receipts":[{"number":17,"bill":"2027-0115-01","job":34}],"paid_out":[[100,2]]}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::PaidShort { owed_to_patient: Yen::new(100) },
                due: Yen::new(800),
                inserted: cash(&[(NOTE, 1)]),
                receipts: vec![Receipt { number: ReceiptNumber(17), bill: bill("2027-0115-01"), job: JOB }],
                paid_out: cash(&[(COIN, 1)]),
                slip: Some(Slip {
                    amount: Yen::new(100),
                    code: SlipCode::of(1).seal(PAYMENT),
                    job: PrintJobId(35),
                }),
            }),
            r#"{"v":2,"family":"payment","type":"payment_closed","payment":12,"outcome":{"outcome":"paid_short","owed_to_patient":100},"due":800,"inserted":[[1000,1]],"receipts":[{"number":17,"bill":"2027-0115-01","job":34}],"paid_out":[[100,1]],"slip":{"amount":100,"code":"443000ff8b5b9a6aeaf74306276aa58494629810916e0022a78959377d2d0f49","job":35}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentClosed {
                payment: PAYMENT,
                outcome: Outcome::Cancelled { returned: Yen::new(900), owed_to_patient: Yen::new(100) },
                due: Yen::new(800),
                inserted: cash(&[(NOTE, 1)]),
                receipts: vec![],
                paid_out: cash(&[(COIN, 9)]),
                slip: Some(Slip {
                    amount: Yen::new(100),
                    code: SlipCode::of(1).seal(PAYMENT),
                    job: PrintJobId(35),
                }),
            }),
            r#"{"v":2,"family":"payment","type":"payment_closed","payment":12,"outcome":{"outcome":"cancelled","returned":900,"owed_to_patient":100},"due":800,"inserted":[[1000,1]],"receipts":[],"paid_out":[[100,9]],"slip":{"amount":100,"code":"443000ff8b5b9a6aeaf74306276aa58494629810916e0022a78959377d2d0f49","job":35}}"#,
        ),
    ]
}

fn disturbed(what: Disturbance) -> Entry {
    Entry::Payout(PayoutEntry::PayoutDisturbed { purpose: PURPOSE, dispense: DISPENSE, what })
}

fn payout_ended(end: DispenseEnd) -> Entry {
    Entry::Payout(PayoutEntry::PayoutEnded {
        purpose: PURPOSE,
        dispense: DISPENSE,
        store: store(COINS, Place::Hopper(5)),
        denomination: COIN,
        pieces: 3,
        end,
    })
}
