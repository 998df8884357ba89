//! Which files are refused, and what the technician is told.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use api::{MachineId, WallTime};
use rusqlite::Connection;

use super::{Place, append_all, drafts, machine};
use crate::{
    ChainError, Flaw, Journal, NewFileError, OpenError, ProvisionError, ReadError, Reader, Record, provision,
};

#[test]
fn a_file_that_was_not_provisioned_is_refused_with_the_command_to_run() {
    type Make = fn(&Place);
    let makers: [(&str, Make); 5] = [
        ("missing", |_| {}),
        ("empty", |place| fs::write(&place.file, "").unwrap()),
        ("text", |place| fs::write(&place.file, "no journal ".repeat(999)).unwrap()),
        ("another database", |place| {
            Connection::open(&place.file).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
        }),
        ("an empty database in WAL mode", |place| {
            let connection = Connection::open(&place.file).unwrap();
            connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        }),
    ];
    for (what, make) in makers {
        let place = Place::empty();
        make(&place);
        let sentence = Journal::open(&place.file, &machine()).unwrap_err().to_string();
        assert!(sentence.contains("seisankid --config FILE --provision"), "{what}: {sentence}");
    }
}

#[test]
fn a_changed_file_is_refused() {
    type IsExpected = fn(&OpenError) -> bool;
    let changes: [(&str, IsExpected); 7] = [
        ("PRAGMA user_version = 3", |error| {
            matches!(error, OpenError::SchemaVersion { found: 3, expected: 2 })
        }),
        ("PRAGMA user_version = 1", |error| {
            matches!(error, OpenError::FormatOne)
                && error.to_string().contains("which no machine in a clinic")
        }),
        ("DROP TRIGGER entries_never_go", |error| matches!(error, OpenError::SchemaChanged)),
        ("CREATE TABLE more (a)", |error| matches!(error, OpenError::SchemaChanged)),
        ("PRAGMA journal_mode = DELETE", |error| {
            matches!(error, OpenError::Setting { name: "journal_mode", .. })
        }),
        ("UPDATE head SET seq = seq + 1", |error| is_flaw(error, Flaw::End { stated: 12 })),
        ("INSERT INTO entries VALUES (12, 0, x'7b7d', zeroblob(32))", |error| is_flaw(error, Flaw::Hash)),
    ];
    for (sql, is_expected) in changes {
        let place = Place::provisioned();
        append_all(&mut place.open(), &drafts::payment(1));
        Connection::open(&place.file).unwrap().execute_batch(sql).unwrap();
        let error = Journal::open(&place.file, &machine()).unwrap_err();
        assert!(is_expected(&error), "{sql}: {error}");
    }
}

/// Its numbers and its stock are those of somebody else.
#[test]
fn the_journal_of_another_machine_is_refused() {
    let place = Place::provisioned();
    let error = Journal::open(&place.file, &MachineId("m-2".to_owned())).unwrap_err();
    assert!(matches!(error, OpenError::OtherMachine { .. }), "{error}");
    assert!(error.to_string().contains("is that of machine `m-1`"), "{error}");
}

/// Two new machines of the same name, and two journals of one machine.
#[test]
fn no_two_journals_begin_alike() {
    let begin = || {
        let place = Place::empty();
        provision(&place.file, &machine(), WallTime(0)).unwrap();
        place.open().verify().unwrap().head_hex
    };
    assert_ne!(begin(), begin());
}

fn is_flaw(error: &OpenError, flaw: Flaw) -> bool {
    matches!(error, OpenError::Read(ReadError::Chain(ChainError { what, .. })) if *what == flaw)
}

/// The damage lies where no start reads.
#[test]
fn damage_to_the_file_is_found_when_all_of_it_is_verified() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let sql = "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'postings'";
    let (page, size): (usize, usize) =
        journal.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    drop(journal);
    let mut bytes = fs::read(&place.file).unwrap();
    let cell_pointers = (page - 1) * size + 8;
    bytes[cell_pointers..cell_pointers + 4].fill(0xFF);
    fs::write(&place.file, bytes).unwrap();
    let error = place.open().verify().unwrap_err();
    assert!(matches!(error, ReadError::Damaged { .. }), "{error}");
}

