use std::fmt;
use std::path::Path;

use api::{MachineId, WallTime};
use engine::ledger::Account;
use engine::{Draft, Entry, MachineEntry, Recorded, Subject};
use money::Yen;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::books::{self, Accounts, Line};
use crate::chain::{Digest, Head};
use crate::encode::Decoded;
use crate::private::{SaltSource, SealedPrivate, random_salt};
use crate::resume::{Resume, resume};
use crate::seal::{Sealed, Stored, seal};
use crate::verify::{check_accounts, check_end, check_lines, check_sealed, follow, recorded, with_books};
use crate::{
    AppendError, ChainError, Flaw, OpenError, ReadError, Record, Resumed, StorageError, Verified, open,
    provision,
};

/// Entries that are checked when the file is opened: where an interrupted write would show. A start checks what it reads
/// besides, and `verify` everything.
const TAIL: u64 = 100;

/// Entries that are shown at once, so that one question cannot fill the daemon's memory.
const SHOWN_MAX: u32 = 10_000;

/// The journal of a machine, in a file that no other process may use meanwhile.
pub struct Journal {
    pub(crate) connection: Connection,
    head: Head,
    /// An append failed, so it is not known where the chain ends.
    poisoned: bool,
    pub(crate) salt: SaltSource,
}

impl Journal {
    /// Opens a file that [`provision`](crate::provision()) has made, for this process alone.
    pub fn open(path: &Path, machine: &MachineId) -> Result<Journal, OpenError> {
        let mut journal = Journal::begin(open::open(path)?);
        journal.check_owner(machine)?;
        journal.head = journal.check_tail()?;
        // A kill may have come when the log still held what was erased.
        journal.empty_log()?;
        Ok(journal)
    }

    /// Opens it again after an append that failed. It must hold everything up to `known`: by the head that was told last,
    /// all of that was on the disk.
    pub fn open_again(path: &Path, machine: &MachineId, known: Head) -> Result<Journal, OpenError> {
        let journal = Journal::open(path, machine)?;
        match journal.head_at(known.seq) {
            Ok(found) if found == known => Ok(journal),
            Ok(_) | Err(ReadError::Chain(_)) => Err(OpenError::Exchanged { seq: known.seq }),
            Err(error) => Err(error.into()),
        }
    }

    /// A file of which nothing is read yet.
    pub(crate) fn begin(connection: Connection) -> Journal {
        Journal { connection, head: Head::START, poisoned: false, salt: random_salt }
    }

    /// The newest entry that is known to be on the disk.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The last entries, at most `last` and never more than 10,000, oldest first: each its stored bytes as JSON,
    /// with number, time and hash around it.
    pub fn show(&self, last: u32) -> Result<Vec<serde_json::Value>, ReadError> {
        let shown = u64::from(last.min(SHOWN_MAX));
        let begin = self.head_at(self.stated_head()?.seq.saturating_sub(shown))?;
        let mut entries = Vec::new();
        self.walk(begin, |stored, _| {
            let entry: serde_json::Value =
                serde_json::from_slice(&stored.body).expect("was decoded just now");
            let hash = stored.hash.to_string();
            entries.push(serde_json::json!({
                "seq": stored.seq, "at": stored.at, "hash": hash, "entry": entry,
            }));
            Ok(())
        })?;
        Ok(entries)
    }

    /// Brings everything from the log into the file, and empties the log: the file alone holds it then, and of what was
    /// erased no earlier copy is left.
    pub fn empty_log(&self) -> Result<(), StorageError> {
        Ok(provision::checkpoint(&self.connection)?)
    }

