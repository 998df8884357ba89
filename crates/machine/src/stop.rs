use std::time::Duration;

use device_api::{Deposited, Moment, UnitEvent, UnitId};
use engine::Input;

/// How long the slots may take to close before the program stops all the same. The note unit needs a few polls; the coin
/// acceptor knows that no coin is under way in it after a second without one.
pub(crate) const STOP_TIMEOUT: Duration = Duration::from_secs(3);

/// Whether the program is to end. Nobody will poll the devices any more then, so they must not draw another note or coin
/// in.
#[derive(Debug)]
pub(crate) enum Stop {
    NotAsked,
    /// Not before these slots have said that they are closed, or until this moment.
    Closing {
        open: Vec<UnitId>,
        until: Moment,
    },
    /// Nothing more is done.
    Stopped,
}

impl Stop {
    pub(crate) fn begin(now: Moment, slots: Vec<UnitId>) -> Stop {
        Stop::Closing { open: slots, until: now.after(STOP_TIMEOUT) }
    }

    #[inline]
    pub(crate) fn is_asked(&self) -> bool {
        match self {
            Stop::NotAsked => false,
            Stop::Closing { .. } | Stop::Stopped => true,
        }
    }

    #[inline]
    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self, Stop::Stopped)
    }

    #[inline]
    pub(crate) fn until(&self) -> Option<Moment> {
        match self {
            Stop::Closing { until, .. } => Some(*until),
            Stop::NotAsked | Stop::Stopped => None,
        }
    }

    /// Whether `input` is the word of a slot that it is closed. The engine is not told: it could go on with a payout that
    /// waits for it.
    pub(crate) fn hears(&mut self, input: &Input) -> bool {
        let Stop::Closing { open, .. } = self else { return false };
        let closed = match input {
            Input::Unit(unit, UnitEvent::In(Deposited::Inhibited)) => unit,
            Input::Unit(..)
            | Input::Printer(_)
            | Input::Scanner(_)
            | Input::Touch(_)
            | Input::Billing(_)
            | Input::Desk(_)
            | Input::JournalBroken(_)
            | Input::Tick => return false,
        };
        open.retain(|slot| slot != closed);
        true
    }

    /// The slots that are still open, if it ends now.
    #[inline]
    pub(crate) fn end(&mut self, now: Moment, is_at_rest: bool) -> Option<Vec<UnitId>> {
        let Stop::Closing { open, until } = self else { return None };
        let is_over = *until <= now || (open.is_empty() && is_at_rest);
        if !is_over {
            return None;
        }
        let open = std::mem::take(open);
        *self = Stop::Stopped;
        Some(open)
    }
}
