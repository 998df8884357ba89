use std::time::Duration;

use device_api::Moment;
use wire::escpos::{Command, Condition, StatusQuery};

use super::line::Line;
use super::page::BLOCK_BYTES_MAX;

/// Asks the printer how it is, and knows when it stopped answering (docs/protocols/escpos.md §2, §6).
///
/// A round is the four real-time queries, one after the other, because nothing in an answer tells which query
/// it belongs to. Automatic statuses make rounds nearly superfluous; what remains is to notice silence.
pub(super) struct StatusRounds {
    state: State,
    reply_timeout: Duration,
    /// As last reported; `None` while the printer is silent.
    condition: Option<Condition>,
    /// Queries in a row without an answer.
    misses: u8,
    /// Times that a command left unfinished was filled up since the printer last answered.
    paddings: u8,
}

/// From the end of one round to the beginning of the next: soon enough that a patient never chooses to pay at a
/// printer that is off, and 12 of 3,840 bytes a second (§6).
const ROUND_PERIOD: Duration = Duration::from_secs(2);

/// One lost byte must not call staff (§6).
const MISSES_MAX: u8 = 3;

/// How long a printer may take for its first answer.
const OPENING_TIMEOUT: Duration = Duration::from_secs(2);

/// A host that died within a command leaves a printer that takes everything for the rest of it. This many NULs
/// end the longest command that we send, and are nothing to a printer that waits for none (§6).
const PADDING_BYTES: usize = BLOCK_BYTES_MAX;

/// A printer that does not answer after as many is off or not there.
const PADDINGS_MAX: u8 = 5;

enum State {
    Closed,
    Resting { until: Moment },
    Asking { answers: Vec<u8>, until: Moment },
}

/// What a report of the printer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing that completes a picture.
    Nothing,
    /// All four queries of a round are answered, and the printer is not as it had said.
    Changed,
    /// All four queries of a round are answered.
    AsBefore,
}

impl StatusRounds {
    pub(super) fn new(reply_timeout: Duration) -> StatusRounds {
        StatusRounds { state: State::Closed, reply_timeout, condition: None, misses: 0, paddings: 0 }
    }

    /// The printer as it last described itself; `None` while it is silent.
    pub(super) fn condition(&self) -> Option<Condition> {
        self.condition
    }

    /// Whether the latest query is overdue.
    pub(super) fn missed(&self) -> bool {
        self.misses > 0
    }

    pub(super) fn open(&mut self, now: Moment, line: &mut Line) {
        self.condition = None;
        self.misses = 0;
        self.paddings = 0;
        self.ask(now, line, Vec::new(), OPENING_TIMEOUT);
    }

    pub(super) fn close(&mut self) {
        self.state = State::Closed;
        self.condition = None;
    }

    pub(super) fn deadline(&self) -> Option<Moment> {
        match self.state {
            State::Closed => None,
            State::Resting { until } | State::Asking { until, .. } => Some(until),
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Moment, line: &mut Line) {
        match self.state {
            State::Closed => {}
            State::Resting { until } | State::Asking { until, .. } if now < until => {}
            State::Resting { .. } => self.ask(now, line, Vec::new(), self.reply_timeout),
            State::Asking { .. } => self.miss(now, line),
        }
    }

    /// An automatic status is the whole picture, newer than answers of a round that is under way.
    pub(super) fn auto_status(&mut self, now: Moment, condition: Condition) {
        if matches!(self.state, State::Closed) {
            return;
        }
        self.hear();
        self.condition = Some(condition);
        self.state = State::Resting { until: now.after(ROUND_PERIOD) };
    }

    /// An answer that was not asked for, or given up, is nothing.
    pub(super) fn real_time_status(&mut self, now: Moment, answer: u8, line: &mut Line) -> Heard {
        let State::Asking { answers, .. } = &mut self.state else { return Heard::Nothing };
        answers.push(answer);
        let answers = std::mem::take(answers);
        self.hear();
        match <[u8; 4]>::try_from(&answers[..]) {
            Ok(all) => self.end_round(now, Condition::from_real_time_status(all)),
            Err(_) => {
                self.ask(now, line, answers, self.reply_timeout);
                Heard::Nothing
            }
        }
    }

    fn hear(&mut self) {
        self.misses = 0;
        self.paddings = 0;
    }

    fn end_round(&mut self, now: Moment, condition: Condition) -> Heard {
        self.state = State::Resting { until: now.after(ROUND_PERIOD) };
        let before = self.condition.replace(condition);
        if before == Some(condition) { Heard::AsBefore } else { Heard::Changed }
    }

    fn ask(&mut self, now: Moment, line: &mut Line, answers: Vec<u8>, timeout: Duration) {
        let query = StatusQuery::ALL[answers.len()];
        let sent = line.send(now, &Command::RealTimeStatus(query));
        self.state = State::Asking { answers, until: sent.after(timeout) };
    }

    fn miss(&mut self, now: Moment, line: &mut Line) {
        self.misses = self.misses.saturating_add(1);
        if self.misses >= MISSES_MAX {
            self.condition = None;
        }
        if self.condition.is_some() {
            self.ask(now, line, Vec::new(), self.reply_timeout);
        } else if self.paddings < PADDINGS_MAX {
            self.paddings += 1;
            line.transmit(now, vec![0; PADDING_BYTES]);
            self.ask(now, line, Vec::new(), self.reply_timeout);
        } else {
            self.state = State::Resting { until: now.after(ROUND_PERIOD) };
        }
    }
}