    fn write(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError> {
        let sealed = seal(self.head, at, drafts, self.salt)?;
        let Some(last) = sealed.last() else { return Ok(()) };
        let transaction = self.connection.transaction()?;
        for entry in &sealed {
            insert(&transaction, entry)?;
        }
        set_head(&transaction, last.head())?;
        transaction.commit()?;
        self.head = last.head();
        Ok(())
    }

    /// The journal of another machine says other numbers and another stock.
    fn check_owner(&self, expected: &MachineId) -> Result<(), OpenError> {
        let sql = "SELECT seq, at, body, hash FROM entries WHERE seq = 1";
        let first = self.connection.query_row(sql, [], stored).optional()?;
        let missing = ReadError::from(ChainError { seq: 1, what: Flaw::Missing });
        let (_, first) = follow(Head::START, &first.ok_or(missing)?).map_err(ReadError::from)?;
        match first.entry {
            Entry::Machine(MachineEntry::JournalBegun { machine, .. }) if machine == *expected => Ok(()),
            Entry::Machine(MachineEntry::JournalBegun { machine: found, .. }) => {
                Err(OpenError::OtherMachine { found, expected: expected.clone() })
            }
            _ => Err(ReadError::from(ChainError { seq: 1, what: Flaw::NoBeginning }).into()),
        }
    }

    fn check_tail(&self) -> Result<Head, ReadError> {
        let begin = self.head_at(self.stated_head()?.seq.saturating_sub(TAIL))?;
        self.walk(begin, |_, _| Ok(()))
    }

    /// Follows the chain from `begin` to its end, and checks that it is the end.
    fn walk(
        &self,
        begin: Head,
        mut visit: impl FnMut(Stored, Decoded) -> Result<(), ReadError>,
    ) -> Result<Head, ReadError> {
        let sql = "SELECT seq, at, body, hash FROM entries WHERE seq > ?1 ORDER BY seq";
        let mut select = self.connection.prepare_cached(sql)?;
        let mut rows = select.query([begin.seq])?;
        let mut head = begin;
        while let Some(row) = rows.next()? {
            let stored = stored(row)?;
            let (next, decoded) = follow(head, &stored)?;
            visit(stored, decoded)?;
            head = next;
        }
        check_end(head, self.stated_head()?)?;
        Ok(head)
    }

    /// Reads every page of the file: seconds, once it is large, so that a start goes without.
    fn check_pages(&self) -> Result<(), ReadError> {
        let report: String = self.connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if report == "ok" { Ok(()) } else { Err(ReadError::Damaged { report }) }
    }

    /// The end of the chain as the `head` table states it.
    fn stated_head(&self) -> Result<Head, ReadError> {
        Ok(self.connection.query_row("SELECT seq, hash FROM head", [], head)?)
    }

    /// The head after entry `seq`, as stored.
    fn head_at(&self, seq: u64) -> Result<Head, ReadError> {
        if seq == 0 {
            return Ok(Head::START);
        }
        let sql = "SELECT seq, hash FROM entries WHERE seq = ?1";
        let found = self.connection.query_row(sql, [seq], head).optional()?;
        Ok(found.ok_or(ChainError { seq, what: Flaw::Missing })?)
    }

    fn private_of(&self, stored: &Stored, decoded: &Decoded) -> Result<Option<SealedPrivate>, ReadError> {
        if decoded.commitment.is_none() {
            return Ok(None);
        }
        self.private_at(stored.seq)
    }

    /// What lies beside entry `seq`, if it was not erased.
    fn private_at(&self, seq: u64) -> Result<Option<SealedPrivate>, ReadError> {
        let sql = "SELECT subject, salt, body FROM private WHERE seq = ?1";
        let mut select = self.connection.prepare_cached(sql)?;
        let found = select
            .query_row([seq], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((subject, salt, body)) = found else { return Ok(None) };
        let subject = Subject::try_from(subject).map_err(|_| ChainError { seq, what: Flaw::Private })?;
        Ok(Some(SealedPrivate { subject, salt, body }))
    }

    fn lines_of(&self, seq: u64) -> Result<Vec<Line>, ReadError> {
        let sql = "SELECT account, amount FROM postings WHERE seq = ?1 ORDER BY line";
        let mut select = self.connection.prepare_cached(sql)?;
        let lines = select
            .query_map([seq], |row| Ok(Line { account: row.get(0)?, amount: Yen::new(row.get(1)?) }))?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    fn accounts(&self) -> Result<Accounts, ReadError> {
        let mut select = self.connection.prepare_cached("SELECT account, amount FROM accounts")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, Yen::new(row.get(1)?))))?;
        Ok(Accounts(rows.collect::<Result<_, _>>()?))
    }

    /// Refuses rows beyond the `known` ones, which belong to entries.
    fn check_no_strays(&self, table: &'static str, known: u64, last: Head) -> Result<(), ReadError> {
        let sql = format!("SELECT count(*) FROM {table}");
        let rows: u64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
        if rows == known {
            return Ok(());
        }
        Err(ChainError { seq: last.seq, what: Flaw::StrayRows { table } }.into())
    }
}

