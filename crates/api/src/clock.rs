use serde::{Deserialize, Serialize};

use crate::WallTime;

/// The computer's clock is not believed. No payment begins, and what is written is dated by what was known and the time that
/// has passed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockDoubt {
    /// Why.
    pub cause: ClockCause,
    /// What it says.
    pub says: WallTime,
    /// What the machine counts on with.
    pub counted_on: WallTime,
}

/// Why a clock is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockCause {
    /// It says a time from before this version was made.
    NeverSet,
    /// It says a time from before the newest entry of the journal.
    BeforeLastEntry,
    /// By what it says the machine was not used for more than a year.
    FarAhead,
    /// It was set by more than an hour while the machine worked.
    Jumped,
}
