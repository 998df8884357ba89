use std::time::{Duration, Instant};

use device_api::Moment;

/// The monotonic clock of a program, from which every [`Moment`] comes.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Starts a clock; each program has one.
    #[expect(clippy::disallowed_methods, reason = "the one place where the monotonic clock is read")]
    pub fn start() -> Clock {
        Clock { start: Instant::now() }
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        Moment::START.after(self.start.elapsed())
    }

    /// When `moment` is, for a timer; without one, a time that does not come.
    pub fn instant(&self, moment: Option<Moment>) -> Instant {
        // A day is longer than any wait of a machine, and adding it cannot overflow.
        const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
        let wait = moment.map_or(self.start.elapsed() + NEVER, |moment| moment.since(Moment::START));
        self.start + wait
    }
}
