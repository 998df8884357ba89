//! The program: when it began, and when it could not go on.

use api::{JournalEpoch, MachineId, WallTime};
use serde::{Deserialize, Serialize};

/// The program: when it began, and when it could not go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MachineEntry {
    /// The journal was made for this machine. The first entry of every journal, and of no other place in it.
    JournalBegun {
        /// Whose it is.
        machine: MachineId,
        /// Which of its journals.
        epoch: JournalEpoch,
    },
    /// What all entries so far come to is the private part, so that a start need not read them: the books, carried forward.
    BooksCarried,
    /// The program began. Whatever was open before was interrupted.
    MachineStarted,
    /// An entry could not be written, so nothing was decided or let go from then on. Written with the next start of the
    /// machine, in the same program.
    MachineHalted {
        /// Since when.
        since: WallTime,
    },
}
