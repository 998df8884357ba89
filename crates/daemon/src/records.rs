//! The journal, kept off the loop's thread: a commit waits for the disk, and the ports must not.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use api::{DeskAnswer, PaymentId, WallTime};
use engine::{Draft, Recorded};
use journal::{AppendError, Journal, OpenError, ReadError, Record, StorageError};
use tokio::task::{JoinError, spawn_blocking};
use tracing::info;

/// The journal of this machine.
#[derive(Clone)]
pub(crate) struct Records(Arc<Mutex<Journal>>);

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
    Erase(#[from] StorageError),
    #[error("the journal's thread ended: {0}")]
    Thread(#[from] JoinError),
}

impl Records {
    pub(crate) fn open(path: &Path) -> Result<Records, RecordsError> {
        let journal = Journal::open(path)?;
        if journal.erased_late() > 0 {
            info!(
                payments = journal.erased_late(),
                "names that an earlier run did not come to erase are erased"
            );
        }
        Ok(Records(Arc::new(Mutex::new(journal))))
    }

    /// Writes `drafts`. They are durable when this returns.
    pub(crate) async fn append(&self, at: WallTime, drafts: Vec<Draft>) -> Result<(), RecordsError> {
        self.with(move |journal| journal.append(at, &drafts)).await?.map_err(RecordsError::from)
    }

    pub(crate) async fn replay(&self) -> Result<Vec<Recorded>, RecordsError> {
        self.with(|journal| journal.replay()).await?.map_err(RecordsError::from)
    }

    /// Takes the private part of a payment off the disk.
    pub(crate) async fn erase_private(&self, payment: PaymentId) -> Result<(), RecordsError> {
        self.with(move |journal| journal.erase_private(payment)).await?.map_err(RecordsError::from)
    }

    /// Whether all postings sum to zero.
    pub(crate) async fn is_balanced(&self) -> Result<bool, RecordsError> {
        let balances = self.with(|journal| journal.balances()).await??;
        Ok(money::Yen::sum(balances.into_iter().map(|(_, amount)| amount)) == Ok(money::Yen::ZERO))
    }

    pub(crate) async fn verify(&self) -> Result<DeskAnswer, RecordsError> {
        let verified = self.with(|journal| journal.verify()).await?;
        Ok(match verified {
            Ok(verified) => {
                DeskAnswer::JournalVerified { entries: verified.entries, head: verified.head_hex }
            }
            Err(error) => DeskAnswer::Refused(format!("The journal does not hold: {error}")),
        })
    }

    pub(crate) async fn show(&self, last: u32) -> Result<DeskAnswer, RecordsError> {
        Ok(DeskAnswer::Journal(self.with(move |journal| journal.show(last)).await??))
    }

    pub(crate) async fn payment(&self, id: PaymentId) -> Result<DeskAnswer, RecordsError> {
        Ok(match engine::summarise(id, &self.replay().await?) {
            Some(summary) => DeskAnswer::Payment(Box::new(summary)),
            None => DeskAnswer::Refused(format!("There is no payment {id}.")),
        })
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Journal) -> T + Send + 'static,
    ) -> Result<T, RecordsError> {
        let journal = Arc::clone(&self.0);
        Ok(spawn_blocking(move || work(&mut lock(&journal))).await?)
    }
}

/// A journal whose holder panicked refuses further writing by itself, so the lock need not.
fn lock(journal: &Mutex<Journal>) -> MutexGuard<'_, Journal> {
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}
