//! The program: when it began, and when it could not go on.

use api::WallTime;
use serde::{Deserialize, Serialize};

/// The program: when it began, and when it could not go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MachineEntry {
    /// The program began. Whatever was open before was interrupted.
    MachineStarted,
    /// An entry could not be written, so nothing was decided or let go from then on. Written with the next start of the
    /// machine, in the same program.
    MachineHalted {
        /// Since when.
        since: WallTime,
    },
}
