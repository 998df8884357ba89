use std::fmt;
use std::path::Path;

use api::{MachineId, WallTime};
use engine::Draft;
use engine::ledger::Account;
use money::Yen;
use rusqlite::{Connection, Transaction, params};

use crate::books;
use crate::chain::Head;
use crate::in_use::InUse;
use crate::private::{SaltSource, random_salt};
use crate::resume::resume;
use crate::rows::Rows;
use crate::seal::{Sealed, seal};
use crate::verifying::Verifying;
use crate::{
    AppendError, ChainError, Flaw, OpenError, ReadError, Record, Resumed, StorageError, Verified, open,
    provision,
};

/// Entries that are checked when the file is opened: where an interrupted write would show. A start checks what it reads
/// besides, and `verify` everything.
const TAIL: u64 = 100;

/// The journal of a machine, in a file that no other process may write meanwhile. Whoever wants to read it meanwhile has a
/// [`Reader`](crate::Reader).
pub struct Journal {
    pub(crate) connection: Connection,
    head: Head,
    /// An append failed, so it is not known where the chain ends.
    poisoned: bool,
    pub(crate) salt: SaltSource,
    /// Let go last.
    in_use: Option<InUse>,
}

impl Journal {
    /// Opens a file that [`provision`](crate::provision()) has made, for this process alone.
    pub fn open(path: &Path, machine: &MachineId) -> Result<Journal, OpenError> {
        // Before SQLite reads the file: a log that was left over is played into it by whoever opens it first.
        let in_use = InUse::mark(path)?;
        let mut journal = Journal::begin(open::open(path)?);
        journal.in_use = Some(in_use);
        journal.rows().check_owner(machine)?;
        journal.head = journal.check_tail()?;
        // A kill may have come when the log still held what was erased.
        journal.empty_log()?;
        Ok(journal)
    }

    /// Opens it again after an append that failed. It must hold everything up to `known`: by the head that was told last,
    /// all of that was on the disk.
    pub fn open_again(path: &Path, machine: &MachineId, known: Head) -> Result<Journal, OpenError> {
        let journal = Journal::open(path, machine)?;
        match journal.rows().head_at(known.seq) {
            Ok(found) if found == known => Ok(journal),
            Ok(_) | Err(ReadError::Chain(_)) => Err(OpenError::Exchanged { seq: known.seq }),
            Err(error) => Err(error.into()),
        }
    }

    /// A file of which nothing is read yet.
    pub(crate) fn begin(connection: Connection) -> Journal {
        Journal { connection, head: Head::START, poisoned: false, salt: random_salt, in_use: None }
    }

    /// The newest entry that is known to be on the disk.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The last entries, at most `last` and never more than 10,000, oldest first: each its stored bytes as JSON,
    /// with number, time and hash around it.
    pub fn show(&self, last: u32) -> Result<Vec<serde_json::Value>, ReadError> {
        self.rows().show(last)
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows(&self.connection)
    }

    /// Brings everything from the log into the file, and empties the log: the file alone holds it then, and of what was
    /// erased no earlier copy is left. False if somebody is reading what lies in the log, so that it has to be done later.
    pub fn empty_log(&self) -> Result<bool, StorageError> {
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

    fn check_tail(&self) -> Result<Head, ReadError> {
        let rows = self.rows();
        let begin = rows.head_at(rows.stated_head()?.seq.saturating_sub(TAIL))?;
        rows.walk(begin, |_, _| Ok(()))
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

    fn replay(&self, visit: impl FnMut(engine::Recorded)) -> Result<(), ReadError> {
        self.rows().visit_from(Head::START, visit)
    }

    fn resume(&self, visit: impl FnMut(engine::Recorded)) -> Result<Resumed, ReadError> {
        resume(&self.rows(), visit)
    }

    fn verify(&self) -> Result<Verified, ReadError> {
        Verifying::all(self.rows())
    }

    fn balances(&self) -> Result<Vec<(Account, Yen)>, ReadError> {
        let unknown = ChainError { seq: self.head.seq, what: Flaw::Accounts };
        Ok(books::balances(&self.rows().accounts()?).ok_or(unknown)?)
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
