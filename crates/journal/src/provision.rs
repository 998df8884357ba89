//! Makes the journal of a new machine: once, apart from the daemon's start, and safe against a power cut.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::slice;

use api::{MachineId, WallTime};
use engine::Draft;
use rusqlite::Connection;

use crate::{Journal, ProvisionError, Record, genesis, open, schema};

/// Bills lie in it, with names: for the daemon's user only. SQLite gives its log the same rights.
const FILE_MODE: u32 = 0o600;

/// What SQLite puts beside a file. One that is left over would be played into the new file.
const COMPANIONS: &[&str] = &["-wal", "-shm", "-journal"];

/// Makes a journal at `path` in which nothing stands but whose it is, on the disk for good, and opens it once to see that
/// it works.
///
/// A daemon that made its file on the way could lose all of it: until the directory itself is synced, a power
/// cut can bring back the rollback journal of the very first transaction, which empties the file. So the file is
/// made under another name and gets its own only when it is whole; an interrupted attempt is simply repeated.
pub fn provision(path: &Path, machine: &MachineId, at: WallTime) -> Result<(), ProvisionError> {
    let epoch = genesis::random_epoch().map_err(ProvisionError::Epoch)?;
    make(path, at, &genesis::begun(machine, epoch))?;
    Journal::open(path, machine)?;
    Ok(())
}

/// The file with its first entry.
pub(crate) fn make(path: &Path, at: WallTime, begun: &Draft) -> Result<(), ProvisionError> {
    refuse_existing(path)?;
    let draft = beside(path, ".provisioning");
    remove_leftovers(&draft)?;
    create_private(&draft)?;
    fill(&draft, at, begun)?;
    sync("sync", &draft)?;
    // Unlike a rename, a link never replaces what somebody else has just put there.
    fs::hard_link(&draft, path).map_err(failed("link the new journal to", path))?;
    remove_leftovers(&draft)?;
    sync("sync the directory", directory(path))
}

fn refuse_existing(path: &Path) -> Result<(), ProvisionError> {
    for suffix in [""].iter().chain(COMPANIONS) {
        let path = beside(path, suffix);
        // A link that leads nowhere is there, too.
        if path.symlink_metadata().is_ok() {
            return Err(ProvisionError::Exists { path });
        }
    }
    Ok(())
}

/// An interrupted attempt has never been a journal, because it never had the name of one.
fn remove_leftovers(draft: &Path) -> Result<(), ProvisionError> {
    for suffix in [""].iter().chain(COMPANIONS) {
        let path = beside(draft, suffix);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed("remove", &path)(error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn create_private(path: &Path) -> Result<(), ProvisionError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(FILE_MODE);
    options.open(path).map(drop).map_err(failed("create", path))
}

/// Everything that lives inside the file. The mode comes first, so that the tables are made under it.
fn fill(path: &Path, at: WallTime, begun: &Draft) -> Result<(), ProvisionError> {
    let mut connection = open::connect(path)?;
    open::configure(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    schema::create(&mut connection)?;
    let mut journal = Journal::begin(connection);
    journal.append(at, slice::from_ref(begun)).map_err(ProvisionError::Begin)?;
    journal.empty_log()?;
    Ok(())
}

/// Brings everything from the log into the file and empties the log.
pub(crate) fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

fn sync(doing: &'static str, path: &Path) -> Result<(), ProvisionError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(failed(doing, path))
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(directory) if directory != Path::new("") => directory,
        Some(_) | None => Path::new("."),
    }
}

pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ProvisionError {
    move |source| ProvisionError::Io { doing, path: path.to_owned(), source }
}
