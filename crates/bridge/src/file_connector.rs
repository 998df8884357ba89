//! Answers the daemon out of the shared folder.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use api::{
    BillingTrouble, DeliveryTrouble, FileName, FromBridge, PatientNumber, PaymentId, PaymentResult,
    QuoteOutcome, ToBridge,
};
use billing::{ErrorAnswer, FILES_MAX, Folder, Reading};
use tracing::{error, info, warn};

use crate::shared_folder::{SharedFolder, SharedFolderError, Unusable};

/// How long after a file was found unfinished it is looked at again.
const READ_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// So many wrong files are named at the desk; nobody corrects more of them by hand.
const WRONG_FILES_NAMED: usize = 20;

/// Between the billing system's files and the daemon's messages.
pub(crate) struct FileConnector {
    shared: SharedFolder,
    folder: Folder,
    /// How long a question may wait for a file that is being written.
    quote_time: Duration,
    started: Instant,
    /// Results that are written, and whose bills are still in the way: the billing system may have read and removed them.
    written: BTreeSet<PaymentId>,
    /// What is wrong now.
    found: Vec<BillingTrouble>,
    /// What the daemon was told; `None` if it has heard nothing yet.
    told: Option<Vec<BillingTrouble>>,
}

/// A result is not where the billing system finds it, or not all of it. The daemon keeps it and sends it again.
struct NotDelivered {
    cause: DeliveryTrouble,
    why: String,
}

impl FileConnector {
    pub(crate) fn new(shared: SharedFolder, quote_time: Duration) -> FileConnector {
        #[expect(clippy::disallowed_methods, reason = "the bridge's only look at the clock")]
        let started = Instant::now();
        FileConnector {
            shared,
            folder: Folder::default(),
            quote_time,
            started,
            written: BTreeSet::new(),
            found: Vec::new(),
            told: None,
        }
    }

    /// Does what the daemon asks.
    pub(crate) async fn answer(&mut self, message: ToBridge) -> FromBridge {
        match message {
            ToBridge::Quote { request, patient } => {
                let outcome = self.quote(&patient).await;
                FromBridge::Quoted { request, outcome }
            }
            ToBridge::Deliver(result) => {
                let payment = result.payment;
                match self.deliver(&result) {
                    Ok(()) => {
                        info!(%payment, "the result is delivered");
                        FromBridge::Delivered { payment }
                    }
                    Err(NotDelivered { cause, why }) => {
                        warn!(%payment, "the result waits: {why}");
                        FromBridge::NotDelivered { payment, cause }
                    }
                }
            }
        }
    }

    /// Looks for wrong files, so that their writer hears of them before a patient stands at the machine.
    pub(crate) fn check_files(&mut self) {
        // What is wrong is kept, and told by `news`.
        drop(self.read());
    }

    /// A daemon has come that knows nothing.
    pub(crate) fn greet(&mut self) {
        self.told = None;
    }

    /// What is wrong, if that has changed since the daemon was told.
    pub(crate) fn news(&mut self) -> Option<FromBridge> {
        if self.told.as_ref() == Some(&self.found) {
            return None;
        }
        self.told = Some(self.found.clone());
        Some(FromBridge::Troubles(self.found.clone()))
    }

    async fn quote(&mut self, patient: &PatientNumber) -> QuoteOutcome {
        let patience_ends = self.now() + self.quote_time;
        loop {
            match self.read() {
                Ok(reading) if reading.may_change_soon(patient) && self.now() < patience_ends => {
                    tokio::time::sleep(READ_AGAIN_AFTER).await;
                }
                Ok(reading) => return reading.quote(patient),
                Err(_) => return QuoteOutcome::Unavailable,
            }
        }
    }

