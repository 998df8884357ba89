use std::collections::BTreeMap;
use std::fmt;

use api::{PaymentId, WallTime};
use engine::ledger::Account;
use engine::{Draft, Recorded};
use money::Yen;

use crate::books::{self, Line};
use crate::chain::Head;
use crate::encode::Decoded;
use crate::private::{SealedPrivate, counted_salt, owner};
use crate::seal::{Stored, seal};
use crate::verify::{check_end, check_lines, follow, recorded};
use crate::{AppendError, ChainError, DraftError, Flaw, ReadError, Record, Verified};

/// The journal of a simulated machine: the same bytes and hashes, without a file.
///
/// Its salts are counted instead of random, so that the same seed gives the same chain.
#[derive(Clone)]
pub struct MemoryJournal {
    entries: Vec<(Stored, Vec<Line>)>,
    privates: BTreeMap<PaymentId, SealedPrivate>,
    /// By the account's name, as in the `postings` table.
    balances: BTreeMap<String, Yen>,
    head: Head,
    poisoned: bool,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> MemoryJournal {
        MemoryJournal {
            entries: Vec::new(),
            privates: BTreeMap::new(),
            balances: BTreeMap::new(),
            head: Head::START,
            poisoned: false,
        }
    }

    /// Erases the private part of a payment. Erasing what is gone already is no error.
    pub fn erase_private(&mut self, payment: PaymentId) {
        self.privates.remove(&payment);
    }

    /// What [`replay`](Record::replay) gives and what [`verify`](Record::verify) says, in one walk.
    pub fn replay_verified(&self) -> Result<(Vec<Recorded>, Verified), ReadError> {
        let mut all = Vec::with_capacity(self.entries.len());
        let end = self.walk(|stored, lines, decoded| {
            check_lines(stored, &decoded, lines)?;
            let private = self.private_of(&decoded);
            all.push(recorded(stored, decoded, private)?);
            Ok(())
        })?;
        Ok((all, Verified { entries: end.seq, head_hex: end.hash.to_string() }))
    }

    fn write(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError> {
        // Made whole before anything is taken over: all or nothing here, too.
        let mut next = Additions { balances: BTreeMap::new(), privates: BTreeMap::new() };
        let sealed = seal(self.head, at, drafts, counted_salt)?;
        for entry in &sealed {
            next.book(&entry.lines, &self.balances)?;
            if let Some(private) = &entry.private {
                next.keep(private, &self.privates)?;
            }
        }
        self.balances.extend(next.balances);
        // Accounts that come to nothing are forgotten, as in the `balances` view.
        self.balances.retain(|_, amount| !amount.is_zero());
        self.privates.extend(next.privates);
        self.head = sealed.last().map_or(self.head, |last| last.head());
        self.entries.extend(sealed.into_iter().map(|entry| (entry.stored, entry.lines)));
        Ok(())
    }

    fn walk(
        &self,
        mut visit: impl FnMut(&Stored, &[Line], Decoded) -> Result<(), ChainError>,
    ) -> Result<Head, ChainError> {
        let mut head = Head::START;
        for (stored, lines) in &self.entries {
            let (next, decoded) = follow(head, stored)?;
            visit(stored, lines, decoded)?;
            head = next;
        }
        check_end(head, self.head)?;
        Ok(head)
    }

    fn private_of(&self, decoded: &Decoded) -> Option<&SealedPrivate> {
        self.privates.get(&owner(&decoded.entry)?)
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

    fn replay(&self) -> Result<Vec<Recorded>, ReadError> {
        let mut all = Vec::with_capacity(self.entries.len());
        self.walk(|stored, _, decoded| {
            let private = self.private_of(&decoded);
            all.push(recorded(stored, decoded, private)?);
            Ok(())
        })?;
        Ok(all)
    }

    fn verify(&self) -> Result<Verified, ReadError> {
        self.replay_verified().map(|(_, verified)| verified)
    }

    fn balances(&self) -> Result<Vec<(Account, Yen)>, ReadError> {
        let mut balances = Vec::with_capacity(self.balances.len());
        for (name, amount) in &self.balances {
            let unknown = ChainError { seq: self.head.seq, what: Flaw::Postings };
            balances.push((books::account(name).ok_or(unknown)?, *amount));
        }
        balances.sort();
        Ok(balances)
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

/// What an append changes besides the entries.
struct Additions {
    /// What the accounts of these entries come to.
    balances: BTreeMap<String, Yen>,
    privates: BTreeMap<PaymentId, SealedPrivate>,
}

impl Additions {
    fn book(&mut self, lines: &[Line], kept: &BTreeMap<String, Yen>) -> Result<(), DraftError> {
        for Line { account, amount } in lines {
            let before = self.balances.get(account).or_else(|| kept.get(account));
            let after = before.copied().unwrap_or_default().plus(*amount)?;
            self.balances.insert(account.clone(), after);
        }
        Ok(())
    }

    fn keep(
        &mut self,
        private: &SealedPrivate,
        kept: &BTreeMap<PaymentId, SealedPrivate>,
    ) -> Result<(), DraftError> {
        let payment = private.payment;
        if kept.contains_key(&payment) || self.privates.insert(payment, private.clone()).is_some() {
            return Err(DraftError::PrivateTwice(payment));
        }
        Ok(())
    }
}
