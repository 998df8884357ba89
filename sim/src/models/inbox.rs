use std::collections::VecDeque;
use std::time::Duration;

use fastrand::Rng;
use wire::Moment;

/// More is no device that anybody would call slow, but one that hangs.
const DELAY_MAX: u64 = 60_000;

/// Questions that a device keeps while it is busy; more than any host asks before it gives up. The oldest are answered.
const WAITING_MAX: usize = 64;

/// Questions that have reached a device and that it has not looked at yet. It answers them in order.
#[derive(Clone, Debug)]
pub(crate) struct Inbox<T> {
    habit: Habit,
    die: Rng,
    /// When the last question was looked at, or will be.
    last_look: Moment,
    waiting: VecDeque<(Moment, T)>,
}

/// When a device looks at what it was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Habit {
    #[default]
    Prompt,
    /// So long after the question, and after the one before.
    Slow(Duration),
    /// The same, drawn anew for each question.
    Uneven { from: u64, to: u64 },
    /// At multiples of this.
    LooksEvery(Duration),
}

impl<T> Default for Inbox<T> {
    fn default() -> Inbox<T> {
        Inbox {
            habit: Habit::Prompt,
            die: Rng::with_seed(0),
            last_look: Moment::START,
            waiting: VecDeque::new(),
        }
    }
}

impl<T> Inbox<T> {
    /// Draws from `seed` what is left to chance.
    pub(crate) fn draw_from(&mut self, seed: u64) {
        self.die = Rng::with_seed(seed);
    }

    /// Takes the words of a command as a habit; `None` if they are none.
    pub(crate) fn set(&mut self, words: &[&str]) -> Option<Result<(), String>> {
        let habit = match words {
            ["prompt"] => Ok(Habit::Prompt),
            ["slow", delay] => milliseconds(delay).map(|delay| Habit::Slow(Duration::from_millis(delay))),
            ["looks-every", every] => {
                milliseconds(every).map(|every| Habit::LooksEvery(Duration::from_millis(every.max(1))))
            }
            ["uneven", range] => uneven(range),
            _ => return None,
        };
        Some(habit.map(|habit| self.habit = habit))
    }

    /// A question has come.
    pub(crate) fn put(&mut self, now: Moment, question: T) {
        if self.waiting.len() == WAITING_MAX {
            return;
        }
        let free_at = now.max(self.last_look);
        self.last_look = match self.habit {
            Habit::Prompt => free_at,
            Habit::Slow(delay) => free_at.after(delay),
            Habit::Uneven { from, to } => free_at.after(Duration::from_millis(self.die.u64(from..=to))),
            Habit::LooksEvery(every) => next_look(free_at, every),
        };
        self.waiting.push_back((self.last_look, question));
    }

    /// The next question that is looked at by `now`, and when.
    pub(crate) fn take(&mut self, now: Moment) -> Option<T> {
        let due = self.waiting.pop_front_if(|(at, _)| *at <= now);
        due.map(|(_, question)| question)
    }

    /// When the next question is looked at.
    pub(crate) fn next(&self) -> Option<Moment> {
        self.waiting.front().map(|(at, _)| *at)
    }

    /// What was asked is forgotten: power has failed.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.last_look = Moment::START;
    }
}

/// The first look after `now`.
fn next_look(now: Moment, every: Duration) -> Moment {
    let every = u64::try_from(every.as_micros()).unwrap_or(u64::MAX);
    Moment::from_micros((now.micros() / every + 1).saturating_mul(every))
}

fn uneven(range: &str) -> Result<Habit, String> {
    let wrong = || format!("{range} is not a range; write for instance `uneven 60..350`");
    let (from, to) = range.split_once("..").ok_or_else(wrong)?;
    let (from, to) = (milliseconds(from)?, milliseconds(to)?);
    if from > to { Err(wrong()) } else { Ok(Habit::Uneven { from, to }) }
}

fn milliseconds(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| *number <= DELAY_MAX);
    number.ok_or_else(|| format!("{text} is not a time; write for instance `slow 90`, {DELAY_MAX} at most"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_answered_in_order_and_one_after_the_other() {
        check("prompt", &[0, 10], &[0, 10]);
        check("slow 90", &[0, 10, 300], &[90, 180, 390]);
        check("looks-every 100", &[20, 30, 250, 300], &[100, 200, 300, 400]);
        check("uneven 50..50", &[0, 10], &[50, 100]);
    }

    #[test]
    fn an_unknown_habit_is_refused_with_a_sentence() {
        let mut inbox = Inbox::<()>::default();
        assert_eq!(inbox.set(&["insert", "100"]), None);
        assert!(inbox.set(&["slow", "much"]).unwrap().unwrap_err().contains("slow 90"));
        assert!(inbox.set(&["uneven", "9..3"]).unwrap().unwrap_err().contains("uneven 60..350"));
    }

    fn check(habit: &str, asked: &[u64], looked_at: &[u64]) {
        let mut inbox = Inbox::default();
        inbox.set(&habit.split(' ').collect::<Vec<_>>()).unwrap().unwrap();
        let at = |ms: &u64| Moment::START.after(Duration::from_millis(*ms));
        asked.iter().for_each(|ms| inbox.put(at(ms), *ms));
        let mut looks = Vec::new();
        while let Some(next) = inbox.next() {
            let question = inbox.take(next).unwrap();
            assert_eq!(question, asked[looks.len()], "in order");
            looks.push(next);
        }
        assert_eq!(looks, looked_at.iter().map(at).collect::<Vec<_>>(), "{habit}");
    }
}