    /// The result comes first: a bill that has left `bills/` without one would be lost to both programs.
    fn deliver(&mut self, result: &PaymentResult) -> Result<(), NotDelivered> {
        let payment = result.payment;
        self.shared.prove(self.now()).map_err(not_the_folder)?;
        if !self.written.contains(&payment) {
            let file = billing::result_file(result).map_err(|error| NotDelivered {
                cause: DeliveryTrouble::CannotWrite,
                why: error.to_string(),
            })?;
            self.shared.write_result(&file).map_err(not_written)?;
        }
        // Once more: a share that went away meanwhile leaves the result where nobody reads it.
        let reading = self.read().map_err(not_the_folder)?;
        self.written.insert(payment);
        self.move_settled(&reading, result)?;
        self.written.remove(&payment);
        Ok(())
    }

    /// All that can be moved, whatever stands in the way of one.
    fn move_settled(&self, reading: &Reading, result: &PaymentResult) -> Result<(), NotDelivered> {
        let moved: Vec<_> = reading.settled_by(result).map(|name| self.shared.move_to_done(name)).collect();
        let moved: Result<(), SharedFolderError> = moved.into_iter().collect();
        moved.map_err(|error| NotDelivered { cause: DeliveryTrouble::BillStays, why: error.to_string() })
    }

    fn read(&mut self) -> Result<Reading, Unusable> {
        let now = self.now();
        let names = self.shared.prove(now).and_then(|()| {
            let not_usable = |error: std::io::Error| Unusable::not_usable(&error);
            self.shared.names().map_err(not_usable)
        });
        let names = match names {
            Ok(names) => names,
            Err(unusable) => {
                if self.note(vec![BillingTrouble::Folder(unusable.trouble.clone())]) {
                    error!("{unusable}");
                }
                return Err(unusable);
            }
        };
        let reading = self.folder.read(now, names, |name| self.shared.read(name));
        for answer in &reading.answers {
            self.complain(answer);
        }
        if self.note(troubles_of(&reading)) && !(reading.wrong.is_empty() && reading.left_out == 0) {
            // Neither the files' names nor the sentences, which may name other files: other programs like to name files
            // after patients.
            warn!(
                wrong = reading.wrong.len(),
                not_read = reading.left_out,
                "bills/ holds files that do not count"
            );
        }
        Ok(reading)
    }

    /// Whether this is news.
    fn note(&mut self, found: Vec<BillingTrouble>) -> bool {
        let is_new = self.found != found;
        self.found = found;
        is_new
    }

    fn complain(&mut self, answer: &ErrorAnswer) {
        match self.shared.write_answer(&answer.name(), &answer.text()) {
            Ok(()) => self.folder.answered(answer),
            Err(error) => error!("{error}"),
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }
}

fn troubles_of(reading: &Reading) -> Vec<BillingTrouble> {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let over = (reading.left_out > 0)
        .then(|| BillingTrouble::TooManyFiles { over: count(reading.left_out), limit: count(FILES_MAX) });
    let named = reading
        .wrong
        .iter()
        .take(WRONG_FILES_NAMED)
        .map(|wrong| BillingTrouble::WrongFile { file: FileName(wrong.shown()), fault: wrong.error.fault() });
    let more = reading.wrong.len().saturating_sub(WRONG_FILES_NAMED);
    let more = (more > 0).then(|| BillingTrouble::MoreWrongFiles { more: count(more) });
    over.into_iter().chain(named).chain(more).collect()
}

fn not_the_folder(unusable: Unusable) -> NotDelivered {
    NotDelivered { cause: DeliveryTrouble::Folder, why: unusable.to_string() }
}

fn not_written(error: SharedFolderError) -> NotDelivered {
    let cause = match &error {
        SharedFolderError::ResultDiffers { .. } => DeliveryTrouble::SaysSomethingElse,
        SharedFolderError::Folder { .. }
        | SharedFolderError::File { .. }
        | SharedFolderError::TooManyNamesakes { .. }
        | SharedFolderError::OfOtherMachine { .. }
        | SharedFolderError::NoMark { .. } => DeliveryTrouble::CannotWrite,
    };
    NotDelivered { cause, why: error.to_string() }
}

#[cfg(test)]
pub(crate) mod tests;
