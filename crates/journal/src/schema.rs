//! The tables, and the triggers that keep rows from being changed.

use rusqlite::Connection;

/// Counts up when the tables change; kept in `PRAGMA user_version`.
pub(crate) const VERSION: i64 = 2;

/// What the tables of trials before that were marked with.
pub(crate) const FORMAT_ONE: i64 = 1;

/// "SSNK", kept in `PRAGMA application_id`, so that no other SQLite file is taken for a journal.
pub(crate) const APPLICATION_ID: i64 = 0x5353_4E4B;

/// The insert triggers close a hole in the others: `INSERT OR REPLACE` deletes a row without asking a trigger.
const TABLES: &str = "
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE postings (
    seq INTEGER NOT NULL REFERENCES entries (seq),
    line INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE private (
    seq INTEGER PRIMARY KEY REFERENCES entries (seq),
    subject TEXT NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    body BLOB NOT NULL
) STRICT;

CREATE INDEX private_by_subject ON private (subject);

CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

INSERT INTO head VALUES (1, 0, zeroblob(32));

CREATE TABLE accounts (
    account TEXT PRIMARY KEY,
    amount INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
CREATE TRIGGER entries_have_no_gap BEFORE INSERT ON entries
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)
    BEGIN SELECT RAISE(ABORT, 'an entry is only added at the end'); END;

CREATE TRIGGER postings_never_change BEFORE UPDATE ON postings
    BEGIN SELECT RAISE(ABORT, 'a posting is never changed'); END;
CREATE TRIGGER postings_never_go BEFORE DELETE ON postings
    BEGIN SELECT RAISE(ABORT, 'a posting is never deleted'); END;
CREATE TRIGGER postings_are_not_replaced BEFORE INSERT ON postings
    WHEN EXISTS (SELECT 1 FROM postings WHERE seq = NEW.seq AND line = NEW.line)
    BEGIN SELECT RAISE(ABORT, 'a posting is never changed'); END;

CREATE TRIGGER postings_are_carried_on AFTER INSERT ON postings
    BEGIN
        INSERT INTO accounts VALUES (NEW.account, NEW.amount)
            ON CONFLICT (account) DO UPDATE SET amount = amount + NEW.amount;
        DELETE FROM accounts WHERE account = NEW.account AND amount = 0;
    END;

CREATE TRIGGER private_never_changes BEFORE UPDATE ON private
    BEGIN SELECT RAISE(ABORT, 'a private part is erased, never changed'); END;
CREATE TRIGGER private_is_not_replaced BEFORE INSERT ON private
    WHEN EXISTS (SELECT 1 FROM private WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'a private part is erased, never changed'); END;

CREATE TRIGGER head_only_grows BEFORE UPDATE ON head WHEN NEW.seq <= OLD.seq
    BEGIN SELECT RAISE(ABORT, 'the head only grows'); END;
CREATE TRIGGER head_never_goes BEFORE DELETE ON head
    BEGIN SELECT RAISE(ABORT, 'the head is never deleted'); END;
";

/// Makes the tables and the two marks of a journal, in one transaction.
pub(crate) fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.execute_batch(TABLES)?;
    transaction.commit()
}

/// Whether tables, views and triggers are word by word those of [`create`].
pub(crate) fn is_unchanged(connection: &Connection) -> rusqlite::Result<bool> {
    let mut fresh = Connection::open_in_memory()?;
    create(&mut fresh)?;
    Ok(statements(connection)? == statements(&fresh)?)
}

fn statements(connection: &Connection) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let mut select = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?;
    select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
