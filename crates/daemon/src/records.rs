//! The journal, kept off the loop's thread: a commit waits for the disk, and the ports must not.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api::{Answer, DiskFault, MachineId, PaymentId, Refusal, WallTime};
use engine::{Draft, Policy, Recovery};
pub(crate) use journal::Head;
use journal::{
    AppendError, Journal, OpenError, ProbeError, ReadError, Reader, Record, Resumed, StorageError, UseError,
    Verified,
};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::sleep;
use tracing::{error, info};

/// How long it takes at most until a reader is done with what lies in the log: a copy of a journal of years takes a minute.
const EMPTIED_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// So many times it is tried to empty the log, until the next payment gives a new reason.
const EMPTIED_TRIES: u32 = 60;

/// The journal of this machine.
#[derive(Clone)]
pub(crate) struct Records {
    journal: Arc<Mutex<Journal>>,
    /// Where it lies and whose it is, for those who only read it.
    file: Arc<(PathBuf, MachineId)>,
}

/// A journal and what it holds.
pub(crate) type Reopened = (Records, Box<Recovery>);

/// Nothing can be written down or read any more, so nothing may happen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordsError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Probe(#[from] ProbeError),
    #[error("the disk has not answered for ten seconds; nothing more is tried until it does")]
    Overdue,
    #[error("the journal is closed until it can be written again")]
    Closed,
    #[error("the journal's thread ended: {0}")]
    Thread(#[from] JoinError),
}

impl RecordsError {
    /// Whether the disk stands in the way, and the file itself may be as it should be.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            RecordsError::Open(OpenError::Read(ReadError::Storage(_)))
            | RecordsError::Read(ReadError::Storage(_))
            | RecordsError::Append(AppendError::Storage(_) | AppendError::Poisoned)
            | RecordsError::Open(OpenError::Use(_))
            | RecordsError::Storage(_)
            | RecordsError::Probe(_)
            | RecordsError::Overdue
            | RecordsError::Closed => true,
            RecordsError::Open(_)
            | RecordsError::Read(ReadError::Chain(_) | ReadError::Damaged { .. })
            | RecordsError::Append(AppendError::Salt(_) | AppendError::Draft(_))
            | RecordsError::Thread(_) => false,
        }
    }

    /// What a technician has to see to, and what the system says.
    pub(crate) fn fault(&self) -> (DiskFault, String) {
        match self {
            RecordsError::Open(OpenError::Read(ReadError::Storage(error)))
            | RecordsError::Read(ReadError::Storage(error))
            | RecordsError::Append(AppendError::Storage(error))
            | RecordsError::Storage(error) => (error.fault(), error.said()),
            RecordsError::Open(OpenError::Use(UseError { source, .. }))
            | RecordsError::Probe(ProbeError { source, .. }) => {
                (journal::fault_of(source), source.to_string())
            }
            RecordsError::Open(_)
            | RecordsError::Read(_)
            | RecordsError::Append(_)
            | RecordsError::Closed
            | RecordsError::Overdue
            | RecordsError::Thread(_) => (DiskFault::Failing, self.to_string()),
        }
    }
}

impl Records {
    /// Opens the journal and reads it.
    pub(crate) async fn open_and_replay(path: &Path, policy: Policy) -> Result<Reopened, RecordsError> {
        let records = Records::of(Journal::open(path, &policy.machine)?, path, &policy.machine);
        let recovery = records.with(move |journal| recover(journal, &policy)).await??;
        Ok((records, recovery))
    }

    /// Closes the journal that could not be written, if there is one, tries the disk, and opens and reads the file anew.
    /// It must hold what is known to have been written.
    pub(crate) async fn open_again(
        path: PathBuf,
        policy: Policy,
        failed: Option<Records>,
        known: Option<Head>,
    ) -> Result<Reopened, RecordsError> {
        spawn_blocking(move || {
            // The file can be opened once at a time.
            drop(failed);
            journal::probe(&path)?;
            let journal = match known {
                Some(known) => Journal::open_again(&path, &policy.machine, known)?,
                None => Journal::open(&path, &policy.machine)?,
            };
            let recovery = recover(&journal, &policy)?;
            Ok((Records::of(journal, &path, &policy.machine), recovery))
        })
        .await?
    }

