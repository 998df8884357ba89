//! The patient wants out, or went away before money: nothing more is accepted, then it is seen what is inside.

use api::{Notice, Page, PaymentId};
use device_api::{Moment, UnitEvent, UnitId};
use settings::Times;

use super::{Fixing, Noticing, Scene, Stage, Suspended, Visit, settling_page};
use crate::cash::{DrawnIn, Settling, stops_deposit, while_ending};
use crate::payment::{close_untouched, open};
use crate::turn::Turn;

/// Waiting until nothing is under way.
#[derive(Debug)]
pub(crate) struct Leaving {
    payment: PaymentId,
    settling: Settling,
    drawn_in: DrawnIn,
    /// What the patient reads if nothing was inside.
    notice: Notice,
}

impl Leaving {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId, drawn_in: DrawnIn) -> Visit {
        Leaving::begin(turn, payment, drawn_in, Notice::Cancelled)
    }

    /// There is another bill, and no money inside yet.
    pub(super) fn after_bill_change(turn: &mut Turn<'_>, payment: PaymentId, drawn_in: DrawnIn) -> Visit {
        Leaving::begin(turn, payment, drawn_in, Notice::BillChanged)
    }

    fn begin(turn: &mut Turn<'_>, payment: PaymentId, drawn_in: DrawnIn, notice: Notice) -> Visit {
        Leaving { payment, settling: Settling::begin(turn), drawn_in, notice }.into()
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

    fn unit(mut self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        if let Some(trouble) = stops_deposit(turn, unit, &event) {
            return Suspended::after_trouble(turn, self.payment, unit, trouble, &self.drawn_in);
        }
        if let UnitEvent::In(deposited) = &event {
            self.drawn_in.unit_said(turn.now.at, unit, deposited);
        }
        match while_ending(turn, unit, &event) {
            Err(discrepancy) => Suspended::enter(turn, self.payment, discrepancy),
            Ok(()) if self.settling.unit_said(unit, &event) => self.leave(turn),
            Ok(()) => self.into(),
        }
    }

    fn tick(mut self, turn: &mut Turn<'_>) -> Visit {
        if !self.settling.is_given_up(turn) {
            return self.into();
        }
        let discrepancy = self.settling.who_does_not_answer(turn);
        Suspended::enter(turn, self.payment, discrepancy)
    }
}
