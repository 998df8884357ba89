//! Opens the file, to write it or to read it, and refuses one that is not to be trusted.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{OpenError, schema};

/// 3.51.3. From 3.7.0 on, every earlier SQLite can damage a file in WAL mode when two connections write and
/// checkpoint at the same moment (the WAL-reset bug). Ours is bundled; this guards against a build that is not.
const SQLITE_REQUIRED: i32 = 3_051_003;

/// How long one connection waits for another, in the few moments in which SQLite lets only one do what it does: when the log
/// is emptied, or read for the first time.
const WAITS: Duration = Duration::from_secs(2);

/// What SQLite must do, and what it answers when it does: pragma, value to set, answer.
const SETTINGS: &[(&str, &str, &str)] = &[
    // A commit is on the disk when it returns. NORMAL loses the last commits when the power goes.
    ("synchronous", "FULL", "2"),
    // A stray pointer must not be able to write into the file.
    ("mmap_size", "0", "0"),
    ("foreign_keys", "ON", "1"),
    // Erased names are overwritten, not just unlinked.
    ("secure_delete", "ON", "1"),
    // A file that somebody prepared runs none of its functions.
    ("trusted_schema", "OFF", "0"),
    ("cell_size_check", "ON", "1"),
];

/// What a connection that only reads must do.
const TO_READ: &[(&str, &str, &str)] = &[
    ("query_only", "ON", "1"),
    ("mmap_size", "0", "0"),
    ("trusted_schema", "OFF", "0"),
    ("cell_size_check", "ON", "1"),
];

/// Opens the journal's file with all settings, and checks everything that does not need the chain. That no other program
/// writes it is for the caller to know.
pub(crate) fn open(path: &Path) -> Result<Connection, OpenError> {
    let connection = begin(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    set(&connection, SETTINGS)?;
    check(connection)
}

/// Opens it only to read, beside the connection that writes it.
pub(crate) fn open_to_read(path: &Path) -> Result<Connection, OpenError> {
    let connection = begin(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    set(&connection, TO_READ)?;
    check(connection)
}

fn begin(path: &Path, access: OpenFlags) -> Result<Connection, OpenError> {
    check_sqlite(rusqlite::version_number())?;
    // SQLite takes an empty file for a new database, and throws away a log that lies beside it.
    if fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return Err(OpenError::NotProvisioned { path: path.to_owned() });
    }
    let connection = connect(path, access)?;
    check_marks(&connection, path)?;
    Ok(connection)
}

fn check(connection: Connection) -> Result<Connection, OpenError> {
    check_setting(&connection, "journal_mode", "wal")?;
    if !schema::is_unchanged(&connection)? {
        return Err(OpenError::SchemaChanged);
    }
    Ok(connection)
}

/// Opens the file as it is. The path is a path and never a URI with options.
pub(crate) fn connect(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(WAITS)?;
    Ok(connection)
}

/// Sets everything that does not live in the file, and reads it back.
pub(crate) fn configure(connection: &Connection) -> Result<(), OpenError> {
    set(connection, SETTINGS)
}

fn set(connection: &Connection, settings: &[(&'static str, &str, &'static str)]) -> Result<(), OpenError> {
    for (name, value, expected) in settings {
        connection.pragma_update(None, name, value)?;
        check_setting(connection, name, expected)?;
    }
    Ok(())
}

fn check_sqlite(found: i32) -> Result<(), OpenError> {
    if found < SQLITE_REQUIRED {
        return Err(OpenError::SqliteTooOld { found, required: SQLITE_REQUIRED });
    }
    Ok(())
}

fn check_setting(
    connection: &Connection,
    name: &'static str,
    expected: &'static str,
) -> Result<(), OpenError> {
    let found = match connection.pragma_query_value(None, name, |row| row.get(0))? {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text,
        other => format!("{:?}", other.data_type()),
    };
    if found != expected {
        return Err(OpenError::Setting { name, expected, found });
    }
    Ok(())
}

/// The first reading of the file: whether it can be read at all, is free, and is ours.
fn check_marks(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let foreign = || OpenError::Foreign { path: path.to_owned() };
    let application_id = match mark(connection, "application_id") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => return Err(foreign()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            return Err(OpenError::InUse);
        }
        other => other?,
    };
    if application_id != schema::APPLICATION_ID {
        return Err(foreign());
    }
    let found = mark(connection, "user_version")?;
    if found == schema::FORMAT_ONE {
        return Err(OpenError::FormatOne);
    }
    if found != schema::VERSION {
        return Err(OpenError::SchemaVersion { found, expected: schema::VERSION });
    }
    Ok(())
}

fn mark(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sqlite_that_can_damage_the_file_is_refused() {
        check_sqlite(SQLITE_REQUIRED).unwrap();
        let error = check_sqlite(3_040_001).unwrap_err();
        assert!(matches!(error, OpenError::SqliteTooOld { found: 3_040_001, .. }));
    }
}
