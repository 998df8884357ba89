//! Driver of an ESC/POS receipt printer (docs/protocols/escpos.md).
//!
//! `StatusRounds` ask the printer how it is, a `Job` is the one page under way, `Turns` and `Recovery` see to
//! what an earlier page left behind, and `Line` holds what goes out.

mod job;
mod line;
mod page;
mod recovery;
mod rounds;
mod turns;

use std::time::Duration;

use device_api::{
    Driver, DriverOutput, Moment, Paper, PrintCause, PrintJobId, PrinterCommand, PrinterEvent, PrinterStatus,
};
use settings::PrinterProfile;
use wire::escpos::{Command, Condition, EVERY_CHANGE, ProcessId, Recovery as Cure, Reply, ReplyParser};

use job::{Job, Outcome};
use line::Line;
use page::{Confirmation, Page};
use recovery::Recovery;
use rounds::{Heard, StatusRounds};
use turns::Turns;

/// Prints pages one at a time and tells of each what became of it.
///
/// It has no `Debug`, because what it holds names patients.
pub struct ReceiptPrinter {
    profile: PrinterProfile,
    line: Line,
    parser: ReplyParser,
    last_byte: Moment,
    rounds: StatusRounds,
    told: PrinterStatus,
    job: Option<Job>,
    /// Paper of a page of this run that did not end well may still hang in the printer.
    paper_may_hang: bool,
    turns: Turns,
    recovery: Recovery,
}

/// The longest pause within a reply. Adapters deliver what they have at least every 16 ms; a reply that stops for
/// longer has lost its end, which must not be made up from the next reply (docs/protocols/escpos.md §3).
const REPLY_GAP: Duration = Duration::from_millis(200);

impl ReceiptPrinter {
    /// The driver of a printer as `profile` describes it, on a line that is not open yet.
    pub fn new(profile: PrinterProfile) -> ReceiptPrinter {
        ReceiptPrinter {
            line: Line::new(profile.baud),
            // Half a buffer at a time needs no flow control; a printer set to XON/XOFF may still speak of it.
            parser: ReplyParser::new(true),
            last_byte: Moment::START,
            rounds: StatusRounds::new(profile.reply_timeout()),
            told: PrinterStatus::SILENT,
            job: None,
            paper_may_hang: false,
            turns: Turns::default(),
            recovery: Recovery::default(),
            profile,
        }
    }

    fn handle_reply(&mut self, now: Moment, reply: Reply) {
        match reply {
            Reply::Auto(condition) => {
                let silent_before = self.rounds.condition().is_none();
                self.rounds.auto_status(now, condition);
                if silent_before {
                    self.subscribe(now);
                }
            }
            Reply::RealTime(answer) => {
                // An automatic status would have told the change before; so none are sent.
                if self.rounds.real_time_status(now, answer, &mut self.line) == Heard::Changed {
                    self.subscribe(now);
                }
            }
            Reply::Buffered(_) => self.worked_off(now),
            Reply::ProcessId(id) => {
                let (line, turns) = (&mut self.line, &mut self.turns);
                let outcome = self.job.as_mut().and_then(|job| job.process_done(now, id, line, turns));
                self.finish(outcome);
            }
            Reply::Block { .. } | Reply::Noise(_) => {}
        }
        self.condition_may_have_changed(now);
    }

    /// Not to a printer that is offline: it obeys in turn, and its memory would fill with these.
    fn subscribe(&mut self, now: Moment) {
        if self.rounds.condition().is_some_and(|condition| !condition.offline) {
            self.line.send(now, &Command::AutoStatus(EVERY_CHANGE));
        }
    }

    fn worked_off(&mut self, now: Moment) {
        if !self.turns.answered(now) {
            return;
        }
        if let Some(job) = &mut self.job {
            job.worked_off(now, &mut self.line, &mut self.turns);
        }
    }

    fn condition_may_have_changed(&mut self, now: Moment) {
        let condition = self.rounds.condition();
        let status = status_of(condition);
        if status != self.told {
            self.told = status;
            self.turns.stirred(now);
            self.line.tell(PrinterEvent::Status(status));
        }
        let outcome = self.job.as_mut().and_then(|job| job.condition(now, condition));
        self.finish(outcome);
        if self.job.is_none() {
            self.recovery.consider(now, condition);
        }
    }

