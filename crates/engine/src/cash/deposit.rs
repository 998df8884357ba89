//! Pieces that come in: on an account, if there is one, and otherwise refused, or booked as found.

use device_api::{
    CashCommand, CashEvent, CashTrouble, CoinCommand, CoinDevice, CoinEvent, CoinTrouble, Place,
};
use money::Denomination;

use super::{Till, book_payout, deposit};
use crate::turn::Turn;
use crate::{CallReason, CashEntry, Discrepancy, RefusalReason};

/// Lets the units take what fits.
pub(crate) fn accept_what_fits(turn: &mut Turn<'_>) {
    let acceptance = Till::of(turn).acceptance(deposit(turn));
    turn.cash(CashCommand::Accept(acceptance.notes));
    turn.coin(CoinCommand::Accept(acceptance.coins));
}

/// Has the note in escrow stacked.
pub(crate) fn stack(turn: &mut Turn<'_>, denomination: Denomination) {
    let purpose = deposit(turn).purpose;
    turn.record(CashEntry::StackIntended { purpose, denomination });
    turn.cash(CashCommand::Stack);
}

/// Books the note that the device keeps now, before the device is told that it may forget it.
///
/// An error if it is not the note that was decided on; then it is booked as found.
pub(crate) fn credit(turn: &mut Turn<'_>, reported: Option<Denomination>) -> Result<(), Discrepancy> {
    let purpose = deposit(turn).purpose;
    match deposit(turn).stacking {
        // A device that lost power in the middle may no longer know the value; the journal does.
        Some(decided) if reported.is_none_or(|reported| reported == decided) => {
            turn.record(CashEntry::NoteCredited { purpose, denomination: decided });
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
pub(crate) fn note_while_ending(turn: &mut Turn<'_>, event: &CashEvent) -> Result<(), Discrepancy> {
    match event {
        CashEvent::Escrowed { denomination } => refuse(turn, *denomination, RefusalReason::NoLongerAccepting),
        CashEvent::Stacked { denomination } => credit(turn, *denomination)?,
        CashEvent::Stored { place } => book_stored(turn, *place),
        CashEvent::Returned => book_returned(turn),
        CashEvent::Dispensed { id, end } => book_payout(turn, *id, *end),
        CashEvent::Trouble(trouble) => return Err(Discrepancy::NoteUnit { trouble: trouble.clone() }),
        CashEvent::Identified { .. }
        | CashEvent::NoteArriving
        | CashEvent::Rejected { .. }
        | CashEvent::Inhibited
        | CashEvent::Counts(_)
        | CashEvent::ExitBlocked(_)
        | CashEvent::Presented
        | CashEvent::Taken
        | CashEvent::Disturbed { .. }
        // It is not told to proceed, and gives up.
        | CashEvent::Prepared { .. }
        | CashEvent::Ready => {}
    }
    Ok(())
}

/// What the coin unit says while a deposit is open, in whichever state: a coin that fell in is on its account.
pub(crate) fn coin_came(turn: &mut Turn<'_>, event: &CoinEvent) -> Result<(), Discrepancy> {
    match event {
        CoinEvent::Inserted { denomination, place, event_no } => {
            let (denomination, place) = (*denomination, place.of(*denomination));
            let purpose = deposit(turn).purpose;
            turn.record(CashEntry::CoinCredited { purpose, denomination, place, event_no: *event_no });
        }
        CoinEvent::EventsLost { count } => {
            turn.record(CashEntry::CoinsUnaccounted { events: *count });
            return Err(Discrepancy::CoinsUnaccounted);
        }
        CoinEvent::Dispensed { id, end } => book_payout(turn, *id, *end),
        CoinEvent::Trouble { device: CoinDevice::Acceptor, trouble } => {
            return Err(Discrepancy::CoinUnit { trouble: trouble.clone() });
        }
        CoinEvent::Trouble { device: CoinDevice::Hopper(_), .. }
        | CoinEvent::Identified { .. }
        | CoinEvent::Rejected { .. }
        | CoinEvent::ReturnPressed
        | CoinEvent::Inhibited
        | CoinEvent::Counts { .. }
        // It is not told to proceed, and gives up.
        | CoinEvent::Prepared { .. }
        | CoinEvent::Ready { .. } => {}
    }
    Ok(())
}

/// A note that moves on no account: refused if it can be, else booked as found (K12).
pub(crate) fn stray_note(turn: &mut Turn<'_>, event: &CashEvent) {
    match event {
        CashEvent::Escrowed { denomination } => refuse(turn, *denomination, RefusalReason::NoPayment),
        CashEvent::Stacked { denomination } => find(turn, *denomination),
        CashEvent::Stored { place } => book_stored(turn, *place),
        CashEvent::Returned => book_returned(turn),
        CashEvent::Identified { .. }
        | CashEvent::NoteArriving
        | CashEvent::Rejected { .. }
        | CashEvent::Inhibited
        | CashEvent::Counts(_)
        | CashEvent::ExitBlocked(_)
        | CashEvent::Presented
        | CashEvent::Taken
        | CashEvent::Prepared { .. }
        | CashEvent::Disturbed { .. }
        | CashEvent::Dispensed { .. }
        | CashEvent::Trouble(_)
        | CashEvent::Ready => {}
    }
}

/// A coin that falls in on no account cannot be refused any more: it is booked as found (K12).
pub(crate) fn stray_coin(turn: &mut Turn<'_>, event: &CoinEvent) {
    match event {
        CoinEvent::Inserted { denomination, place, event_no } => {
            let (denomination, place) = (*denomination, place.of(*denomination));
            turn.record(CashEntry::CoinFound { denomination, place, event_no: *event_no });
            turn.call_staff(CallReason::FoundMoney);
        }
        CoinEvent::EventsLost { count } => {
            turn.record(CashEntry::CoinsUnaccounted { events: *count });
            turn.call_staff(CallReason::FoundMoney);
        }
        CoinEvent::Identified { .. }
        | CoinEvent::Rejected { .. }
        | CoinEvent::ReturnPressed
        | CoinEvent::Inhibited
        | CoinEvent::Counts { .. }
        | CoinEvent::Prepared { .. }
        | CoinEvent::Dispensed { .. }
        | CoinEvent::Trouble { .. }
        | CoinEvent::Ready { .. } => {}
    }
}

/// Gives the note in escrow back.
pub(crate) fn refuse(turn: &mut Turn<'_>, denomination: Denomination, reason: RefusalReason) {
    turn.record(CashEntry::NoteRefused { denomination, reason });
    turn.cash(CashCommand::Return);
}

/// Books a note that the device kept and nobody decided on. If it does not say what it is, it is the note of which
/// nothing was heard since it was to be stacked.
fn find(turn: &mut Turn<'_>, reported: Option<Denomination>) {
    let denomination = reported.or(turn.books.note_of_unknown_fate);
    turn.record(CashEntry::NoteFound { denomination });
    turn.cash(CashCommand::AcknowledgeStacked);
    turn.call_staff(CallReason::FoundMoney);
}

/// Books that the patient has a note back: one that was refused, or one that was to be stacked.
pub(crate) fn book_returned(turn: &mut Turn<'_>) {
    let stacking = turn.books.deposit().and_then(|deposit| deposit.stacking);
    if let Some(denomination) = turn.books.refused.or(stacking) {
        turn.record(CashEntry::NoteReturned { denomination });
    }
}

/// Books where the note that was on its way came to rest.
pub(crate) fn book_stored(turn: &mut Turn<'_>, place: Place) {
    if let Some(denomination) = turn.books.in_transport {
        turn.record(CashEntry::NoteStored { denomination, place });
    }
}

/// Whether a note may be in the unit that nobody has decided on or heard of: then nobody may say that the machine
/// holds nothing of the patient's.
pub(crate) fn may_hide_a_note(trouble: &CashTrouble) -> bool {
    match trouble {
        // A note may have gone in since the last answer, however short ago that was.
        CashTrouble::NotResponding
        | CashTrouble::Jam
        | CashTrouble::Manipulated
        | CashTrouble::Broken { .. }
        | CashTrouble::NoteOfUnknownFate
        | CashTrouble::NeedsPowerCycle => true,
        CashTrouble::CashBoxRemoved | CashTrouble::CashBoxFull | CashTrouble::UnknownValues => false,
    }
}

/// Whether a coin may have fallen in that the acceptor did not tell of.
pub(crate) fn may_hide_a_coin(trouble: &CoinTrouble) -> bool {
    match trouble {
        CoinTrouble::NotResponding
        | CoinTrouble::Jam
        | CoinTrouble::Manipulated
        | CoinTrouble::Broken { .. } => true,
        CoinTrouble::Empty | CoinTrouble::UnknownValues => false,
    }
}
