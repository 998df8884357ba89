//! The program: when it began, and when it could not go on.

use api::{ClockCause, JournalEpoch, MachineId, Staff, WallTime};
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
    /// The computer's clock was not believed from then on. Entries are dated by what was known, and the time that passed.
    ClockDoubted {
        /// Why.
        cause: ClockCause,
        /// What it said.
        says: WallTime,
    },
    /// A person looked at the computer's clock: it is right, whatever was written before.
    ClockConfirmed {
        /// Who.
        by: Staff,
    },
    /// An entry could not be written, so nothing was decided or let go from then on. Written with the next start of the
    /// machine, in the same program.
    MachineHalted {
        /// Since when.
        since: WallTime,
    },
}
