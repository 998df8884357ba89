//! What time it is for people. The system's clock is believed only as far as it fits what is known: the newest entry of the
//! journal, and the time that has passed since it was read last.

use std::time::Duration;

use api::{ClockCause, ClockDoubt, WallTime};
use device_api::Moment;

use crate::turn::Turn;
use crate::{MachineEntry, Now};

/// No machine with this version was there before (2026-11-01): a clock that says so was never set.
const EARLIEST: WallTime = WallTime(1_793_491_200);

/// Whether a computer's clock was ever set, by what it says.
pub fn was_clock_set(says: WallTime) -> bool {
    says >= EARLIEST
}

/// By so much a clock may be set while the machine works: a time server corrects minutes, and what is written then is still
/// dated well enough for anybody. What is more is a mistake, or was one before.
const STEP_S_MAX: i64 = 60 * 60;

/// A machine that was not switched on for so long was stored somewhere; a clock that says so is more likely wrong.
const UNUSED_S_MAX: i64 = 400 * 24 * 60 * 60;

/// Clinics close for a weekend and a day. A clock that says more at a start may be wrong all the same, and what is erased
/// does not come back.
const CLOSED_S_MAX: i64 = 3 * 24 * 60 * 60;

/// So long the machine has to work with such a clock, before something is erased because it is old: people have read its
/// dates on receipts by then.
const AGES_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How soon it is noticed that a clock was set wrong, if nothing happens meanwhile: before the next patient comes.
const LOOK_AFTER: Duration = Duration::from_secs(60);

/// How soon a clock that was set right is noticed.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// The system's clock, and what is made of it.
#[derive(Debug)]
pub(crate) struct Clock {
    /// A moment, and what time it was then for people.
    known: (Moment, WallTime),
    /// What was told last: time does not go back.
    told: WallTime,
    /// What the clock said last.
    says: WallTime,
    /// When the newest entry was written that an earlier start left.
    last_entry: Option<WallTime>,
    doubt: Option<ClockCause>,
    /// From when on something may be erased because it is old.
    ages_from: Moment,
    /// It was behind the newest entry when the program began, so that nobody knows how long it was away.
    was_behind: bool,
}

impl Clock {
    /// The program begins, and the newest entry was written then.
    pub(crate) fn begin(last_entry: Option<WallTime>, now: Now) -> Clock {
        let doubt = judge(last_entry, now.wall);
        let not_before = last_entry.unwrap_or(EARLIEST);
        let told = match doubt {
            Some(_) => not_before,
            None => now.wall.max(not_before),
        };
        let was_behind = last_entry.is_some_and(|last| now.wall < last);
        let was_away = last_entry.is_some_and(|last| now.wall.0.saturating_sub(last.0) > CLOSED_S_MAX);
        let ages_from = if was_away { now.at.after(AGES_AFTER) } else { now.at };
        Clock { ages_from, known: (now.at, told), told, says: now.wall, last_entry, doubt, was_behind }
    }

    /// What time it is for people.
    pub(crate) fn read(&mut self, now: Now) -> WallTime {
        self.says = now.wall;
        let expected = self.expected(now.at);
        let fits = now.wall.0.abs_diff(expected.0) <= STEP_S_MAX.unsigned_abs();
        let is_right = match self.doubt {
            None => fits,
            // It was set back to what it was.
            Some(ClockCause::Jumped) => fits,
            // Nothing was known but the newest entry, so whatever fits that is right.
            Some(ClockCause::NeverSet | ClockCause::BeforeLastEntry | ClockCause::FarAhead) => {
                judge(self.last_entry, now.wall).is_none()
            }
        };
        let wall = if is_right { now.wall } else { expected };
        match (is_right, self.doubt) {
            (true, _) => self.doubt = None,
            (false, None) => self.doubt = Some(ClockCause::Jumped),
            (false, Some(_)) => {}
        }
        self.known = (now.at, wall);
        self.told = self.told.max(wall);
        self.told
    }

    /// What was told last.
    pub(crate) fn told(&self) -> WallTime {
        self.told
    }

    /// When to look again: nobody tells when it was set.
    pub(crate) fn deadline(&self, now: Moment) -> Moment {
        now.after(if self.doubt.is_some() { LOOK_AGAIN_AFTER } else { LOOK_AFTER })
    }

    /// Whether something may be erased because it is old.
    pub(crate) fn shows_age(&self, now: Moment) -> bool {
        self.doubt.is_none() && self.ages_from <= now
    }

    /// Why it is not believed, if so.
    pub(crate) fn doubt(&self) -> Option<ClockDoubt> {
        self.doubt.map(|cause| ClockDoubt { cause, says: self.says, counted_on: self.told })
    }

    /// What was wrong with it when the program began.
    pub(crate) fn found_at_start(&self) -> (ClockCause, WallTime) {
        (self.doubt.unwrap_or(ClockCause::BeforeLastEntry), self.says)
    }

    /// Whether it does not show how long the program was away.
    pub(crate) fn was_behind(&self) -> bool {
        self.was_behind || self.doubt.is_some()
    }

    /// A person has looked at it: it is right. False if it cannot be.
    pub(crate) fn confirm(&mut self, at: Moment) -> bool {
        if !was_clock_set(self.says) {
            return false;
        }
        self.known = (at, self.says);
        self.told = self.says;
        self.doubt = None;
        true
    }

    fn expected(&self, now: Moment) -> WallTime {
        let (at, wall) = self.known;
        // Whole seconds only: what is cut off is less than a step by far, and does not add up, because each reading of a
        // clock that is right is taken as it is.
        let passed = now.since(at).max(Duration::ZERO).as_secs();
        WallTime(wall.0.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX)))
    }
}

