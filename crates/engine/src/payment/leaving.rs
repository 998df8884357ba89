//! The patient wants out, or went away before money: nothing more is accepted, then it is seen what is inside.

use api::{Notice, Outcome, Page, PaymentId};
use device_api::{CashEvent, CashTrouble, Moment};
use money::Yen;
use settings::Times;

use super::settling::Settling;
use super::{Suspended, cash_while_ending, close, open};
use crate::Discrepancy;
use crate::turn::Turn;
use crate::visit::{Noticing, Scene, Stage, Visit};

/// Waiting until nothing is under way.
#[derive(Debug)]
pub(crate) struct Leaving {
    payment: PaymentId,
    settling: Settling,
    /// A note was drawn in and not heard of since.
    note_inside: bool,
}

impl Leaving {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId, note_inside: bool) -> Visit {
        Visit::Leaving(Leaving { payment, settling: Settling::begin(turn), note_inside })
    }

    fn leave(self, turn: &mut Turn<'_>) -> Visit {
        if !open(turn).holds_nothing() {
            return Suspended::enter(turn, self.payment, Discrepancy::MoneyInside);
        }
        close(turn, self.payment, Outcome::Cancelled { returned: Yen::ZERO });
        turn.calls.visit_ended();
        Noticing::enter(turn, Notice::Cancelled)
    }
}

impl Stage for Leaving {
    fn page(&self, scene: &Scene<'_>) -> Page {
        Settling::page(scene)
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
            | CashEvent::Presented
            | CashEvent::Taken
            | CashEvent::Dispensed { .. }
            | CashEvent::Ready => {}
        }
        match cash_while_ending(turn, self.payment, &event) {
            Err(discrepancy) => Suspended::enter(turn, self.payment, discrepancy),
            Ok(()) if event == CashEvent::Inhibited => self.leave(turn),
            Ok(()) => self.into(),
        }
    }

    fn tick(mut self, turn: &mut Turn<'_>) -> Visit {
        if !self.settling.is_given_up(turn) {
            return self.into();
        }
        Suspended::after_trouble(turn, self.payment, CashTrouble::NotResponding, self.note_inside)
    }
}
