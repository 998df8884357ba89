//! The patient wants out, or went away before money: nothing more is accepted, then it is seen what is inside.

use api::{Notice, Outcome, Page, PaymentId};
use device_api::{CashEvent, CashTrouble, Moment};
use money::Yen;
use settings::Times;

use super::{Suspended, cash_while_ending, close, open};
use crate::Discrepancy;
use crate::turn::Turn;
use crate::visit::{Noticing, Scene, Stage, Visit};

/// Waiting until nothing is under way.
#[derive(Debug)]
pub(crate) struct Leaving {
    payment: PaymentId,
    since: Moment,
}

impl Leaving {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        turn.stop_accepting();
        Visit::Leaving(Leaving { payment, since: turn.now.at })
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
    fn page(&self, _scene: &Scene<'_>) -> Page {
        Page::Counting
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.fixing_timeout()))
    }

    fn cash(self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        match cash_while_ending(turn, self.payment, &event) {
            Err(discrepancy) => Suspended::after_trouble(turn, self.payment, discrepancy),
            Ok(()) if event == CashEvent::Inhibited => self.leave(turn),
            Ok(()) => self.into(),
        }
    }

    fn tick(self, turn: &mut Turn<'_>) -> Visit {
        if turn.now.at >= self.since.after(turn.policy.times.fixing_timeout()) {
            let trouble = CashTrouble::NotResponding;
            return Suspended::after_trouble(turn, self.payment, Discrepancy::NoteUnit { trouble });
        }
        self.into()
    }
}
