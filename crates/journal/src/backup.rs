//! A copy of a journal in use.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::new_file::NewFile;
use crate::rows::Rows;
use crate::verifying::Verifying;
use crate::{BackupError, Reader, Verified, open};

impl Reader {
    /// Copies the journal to `to` as it is at this moment, while it may go on being written, and checks every byte of the
    /// copy. A file that is there is never overwritten, and what was not checked never gets the name.
    pub fn back_up(&self, to: &Path) -> Result<Verified, BackupError> {
        let file = NewFile::begin(to, ".copying")?;
        self.copy(file.draft())?;
        let verified = verify(file.draft())?;
        file.finish()?;
        Ok(verified)
    }

    /// All pages in one step: with several, each commit in between would make SQLite begin anew.
    fn copy(&self, to: &Path) -> Result<(), BackupError> {
        let mut copy = Connection::open(to)?;
        let copied = Backup::new(&self.connection, &mut copy)?.step(-1)?;
        match copied {
            StepResult::Done => Ok(()),
            _ => Err(BackupError::Interrupted),
        }
    }
}

/// To be read the copy gets a log beside it, which is gone when this is done; so it is opened to be written.
fn verify(copy: &Path) -> Result<Verified, BackupError> {
    let connection = open::open(copy).map_err(|error| BackupError::Copy(Box::new(error)))?;
    Ok(Verifying::all(Rows(&connection))?)
}