/// It is not believed from this turn on.
pub(crate) fn note_doubt(turn: &mut Turn<'_>, was_believed: bool) {
    if let (true, Some(ClockDoubt { cause, says, .. })) = (was_believed, turn.clock.doubt()) {
        turn.record(MachineEntry::ClockDoubted { cause, says });
    }
}

/// After a start: how long the program was away is not known, and a later start has to know that.
pub(crate) fn note_at_start(turn: &mut Turn<'_>) {
    if turn.clock.was_behind() {
        let (cause, says) = turn.clock.found_at_start();
        turn.record(MachineEntry::ClockDoubted { cause, says });
    }
}

/// What is wrong with a clock that says this when the program begins.
fn judge(last_entry: Option<WallTime>, says: WallTime) -> Option<ClockCause> {
    match last_entry {
        _ if !was_clock_set(says) => Some(ClockCause::NeverSet),
        Some(last) if says.0 < last.0.saturating_sub(STEP_S_MAX) => Some(ClockCause::BeforeLastEntry),
        Some(last) if says.0 > last.0.saturating_add(UNUSED_S_MAX) => Some(ClockCause::FarAhead),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60;
    const NOON: i64 = 1_795_309_200;

    fn now(seconds: u64, wall: i64) -> Now {
        Now { at: Moment::START.after(Duration::from_secs(seconds)), wall: WallTime(wall), chance: 0 }
    }

    /// What the clock says so many seconds after the start, what is made of it, and why it is not believed.
    #[track_caller]
    fn check(last_entry: Option<i64>, readings: &[(u64, i64, i64, Option<ClockCause>)]) {
        let (first, ..) = readings[0];
        let mut clock = Clock::begin(last_entry.map(WallTime), now(first, readings[0].1));
        for (at, says, told, doubt) in readings {
            assert_eq!(clock.read(now(*at, *says)), WallTime(*told), "after {at} s");
            assert_eq!(clock.doubt().map(|doubt| doubt.cause), *doubt, "after {at} s");
        }
    }

    #[test]
    fn a_clock_that_fits_is_believed() {
        check(None, &[(0, NOON, NOON, None), (10, NOON + 10, NOON + 10, None)]);
        check(Some(NOON - DAY), &[(0, NOON, NOON, None)]);
        // A time server corrects it. What was written already stays behind.
        check(
            Some(NOON - DAY),
            &[(0, NOON, NOON, None), (10, NOON + 900, NOON + 900, None), (20, NOON + 20, NOON + 900, None)],
        );
        check(Some(NOON), &[(0, NOON - 60, NOON, None), (90, NOON + 30, NOON + 30, None)]);
    }

    #[test]
    fn a_clock_that_was_never_set_dates_nothing() {
        use ClockCause::{BeforeLastEntry, FarAhead, NeverSet};
        let ten_later = NOON + 10;
        check(Some(NOON), &[(0, 0, NOON, Some(NeverSet)), (10, 10, ten_later, Some(NeverSet))]);
        check(None, &[(0, 0, EARLIEST.0, Some(NeverSet)), (10, NOON, NOON, None)]);
        check(
            Some(NOON),
            &[
                (0, NOON - DAY, NOON, Some(BeforeLastEntry)),
                (10, NOON - DAY + 10, ten_later, Some(BeforeLastEntry)),
                (20, NOON + 2 * DAY, NOON + 2 * DAY, None),
            ],
        );
        let far = NOON + 74 * 365 * DAY;
        check(Some(NOON), &[(0, far, NOON, Some(FarAhead)), (10, NOON + 500, NOON + 500, None)]);
    }

    #[test]
    fn a_jump_changes_no_date_until_the_clock_is_back() {
        use ClockCause::Jumped;
        for jump in [-DAY, DAY, 365 * DAY, -NOON] {
            check(
                Some(NOON - DAY),
                &[
                    (0, NOON, NOON, None),
                    (10, NOON + jump, NOON + 10, Some(Jumped)),
                    (60, NOON + jump + 50, NOON + 60, Some(Jumped)),
                    (70, NOON + 71, NOON + 71, None),
                ],
            );
        }
    }

    #[test]
    fn nothing_is_old_by_the_word_of_one_clock() {
        let day = 24 * 60 * 60;
        for (away, at_once) in [(60, true), (3 * DAY, true), (4 * DAY, false), (30 * DAY, false)] {
            let mut clock = Clock::begin(Some(WallTime(NOON - away)), now(0, NOON));
            assert_eq!(clock.shows_age(now(0, 0).at), at_once, "{away}");
            assert!(clock.shows_age(now(day, 0).at));
            clock.read(now(day, 0));
            assert!(!clock.shows_age(now(day, 0).at), "it jumped");
        }
    }

    #[test]
    fn a_person_has_the_last_word_but_not_for_a_clock_that_was_never_set() {
        let mut clock = Clock::begin(Some(WallTime(NOON)), now(0, NOON - DAY));
        assert!(clock.was_behind());
        clock.read(now(10, NOON - DAY));
        assert!(clock.confirm(now(10, 0).at));
        assert_eq!((clock.told(), clock.doubt()), (WallTime(NOON - DAY), None));
        assert_eq!(clock.read(now(20, NOON - DAY + 10)), WallTime(NOON - DAY + 10));
        clock.read(now(30, 0));
        assert!(!clock.confirm(now(30, 0).at));
        assert_eq!(clock.doubt().map(|doubt| doubt.cause), Some(ClockCause::Jumped));
    }
}
