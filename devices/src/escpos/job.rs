use std::collections::VecDeque;
use std::time::Duration;

use device_api::{Moment, PrintCause, PrintJobId};
use settings::PrinterProfile;
use wire::escpos::{Condition, ProcessId};

use super::line::Line;
use super::page::{Confirmation, Page};
use super::turns::Turns;

/// A page that has begun to go out. It ends in an [`Outcome`], at the latest at its last moment
/// (docs/protocols/escpos.md §4).
pub(super) struct Job {
    id: PrintJobId,
    confirmation: Confirmation,
    stage: Stage,
    /// The first block, which prepares the printer, is sent.
    is_prepared: bool,
    /// What has not been sent yet.
    blocks: VecDeque<Vec<u8>>,
    settle: Duration,
    /// How long the printer may take without anything happening.
    allowed: Duration,
    due: Moment,
    /// After this the page is given up, whatever it waits for.
    last_moment: Moment,
    /// The printer as last seen; a page only starts on one that is well.
    seen: Option<Condition>,
    /// It waits for a person, or for its head to cool: `due` does not count.
    held: bool,
    /// The cover was open or the paper at its end while the page came out. Then only a person can see whether it
    /// is whole: its halves are on two papers, or a line is doubled.
    interrupted: Option<PrintCause>,
    /// A query went unanswered meanwhile: the power blinked, or an answer was lost or damaged on the line. Nothing that a
    /// printer says afterwards tells which (docs/protocols/escpos.md §6).
    was_silent: bool,
}

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Printed,
    Unknown(PrintCause),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// What prepares the printer is sent, and it has not repeated the id of that.
    Preparing,
    /// The printer has not worked off the latest block yet.
    Feeding,
    /// Everything is sent.
    Finishing,
    /// The printer has answered in turn, and must now stay well until the cut is over.
    Settling { until: Moment },
}

impl Job {
    /// Sends the beginning of `page`. The line is this printer's own and the page waits for nothing else.
    pub(super) fn start(
        now: Moment,
        id: PrintJobId,
        page: Page,
        profile: &PrinterProfile,
        line: &mut Line,
        turns: &mut Turns,
    ) -> Job {
        let paper_ms = u64::from(page.length_mm) * 1000 / u64::from(profile.speed_mm_per_s.get());
        let allowed = profile.page_slack() + line.time_of(page.bytes) + Duration::from_millis(paper_ms);
        let mut job = Job {
            id,
            confirmation: page.confirmation,
            stage: Stage::Preparing,
            is_prepared: false,
            blocks: page.blocks,
            settle: profile.settle(),
            allowed,
            due: now.after(allowed),
            last_moment: now.after(allowed + profile.pause_limit()),
            seen: None,
            held: false,
            interrupted: None,
            was_silent: false,
        };
        turns.begin_page(now);
        job.send_block(now, line, turns);
        job
    }

    pub(super) fn id(&self) -> PrintJobId {
        self.id
    }

    /// The printer has worked off everything up to its question.
    pub(super) fn worked_off(&mut self, now: Moment, line: &mut Line, turns: &mut Turns) {
        match (self.stage, self.confirmation) {
            (Stage::Feeding, _) | (Stage::Preparing, Confirmation::InTurn) => {
                self.due = now.after(self.allowed);
                self.send_block(now, line, turns);
            }
            (Stage::Finishing, Confirmation::InTurn) => {
                self.stage = Stage::Settling { until: now.after(self.settle) };
            }
            (Stage::Preparing | Stage::Finishing, Confirmation::ProcessIds { .. })
            | (Stage::Settling { .. }, _) => {}
        }
    }

    /// The printer repeats an id; any but those of this page say nothing about it.
    pub(super) fn process_done(
        &mut self,
        now: Moment,
        id: ProcessId,
        line: &mut Line,
        turns: &mut Turns,
    ) -> Option<Outcome> {
        let Confirmation::ProcessIds { prepared, done } = self.confirmation else { return None };
        if id == prepared && self.stage == Stage::Preparing {
            self.due = now.after(self.allowed);
            self.send_block(now, line, turns);
        }
        (id == done).then(|| self.done())
    }

    /// How the printer is now; `None` if it is silent.
    pub(super) fn condition(&mut self, now: Moment, condition: Option<Condition>) -> Option<Outcome> {
        if condition.is_some() && condition == self.seen {
            return None;
        }
        self.seen = condition;
        let Some(condition) = condition else {
            return Some(Outcome::Unknown(self.interrupted.unwrap_or(PrintCause::NotResponding)));
        };
        if condition.needs_help() {
            return Some(Outcome::Unknown(PrintCause::Error));
        }
        if condition.paper_end {
            self.interrupted = Some(PrintCause::PaperEnd);
        } else if condition.cover_open {
            self.interrupted = self.interrupted.or(Some(PrintCause::CoverOpen));
        }
        self.held = condition.paper_end || condition.cover_open || condition.passing_error;
        self.due = now.after(self.allowed);
        match (self.stage, self.interrupted) {
            (Stage::Settling { .. }, Some(cause)) => Some(Outcome::Unknown(cause)),
            (Stage::Preparing | Stage::Feeding | Stage::Finishing | Stage::Settling { .. }, _) => None,
        }
    }

    /// A query stayed unanswered; that alone is no verdict.
    pub(super) fn note_silence(&mut self) {
        self.was_silent = true;
    }

    pub(super) fn deadline(&self) -> Moment {
        match self.stage {
            Stage::Settling { until } => until.min(self.last_moment),
            Stage::Preparing | Stage::Feeding | Stage::Finishing if self.held => self.last_moment,
            Stage::Preparing | Stage::Feeding | Stage::Finishing => self.due.min(self.last_moment),
        }
    }

    pub(super) fn handle_timeout(&self, now: Moment) -> Option<Outcome> {
        if now < self.deadline() {
            return None;
        }
        Some(match self.stage {
            Stage::Settling { .. } => self.done(),
            Stage::Preparing | Stage::Feeding | Stage::Finishing => Outcome::Unknown(self.cause_of_delay()),
        })
    }

    fn done(&self) -> Outcome {
        self.interrupted.map_or(Outcome::Printed, Outcome::Unknown)
    }

    fn cause_of_delay(&self) -> PrintCause {
        match self.interrupted {
            Some(cause) => cause,
            None if self.held => PrintCause::Error,
            None if self.was_silent => PrintCause::PowerLost,
            None => PrintCause::NotResponding,
        }
    }

    /// Sends the next block. The question at its end is one in turn, or an id that is repeated.
    fn send_block(&mut self, now: Moment, line: &mut Line, turns: &mut Turns) {
        let Some(block) = self.blocks.pop_front() else { return };
        line.transmit(now, block);
        let is_named = matches!(self.confirmation, Confirmation::ProcessIds { .. });
        let asks_in_turn = !is_named || (self.is_prepared && !self.blocks.is_empty());
        self.stage = match (self.is_prepared, self.blocks.is_empty()) {
            (false, _) => Stage::Preparing,
            (true, false) => Stage::Feeding,
            (true, true) => Stage::Finishing,
        };
        self.is_prepared = true;
        if asks_in_turn {
            turns.asked(now);
        }
    }
}
