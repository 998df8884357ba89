//! The journal, handed on entry by entry to whoever follows it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{JournalEpoch, MachineId, WallTime};

/// What a client of `feed.sock` says, after its hello.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromFollower {
    /// Where to begin. The first thing that it says; answered by [`ToFollower::Feed`], then by [`ToFollower::Entries`].
    Follow {
        /// The entry that it had last; 0 for the whole journal.
        after: u64,
        /// That entry's hash, if it has it: then a journal that was put back from an older copy is not followed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hash: Option<String>,
        /// Which journal it had it from, if it knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<JournalEpoch>,
    },
    /// It has everything up to this entry for good. Nothing more is sent before.
    Acknowledge {
        /// The entry.
        seq: u64,
    },
}

/// What the daemon says on `feed.sock`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToFollower {
    /// What is followed.
    Feed {
        /// Whose journal.
        machine: MachineId,
        /// Which of its journals.
        epoch: JournalEpoch,
        /// The newest entry that there is now.
        newest: u64,
    },
    /// The next entries, in order and without a gap; as soon as there are any.
    Entries(Vec<FeedEntry>),
    /// It cannot be followed; the connection ends.
    Refused(FeedRefusal),
}

/// An entry without its private part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedEntry {
    /// Its number.
    pub seq: u64,
    /// When it was written.
    pub at: WallTime,
    /// Its hash, in hexadecimal digits.
    pub hash: String,
    /// Its stored bytes, which are JSON.
    pub entry: Value,
}

/// Why the journal is not handed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum FeedRefusal {
    /// Client and daemon are of different releases.
    OtherVersion {
        /// The client's version.
        client: u32,
        /// The daemon's version.
        daemon: u32,
    },
    /// It is not the journal that the client followed before: another one, or an older copy of it.
    OtherJournal {
        /// Which one it is.
        epoch: JournalEpoch,
        /// Its newest entry.
        newest: u64,
    },
    /// It cannot be read now. The client tries again.
    Unreadable,
}
