//! Money in the machine: from the first note to the 領収証.

mod bill_watch;
mod collecting;
mod counters;
mod fixing;
mod issuing;
mod leaving;
mod paying_out;
mod recalling;
mod settling;
mod suspended;
mod waking;

use api::{CancelEffect, Outcome, PaymentId};
use device_api::{
    CashCommand, CashEvent, CashTrouble, CoinDevice, CoinEvent, DispenseEnd, DispenseId, Disturbance,
    ShortCause,
};
use money::{Denomination, Yen};

pub(crate) use self::collecting::Collecting;
pub(crate) use self::fixing::Fixing;
pub(crate) use self::issuing::{Issuing, Owing, Thanking};
pub(crate) use self::leaving::Leaving;
pub(crate) use self::paying_out::PayingOut;
pub(crate) use self::recalling::Recalling;
pub(crate) use self::suspended::Suspended;
pub(crate) use self::waking::Waking;
use crate::books::{Deposit, Payment, Payout, Tender};
use crate::turn::Turn;
use crate::visit::{Scene, book_returned, book_stored, find, refuse};
use crate::{
    CallReason, CashEntry, Discrepancy, PaymentEntry, PayoutEntry, RefusalReason, Slip, SlipCode, TenderEntry,
};

/// The payment whose money part has not ended.
fn open<'a>(turn: &'a Turn<'_>) -> &'a Payment {
    turn.books.open.as_ref().expect("a state with money belongs to an open payment")
}

/// The notes and coins that are coming in, or go out again.
fn deposit<'a>(turn: &'a Turn<'_>) -> &'a Deposit {
    turn.books.deposit().expect("a state with cash belongs to a tender whose fate is open")
}

/// What 「やめる」 would do right now (K14).
fn cancel_effect(scene: &Scene<'_>, deposit: &Deposit) -> CancelEffect {
    match deposit.holds_nothing() {
        true => CancelEffect::BackToStart,
        false if scene.till().is_returnable(deposit) => CancelEffect::MachineReturnsMoney,
        false => CancelEffect::StaffReturnMoney,
    }
}

/// Books the note that the device keeps now, before the device is told that it may forget it.
///
/// An error if it is not the note that was decided on; then it is booked as found.
fn credit(turn: &mut Turn<'_>, reported: Option<Denomination>) -> Result<(), Discrepancy> {
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
fn cash_while_ending(turn: &mut Turn<'_>, event: &CashEvent) -> Result<(), Discrepancy> {
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
        | CashEvent::Presented
        | CashEvent::Taken
        | CashEvent::Disturbed { .. }
        // It is not told to proceed, and gives up.
        | CashEvent::Prepared { .. }
        | CashEvent::Ready => {}
    }
    Ok(())
}

/// What the coin unit says in a payment, in whichever state: a coin that fell in belongs to it.
fn coin_in_payment(turn: &mut Turn<'_>, event: &CoinEvent) -> Result<(), Discrepancy> {
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

/// Books how the payout that is under way has ended. Any other is of a time before, and was booked then.
fn book_payout(turn: &mut Turn<'_>, id: DispenseId, end: DispenseEnd) {
    let Some(deposit) = turn.books.deposit() else { return };
    let Some(payout) = deposit.paying.filter(|payout| payout.dispense == id) else { return };
    let (purpose, Payout { dispense, place, denomination, pieces }) = (deposit.purpose, payout);
    turn.record(PayoutEntry::PayoutEnded { purpose, dispense, place, denomination, pieces, end });
    if let DispenseEnd::Short { cause: ShortCause::Empty, .. } = end {
        turn.call_staff(CallReason::Stock);
    }
}

/// Writes down what happened to a payout, in whichever state, and tells the unit that it may forget it. Of a payout that
/// has ended nothing is proven any more.
pub(crate) fn note_disturbance(turn: &mut Turn<'_>, id: DispenseId, what: Disturbance) {
    let is_under_way = |deposit: &&Deposit| deposit.paying.is_some_and(|payout| payout.dispense == id);
    let deposit = turn.books.deposit().filter(is_under_way);
    if let Some(deposit) = deposit.filter(|deposit| !deposit.disturbances.contains(&what)) {
        turn.record(PayoutEntry::PayoutDisturbed { purpose: deposit.purpose, dispense: id, what });
    }
    turn.cash(CashCommand::Noted { id, what });
}

/// A unit is told to proceed only after its counters were written; before that, nothing can have moved.
const NOTHING_MOVED: DispenseEnd = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };

/// Nobody will tell any more how the payout ended that is under way, if there is one.
pub(crate) fn give_up_payout(turn: &mut Turn<'_>) {
    let Some(deposit) = turn.books.deposit() else { return };
    let Some(payout) = deposit.paying else { return };
    let end = match deposit.counted_before {
        Some(_) => DispenseEnd::Unknown { paid: 0 },
        None => NOTHING_MOVED,
    };
    book_payout(turn, payout.dispense, end);
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
    let slip = (!owed.is_zero()).then(|| Slip {
        amount: owed,
        code: SlipCode::of(turn.now.chance),
        job: turn.books.next_job_after(&receipts),
    });
    end_tenders(turn, &outcome);
    turn.record(PaymentEntry::PaymentClosed { payment, outcome, due, inserted, receipts, paid_out, slip });
    if !owed.is_zero() {
        turn.call_staff(CallReason::Owed);
    }
}

/// A payment closes only when the fate of each of its tenders is written. What nobody can prove is never called void.
fn end_tenders(turn: &mut Turn<'_>, outcome: &Outcome) {
    let open = open(turn);
    let is_unproven =
        open.stacking().is_some() || open.suspended.as_ref().is_some_and(Discrepancy::leaves_money_unproven);
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
