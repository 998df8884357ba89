//! Money in the machine: from the first note to the 領収証.

mod collecting;
mod fixing;
mod issuing;
mod leaving;
mod settling;
mod suspended;

use api::{Outcome, PaymentId};
use device_api::{CashCommand, CashEvent, CashTrouble};
use money::Denomination;

pub(crate) use self::collecting::Collecting;
pub(crate) use self::fixing::Fixing;
pub(crate) use self::issuing::{Issuing, Thanking};
pub(crate) use self::leaving::Leaving;
pub(crate) use self::suspended::Suspended;
use crate::books::OpenPayment;
use crate::output::Output;
use crate::turn::Turn;
use crate::visit::{book_returned, book_stored, find, refuse};
use crate::{Discrepancy, Entry, RefusalReason};

/// The payment whose money part has not ended.
fn open<'a>(turn: &'a Turn<'_>) -> &'a OpenPayment {
    turn.books.open.as_ref().expect("a state with money belongs to an open payment")
}

/// Books the note that the device keeps now, before the device is told that it may forget it.
///
/// An error if it is not the note that was decided on; then it is booked as found.
fn credit(
    turn: &mut Turn<'_>,
    payment: PaymentId,
    reported: Option<Denomination>,
) -> Result<(), Discrepancy> {
    match open(turn).stacking {
        // A device that lost power in the middle may no longer know the value; the journal does.
        Some(decided) if reported.is_none_or(|reported| reported == decided) => {
            turn.record(Entry::NoteCredited { payment, denomination: decided });
            turn.cash(CashCommand::AcknowledgeStacked);
            Ok(())
        }
        // It was credited before a restart, and only the device did not hear of it.
        None if reported.is_none() && turn.books.in_transport.is_some() => {
            turn.cash(CashCommand::AcknowledgeStacked);
            Ok(())
        }
        Some(_) | None => {
            find(turn, reported);
            Err(Discrepancy::UnexpectedNote { reported })
        }
    }
}

/// What the note unit says after the machine stopped accepting: whatever arrives late goes back, whatever was
/// decided on is still booked.
fn cash_while_ending(turn: &mut Turn<'_>, payment: PaymentId, event: &CashEvent) -> Result<(), Discrepancy> {
    match event {
        CashEvent::Escrowed { denomination } => refuse(turn, *denomination, RefusalReason::NoLongerAccepting),
        CashEvent::Stacked { denomination } => credit(turn, payment, *denomination)?,
        CashEvent::Stored { place } => book_stored(turn, *place),
        CashEvent::Returned => book_returned(turn),
        CashEvent::Trouble(trouble) => return Err(Discrepancy::NoteUnit { trouble: trouble.clone() }),
        CashEvent::Identified { .. }
        | CashEvent::NoteArriving
        | CashEvent::Rejected { .. }
        | CashEvent::Inhibited
        | CashEvent::Counts(_)
        | CashEvent::Presented
        | CashEvent::Taken
        | CashEvent::Dispensed { .. }
        | CashEvent::Ready => {}
    }
    Ok(())
}

/// Ends the money part. Receipts are numbered here, in the transaction that closes the payment.
pub(crate) fn close(turn: &mut Turn<'_>, payment: PaymentId, outcome: Outcome) {
    let paid = open(turn);
    let receipts = match &outcome {
        Outcome::Paid => turn.books.number_receipts(&paid.refs),
        Outcome::Cancelled { .. } | Outcome::TakenOverByStaff { .. } => Vec::new(),
    };
    let (due, inserted) = (paid.due, paid.inserted);
    turn.record(Entry::PaymentClosed { payment, outcome, due, inserted, receipts });
    if let Some(result) = turn.books.undelivered.get(&payment) {
        turn.output(Output::Deliver(Box::new(result.clone())));
    }
}

/// Whether a note may be in the unit that nobody has decided on or heard of: then nobody may say that the machine
/// holds nothing of the patient's.
fn may_hide_a_note(trouble: &CashTrouble) -> bool {
    match trouble {
        // A note may have gone in since the last answer, however short ago that was.
        CashTrouble::NotResponding
        | CashTrouble::Jam
        | CashTrouble::Manipulated
        | CashTrouble::Broken { .. }
        | CashTrouble::NoteOfUnknownFate => true,
        CashTrouble::CashBoxRemoved | CashTrouble::CashBoxFull | CashTrouble::UnknownValues => false,
    }
}