impl Resume for Journal {
    fn newest_books(&self) -> Result<Option<u64>, ReadError> {
        let sql = "SELECT max(seq) FROM private WHERE subject = ?1";
        Ok(self.connection.query_row(sql, [Subject::Books.to_string()], |row| row.get(0))?)
    }

    fn books_at(&self, seq: u64) -> Result<(Head, Recorded), ReadError> {
        let sql = "SELECT seq, at, body, hash FROM entries WHERE seq = ?1";
        let entry = self.connection.query_row(sql, [seq], stored).optional()?;
        let entry = entry.ok_or(ChainError { seq, what: Flaw::Missing })?;
        let before = self.head_at(seq - 1)?;
        let books = self.private_at(seq)?;
        Ok(with_books(before, &entry, books.as_ref())?)
    }

    fn visit_from(&self, begin: Head, mut visit: impl FnMut(Recorded)) -> Result<(), ReadError> {
        self.walk(begin, |stored, decoded| {
            let private = self.private_of(&stored, &decoded)?;
            visit(recorded(&stored, decoded, private.as_ref())?);
            Ok(())
        })?;
        Ok(())
    }
}

impl Record for Journal {
    fn append(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError> {
        if self.poisoned {
            return Err(AppendError::Poisoned);
        }
        self.poisoned = true;
        self.write(at, drafts)?;
        self.poisoned = false;
        Ok(())
    }

    fn replay(&self, visit: impl FnMut(Recorded)) -> Result<(), ReadError> {
        self.visit_from(Head::START, visit)
    }

    fn resume(&self, visit: impl FnMut(Recorded)) -> Result<Resumed, ReadError> {
        resume(self, visit)
    }

    fn verify(&self) -> Result<Verified, ReadError> {
        self.check_pages()?;
        let (mut lines, mut privates, mut accounts) = (0_u64, 0_u64, Accounts::default());
        let end = self.walk(Head::START, |stored, decoded| {
            let found = self.lines_of(stored.seq)?;
            check_lines(&stored, &decoded, &found)?;
            accounts.book(&found).map_err(|_| ChainError { seq: stored.seq, what: Flaw::Postings })?;
            lines += found.len() as u64;
            let private = self.private_of(&stored, &decoded)?;
            private.as_ref().map(|private| check_sealed(&stored, &decoded, private)).transpose()?;
            privates += u64::from(private.is_some());
            Ok(())
        })?;
        self.check_no_strays("entries", end.seq, end)?;
        self.check_no_strays("postings", lines, end)?;
        self.check_no_strays("private", privates, end)?;
        check_accounts(end, &accounts, &self.accounts()?)?;
        Ok(Verified { entries: end.seq, head_hex: end.hash.to_string() })
    }

    fn balances(&self) -> Result<Vec<(Account, Yen)>, ReadError> {
        let unknown = ChainError { seq: self.head.seq, what: Flaw::Accounts };
        Ok(books::balances(&self.accounts()?).ok_or(unknown)?)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Journal({} entries)", self.head.seq)
    }
}

fn insert(transaction: &Transaction<'_>, sealed: &Sealed) -> rusqlite::Result<()> {
    let Sealed { stored, lines, private, erases } = sealed;
    let seq = stored.seq;
    transaction
        .prepare_cached("INSERT INTO entries (seq, at, body, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![seq, stored.at.0, stored.body, stored.hash.bytes()])?;
    for (number, line) in (0_i64..).zip(lines) {
        transaction
            .prepare_cached("INSERT INTO postings (seq, line, account, amount) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![seq, number, line.account, line.amount.amount()])?;
    }
    if let Some(subject) = erases {
        transaction
            .prepare_cached("DELETE FROM private WHERE subject = ?1")?
            .execute([subject.to_string()])?;
    }
    if let Some(private) = private {
        transaction
            .prepare_cached("INSERT INTO private (seq, subject, salt, body) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![seq, private.subject.to_string(), private.salt, private.body])?;
    }
    Ok(())
}

fn set_head(transaction: &Transaction<'_>, head: Head) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE head SET seq = ?1, hash = ?2")?
        .execute(params![head.seq, head.hash.bytes()])?;
    Ok(())
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let hash = Digest::new(row.get(3)?);
    Ok(Stored { seq: row.get(0)?, at: WallTime(row.get(1)?), body: row.get(2)?, hash })
}

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head { seq: row.get(0)?, hash: Digest::new(row.get(1)?) })
}