/// SQLite would take the empty file for a new one and throw the log away, in which the entries may still lie.
#[test]
fn the_log_beside_an_empty_file_is_not_touched() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let log = fs::read(place.file.with_extension("sqlite-wal")).unwrap();
    let emptied = Place::empty();
    fs::write(&emptied.file, "").unwrap();
    fs::write(emptied.file.with_extension("sqlite-wal"), &log).unwrap();
    let error = Journal::open(&emptied.file, &machine()).unwrap_err();
    assert!(matches!(error, OpenError::NotProvisioned { .. }), "{error}");
    assert_eq!(fs::read(emptied.file.with_extension("sqlite-wal")).unwrap(), log);
}

#[test]
fn two_cannot_write_it() {
    let place = Place::provisioned();
    let journal = place.open();
    assert!(matches!(Journal::open(&place.file, &machine()).unwrap_err(), OpenError::InUse));
    let reader = Reader::open(&place.file, &machine()).unwrap();
    reader.connection.execute("DELETE FROM head", []).unwrap_err();
    drop(journal);
    place.open();
}

#[test]
fn rows_are_never_changed_or_deleted() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let attempts = [
        "UPDATE entries SET at = at + 1 WHERE seq = 3",
        "DELETE FROM entries WHERE seq = 10",
        "INSERT OR REPLACE INTO entries VALUES (11, 0, x'7b7d', zeroblob(32))",
        "INSERT INTO entries VALUES (13, 0, x'7b7d', zeroblob(32))",
        "UPDATE postings SET amount = 0",
        "DELETE FROM postings",
        "INSERT OR REPLACE INTO postings SELECT seq, line, account, 0 FROM postings",
        "UPDATE private SET body = x''",
        "INSERT OR REPLACE INTO private SELECT seq, subject, salt, x'' FROM private",
        "UPDATE head SET seq = seq - 1",
        "UPDATE head SET hash = zeroblob(32)",
        "DELETE FROM head",
        "INSERT INTO head VALUES (2, 0, zeroblob(32))",
        "INSERT INTO postings VALUES (99, 0, 'a', 1)",
        "INSERT INTO postings VALUES (1, 0, 'a', 'much')",
    ];
    for sql in attempts {
        journal.connection.execute(sql, []).expect_err(sql);
    }
    journal.verify().unwrap();
}

#[test]
fn provisioning_never_overwrites() {
    let place = Place::provisioned();
    append_all(&mut place.open(), &drafts::payment(1));
    let before = fs::read(&place.file).unwrap();
    assert!(matches!(
        provision(&place.file, &machine(), WallTime(0)),
        Err(ProvisionError::File(NewFileError::Exists { .. }))
    ));
    assert_eq!(fs::read(&place.file).unwrap(), before);

    for leftover in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-journal"] {
        let place = Place::empty();
        fs::write(place.directory.path().join(leftover), "").unwrap();
        assert!(
            matches!(
                provision(&place.file, &machine(), WallTime(0)),
                Err(ProvisionError::File(NewFileError::Exists { .. }))
            ),
            "{leftover}"
        );
    }
    let place = Place::empty();
    symlink("nowhere", &place.file).unwrap();
    assert!(matches!(
        provision(&place.file, &machine(), WallTime(0)),
        Err(ProvisionError::File(NewFileError::Exists { .. }))
    ));
}

#[test]
fn an_interrupted_provisioning_is_repeated() {
    let place = Place::empty();
    fs::write(place.directory.path().join("journal.sqlite.provisioning"), "half").unwrap();
    fs::write(place.directory.path().join("journal.sqlite.provisioning-wal"), "half").unwrap();
    provision(&place.file, &machine(), WallTime(0)).unwrap();
    let names = fs::read_dir(place.directory.path()).unwrap().map(|file| file.unwrap().file_name());
    assert_eq!(
        names.collect::<BTreeSet<_>>(),
        ["journal.sqlite", "journal.sqlite.in-use"].map(OsString::from).into()
    );
    assert_eq!(fs::metadata(&place.file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(place.open().verify().unwrap().entries, 1);
}

#[test]
fn a_directory_that_is_missing_is_named() {
    let place = Place::empty();
    let sentence = provision(&place.directory.path().join("none/journal.sqlite"), &machine(), WallTime(0))
        .unwrap_err()
        .to_string();
    assert!(sentence.starts_with("cannot create ") && sentence.contains("none/journal.sqlite"), "{sentence}");
}
