//! What is wrong with the journal, and how far it was checked.

use serde::{Deserialize, Serialize};

use crate::WallTime;

/// Why nothing can be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalTrouble {
    /// Since when.
    pub since: WallTime,
    /// The journal's file.
    pub file: String,
    /// What a technician has to see to. The machine goes on by itself then.
    pub fault: DiskFault,
    /// What the system says.
    pub said: String,
}

/// What keeps a file from being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskFault {
    /// There is no space left on the disk.
    Full,
    /// The disk may only be read.
    ReadOnly,
    /// The folder is away, or the program may not write there.
    NoAccess,
    /// Something else: most likely the disk fails.
    Failing,
}

/// How far the journal was checked since the program began, piece by piece while nobody pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalChecked {
    /// The last entry up to which everything holds.
    pub seq: u64,
    /// When that entry was written.
    pub at: WallTime,
    /// Where it does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<ChainBreak>,
}

/// The journal does not hold from this entry on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainBreak {
    /// The entry.
    pub seq: u64,
    /// What is wrong there.
    pub flaw: ChainFlaw,
}

/// What is wrong with an entry of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainFlaw {
    /// It is missing, or the journal ends before it should.
    Missing,
    /// It, or one before it, was changed.
    Changed,
    /// It is no entry of this version.
    NoEntry,
    /// Its postings, or the sums of all, are not what follows from the entries.
    Postings,
    /// What lies beside it, as names do, is not what it was written with.
    Private,
    /// There are rows that belong to no entry.
    StrayRows,
    /// The file itself is damaged.
    File,
}
