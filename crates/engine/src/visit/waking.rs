//! The program was away for a moment: the payment goes on once all units have said that they are there (K17).

use api::{Page, PaymentId};
use device_api::{Moment, UnitEvent, UnitId};
use settings::Times;

use super::{Fixing, Leaving, Scene, Stage, Suspended, Visit, settling_page};
use crate::cash::{DrawnIn, stops_deposit, while_ending};
use crate::payment::open;
use crate::turn::Turn;
use crate::{Discrepancy, PaymentEntry};

/// Waiting for the units. What they tell meanwhile is booked.
#[derive(Debug)]
pub(crate) struct Waking {
    payment: PaymentId,
    since: Moment,
}

impl Waking {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        turn.record(PaymentEntry::PaymentResumed { payment });
        Waking { payment, since: turn.now.at }.go_on(turn)
    }

    fn go_on(self, turn: &mut Turn<'_>) -> Visit {
        match turn.health.have_all_spoken(turn.policy) {
            true if open(turn).holds_nothing() => Leaving::enter(turn, self.payment, DrawnIn::default()),
            true => Fixing::resume(turn, self.payment),
            false => self.into(),
        }
    }
}

impl Stage for Waking {
    fn page(&self, scene: &Scene<'_>) -> Page {
        settling_page(scene)
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.fixing_timeout()))
    }

    fn unit(self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        if let Some(trouble) = stops_deposit(turn, unit, &event) {
            return Suspended::after_trouble(turn, self.payment, unit, trouble, &DrawnIn::default());
        }
        match while_ending(turn, unit, &event) {
            Err(discrepancy) => Suspended::enter(turn, self.payment, discrepancy),
            Ok(()) => self.go_on(turn),
        }
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        if open(turn).holds_nothing() {
            return Suspended::end_untouched(turn, self.payment);
        }
        Suspended::enter(turn, self.payment, Discrepancy::Interrupted)
    }
}
