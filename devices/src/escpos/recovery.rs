use std::time::Duration;

use device_api::Moment;
use wire::escpos::Condition;

/// Asks a printer out of an error that a person may have cleared (docs/protocols/escpos.md §6).
///
/// A stuck cutter stays reported after the paper is pulled out, until somebody says so; nobody at a clinic can
/// but us. What was in the printer's memory is cleared with it: its page has an outcome already.
#[derive(Default)]
pub(super) struct Recovery {
    next: Option<Moment>,
    tries: u8,
}

/// Slow enough not to grind a cutter that is still stuck, fast enough for somebody who waits beside it.
const PERIOD: Duration = Duration::from_secs(10);

/// Five minutes. After that opening the cover begins anew, because somebody is at work again.
const TRIES_MAX: u8 = 30;

impl Recovery {
    /// The printer says how it is, and no page is under way.
    pub(super) fn consider(&mut self, now: Moment, condition: Option<Condition>) {
        let curable = condition.is_some_and(|c| c.needs_help() && !c.unrecoverable_error && !c.cover_open);
        if !curable {
            *self = Recovery::default();
        } else if self.next.is_none() && self.tries < TRIES_MAX {
            self.next = Some(now.after(PERIOD));
        }
    }

    pub(super) fn deadline(&self) -> Option<Moment> {
        self.next
    }

    /// Whether to try now.
    pub(super) fn is_due(&mut self, now: Moment) -> bool {
        if self.next.is_none_or(|next| now < next) {
            return false;
        }
        self.tries = self.tries.saturating_add(1);
        self.next = (self.tries < TRIES_MAX).then(|| now.after(PERIOD));
        true
    }
}
