//! The folder of the sockets, and that only one program makes them there.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Beside the sockets. It stays when the program ends: who removed it could remove the one that the next has locked.
const LOCK: &str = "seisankid.lock";

/// The folder, for as long as this lives. The system gives it back even if the program is killed.
pub(crate) struct RunFolder {
    path: PathBuf,
    _lock: File,
}

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunFolderError {
    #[error(
        "another seisankid runs with the folder {}. Each machine needs a folder of its own: `machine.run` in the \
         configuration", path.display()
    )]
    InUse { path: PathBuf },
    #[error("{} cannot be made: {error}. Check `machine.run` in the configuration and who may write there.", path.display())]
    Io { path: PathBuf, error: io::Error },
}

impl RunFolder {
    /// Makes the folder if it is not there, and takes it for this program alone. A second program, with a journal of its
    /// own, would make the first one's sockets anew, and nobody could reach that one any more.
    pub(crate) fn take(path: &Path) -> Result<RunFolder, RunFolderError> {
        let failed = |path: PathBuf| move |error| RunFolderError::Io { path, error };
        std::fs::create_dir_all(path).map_err(failed(path.to_owned()))?;
        let file = path.join(LOCK);
        let lock = File::options().create(true).truncate(false).write(true).open(&file);
        let lock = lock.map_err(failed(file.clone()))?;
        match lock.try_lock() {
            Ok(()) => Ok(RunFolder { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(RunFolderError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(RunFolderError::Io { path: file, error }),
        }
    }

    /// Where a socket lies in it.
    pub(crate) fn socket(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_folder_is_for_one_program_at_a_time() {
        let folder = TempDir::new().unwrap();
        let run = folder.path().join("run");
        let first = RunFolder::take(&run).unwrap();
        let second = RunFolder::take(&run).err().unwrap();
        assert!(matches!(second, RunFolderError::InUse { .. }), "{second}");
        drop(first);
        RunFolder::take(&run).unwrap();
    }
}
