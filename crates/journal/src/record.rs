use api::WallTime;
use engine::ledger::Account;
use engine::{Draft, Recorded};
use money::Yen;

use crate::{AppendError, ReadError};

/// What every journal can do, wherever it keeps its entries.
pub trait Record {
    /// Writes `drafts`, all or none of them. When this returns `Ok`, they are there for good.
    ///
    /// After an error every later append fails too: it is not known what was written, and a machine must not do
    /// what its journal may not say.
    fn append(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError>;

    /// Visits everything that was ever appended, in order. Nothing is shown that the chain does not vouch for, but only
    /// when this returns `Ok` is it known that the end was reached.
    fn replay(&self, visit: impl FnMut(Recorded)) -> Result<(), ReadError>;

    /// Visits what a start needs: the newest books that were carried forward, with the entry that they belong to, and
    /// every entry after it. Without such books, or if they are not what they were written as, everything.
    fn resume(&self, visit: impl FnMut(Recorded)) -> Result<Resumed, ReadError>;

    /// Checks every stored byte: chain, postings, accounts and private parts.
    fn verify(&self) -> Result<Verified, ReadError>;

    /// What the postings of every account sum to, except those that sum to nothing.
    fn balances(&self) -> Result<Vec<(Account, Yen)>, ReadError>;
}

/// Where a start began to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumed {
    /// With the first entry.
    FromTheFirst,
    /// With the books that were carried forward in this entry.
    FromBooks {
        /// Its number.
        seq: u64,
    },
    /// With the first entry, because the books that were carried forward in this one cannot be trusted or read.
    BooksRefused {
        /// Its number.
        seq: u64,
    },
}

/// A journal in which every byte is as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it holds.
    pub entries: u64,
    /// The last entry's hash, in hexadecimal digits.
    pub head_hex: String,
}
