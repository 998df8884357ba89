//! Whoever changes the file with other tools, triggers removed, is found out.

use rusqlite::Connection;

use super::{Place, all_of, append_all, drafts};
use crate::{Flaw, Journal, ReadError, Record};

/// A journal of two payments whose guards are gone.
fn unguarded(place: &Place) -> Journal {
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    append_all(&mut journal, &drafts::payment(2));
    journal.connection.pragma_update(None, "foreign_keys", "OFF").unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
    let triggers = texts(&journal.connection, sql);
    for trigger in triggers {
        journal.connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    journal.verify().unwrap();
    journal
}

/// What `verify` says while `tamper` is in force, which is then taken back.
fn verdict(journal: &Journal, tamper: impl FnOnce(&Connection) -> usize) -> Result<u64, Option<Flaw>> {
    journal.connection.execute_batch("BEGIN").unwrap();
    assert!(tamper(&journal.connection) > 0, "nothing was changed");
    let verdict = match journal.verify() {
        Ok(verified) => Ok(verified.entries),
        Err(ReadError::Chain(error)) => Err(Some(error.what)),
        Err(ReadError::Storage(_) | ReadError::Damaged { .. }) => Err(None),
    };
    journal.connection.execute_batch("ROLLBACK").unwrap();
    verdict
}

#[test]
fn every_single_byte_counts() {
    let place = Place::provisioned();
    let journal = unguarded(&place);
    let columns = [
        ("entries", "body"),
        ("entries", "hash"),
        ("private", "salt"),
        ("private", "body"),
        ("head", "hash"),
    ];
    for (table, column) in columns {
        let sql = format!("SELECT rowid, {column} FROM {table}");
        let mut select = journal.connection.prepare(&sql).unwrap();
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        for (rowid, blob) in rows.collect::<Result<Vec<(i64, Vec<u8>)>, _>>().unwrap() {
            for offset in 0..blob.len() {
                let mut changed = blob.clone();
                changed[offset] ^= 1 << (offset % 8);
                let sql = format!("UPDATE {table} SET {column} = ?1 WHERE rowid = ?2");
                let verdict = verdict(&journal, |raw| raw.execute(&sql, (changed, rowid)).unwrap());
                verdict.expect_err(&format!("{table}.{column} of row {rowid}, byte {offset}"));
            }
        }
    }
}

#[test]
fn every_row_counts() {
    let place = Place::provisioned();
    let journal = unguarded(&place);
    let cases = [
        ("UPDATE entries SET at = at + 1 WHERE seq = 5", Flaw::Hash),
        ("UPDATE entries SET at = -at WHERE seq = 21", Flaw::Hash),
        ("DELETE FROM entries WHERE seq = 2", Flaw::Missing),
        ("DELETE FROM entries WHERE seq = 8", Flaw::Missing),
        ("DELETE FROM entries WHERE seq = 21", Flaw::End { stated: 21 }),
        ("DELETE FROM entries WHERE seq > 11", Flaw::End { stated: 21 }),
        ("UPDATE entries SET seq = 22 WHERE seq = 21", Flaw::Missing),
        ("UPDATE entries SET seq = -seq WHERE seq = 21", Flaw::End { stated: 21 }),
        ("INSERT INTO entries SELECT 22, at, body, hash FROM entries WHERE seq = 21", Flaw::Hash),
        (
            "INSERT INTO entries SELECT -1, at, body, hash FROM entries WHERE seq = 2",
            Flaw::StrayRows { table: "entries" },
        ),
        ("UPDATE head SET seq = 20", Flaw::End { stated: 20 }),
        ("UPDATE head SET seq = 22", Flaw::End { stated: 22 }),
        ("UPDATE postings SET amount = amount + 1 WHERE seq = 4 AND line = 0", Flaw::Postings),
        ("UPDATE postings SET amount = 2 * amount WHERE seq = 4", Flaw::Postings),
        ("UPDATE postings SET account = '{\"account\":\"fees\"}' WHERE seq = 5", Flaw::Postings),
        ("DELETE FROM postings WHERE seq = 4", Flaw::Postings),
        ("DELETE FROM postings", Flaw::Postings),
        ("INSERT INTO postings VALUES (2, 0, '{\"account\":\"fees\"}', 1)", Flaw::Postings),
        (
            "INSERT INTO postings VALUES (99, 0, '{\"account\":\"fees\"}', 1)",
            Flaw::StrayRows { table: "postings" },
        ),
        ("UPDATE accounts SET amount = amount + 1", Flaw::Accounts),
        ("UPDATE accounts SET account = '{\"account\":\"found\"}' WHERE amount < 0", Flaw::Accounts),
        ("DELETE FROM accounts", Flaw::Accounts),
        ("INSERT INTO accounts VALUES ('{\"account\":\"float\"}', 0)", Flaw::Accounts),
        ("UPDATE private SET seq = seq + 1", Flaw::StrayRows { table: "private" }),
        ("UPDATE private SET subject = 'payment 3' WHERE subject = 'payment 1'", Flaw::Private),
        ("UPDATE private SET subject = 'somebody'", Flaw::Private),
        ("UPDATE private SET salt = (SELECT max(salt) FROM private)", Flaw::Private),
        (
            "INSERT INTO private VALUES (9, 'payment 9', zeroblob(16), x'')",
            Flaw::StrayRows { table: "private" },
        ),
    ];
    for (sql, flaw) in cases {
        let verdict = verdict(&journal, |raw| raw.execute(sql, []).unwrap());
        assert_eq!(verdict, Err(Some(flaw)), "{sql}");
    }
}

#[test]
fn swapped_entries_are_found() {
    let place = Place::provisioned();
    let journal = unguarded(&place);
    for (one, other) in [(2, 3), (4, 5), (5, 15), (20, 21)] {
        let verdict = verdict(&journal, |raw| {
            let swap = format!(
                "UPDATE entries SET seq = 99 WHERE seq = {one};
                 UPDATE entries SET seq = {one} WHERE seq = {other};
                 UPDATE entries SET seq = {other} WHERE seq = 99;"
            );
            raw.execute_batch(&swap).unwrap();
            3
        });
        assert_eq!(verdict, Err(Some(Flaw::Hash)), "{one} and {other}");
    }
}

/// The postings are a projection: they can be made anew from the entries alone.
#[test]
fn the_postings_follow_from_the_entries() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let mut rebuilt = std::collections::BTreeMap::new();
    for recorded in all_of(&journal).unwrap() {
        for posting in engine::ledger::postings(&recorded.entry).unwrap() {
            let sum: &mut money::Yen = rebuilt.entry(posting.account).or_default();
            *sum = sum.plus(posting.amount).unwrap();
        }
    }
    rebuilt.retain(|_, sum| !sum.is_zero());
    let balances = journal.balances().unwrap();
    assert_eq!(balances, rebuilt.into_iter().collect::<Vec<_>>());
    assert_eq!(balances.len(), 3, "two drums' denominations and the fees");
    assert!(money::Yen::sum(balances.iter().map(|(_, sum)| *sum)).unwrap().is_zero());
}

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut select = connection.prepare(sql).unwrap();
    select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}
