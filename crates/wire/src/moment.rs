use std::time::Duration;

/// A point on the machine's monotonic clock, in microseconds since its program began.
///
/// Microseconds, because a byte at 9600 baud lasts 1,042 of them and models pace bytes like the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u64);

impl Moment {
    /// When the program began.
    pub const START: Moment = Moment(0);

    /// The moment `micros` microseconds after the start.
    pub const fn from_micros(micros: u64) -> Moment {
        Moment(micros)
    }

    /// Microseconds since the start.
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// The moment `wait` later; the end of time if that is further than a clock can count.
    #[inline]
    pub fn after(self, wait: Duration) -> Moment {
        // Not by `as_micros`, which counts in 128 bits: every step of a simulated world asks this many times.
        let micros = wait.as_secs().saturating_mul(1_000_000).saturating_add(wait.subsec_micros().into());
        Moment(self.0.saturating_add(micros))
    }

    /// How long ago `earlier` was; zero if it has not come yet.
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// The earlier of two moments, of which either may never come.
    #[inline]
    pub fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
        match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, None) => one,
            (None, other) => other,
        }
    }
}
