use wire::cctalk::{CREDIT_EVENTS, CreditBuffer, CreditEvent, next_count, steps};

use crate::agreed::Agreed;

/// What the acceptor's event counter says, believed only when it was read twice (docs/protocols/cctalk.md §6).
#[derive(Clone, Debug, Default)]
pub(super) struct Credits {
    /// The counter up to which everything has been read; `None` before the first reading of this run.
    last: Option<u8>,
    /// The counter that the machine was told last, by this run or an earlier one.
    told: Option<u8>,
    reading: Agreed<CreditBuffer>,
}

/// What one more reading means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Something new; it is believed when the next reading says the same.
    LookAgain,
    /// Nothing new.
    Nothing,
    /// The acceptor has restarted; what it had not told is unknown.
    Restarted,
    /// Something new, for certain.
    News {
        /// Oldest first, each with the value of the counter that stands for it.
        events: Vec<(u8, CreditEvent)>,
        /// Older ones that the acceptor has forgotten.
        lost: u8,
        /// The counter before the first of `events`.
        after: u8,
    },
}

impl Credits {
    pub(super) fn observe(&mut self, buffer: &CreditBuffer) -> Finding {
        if self.last == Some(buffer.counter) {
            self.reading.forget();
            return Finding::Nothing;
        }
        let Some(buffer) = self.reading.observe(*buffer) else { return Finding::LookAgain };
        let Some(last) = self.last.replace(buffer.counter) else { return self.first_news(&buffer) };
        if buffer.counter == 0 {
            return Finding::Restarted;
        }
        news(last, &buffer)
    }

    /// An earlier run told of everything up to this value of the counter, and of nothing after it.
    pub(super) fn told_before(&mut self, event_no: u8) {
        if self.last.is_none() {
            self.told = Some(event_no);
        }
    }

    /// The machine is told of something with this value of the counter.
    pub(super) fn told(&mut self, event_no: u8) {
        self.told = Some(event_no);
    }

    /// The value of the counter up to which everything is told, if the machine does not know it.
    pub(super) fn not_told(&mut self) -> Option<u8> {
        let last = self.last.filter(|_| self.last != self.told)?;
        self.told = Some(last);
        Some(last)
    }

    /// What happened between two runs.
    fn first_news(&self, buffer: &CreditBuffer) -> Finding {
        let told = self.told.map(|told| if begins_anew_after(told, buffer) { 0 } else { told });
        match told {
            Some(told) if told != buffer.counter && buffer.counter != 0 => news(told, buffer),
            _ => Finding::Nothing,
        }
    }

    /// Whether the acceptor is to be asked once more at once.
    pub(super) fn looks_again(&self) -> bool {
        self.reading.is_waiting()
    }

    /// The line failed in between. What has been told stays told.
    pub(super) fn interrupted(&mut self) {
        self.reading.forget();
    }
}

/// Whether the acceptor has restarted since it told of the event `told`, and remembers everything since: it counted less,
/// and the places of its memory that it has not come to are empty. They are no events that were lost.
fn begins_anew_after(told: u8, buffer: &CreditBuffer) -> bool {
    let untouched = buffer.events.get(usize::from(buffer.counter)..).unwrap_or_default();
    buffer.counter < told
        && !untouched.is_empty()
        && untouched.iter().all(|event| *event == CreditEvent::None)
}

