use std::time::Duration;

/// A trembling or hurried finger touches twice (K30).
const SECOND_TOUCH_WITHIN: Duration = Duration::from_millis(400);

/// Tells a touch from its own echo.
#[derive(Default)]
pub(crate) struct SecondTouch {
    last: Option<Duration>,
}

impl SecondTouch {
    /// Whether a touch at `now`, on a clock that only goes forward, means something.
    pub(crate) fn accepts(&mut self, now: Duration) -> bool {
        let echo = self.last.is_some_and(|last| now.saturating_sub(last) < SECOND_TOUCH_WITHIN);
        if !echo {
            self.last = Some(now);
        }
        !echo
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_touch_within_400_ms_is_ignored() {
        let mut guard = SecondTouch::default();
        let accepted = [0, 399, 400, 500, 799, 800].map(|ms| guard.accepts(Duration::from_millis(ms)));
        assert_eq!(accepted, [true, false, true, false, false, true]);
    }
}
