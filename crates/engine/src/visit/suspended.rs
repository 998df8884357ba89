//! Money is in the machine and the machine cannot go on: a person decides (K17).

use api::{Button, Notice, Page, PaymentId};
use device_api::{CashCommand, CashEvent, CashTrouble, CoinEvent, CoinTrouble, DispenseEnd, DispenseId};

use super::{Idle, Leaving, Noticing, Scene, Stage, Visit, Waking, cancel_effect, suspended_page};
use crate::cash::{
    book_payout, book_returned, book_stored, book_what_counters_prove, coin_came, credit, deposit,
    may_hide_a_coin, may_hide_a_note, refuse,
};
use crate::payment::{close_untouched, open};
use crate::turn::Turn;
use crate::{CallReason, Discrepancy, PaymentEntry, RefusalReason};

/// Nothing moves by itself any more.
#[derive(Debug)]
pub(crate) struct Suspended {
    payment: PaymentId,
    /// What the note unit did with a note is told by nobody but its counters: the program began anew, or the unit did, or
    /// a note that did not come out lies in its drum again or was drawn back.
    counters_due: bool,
    /// Only the bill is another one: the patient may take the money back.
    may_return: bool,
}

impl Suspended {
    /// Stops here and rings at the desk.
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId, discrepancy: Discrepancy) -> Visit {
        Suspended::begin(turn, payment, discrepancy).into()
    }

    fn begin(turn: &mut Turn<'_>, payment: PaymentId, discrepancy: Discrepancy) -> Suspended {
        turn.record(PaymentEntry::PaymentSuspended { payment, discrepancy });
        turn.stop_accepting();
        turn.call_staff(CallReason::Suspended);
        let deposit = deposit(turn);
        let counters_due = deposit.stacking.is_some() || deposit.unpaid.is_some();
        Suspended { payment, counters_due, may_return: false }
    }

    /// The program began anew, and the payment does not go on by itself. It was rung for perhaps, and must be again.
    pub(crate) fn after_restart(turn: &mut Turn<'_>, payment: PaymentId, discrepancy: Discrepancy) -> Visit {
        if open(turn).suspended.is_none() {
            turn.record(PaymentEntry::PaymentSuspended { payment, discrepancy });
        }
        turn.stop_accepting();
        turn.call_staff(CallReason::Suspended);
        Visit::Suspended(Suspended { payment, counters_due: true, may_return: false })
    }

    /// The billing system wants another amount than the one that is being paid (K6).
    pub(super) fn after_bill_change(turn: &mut Turn<'_>, payment: PaymentId, note_inside: bool) -> Visit {
        if open(turn).holds_nothing() {
            return Leaving::after_bill_change(turn, payment, note_inside);
        }
        let suspended = Suspended::begin(turn, payment, Discrepancy::BillChanged);
        Suspended { may_return: true, ..suspended }.into()
    }

    /// The note unit failed while money came in. Only if it certainly holds nothing of the patient's does the
    /// payment just end; `note_inside` says whether a note was drawn in and not heard of since.
    pub(crate) fn after_trouble(
        turn: &mut Turn<'_>,
        payment: PaymentId,
        trouble: CashTrouble,
        note_inside: bool,
    ) -> Visit {
        if note_inside || may_hide_a_note(&trouble) || !open(turn).holds_nothing() {
            return Suspended::enter(turn, payment, Discrepancy::NoteUnit { trouble });
        }
        Suspended::end_untouched(turn, payment)
    }

    /// The coin acceptor failed while money came in.
    pub(crate) fn after_coin_trouble(
        turn: &mut Turn<'_>,
        payment: PaymentId,
        trouble: CoinTrouble,
        note_inside: bool,
    ) -> Visit {
        if may_hide_a_coin(&trouble) || note_inside || !open(turn).holds_nothing() {
            return Suspended::enter(turn, payment, Discrepancy::CoinUnit { trouble });
        }
        Suspended::end_untouched(turn, payment)
    }

    /// Nothing is inside for certain, so the payment just ends.
    pub(super) fn end_untouched(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        close_untouched(turn, payment);
        turn.stop_accepting();
        turn.calls.visit_ended();
        Noticing::enter(turn, Notice::AskAtDesk)
    }
}

