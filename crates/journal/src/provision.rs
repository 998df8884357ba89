//! Makes the journal of a new machine: once, apart from the daemon's start, and safe against a power cut.

use std::path::Path;
use std::slice;

use api::{MachineId, WallTime};
use engine::Draft;
use rusqlite::{Connection, OpenFlags};

use crate::new_file::NewFile;
use crate::{Journal, ProvisionError, Record, genesis, open, schema};

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
    let file = NewFile::begin(path, ".provisioning")?;
    fill(file.draft(), at, begun)?;
    Ok(file.finish()?)
}

/// Everything that lives inside the file. The mode comes first, so that the tables are made under it.
fn fill(path: &Path, at: WallTime, begun: &Draft) -> Result<(), ProvisionError> {
    let mut connection = open::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    open::configure(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    schema::create(&mut connection)?;
    let mut journal = Journal::begin(connection);
    journal.append(at, slice::from_ref(begun)).map_err(ProvisionError::Begin)?;
    journal.empty_log()?;
    Ok(())
}

/// Brings everything from the log into the file and empties the log. False if a reader still needs what lies in the log.
pub(crate) fn checkpoint(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
}