    fn of(journal: Journal, path: &Path, machine: &MachineId) -> Records {
        let file = Arc::new((path.to_owned(), machine.clone()));
        Records { journal: Arc::new(Mutex::new(journal)), file }
    }

    /// The newest entry that is known to be on the disk.
    pub(crate) fn head(&self) -> Head {
        lock(&self.journal).head()
    }

    /// Writes `drafts`. They are durable when this returns.
    pub(crate) async fn append(&self, at: WallTime, drafts: Arc<Vec<Draft>>) -> Result<(), RecordsError> {
        self.with(move |journal| journal.append(at, &drafts)).await?.map_err(RecordsError::from)
    }

    /// Brings everything from the log into the file. Whoever reads the journal just now is waited for.
    pub(crate) async fn empty_log(&self) -> Result<(), RecordsError> {
        for _ in 0..EMPTIED_TRIES {
            if self.with(|journal| journal.empty_log()).await?? {
                return Ok(());
            }
            sleep(EMPTIED_AGAIN_AFTER).await;
        }
        Ok(())
    }

    /// Whether all postings sum to zero.
    pub(crate) async fn is_balanced(&self) -> Result<bool, RecordsError> {
        let balances = self.with(|journal| journal.balances()).await??;
        Ok(money::Yen::sum(balances.into_iter().map(|(_, amount)| amount)) == Ok(money::Yen::ZERO))
    }

    pub(crate) async fn verify(&self) -> Result<Result<Answer, Refusal>, RecordsError> {
        Ok(match self.beside(|reader| Ok(reader.verify())).await? {
            Ok(Verified { entries, head_hex }) => Ok(Answer::JournalVerified { entries, head: head_hex }),
            Err(error) => Err(match error.chain_break() {
                Some(found) => Refusal::JournalDoesNotHold { found },
                None => Refusal::JournalUnreadable { said: error.to_string() },
            }),
        })
    }

    pub(crate) async fn show(&self, last: u32) -> Result<Answer, RecordsError> {
        Ok(Answer::Journal(self.beside(move |reader| reader.show(last)).await?))
    }

    pub(crate) async fn payment(&self, payment: PaymentId) -> Result<Result<Answer, Refusal>, RecordsError> {
        let summary = self.beside(move |reader| reader.payment(payment)).await?;
        Ok(summary
            .map(|summary| Answer::Payment(Box::new(summary)))
            .ok_or(Refusal::NoSuchPayment { payment }))
    }

    /// Reads beside the one that writes, who does not wait for it.
    async fn beside<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, RecordsError> {
        let file = Arc::clone(&self.file);
        spawn_blocking(move || Ok(read(&Reader::open(&file.0, &file.1)?)?)).await?
    }

    /// Keeps everybody else from the journal for as long as `meanwhile` takes, as a disk does that hangs.
    #[cfg(test)]
    pub(crate) fn hold(&self, meanwhile: impl FnOnce()) {
        let _held = lock(&self.journal);
        meanwhile();
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Journal) -> T + Send + 'static,
    ) -> Result<T, RecordsError> {
        let journal = Arc::clone(&self.journal);
        Ok(spawn_blocking(move || work(&mut lock(&journal))).await?)
    }
}

fn recover(journal: &Journal, policy: &Policy) -> Result<Box<Recovery>, ReadError> {
    let mut recovery = Box::new(Recovery::begin(policy));
    match journal.resume(|recorded| recovery.take_in(recorded))? {
        Resumed::FromTheFirst => {}
        Resumed::FromBooks { seq } => info!("the books go on from those carried forward with entry {seq}"),
        Resumed::BooksRefused { seq } => error!(
            "the books carried forward with entry {seq} cannot be trusted or read, so every entry was read instead"
        ),
    }
    Ok(recovery)
}

/// A journal whose holder panicked refuses further writing by itself, so the lock need not.
fn lock(journal: &Mutex<Journal>) -> MutexGuard<'_, Journal> {
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}
