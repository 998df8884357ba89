//! Pieces that come in: on an account, if there is one, and otherwise refused, or booked as found.

use std::collections::BTreeMap;

use device_api::{
    DepositCommand, Deposited, Moment, Paid, Place, Stated, StoreId, UnitCommand, UnitEvent, UnitId,
    UnitPart, UnitTrouble,
};
use money::Denomination;

use super::{Till, book_payout, deposit, failed};
use crate::turn::Turn;
use crate::{CallReason, CashEntry, Discrepancy, RefusalReason, incident};

/// Units that have drawn a piece in and have not told what became of it, with the time when they last told of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct DrawnIn(BTreeMap<UnitId, Moment>);

impl DrawnIn {
    pub(crate) fn unit_said(&mut self, now: Moment, unit: UnitId, deposited: &Deposited) {
        if matches!(deposited, Deposited::Arriving | Deposited::Escrowed { .. }) {
            self.0.insert(unit, now);
        } else if deposited.leaves_escrow() {
            self.0.remove(&unit);
        }
    }

    /// Since when a piece that was drawn in is not heard of.
    pub(crate) fn since(&self) -> Option<Moment> {
        self.0.values().copied().min()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Lets the units take what fits.
pub(crate) fn accept_what_fits(turn: &mut Turn<'_>) {
    let acceptance = Till::of(turn).acceptance(deposit(turn));
    acceptance.by_unit.into_iter().for_each(|(unit, pieces)| turn.accept(unit, pieces));
}

/// Has the piece in escrow stacked.
pub(crate) fn stack(turn: &mut Turn<'_>, unit: UnitId, denomination: Denomination) {
    let purpose = deposit(turn).purpose;
    turn.record(CashEntry::StackIntended { purpose, unit, denomination });
    turn.ask(unit, UnitCommand::In(DepositCommand::Stack));
}

/// Books the piece that the device keeps now, before the device is told that it may forget it.
///
/// An error if it is not the piece that was decided on; then it is booked as found.
pub(crate) fn credit(
    turn: &mut Turn<'_>,
    unit: UnitId,
    reported: Option<Denomination>,
) -> Result<(), Discrepancy> {
    let purpose = deposit(turn).purpose;
    match deposit(turn).stacking.get(&unit).copied() {
        // A device that lost power in the middle may no longer know the value; the journal does.
        Some(decided) if reported.is_none_or(|reported| reported == decided) => {
            turn.record(CashEntry::NoteCredited { purpose, unit, denomination: decided });
            acknowledge(turn, unit);
            Ok(())
        }
        // It was credited before a restart, and only the device did not hear of it.
        None if reported.is_none() && turn.books.in_transport.contains_key(&unit) => {
            acknowledge(turn, unit);
            Ok(())
        }
        Some(_) | None => {
            find(turn, unit, reported);
            Err(Discrepancy::UnexpectedNote { reported })
        }
    }
}

fn acknowledge(turn: &mut Turn<'_>, unit: UnitId) {
    turn.ask(unit, UnitCommand::In(DepositCommand::AcknowledgeStacked));
}

/// What a unit says after the machine stopped accepting: whatever arrives late goes back if it can, whatever was decided on
/// or fell in is still booked.
pub(crate) fn while_ending(turn: &mut Turn<'_>, unit: UnitId, event: &UnitEvent) -> Result<(), Discrepancy> {
    match event {
        UnitEvent::In(deposited) => came_late(turn, unit, deposited),
        UnitEvent::Out(Paid::Dispensed { id, end }) => {
            book_payout(turn, *id, *end);
            Ok(())
        }
        UnitEvent::State(_) => match stops_deposit(turn, unit, event) {
            Some(trouble) => Err(failed(turn, unit, trouble)),
            None => Ok(()),
        },
        UnitEvent::Counts(_)
        // What is prepared is not told to proceed, and gives up.
        | UnitEvent::Out(
            Paid::Presented | Paid::Taken | Paid::Prepared { .. } | Paid::Disturbed { .. },
        ) => Ok(()),
    }
}

/// Whether pieces can come in by `unit` on the account that is open, or would be found. Without an account they are found.
pub(crate) fn takes_part(turn: &Turn<'_>, unit: UnitId) -> bool {
    turn.books.deposit().is_some_and(|deposit| deposit.takes.uses(turn.policy.can(unit)))
}

/// What has happened to the unit, if the deposit cannot go on without it. One that was out of order when it began has no
/// part in it, and may fail again.
pub(crate) fn stops_deposit(turn: &Turn<'_>, unit: UnitId, event: &UnitEvent) -> Option<UnitTrouble> {
    match event {
        UnitEvent::State(Stated::Trouble { part: UnitPart::Acceptor, trouble }) => {
            takes_part(turn, unit).then(|| trouble.clone())
        }
        UnitEvent::State(
            Stated::Trouble { part: UnitPart::Hopper(_), .. }
            | Stated::Identified { .. }
            | Stated::Ready { .. },
        )
        | UnitEvent::In(_)
        | UnitEvent::Out(_)
        | UnitEvent::Counts(_) => None,
    }
}

fn came_late(turn: &mut Turn<'_>, unit: UnitId, deposited: &Deposited) -> Result<(), Discrepancy> {
    match deposited {
        Deposited::Escrowed { denomination } => {
            refuse(turn, unit, *denomination, RefusalReason::NoLongerAccepting);
        }
        Deposited::Stacked { denomination } => credit(turn, unit, *denomination)?,
        Deposited::Stored { place } => book_stored(turn, unit, *place),
        Deposited::Returned => book_returned(turn, unit),
        Deposited::Inserted { denomination, place, event_no } => {
            credit_fallen(turn, StoreId { unit, place: *place }, *denomination, *event_no);
        }
        Deposited::EventsLost { count, event_no } => return Err(book_lost(turn, unit, *count, *event_no)),
        Deposited::Arriving
        | Deposited::ToldUpTo { .. }
        | Deposited::Rejected { .. }
        | Deposited::ExitBlocked(_)
        | Deposited::ReturnPressed
        | Deposited::Inhibited => {}
    }
    Ok(())
}

/// A piece fell in while a deposit is open: it is on its account.
pub(crate) fn credit_fallen(turn: &mut Turn<'_>, store: StoreId, denomination: Denomination, event_no: u8) {
    let purpose = deposit(turn).purpose;
    turn.record(CashEntry::CoinCredited { purpose, store, denomination, event_no });
}

/// What fell in is more than the device could remember.
pub(crate) fn book_lost(turn: &mut Turn<'_>, unit: UnitId, events: u8, event_no: u8) -> Discrepancy {
    turn.record(CashEntry::CoinsUnaccounted { unit, events, event_no });
    incident::found(turn, None);
    Discrepancy::CoinsUnaccounted
}

/// A piece that moves on no account: refused if it can be, else booked as found (K12).
pub(crate) fn stray(turn: &mut Turn<'_>, unit: UnitId, event: &UnitEvent) {
    match event {
        UnitEvent::In(Deposited::Escrowed { denomination }) => {
            refuse(turn, unit, *denomination, RefusalReason::NoPayment);
        }
        UnitEvent::In(Deposited::Stacked { denomination }) => find(turn, unit, *denomination),
        UnitEvent::In(Deposited::Stored { place }) => book_stored(turn, unit, *place),
        UnitEvent::In(Deposited::Returned) => book_returned(turn, unit),
        UnitEvent::In(Deposited::Inserted { denomination, place, event_no }) => {
            let store = StoreId { unit, place: *place };
            turn.record(CashEntry::CoinFound { store, denomination: *denomination, event_no: *event_no });
            incident::found(turn, Some(denomination.value()));
            turn.call_staff(CallReason::FoundMoney);
        }
        UnitEvent::In(Deposited::EventsLost { count, event_no }) => stray_lost(turn, unit, *count, *event_no),
        UnitEvent::In(
            Deposited::Arriving
            | Deposited::ToldUpTo { .. }
            | Deposited::Rejected { .. }
            | Deposited::ExitBlocked(_)
            | Deposited::ReturnPressed
            | Deposited::Inhibited,
        )
        | UnitEvent::Out(_)
        | UnitEvent::State(_)
        | UnitEvent::Counts(_) => {}
    }
}

/// What was lost fell in at a time before, on an account that nobody knows.
pub(super) fn stray_lost(turn: &mut Turn<'_>, unit: UnitId, events: u8, event_no: u8) {
    book_lost(turn, unit, events, event_no);
    turn.call_staff(CallReason::FoundMoney);
}

/// Gives the piece in escrow back.
pub(crate) fn refuse(turn: &mut Turn<'_>, unit: UnitId, denomination: Denomination, reason: RefusalReason) {
    turn.record(CashEntry::NoteRefused { unit, denomination, reason });
    turn.ask(unit, UnitCommand::In(DepositCommand::Return));
}

/// Books a piece that the device kept and nobody decided on. If it does not say what it is, it is the note of which
/// nothing was heard since it was to be stacked.
fn find(turn: &mut Turn<'_>, unit: UnitId, reported: Option<Denomination>) {
    let unknown = turn.books.notes_of_unknown_fate.get(&unit).copied();
    let denomination = reported.or(unknown.map(|unheard| unheard.note));
    turn.record(CashEntry::NoteFound { unit, denomination });
    match (unknown, denomination.map(Denomination::value)) {
        (Some(unheard), Some(value)) => incident::note_found(turn, unheard.payment, value),
        (_, value) => incident::found(turn, value),
    }
    acknowledge(turn, unit);
    turn.call_staff(CallReason::FoundMoney);
}

/// Books that the patient has a note back: one that was refused, or one that was to be stacked.
pub(crate) fn book_returned(turn: &mut Turn<'_>, unit: UnitId) {
    let stacking = turn.books.deposit().and_then(|deposit| deposit.stacking.get(&unit));
    if let Some(denomination) = turn.books.refused.get(&unit).or(stacking).copied() {
        turn.record(CashEntry::NoteReturned { unit, denomination });
    }
}

/// Books where the note that was on its way came to rest.
pub(crate) fn book_stored(turn: &mut Turn<'_>, unit: UnitId, place: Place) {
    if let Some(denomination) = turn.books.in_transport.get(&unit).copied() {
        turn.record(CashEntry::NoteStored { store: StoreId { unit, place }, denomination });
    }
}
