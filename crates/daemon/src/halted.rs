//! The machine stands still because nothing can be written down, and goes on by itself when that is over. What it does
//! meanwhile is `engine::Halt`; here are the file and the devices.

use std::path::Path;

use api::{DeskAnswer, JournalTrouble};
use engine::{Draft, HALTED, Now, Output, Policy, Recorded, Service, Step};
use tokio::task::{JoinHandle, spawn_blocking};
use tracing::{error, info};

use crate::Stop;
use crate::desk::Look;
use crate::records::{Records, RecordsError};
use crate::shell::{Shell, now, open_ports, reply};

/// A try to open the journal again. It may wait long for a disk that fails, and the loop does not.
pub(crate) type Try = JoinHandle<Tried>;

/// What came of it.
pub(crate) type Tried = Result<(Records, Vec<Recorded>), RecordsError>;

/// How the machine begins: at work or, if its disk cannot be read or written for now, standing still.
pub(crate) struct Start {
    pub(crate) service: Service,
    pub(crate) step: Step,
    pub(crate) records: Option<Records>,
    pub(crate) trouble: Option<JournalTrouble>,
}

impl Start {
    /// A journal that is missing, foreign, changed or in use is no matter of waiting: the program does not begin.
    pub(crate) async fn of(policy: Policy, journal: &Path, now: Now) -> Result<Start, RecordsError> {
        match read(journal).await {
            Ok((records, recorded)) => {
                let (service, step) = Service::recover(policy, recorded, now);
                Ok(Start { service, step, records: Some(records), trouble: None })
            }
            Err(error) if error.may_pass() => {
                let trouble = trouble(now, journal, &error);
                let service = Service::halted(policy, now);
                Ok(Start { service, step: Step::default(), records: None, trouble: Some(trouble) })
            }
            Err(error) => Err(error),
        }
    }
}

async fn read(journal: &Path) -> Tried {
    let records = Records::open(journal)?;
    let recorded = records.replay().await?;
    Ok((records, recorded))
}

impl Shell {
    /// What was decided does not happen. Where the journal ends is found out by opening it again.
    pub(crate) fn halt(&mut self, now: Now, entries: &[Draft], error: &RecordsError) -> Vec<Output> {
        self.trouble = Some(trouble(now, &self.journal, error));
        // Where they were, they are not any more.
        self.echoes.clear();
        if let Some(asking) = self.asking.take() {
            reply(asking, DeskAnswer::Refused(HALTED.to_owned()));
        }
        self.service.halt(now, entries)
    }

    /// Begins a try if it is time for one.
    pub(crate) async fn try_journal_if_due(&mut self) {
        let Some(outputs) = self.service.begins_to_try(self.clock.now()) else { return };
        self.let_all_go(outputs).await;
        let failed = self.records.take();
        let known = self.known.or_else(|| failed.as_ref().map(Records::head));
        self.known = known;
        let journal = self.journal.clone();
        self.trying = Some(spawn_blocking(move || Records::open_again(&journal, failed, known)));
    }

    /// The machine goes on, or waits for the next try.
    pub(crate) async fn journal_tried(&mut self, tried: Tried) -> Result<(), Stop> {
        match tried {
            Ok((records, recorded)) => self.begin_anew(records, recorded).await,
            Err(error) => {
                self.still_halted(&error);
                self.service.failed_again(self.clock.now());
                Ok(())
            }
        }
    }

    /// Said once, and again when it is something else: a full disk may be full of logs.
    fn still_halted(&mut self, error: &RecordsError) {
        let why = error.to_string();
        if let Some(trouble) = self.trouble.as_mut().filter(|trouble| trouble.why != why) {
            error!("the journal still cannot be written: {why}");
            trouble.why = why;
        }
    }

    /// As after a restart: what the journal holds is all that is known, and the devices are asked by new drivers.
    async fn begin_anew(&mut self, records: Records, recorded: Vec<Recorded>) -> Result<(), Stop> {
        info!("the journal can be written again, the machine goes on");
        self.records = Some(records);
        (self.trouble, self.known) = (None, None);
        // What the old drivers have told and nobody has heard goes with their queue.
        self.ports.tasks.shutdown().await;
        (self.ports, self.inputs) = open_ports(&self.devices, self.clock);
        // The bridge comes again by itself, and tells everything anew.
        self.bridge = None;
        let now = now(&self.clock)?;
        let step = self.service.begin_anew(recorded, now);
        self.carry_out(now, step).await;
        Ok(())
    }

    /// What can be said without the journal.
    pub(crate) fn look_while_halted(&self, question: &Look) -> DeskAnswer {
        match (question, &self.service, &self.trouble) {
            (Look::Status, Service::Halted(halt), Some(trouble)) => {
                DeskAnswer::Status(Box::new(halt.status(trouble.clone())))
            }
            (Look::Calls, service, _) => DeskAnswer::Calls(service.calls()),
            (
                Look::Status
                | Look::JournalVerify
                | Look::JournalShow { .. }
                | Look::Payment(_)
                | Look::Papers
                | Look::Doubts,
                _,
                _,
            ) => DeskAnswer::Refused(HALTED.to_owned()),
        }
    }
}

fn trouble(now: Now, journal: &Path, error: &RecordsError) -> JournalTrouble {
    error!("the journal cannot be written, the machine stands still: {error}");
    JournalTrouble { since: now.wall, file: journal.display().to_string(), why: error.to_string() }
}
