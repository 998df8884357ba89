//! Reading the tables. Nothing here writes, and whoever reads may do so beside the one that does.

use api::{JournalEpoch, MachineId, WallTime};
use engine::{Entry, MachineEntry, Recorded, Subject};
use money::Yen;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::books::{Accounts, Line};
use crate::chain::{Digest, Head};
use crate::encode::Decoded;
use crate::private::SealedPrivate;
use crate::resume::Resume;
use crate::seal::Stored;
use crate::verify::{check_end, follow, recorded, with_books};
use crate::{ChainError, Flaw, OpenError, ReadError};

/// Entries that are shown at once, so that one question cannot fill the daemon's memory.
const SHOWN_MAX: u32 = 10_000;

/// What lies in the file, as one connection sees it.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a>(pub(crate) &'a Connection);

impl Rows<'_> {
    /// The journal of another machine says other numbers and another stock.
    pub(crate) fn check_owner(self, expected: &MachineId) -> Result<(), OpenError> {
        match self.begun()? {
            (machine, _) if machine == *expected => Ok(()),
            (found, _) => Err(OpenError::OtherMachine { found, expected: expected.clone() }),
        }
    }

    /// Whose journal it is, and which of its journals.
    pub(crate) fn begun(self) -> Result<(MachineId, JournalEpoch), ReadError> {
        let sql = "SELECT seq, at, body, hash FROM entries WHERE seq = 1";
        let first = self.0.query_row(sql, [], stored).optional()?;
        let (_, first) = follow(Head::START, &first.ok_or(ChainError { seq: 1, what: Flaw::Missing })?)?;
        match first.entry {
            Entry::Machine(MachineEntry::JournalBegun { machine, epoch }) => Ok((machine, epoch)),
            _ => Err(ChainError { seq: 1, what: Flaw::NoBeginning }.into()),
        }
    }

    /// Follows the chain from `begin` to its end, and checks that it is the end.
    pub(crate) fn walk(
        self,
        begin: Head,
        visit: impl FnMut(Stored, Decoded) -> Result<(), ReadError>,
    ) -> Result<Head, ReadError> {
        let head = self.walk_some(begin, None, visit)?;
        check_end(head, self.stated_head()?)?;
        Ok(head)
    }

    /// Follows the chain from `begin` for at most so many entries.
    pub(crate) fn walk_some(
        self,
        begin: Head,
        entries_max: Option<u32>,
        mut visit: impl FnMut(Stored, Decoded) -> Result<(), ReadError>,
    ) -> Result<Head, ReadError> {
        let sql = "SELECT seq, at, body, hash FROM entries WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        let mut select = self.0.prepare_cached(sql)?;
        // To SQLite a negative number is no limit.
        let mut rows = select.query(params![begin.seq, entries_max.map_or(-1, i64::from)])?;
        let mut head = begin;
        while let Some(row) = rows.next()? {
            let stored = stored(row)?;
            let (next, decoded) = follow(head, &stored)?;
            visit(stored, decoded)?;
            head = next;
        }
        Ok(head)
    }

    /// The last entries, at most `last` and never more than 10,000, oldest first.
    pub(crate) fn show(self, last: u32) -> Result<Vec<serde_json::Value>, ReadError> {
        let shown = u64::from(last.min(SHOWN_MAX));
        let begin = self.head_at(self.stated_head()?.seq.saturating_sub(shown))?;
        let mut entries = Vec::new();
        self.walk(begin, |stored, _| {
            entries.push(serde_json::to_value(stored.to_feed()).expect("it is JSON"));
            Ok(())
        })?;
        Ok(entries)
    }

    /// Reads every page of the file: seconds, once it is large, so that a start goes without.
    pub(crate) fn check_pages(self) -> Result<(), ReadError> {
        let report: String = self.0.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if report == "ok" { Ok(()) } else { Err(ReadError::Damaged { report }) }
    }

    /// The end of the chain as the `head` table states it.
    pub(crate) fn stated_head(self) -> Result<Head, ReadError> {
        Ok(self.0.query_row("SELECT seq, hash FROM head", [], head)?)
    }

    /// The head after entry `seq`, as stored.
    pub(crate) fn head_at(self, seq: u64) -> Result<Head, ReadError> {
        if seq == 0 {
            return Ok(Head::START);
        }
        let sql = "SELECT seq, hash FROM entries WHERE seq = ?1";
        let found = self.0.query_row(sql, [seq], head).optional()?;
        Ok(found.ok_or(ChainError { seq, what: Flaw::Missing })?)
    }

    pub(crate) fn private_of(
        self,
        stored: &Stored,
        decoded: &Decoded,
    ) -> Result<Option<SealedPrivate>, ReadError> {
        if decoded.commitment.is_none() {
            return Ok(None);
        }
        self.private_at(stored.seq)
    }

    /// What lies beside entry `seq`, if it was not erased.
    pub(crate) fn private_at(self, seq: u64) -> Result<Option<SealedPrivate>, ReadError> {
        let sql = "SELECT subject, salt, body FROM private WHERE seq = ?1";
        let mut select = self.0.prepare_cached(sql)?;
        let found = select
            .query_row([seq], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((subject, salt, body)) = found else { return Ok(None) };
        let subject = Subject::try_from(subject).map_err(|_| ChainError { seq, what: Flaw::Private })?;
        Ok(Some(SealedPrivate { subject, salt, body }))
    }

    pub(crate) fn lines_of(self, seq: u64) -> Result<Vec<Line>, ReadError> {
        let sql = "SELECT account, amount FROM postings WHERE seq = ?1 ORDER BY line";
        let mut select = self.0.prepare_cached(sql)?;
        let lines = select
            .query_map([seq], |row| Ok(Line { account: row.get(0)?, amount: Yen::new(row.get(1)?) }))?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    pub(crate) fn accounts(self) -> Result<Accounts, ReadError> {
        let mut select = self.0.prepare_cached("SELECT account, amount FROM accounts")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, Yen::new(row.get(1)?))))?;
        Ok(Accounts(rows.collect::<Result<_, _>>()?))
    }

    /// Refuses rows beyond the `known` ones, which belong to entries.
    pub(crate) fn check_no_strays(
        self,
        table: &'static str,
        known: u64,
        last: Head,
    ) -> Result<(), ReadError> {
        let sql = format!("SELECT count(*) FROM {table}");
        let rows: u64 = self.0.query_row(&sql, [], |row| row.get(0))?;
        if rows == known {
            return Ok(());
        }
        Err(ChainError { seq: last.seq, what: Flaw::StrayRows { table } }.into())
    }

    /// Visits every entry after `begin` with its private part.
    pub(crate) fn visit_from(self, begin: Head, mut visit: impl FnMut(Recorded)) -> Result<(), ReadError> {
        self.walk(begin, |stored, decoded| {
            let private = self.private_of(&stored, &decoded)?;
            visit(recorded(&stored, decoded, private.as_ref())?);
            Ok(())
        })?;
        Ok(())
    }
}

impl Resume for Rows<'_> {
    fn newest_books(&self) -> Result<Option<u64>, ReadError> {
        let sql = "SELECT max(seq) FROM private WHERE subject = ?1";
        Ok(self.0.query_row(sql, [Subject::Books.to_string()], |row| row.get(0))?)
    }

    fn books_at(&self, seq: u64) -> Result<(Head, Recorded), ReadError> {
        let sql = "SELECT seq, at, body, hash FROM entries WHERE seq = ?1";
        let entry = self.0.query_row(sql, [seq], stored).optional()?;
        let entry = entry.ok_or(ChainError { seq, what: Flaw::Missing })?;
        let before = self.head_at(seq - 1)?;
        let books = self.private_at(seq)?;
        Ok(with_books(before, &entry, books.as_ref())?)
    }

    fn visit_from(&self, begin: Head, visit: impl FnMut(Recorded)) -> Result<(), ReadError> {
        Rows::visit_from(*self, begin, visit)
    }
}

pub(crate) fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let hash = Digest::new(row.get(3)?);
    Ok(Stored { seq: row.get(0)?, at: WallTime(row.get(1)?), body: row.get(2)?, hash })
}

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head { seq: row.get(0)?, hash: Digest::new(row.get(1)?) })
}
