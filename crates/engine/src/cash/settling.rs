use device_api::{CashEvent, CashTrouble, CoinEvent, CoinTrouble, Moment};
use settings::Times;

use crate::turn::Turn;
use crate::{CallReason, Discrepancy};

/// Waiting for both units to come to rest after they were told to take nothing more.
#[derive(Debug)]
pub(crate) struct Settling {
    since: Moment,
    /// It takes long, perhaps because a note is still in the exit: staff were called.
    staff_called: bool,
    notes_at_rest: bool,
    coins_at_rest: bool,
}

impl Settling {
    pub(crate) fn begin(turn: &mut Turn<'_>) -> Settling {
        turn.stop_accepting();
        Settling {
            since: turn.now.at,
            staff_called: false,
            notes_at_rest: false,
            coins_at_rest: !turn.policy.coin_unit,
        }
    }

    pub(crate) fn deadline(&self, times: &Times) -> Moment {
        self.since.after(times.fixing_timeout())
    }

    /// True if both units have now come to rest.
    pub(crate) fn note_unit_said(&mut self, event: &CashEvent) -> bool {
        let news = *event == CashEvent::Inhibited && !self.notes_at_rest;
        self.notes_at_rest |= news;
        news && self.coins_at_rest
    }

    /// True if both units have now come to rest.
    pub(crate) fn coin_unit_said(&mut self, event: &CoinEvent) -> bool {
        let news = *event == CoinEvent::Inhibited && !self.coins_at_rest;
        self.coins_at_rest |= news;
        news && self.notes_at_rest
    }

    /// Why it was waited in vain.
    pub(crate) fn who_does_not_answer(&self) -> Discrepancy {
        match self.notes_at_rest && !self.coins_at_rest {
            true => Discrepancy::CoinUnit { trouble: CoinTrouble::NotResponding },
            false => Discrepancy::NoteUnit { trouble: CashTrouble::NotResponding },
        }
    }

    /// Whether it makes no sense to wait any longer. Staff come first; and a note that certainly sticks out is waited
    /// for as long as it takes.
    pub(crate) fn is_given_up(&mut self, turn: &mut Turn<'_>) -> bool {
        if turn.now.at < self.deadline(&turn.policy.times) {
            return false;
        }
        if self.staff_called && turn.books.refused.is_none() && turn.health.exit.is_none() {
            return true;
        }
        turn.call_staff(CallReason::Waiting);
        self.staff_called = true;
        self.since = turn.now.at;
        false
    }
}
