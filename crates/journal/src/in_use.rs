//! One program writes a journal at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::new_file::beside;
use crate::{OpenError, UseError};

/// That this program writes the journal, for as long as this lives. The system takes it back even from a program that is
/// killed.
///
/// SQLite's own lock could say so, too, but it would keep out those who only read. The mark lies beside the file and not on
/// it: closing a file once takes away every lock that SQLite has on it. It stays when the program ends, because who removed
/// it could remove the one that the next has locked.
pub(crate) struct InUse {
    _lock: File,
}

impl InUse {
    pub(crate) fn mark(journal: &Path) -> Result<InUse, OpenError> {
        let path = beside(journal, ".in-use");
        let failed = |source| OpenError::Use(UseError { path: path.clone(), source });
        let open = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(InUse { _lock: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