fn news(last: u8, buffer: &CreditBuffer) -> Finding {
    let count = usize::from(steps(last, buffer.counter));
    let known = count.min(CREDIT_EVENTS);
    let lost = count - known;
    let after = (0..lost).fold(last, |number, _| next_count(number));
    let mut number = after;
    let events = buffer.events[..known].iter().rev().map(|event| {
        number = next_count(number);
        (number, *event)
    });
    let events = events.collect();
    Finding::News { events, lost: u8::try_from(lost).expect("a counter has 255 steps"), after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_second_of_two_equal_readings_is_news() {
        let mut credits = Credits::default();
        assert_eq!(credits.observe(&buffer(7, &[3])), Finding::LookAgain);
        assert_eq!(credits.observe(&buffer(7, &[3])), Finding::Nothing, "events of before this run");
        assert_eq!(credits.observe(&buffer(8, &[4, 3])), Finding::LookAgain);
        assert_eq!(credits.observe(&buffer(9, &[4, 3])), Finding::LookAgain, "one of the two was damaged");
        assert_eq!(credits.observe(&buffer(8, &[5, 3])), Finding::LookAgain);
        assert_eq!(credits.observe(&buffer(7, &[3])), Finding::Nothing, "and this one is as before");
        assert_eq!(credits.observe(&buffer(8, &[4, 3])), Finding::LookAgain);
        assert_eq!(credits.observe(&buffer(8, &[4, 3])), news_after(7, &[(8, 4)], 0));
        assert_eq!(credits.observe(&buffer(8, &[4, 3])), Finding::Nothing);
    }

    #[test]
    fn events_are_told_oldest_first_and_numbered_past_the_wrap() {
        check(254, buffer(2, &[3, 2, 1]), news_after(254, &[(255, 1), (1, 2), (2, 3)], 0));
        check(0, buffer(2, &[6, 5]), news_after(0, &[(1, 5), (2, 6)], 0));
        check(
            10,
            buffer(17, &[7, 6, 5, 4, 3]),
            news_after(12, &[(13, 3), (14, 4), (15, 5), (16, 6), (17, 7)], 2),
        );
        check(10, buffer(0, &[]), Finding::Restarted);
    }

    #[test]
    fn what_happened_between_two_runs_is_told() {
        assert_eq!(first(None, buffer(7, &[4, 3])), Finding::Nothing);
        assert_eq!(first(Some(7), buffer(7, &[4, 3])), Finding::Nothing);
        assert_eq!(first(Some(6), buffer(7, &[4, 3])), news_after(6, &[(7, 4)], 0));
        assert_eq!(
            first(Some(1), buffer(8, &[5, 4, 3, 2, 1])),
            news_after(3, &[(4, 1), (5, 2), (6, 3), (7, 4), (8, 5)], 2)
        );
        assert_eq!(first(Some(9), buffer(0, &[])), Finding::Nothing, "it has restarted");
    }

    #[test]
    fn empty_places_after_a_restart_between_two_runs_are_no_lost_events() {
        assert_eq!(first(Some(250), buffer(3, &[3, 2, 1])), news_after(0, &[(1, 1), (2, 2), (3, 3)], 0));
        assert_eq!(first(Some(4), buffer(1, &[7])), news_after(0, &[(1, 7)], 0));
        assert_eq!(
            first(Some(2), buffer(3, &[3, 2, 1])),
            news_after(2, &[(3, 3)], 0),
            "no sign of a restart"
        );
    }

    #[test]
    fn the_machine_is_told_where_the_counter_stands_unless_it_was_told_with_an_event() {
        let mut credits = Credits::default();
        assert_eq!(credits.not_told(), None, "nothing was read");
        credits.told_before(7);
        let mut read = |buffer: CreditBuffer| {
            credits.observe(&buffer);
            credits.observe(&buffer);
            credits.not_told()
        };
        assert_eq!(read(buffer(7, &[4, 3])), None);
        assert_eq!(read(buffer(0, &[])), Some(0), "it has restarted");
        assert_eq!(read(buffer(0, &[])), None, "said once");
        assert_eq!(read(buffer(1, &[4])), Some(1));
        credits.observe(&buffer(2, &[4, 4]));
        credits.observe(&buffer(2, &[4, 4]));
        credits.told(2);
        assert_eq!(credits.not_told(), None, "the event said it");
    }

    #[test]
    fn an_event_without_content_between_two_runs_is_told_as_one() {
        let empty_at = |told: u8, mut buffer: CreditBuffer, place: usize| {
            buffer.events[place] = CreditEvent::None;
            let Finding::News { events, .. } = first(Some(told), buffer) else { return 0 };
            events.iter().filter(|(_, event)| *event == CreditEvent::None).count()
        };
        assert_eq!(empty_at(7, buffer(9, &[5, 4, 3, 2, 1]), 1), 1);
        assert_eq!(empty_at(250, buffer(3, &[5, 4, 3, 2, 1]), 4), 1, "the place before is not empty");
        assert_eq!(empty_at(250, buffer(3, &[3, 2, 1]), 1), 1, "among those since the restart");
    }

    fn first(told: Option<u8>, buffer: CreditBuffer) -> Finding {
        let mut credits = Credits::default();
        told.into_iter().for_each(|told| credits.told_before(told));
        assert_eq!(credits.observe(&buffer), Finding::LookAgain);
        credits.observe(&buffer)
    }

    fn check(last: u8, buffer: CreditBuffer, expected: Finding) {
        let mut credits = Credits { last: Some(last), ..Credits::default() };
        assert_eq!(credits.observe(&buffer), Finding::LookAgain);
        assert_eq!(credits.observe(&buffer), expected);
    }

    fn buffer(counter: u8, positions: &[u8]) -> CreditBuffer {
        let mut events = [CreditEvent::None; CREDIT_EVENTS];
        for (event, position) in events.iter_mut().zip(positions) {
            *event = CreditEvent::Coin { position: *position, path: 1 };
        }
        CreditBuffer { counter, events }
    }

    fn news_after(after: u8, events: &[(u8, u8)], lost: u8) -> Finding {
        let coin = |&(number, position): &(u8, u8)| (number, CreditEvent::Coin { position, path: 1 });
        Finding::News { events: events.iter().map(coin).collect(), lost, after }
    }
}
