use std::time::Duration;

use device_api::Moment;

/// Keeps the answers to `GS r` of this page apart from those that an earlier one is still owed.
///
/// They are bare bytes that come in the order of asking, so counting is the only way. Without it, the last answer
/// of a page that waited for paper would confirm the next page (docs/protocols/escpos.md §4).
#[derive(Default)]
pub(super) struct Turns {
    /// Questions without an answer yet, oldest first.
    unanswered: u32,
    /// How many of them are older than the page under way.
    stale: u32,
    /// When something last happened that an answer may have waited for.
    quiet_since: Moment,
}

/// A printer that is well and has processed nothing for this long owes no answer: the question or the answer was
/// lost on the line, or with the printer's power (§4). The longest page takes less.
const LOST_AFTER: Duration = Duration::from_secs(10);

impl Turns {
    /// The printer works, or works differently: answers may come from now on.
    pub(super) fn stirred(&mut self, now: Moment) {
        self.quiet_since = now;
    }

    /// The printer has forgotten everything that it was asked.
    pub(super) fn forget(&mut self) {
        *self = Turns { quiet_since: self.quiet_since, ..Turns::default() };
    }

    pub(super) fn begin_page(&mut self, now: Moment) {
        if now.since(self.quiet_since) >= LOST_AFTER {
            self.forget();
        }
        self.stale = self.unanswered;
    }

    pub(super) fn asked(&mut self, now: Moment) {
        self.unanswered = self.unanswered.saturating_add(1);
        self.stirred(now);
    }

    /// An answer has come; whether it is one of the page under way.
    pub(super) fn answered(&mut self, now: Moment) -> bool {
        self.stirred(now);
        if self.unanswered == 0 {
            return false;
        }
        self.unanswered -= 1;
        let of_this_page = self.stale == 0;
        self.stale = self.stale.saturating_sub(1);
        of_this_page
    }
}
