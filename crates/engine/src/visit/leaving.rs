//! The patient wants out, or went away before money: nothing more is accepted, then it is seen what is inside.

use api::{Notice, Page, PaymentId};
use device_api::{CashEvent, CoinEvent, Moment};
use settings::Times;

use super::{Fixing, Noticing, Scene, Stage, Suspended, Visit, settling_page};
use crate::cash::{Settling, coin_came, note_while_ending};
use crate::payment::{close_untouched, open};
use crate::turn::Turn;

/// Waiting until nothing is under way.
#[derive(Debug)]
pub(crate) struct Leaving {
    payment: PaymentId,
    settling: Settling,
    /// A note was drawn in and not heard of since.
    note_inside: bool,
    /// What the patient reads if nothing was inside.
    notice: Notice,
}

impl Leaving {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId, note_inside: bool) -> Visit {
        Leaving::begin(turn, payment, note_inside, Notice::Cancelled)
    }

    /// There is another bill, and no money inside yet.
    pub(super) fn after_bill_change(turn: &mut Turn<'_>, payment: PaymentId, note_inside: bool) -> Visit {
        Leaving::begin(turn, payment, note_inside, Notice::BillChanged)
    }

    fn begin(turn: &mut Turn<'_>, payment: PaymentId, note_inside: bool, notice: Notice) -> Visit {
        Leaving { payment, settling: Settling::begin(turn), note_inside, notice }.into()
    }

    fn leave(self, turn: &mut Turn<'_>) -> Visit {
        if !open(turn).holds_nothing() {
            return Fixing::enter_returning(turn, self.payment, self.settling);
        }
        close_untouched(turn, self.payment);
        turn.calls.visit_ended();
        Noticing::enter(turn, self.notice)
    }
}

impl Stage for Leaving {
    fn page(&self, scene: &Scene<'_>) -> Page {
        settling_page(scene)
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.settling.deadline(times))
    }

    fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        match &event {
            CashEvent::NoteArriving | CashEvent::Escrowed { .. } => self.note_inside = true,
            CashEvent::Stacked { .. } | CashEvent::Returned | CashEvent::Rejected { .. } => {
                self.note_inside = false
            }
            CashEvent::Trouble(trouble) => {
                return Suspended::after_trouble(turn, self.payment, trouble.clone(), self.note_inside);
            }
            CashEvent::Identified { .. }
            | CashEvent::Stored { .. }
            | CashEvent::Inhibited
            | CashEvent::Counts(_)
            | CashEvent::ExitBlocked(_)
            | CashEvent::Presented
            | CashEvent::Taken
            | CashEvent::Prepared { .. }
            | CashEvent::Disturbed { .. }
            | CashEvent::Dispensed { .. }
            | CashEvent::Ready => {}
        }
        match note_while_ending(turn, &event) {
            Err(discrepancy) => Suspended::enter(turn, self.payment, discrepancy),
            Ok(()) if self.settling.note_unit_said(&event) => self.leave(turn),
            Ok(()) => self.into(),
        }
    }

    fn coin(mut self, turn: &mut Turn<'_>, event: CoinEvent) -> Visit {
        match coin_came(turn, &event) {
            Err(discrepancy) => Suspended::enter(turn, self.payment, discrepancy),
            Ok(()) if self.settling.coin_unit_said(&event) => self.leave(turn),
            Ok(()) => self.into(),
        }
    }

    fn tick(mut self, turn: &mut Turn<'_>) -> Visit {
        if !self.settling.is_given_up(turn) {
            return self.into();
        }
        Suspended::enter(turn, self.payment, self.settling.who_does_not_answer())
    }
}
