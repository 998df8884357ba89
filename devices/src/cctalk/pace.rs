use std::time::Duration;

use wire::Moment;

/// No reply is waited for longer. An acceptor that is not asked for a second closes by itself, and one of its own and
/// one of a hopper's may have to be waited for in that second (docs/protocols/cctalk.md §8).
const PATIENCE_MAX: Duration = Duration::from_millis(450);

/// A reply that comes later than this after its question is not known of any device. Shorter than the second after which
/// an acceptor closes, so that one lost reply does not close it.
const SLOWEST_REPLY: Duration = Duration::from_millis(600);

/// A device that has answered even later than [`SLOWEST_REPLY`] is given more silence, but never more than this: it is of no
/// use anyway, and is to be found again when it is itself again.
const SLOWEST_MAX: Duration = Duration::from_secs(5);

/// How long one device on the line takes to answer, and whether an old reply of it may still be under way.
///
/// A reply does not say what it answers (§2). So after one that is missing the device is not asked anything until it has been
/// silent for longer than its slowest reply: what comes meanwhile answers the old question, and only tells how slow the
/// device is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How long a reply is waited for. Learned upwards, never downwards: a device is slow in some moments only.
    patience: Duration,
    slowest: Duration,
    /// When the question was asked whose reply is missing.
    missing_since: Option<Moment>,
    /// It is not asked before.
    quiet_until: Moment,
}

impl Pace {
    pub(super) fn new(patience: Duration) -> Pace {
        Pace { patience, slowest: SLOWEST_REPLY, missing_since: None, quiet_until: Moment::START }
    }

    /// How long a reply is waited for.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Until when nothing is asked.
    pub(super) fn quiet_until(&self) -> Moment {
        self.quiet_until
    }

    /// The line was opened. A question that somebody asked before may still be answered.
    pub(super) fn line_opened(&mut self, now: Moment) {
        self.missing_since = None;
        self.quiet_until = now.after(self.slowest);
    }

    /// The reply to what was asked at `asked_at` has not come.
    pub(super) fn missed(&mut self, asked_at: Moment) {
        self.missing_since = Some(asked_at);
        self.quiet_until = asked_at.after(self.slowest);
    }

    /// The reply that was waited for has come, so an older one that is missing got lost.
    pub(super) fn answered(&mut self) {
        self.missing_since = None;
    }

    /// A reply has come that was not waited for, or cannot be the one that was.
    pub(super) fn out_of_step(&mut self, now: Moment) {
        let silence = match self.missing_since.take() {
            Some(asked_at) => {
                self.learn(now.since(asked_at));
                self.slowest
            }
            // Nothing was missing: a reply came twice, or so late that it was not reckoned with any more.
            None => self.patience * 2,
        };
        self.quiet_until = self.quiet_until.max(now.after(silence));
    }

    /// The device has answered so late. Half as much again, because the next reply may be later still.
    fn learn(&mut self, took: Duration) {
        let enough = took + took / 2;
        self.patience = self.patience.max(enough.min(PATIENCE_MAX));
        self.slowest = self.slowest.max(enough.min(SLOWEST_MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_with_what_was_seen_and_has_a_bound() {
        // How late a reply came; how long one is waited for then, and how long the line must be silent.
        check(130, 195, 600);
        check(250, 375, 600);
        check(400, 450, 600);
        check(500, 450, 750);
        check(9_000, 450, 5_000);
        check(50, 120, 600);
    }

    fn check(took: u64, patience: u64, silence: u64) {
        let ms = Duration::from_millis;
        let mut pace = Pace::new(ms(120));
        let asked_at = Moment::START.after(ms(1_000));
        pace.missed(asked_at);
        let came_at = asked_at.after(ms(took));
        pace.out_of_step(came_at);
        assert_eq!(pace.patience(), ms(patience), "after {took} ms");
        assert_eq!(pace.quiet_until(), came_at.after(ms(silence)), "after {took} ms");
    }

    #[test]
    fn a_reply_that_nobody_waited_for_makes_the_line_wait_a_little() {
        let mut pace = Pace::new(Duration::from_millis(120));
        pace.out_of_step(Moment::START);
        assert_eq!(pace.quiet_until(), Moment::START.after(Duration::from_millis(240)));
        assert_eq!(pace.patience(), Duration::from_millis(120));
    }
}