impl Suspended {
    /// A payout that was under way when the unit failed. If nobody knows what came out, nobody may let it go on.
    fn payout_ended(&mut self, turn: &mut Turn<'_>, id: DispenseId, end: DispenseEnd) {
        let is_under_way = deposit(turn).paying.is_some_and(|payout| payout.dispense == id);
        book_payout(turn, id, end);
        self.counters_due |= deposit(turn).unpaid.is_some();
        let is_unknown = is_under_way && matches!(end, DispenseEnd::Unknown { .. });
        if is_unknown && open(turn).suspended != Some(Discrepancy::PayoutUnknown) {
            let (payment, discrepancy) = (self.payment, Discrepancy::PayoutUnknown);
            turn.record(PaymentEntry::PaymentSuspended { payment, discrepancy });
            turn.call_staff(CallReason::Suspended);
        }
    }
}

impl Stage for Suspended {
    fn page(&self, scene: &Scene<'_>) -> Page {
        match scene.books.deposit() {
            Some(deposit) if self.may_return => Page::BillChanged { cancel: cancel_effect(scene, deposit) },
            Some(_) | None => suspended_page(scene),
        }
    }

    fn touched(self, turn: &mut Turn<'_>, button: Button) -> Visit {
        if !self.may_return || button != Button::Cancel {
            return self.into();
        }
        turn.record(PaymentEntry::ReturnDecided { payment: self.payment });
        turn.calls.settled(CallReason::Suspended);
        Leaving::enter(turn, self.payment, false)
    }

    /// A late report is still the truth: it is booked. A note in escrow stays there (K17); the device gives it
    /// back by itself when its time is over.
    fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        match event {
            CashEvent::Stacked { denomination } => {
                // A further note that nobody decided on is booked as found; the payment is suspended anyway.
                let _booked_as_found = credit(turn, denomination).is_err();
            }
            CashEvent::Stored { place } => book_stored(turn, place),
            CashEvent::Returned => book_returned(turn),
            CashEvent::Dispensed { id, end } => self.payout_ended(turn, id, end),
            CashEvent::Inhibited if self.counters_due => turn.cash(CashCommand::ReadCounts),
            CashEvent::Counts(reported) if std::mem::take(&mut self.counters_due) => {
                book_what_counters_prove(turn, reported);
            }
            CashEvent::Escrowed { denomination } if self.may_return => {
                refuse(turn, denomination, RefusalReason::NoLongerAccepting);
            }
            CashEvent::Escrowed { .. }
            | CashEvent::Identified { .. }
            | CashEvent::NoteArriving
            | CashEvent::Rejected { .. }
            | CashEvent::Inhibited
            | CashEvent::Counts(_)
            | CashEvent::ExitBlocked(_)
            | CashEvent::Presented
            | CashEvent::Taken
            // It is not told to proceed, and gives up.
            | CashEvent::Prepared { .. }
            | CashEvent::Disturbed { .. }
            | CashEvent::Trouble(_)
            | CashEvent::Ready => {}
        }
        self.into()
    }

    fn coin(self, turn: &mut Turn<'_>, event: CoinEvent) -> Visit {
        // A further failure changes nothing: the payment is suspended anyway.
        let _failed_again = coin_came(turn, &event).is_err();
        self.into()
    }

    /// What only the unit's counters can tell is booked when they are read, with or without the payment.
    fn taken_over(self, turn: &mut Turn<'_>) -> Visit {
        if self.counters_due {
            turn.cash(CashCommand::ReadCounts);
        }
        Idle::enter(turn)
    }

    fn decided(self, turn: &mut Turn<'_>) -> Visit {
        Waking::enter(turn, self.payment)
    }
}
