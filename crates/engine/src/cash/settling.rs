use std::collections::BTreeSet;

use device_api::{Deposited, Moment, UnitEvent, UnitId, UnitTrouble};
use settings::Times;

use super::{failed, takes_part};
use crate::turn::Turn;
use crate::{CallReason, Discrepancy};

/// Waiting for all units to come to rest after they were told to take nothing more.
#[derive(Debug)]
pub(crate) struct Settling {
    since: Moment,
    /// It takes long, perhaps because a note is still in the exit: staff were called.
    staff_called: bool,
    /// The units that have not said that nothing is under way in them.
    moving: BTreeSet<UnitId>,
}

impl Settling {
    pub(crate) fn begin(turn: &mut Turn<'_>) -> Settling {
        turn.stop_accepting();
        // What has no part in it is not waited for.
        let units = turn.policy.units.iter().map(|unit| unit.id);
        let moving = units.filter(|unit| takes_part(turn, *unit)).collect();
        Settling { since: turn.now.at, staff_called: false, moving }
    }

    pub(crate) fn deadline(&self, times: &Times) -> Moment {
        self.since.after(times.fixing_timeout())
    }

    /// True if all units have now come to rest.
    pub(crate) fn unit_said(&mut self, unit: UnitId, event: &UnitEvent) -> bool {
        let news = *event == UnitEvent::In(Deposited::Inhibited) && self.moving.remove(&unit);
        news && self.moving.is_empty()
    }

    /// Why it was waited in vain. If several units do not answer it is the first of the configuration.
    pub(crate) fn who_does_not_answer(&self, turn: &Turn<'_>) -> Discrepancy {
        let mut units = turn.policy.units.iter().map(|unit| unit.id);
        let silent = units.find(|unit| self.moving.contains(unit));
        failed(turn, silent.expect("whoever has come to rest waits no more"), UnitTrouble::NotResponding)
    }

    /// Whether it makes no sense to wait any longer. Staff come first; and a note that certainly sticks out is waited
    /// for as long as it takes.
    pub(crate) fn is_given_up(&mut self, turn: &mut Turn<'_>) -> bool {
        if turn.now.at < self.deadline(&turn.policy.times) {
            return false;
        }
        if self.staff_called && turn.books.refused.is_empty() && turn.health.exit().is_none() {
            return true;
        }
        turn.call_staff(CallReason::Waiting);
        self.staff_called = true;
        self.since = turn.now.at;
        false
    }
}
