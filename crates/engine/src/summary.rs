use api::{PaymentId, PaymentSummary};
use money::{CashCount, Yen};

use crate::{Discrepancy, Entry, Recorded};

/// What became of `payment`, by the journal alone; `None` if it never was opened.
pub fn summarise(payment: PaymentId, records: &[Recorded]) -> Option<PaymentSummary> {
    let mut summary: Option<PaymentSummary> = None;
    let mut inserted = CashCount::EMPTY;
    for Recorded { entry, .. } in records {
        match (entry, &mut summary) {
            (Entry::PaymentOpened { payment: id, bills, .. }, None) if *id == payment => {
                let due = Yen::sum(bills.iter().map(|bill| bill.due)).unwrap_or_default();
                let nothing = (Yen::ZERO, None, None, Vec::new());
                let (inserted, outcome, suspended, receipts) = nothing;
                summary = Some(PaymentSummary { id: payment, due, inserted, outcome, suspended, receipts });
            }
            // A count that does not fit was never booked either.
            (Entry::NoteCredited { payment: id, denomination }, Some(summary))
                if *id == payment && inserted.add(*denomination, 1).is_ok() =>
            {
                summary.inserted = inserted.total().unwrap_or_default();
            }
            (Entry::PaymentSuspended { payment: id, discrepancy }, Some(summary)) if *id == payment => {
                summary.suspended = Some(discrepancy.words());
            }
            (Entry::PaymentClosed { payment: id, outcome, receipts, .. }, Some(summary))
                if *id == payment =>
            {
                summary.outcome = Some(outcome.clone());
                summary.receipts = receipts.iter().map(|receipt| receipt.number).collect();
            }
            _ => {}
        }
    }
    summary
}

impl Discrepancy {
    /// For the technician's list.
    pub fn words(&self) -> String {
        match self {
            Discrepancy::MoneyInside => "the patient left or wanted out with money inside".to_owned(),
            Discrepancy::Interrupted => "the program was interrupted in the middle".to_owned(),
            Discrepancy::NoteUnit { trouble } => format!("the note unit failed: {trouble:?}"),
            Discrepancy::UnexpectedNote { reported } => {
                format!("the note unit kept a note that nobody decided on: {reported:?}")
            }
            Discrepancy::CountsDiffer { expected, reported } => {
                format!("the note unit's counters should be {expected:?} and are {reported:?}")
            }
        }
    }
}
