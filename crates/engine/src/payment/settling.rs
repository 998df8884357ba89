use api::Page;
use device_api::Moment;
use settings::Times;

use crate::CallReason;
use crate::turn::Turn;
use crate::visit::Scene;

/// Waiting for the note unit to come to rest after it was told to take nothing more.
#[derive(Debug)]
pub(super) struct Settling {
    since: Moment,
    /// It takes long, perhaps because a note sticks out of its mouth: staff were called.
    staff_called: bool,
}

impl Settling {
    pub(super) fn begin(turn: &mut Turn<'_>) -> Settling {
        turn.stop_accepting();
        Settling { since: turn.now.at, staff_called: false }
    }

    pub(super) fn page(scene: &Scene<'_>) -> Page {
        match scene.books.refused {
            Some(_) => Page::TakeNoteBack,
            None => Page::Counting,
        }
    }

    pub(super) fn deadline(&self, times: &Times) -> Moment {
        self.since.after(times.fixing_timeout())
    }

    /// Whether it makes no sense to wait any longer. Staff come first; and a note that certainly sticks out is waited
    /// for as long as it takes.
    pub(super) fn is_given_up(&mut self, turn: &mut Turn<'_>) -> bool {
        if turn.now.at < self.deadline(&turn.policy.times) {
            return false;
        }
        if self.staff_called && turn.books.refused.is_none() {
            return true;
        }
        turn.call_staff(CallReason::Waiting);
        self.staff_called = true;
        self.since = turn.now.at;
        false
    }
}
