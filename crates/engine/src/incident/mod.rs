//! Money of which something is not known: it stands on an account of its own beside payments, and the machine goes on, until
//! a person says what became of it. Nothing here knows how pieces move.

use api::{
    CallReason, Done, IncidentDoubt, IncidentId, IncidentSaid, IncidentView, PaymentId, Refusal, Staff,
    TenderId,
};
use money::Yen;

use crate::IncidentEntry;
use crate::books::{Books, Incident};
use crate::turn::Turn;

/// A piece was found that belongs to no account; `value` if its unit says what it is.
pub(crate) fn found(turn: &mut Turn<'_>, value: Option<Yen>) {
    let doubt = match value {
        Some(_) => IncidentDoubt::MoneyFound,
        None => IncidentDoubt::PiecesUnaccounted,
    };
    let about = likely_payment(turn.books);
    suspend_found(turn, doubt, about, value);
}

/// The note of `payment` has come to light of which nobody knew where it was. If somebody has said already what became of it,
/// that was not so, and it is a new question.
pub(crate) fn note_found(turn: &mut Turn<'_>, payment: PaymentId, value: Yen) {
    let doubt = match turn.books.incidents.stands(IncidentDoubt::NoteUnknown, Some(payment)) {
        Some(_) => IncidentDoubt::NoteUnknown,
        None => IncidentDoubt::MoneyFound,
    };
    suspend_found(turn, doubt, Some(payment), Some(value));
}

/// Nobody knows whether pieces were paid out.
pub(crate) fn payout_unknown(turn: &mut Turn<'_>, tender: TenderId, value: Yen) {
    if value.is_zero() {
        return;
    }
    let incident = of(turn, IncidentDoubt::PayoutUnknown, Some(tender.payment));
    turn.record(IncidentEntry::MissingSuspended { incident, tender, value });
}

/// A payment ends, and nobody knows where a note is that was to be stacked.
pub(crate) fn note_unknown(turn: &mut Turn<'_>, payment: PaymentId) {
    of(turn, IncidentDoubt::NoteUnknown, Some(payment));
}

fn suspend_found(turn: &mut Turn<'_>, doubt: IncidentDoubt, about: Option<PaymentId>, value: Option<Yen>) {
    let incident = of(turn, doubt, about);
    if let Some(value) = value {
        turn.record(IncidentEntry::FoundSuspended { incident, value });
    }
}

/// The payment that is under way, or was last.
fn likely_payment(books: &Books) -> Option<PaymentId> {
    books.open.as_ref().map(|open| open.id).or_else(|| books.last_payment())
}

/// What comes to light about one payment has one cause: it goes to the incident that stands.
fn of(turn: &mut Turn<'_>, doubt: IncidentDoubt, about: Option<PaymentId>) -> IncidentId {
    if let Some(incident) = turn.books.incidents.stands(doubt, about) {
        return incident;
    }
    let incident = turn.books.incidents.next();
    turn.record(IncidentEntry::IncidentOpened { incident, about, doubt });
    incident
}

/// A person says what became of it.
pub(crate) fn settle(
    turn: &mut Turn<'_>,
    incident: IncidentId,
    said: IncidentSaid,
    by: Staff,
) -> Result<Done, Refusal> {
    let known = turn.books.incidents.get(incident).ok_or(Refusal::NoSuchIncident { incident })?;
    let Incident { doubt, about, held, .. } = *known;
    let value = known.value();
    // More of it may come to light before its payment has ended.
    if let Some(open) = turn.books.open.as_ref().filter(|open| Some(open.id) == about) {
        return Err(Refusal::PaymentOpen { payment: open.id });
    }
    if !doubt.settlements(value).contains(&said) {
        return Err(Refusal::CannotBeSaid { incident, said });
    }
    turn.record(IncidentEntry::IncidentSettled { incident, said, about, held, by });
    if list_found(turn.books).is_empty() {
        turn.calls.settled(CallReason::FoundMoney);
    }
    Ok(Done::IncidentSettled { incident, said, value })
}

fn is_called_as_found(doubt: IncidentDoubt) -> bool {
    match doubt {
        IncidentDoubt::MoneyFound | IncidentDoubt::PiecesUnaccounted | IncidentDoubt::NoteUnknown => true,
        IncidentDoubt::PayoutUnknown => false,
    }
}

/// Those that nobody has settled, for the desk.
pub(crate) fn list(books: &Books) -> Vec<IncidentView> {
    let view = |(incident, known): (IncidentId, &Incident)| {
        let Incident { opened, doubt, about, .. } = *known;
        IncidentView { incident, opened, doubt, about, value: known.value() }
    };
    books.incidents.open().map(view).collect()
}

/// What a call for found money is about.
pub(crate) fn list_found(books: &Books) -> Vec<IncidentView> {
    list(books).into_iter().filter(|one| is_called_as_found(one.doubt)).collect()
}
