use std::collections::BTreeMap;
use std::fmt;

use api::WallTime;
use engine::ledger::Account;
use engine::{Draft, Recorded, Subject};
use money::Yen;

use crate::books::{self, Accounts, Line};
use crate::chain::Head;
use crate::encode::Decoded;
use crate::private::{SealedPrivate, counted_salt};
use crate::resume::{Resume, resume};
use crate::seal::{Stored, seal};
use crate::verify::{check_accounts, check_end, check_lines, follow, recorded, with_books};
use crate::{AppendError, ChainError, DraftError, Flaw, ReadError, Record, Resumed, Verified};

/// The journal of a simulated machine: the same bytes and hashes, without a file.
///
/// Its salts are counted instead of random, so that the same seed gives the same chain.
#[derive(Clone)]
pub struct MemoryJournal {
    entries: Vec<(Stored, Vec<Line>)>,
    /// By the number of the entry.
    privates: BTreeMap<u64, SealedPrivate>,
    accounts: Accounts,
    head: Head,
    poisoned: bool,
}

impl MemoryJournal {
    /// Nothing stands in it yet, not even [whose it is](crate::begun_in_simulation).
    pub fn new() -> MemoryJournal {
        MemoryJournal {
            entries: Vec::new(),
            privates: BTreeMap::new(),
            accounts: Accounts::default(),
            head: Head::START,
            poisoned: false,
        }
    }

    /// Whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.entries.is_empty()
    }

    /// What [`replay`](Record::replay) gives and what [`verify`](Record::verify) says, in one walk.
    pub fn replay_verified(&self, mut visit: impl FnMut(Recorded)) -> Result<Verified, ReadError> {
        let mut accounts = Accounts::default();
        let end = self.walk(Head::START, |stored, lines, decoded| {
            check_lines(stored, &decoded, lines)?;
            accounts.book(lines).map_err(|_| ChainError { seq: stored.seq, what: Flaw::Postings })?;
            let private = self.private_of(stored);
            visit(recorded(stored, decoded, private)?);
            Ok(())
        })?;
        check_accounts(end, &accounts, &self.accounts)?;
        Ok(Verified { entries: end.seq, head_hex: end.hash.to_string() })
    }

    fn write(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError> {
        // Made whole before anything is taken over: all or nothing here, too.
        let sealed = seal(self.head, at, drafts, counted_salt)?;
        let lines: Vec<Line> = sealed.iter().flat_map(|entry| entry.lines.iter().cloned()).collect();
        self.accounts.book(&lines).map_err(DraftError::from)?;
        for entry in &sealed {
            if let Some(subject) = entry.erases {
                self.privates.retain(|_, private| private.subject != subject);
            }
            self.privates.extend(entry.private.clone().map(|private| (entry.stored.seq, private)));
        }
        self.head = sealed.last().map_or(self.head, |last| last.head());
        self.entries.extend(sealed.into_iter().map(|entry| (entry.stored, entry.lines)));
        Ok(())
    }

    fn walk(
        &self,
        begin: Head,
        mut visit: impl FnMut(&Stored, &[Line], Decoded) -> Result<(), ChainError>,
    ) -> Result<Head, ChainError> {
        let mut head = begin;
        let known = usize::try_from(begin.seq).expect("entries are in memory");
        for (stored, lines) in &self.entries[known..] {
            let (next, decoded) = follow(head, stored)?;
            visit(stored, lines, decoded)?;
            head = next;
        }
        check_end(head, self.head)?;
        Ok(head)
    }

    fn private_of(&self, stored: &Stored) -> Option<&SealedPrivate> {
        self.privates.get(&stored.seq)
    }
}

impl Resume for MemoryJournal {
    fn newest_books(&self) -> Result<Option<u64>, ReadError> {
        let mut newest_first = self.privates.iter().rev();
        Ok(newest_first.find(|(_, private)| private.subject == Subject::Books).map(|(&seq, _)| seq))
    }

    fn books_at(&self, seq: u64) -> Result<(Head, Recorded), ReadError> {
        let at = usize::try_from(seq - 1).expect("entries are in memory");
        let before = at.checked_sub(1).map_or(Head::START, |before| {
            let Stored { seq, hash, .. } = self.entries[before].0;
            Head { seq, hash }
        });
        Ok(with_books(before, &self.entries[at].0, self.privates.get(&seq))?)
    }

    fn visit_from(&self, begin: Head, mut visit: impl FnMut(Recorded)) -> Result<(), ReadError> {
        self.walk(begin, |stored, _, decoded| {
            let private = self.private_of(stored);
            visit(recorded(stored, decoded, private)?);
            Ok(())
        })?;
        Ok(())
    }
}

impl Record for MemoryJournal {
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
        self.replay_verified(drop)
    }

    fn balances(&self) -> Result<Vec<(Account, Yen)>, ReadError> {
        let unknown = ChainError { seq: self.head.seq, what: Flaw::Accounts };
        Ok(books::balances(&self.accounts).ok_or(unknown)?)
    }
}

impl Default for MemoryJournal {
    fn default() -> MemoryJournal {
        MemoryJournal::new()
    }
}

impl fmt::Debug for MemoryJournal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "MemoryJournal({} entries)", self.head.seq)
    }
}