    fn finish(&mut self, outcome: Option<Outcome>) {
        let Some(outcome) = outcome else { return };
        let Some(job) = self.job.take() else { return };
        let job = job.id();
        match outcome {
            Outcome::Printed => self.line.tell(PrinterEvent::Printed { job }),
            Outcome::Unknown(cause) => {
                self.paper_may_hang = true;
                self.line.tell(PrinterEvent::Unknown { job, cause });
            }
        }
    }

    fn print(&mut self, now: Moment, job: PrintJobId, attempt: u8, page: &[u8]) -> Result<(), PrintCause> {
        if self.job.is_some() {
            return Err(PrintCause::Error);
        }
        obstacle(self.told).map_or(Ok(()), Err)?;
        let confirmation = if self.profile.process_id {
            let (prepared, done) = (ProcessId::before(job.0, attempt), ProcessId::of(job.0, attempt));
            Confirmation::ProcessIds { prepared, done }
        } else {
            Confirmation::InTurn
        };
        let page = Page::new(page, confirmation, self.paper_may_hang, self.profile.baud)
            .map_err(|_| PrintCause::Error)?;
        self.job = Some(Job::start(now, job, page, &self.profile, &mut self.line, &mut self.turns));
        self.paper_may_hang = false;
        Ok(())
    }
}

impl Driver for ReceiptPrinter {
    type Command = PrinterCommand;
    type Event = PrinterEvent;

    fn line_opened(&mut self, now: Moment) {
        self.line_lost(now);
        self.rounds.open(now, &mut self.line);
    }

    fn line_lost(&mut self, now: Moment) {
        self.line.reset(now);
        self.parser.abandon();
        self.turns.forget();
        self.rounds.close();
        self.condition_may_have_changed(now);
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        if now.since(self.last_byte) > REPLY_GAP {
            self.parser.abandon();
        }
        self.last_byte = now;
        for byte in bytes {
            if let Some(reply) = self.parser.push(*byte) {
                self.handle_reply(now, reply);
            }
        }
    }

    fn handle_timeout(&mut self, now: Moment) {
        self.rounds.handle_timeout(now, &mut self.line);
        if let Some(job) = &mut self.job {
            if self.rounds.missed() {
                job.note_silence();
            }
            let outcome = job.handle_timeout(now);
            self.finish(outcome);
        } else if self.recovery.is_due(now) {
            self.line.send(now, &Command::Recover(Cure::Clear));
            self.turns.forget();
        }
        self.condition_may_have_changed(now);
    }

    fn command(&mut self, now: Moment, command: PrinterCommand) {
        let PrinterCommand::Print { job, attempt, separate, page } = command;
        self.paper_may_hang |= separate;
        if let Err(cause) = self.print(now, job, attempt, &page) {
            self.line.tell(PrinterEvent::NotStarted { job, cause });
        }
    }

    fn poll(&mut self) -> Option<DriverOutput<PrinterEvent>> {
        self.line.poll()
    }

    fn deadline(&self) -> Option<Moment> {
        let job = self.job.as_ref().map(Job::deadline);
        [self.rounds.deadline(), job, self.recovery.deadline()].into_iter().flatten().min()
    }
}

fn status_of(condition: Option<Condition>) -> PrinterStatus {
    let Some(condition) = condition else { return PrinterStatus::SILENT };
    let paper = match (condition.paper_end, condition.near_end) {
        (true, _) => Paper::End,
        (false, true) => Paper::NearEnd,
        (false, false) => Paper::Ok,
    };
    PrinterStatus { responding: true, cover_open: condition.cover_open, paper, error: condition.needs_help() }
}

/// What keeps a page from being sent at all.
fn obstacle(status: PrinterStatus) -> Option<PrintCause> {
    match status {
        PrinterStatus { responding: false, .. } => Some(PrintCause::NotResponding),
        PrinterStatus { cover_open: true, .. } => Some(PrintCause::CoverOpen),
        PrinterStatus { paper: Paper::End, .. } => Some(PrintCause::PaperEnd),
        PrinterStatus { error: true, .. } => Some(PrintCause::Error),
        PrinterStatus { .. } => None,
    }
}
