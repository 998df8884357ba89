//! What a payment comes to: how it ends, and whether its bills are still the same. The pages that lead there stand in `visit`.

mod bill_watch;

use api::{Outcome, PaymentId};
use money::Yen;

pub(crate) use self::bill_watch::{BillWatch, Finding, unchanged};
use crate::books::{Payment, Tender};
use crate::turn::Turn;
use crate::{CallReason, Discrepancy, PaymentEntry, Private, Slip, SlipCode, TenderEntry, incident};

/// The payment whose money part has not ended.
pub(crate) fn open<'a>(turn: &'a Turn<'_>) -> &'a Payment {
    turn.books.open.as_ref().expect("a state with money belongs to an open payment")
}

/// Ends the money part. Receipts are numbered here, in the transaction that closes the payment.
pub(crate) fn close(turn: &mut Turn<'_>, payment: PaymentId, outcome: Outcome) {
    let owed = outcome.owed_to_patient();
    let open = open(turn);
    let due = open.due();
    let (inserted, paid_out) = (open.inserted(), open.paid_out());
    let receipts = match outcome.is_paid() {
        true => turn.books.number_receipts(&open.lines),
        false => Vec::new(),
    };
    if !matches!(outcome, Outcome::TakenOverByStaff { .. }) {
        let asked = if outcome.is_paid() { due } else { Yen::ZERO };
        // Checked in the field too: what a payment leaves over belongs to somebody.
        let left = Yen::sum([asked, owed]);
        assert_eq!(left, Ok(open.settled()), "the payment ends with another sum than it holds");
    }
    end_tenders(turn, &outcome);
    if !self::open(turn).stacking().is_empty() {
        incident::note_unknown(turn, payment);
    }
    let closed = |receipts, slip| PaymentEntry::PaymentClosed {
        payment,
        outcome,
        due,
        inserted,
        receipts,
        paid_out,
        slip,
    };
    if owed.is_zero() {
        turn.record(closed(receipts, None));
        return;
    }
    let code = SlipCode::of(turn.now.chance);
    let job = turn.books.next_job_after(&receipts);
    let slip = Slip { amount: owed, code: code.seal(payment), job };
    turn.record_private(closed(receipts, Some(slip)), Private::SlipCode(code));
    turn.call_staff(CallReason::Owed);
}

/// A payment closes only when the fate of each of its tenders is written. What nobody can prove is never called void.
fn end_tenders(turn: &mut Turn<'_>, outcome: &Outcome) {
    let open = open(turn);
    let is_unproven = !open.stacking().is_empty()
        || open.suspended.as_ref().is_some_and(Discrepancy::leaves_money_unproven);
    let fate = |tender: &Tender| {
        let (tender, kept) = (tender.id, tender.cash.kept());
        match outcome {
            Outcome::Paid | Outcome::PaidShort { .. } => TenderEntry::TenderTaken { tender, kept },
            Outcome::Cancelled { .. } => TenderEntry::TenderVoid { tender, kept },
            Outcome::TakenOverByStaff { .. } if is_unproven => TenderEntry::TenderUnknown { tender, kept },
            Outcome::TakenOverByStaff { .. } => TenderEntry::TenderTaken { tender, kept },
        }
    };
    let open_ones = open.tenders.iter().filter(|tender| tender.fate.is_none());
    let fates: Vec<TenderEntry> = open_ones.map(fate).collect();
    fates.into_iter().for_each(|fate| turn.record(fate));
}

/// Ends a payment in which nothing was inserted.
pub(crate) fn close_untouched(turn: &mut Turn<'_>, payment: PaymentId) {
    let outcome = Outcome::Cancelled { returned: Yen::ZERO, owed_to_patient: Yen::ZERO };
    close(turn, payment, outcome);
}
