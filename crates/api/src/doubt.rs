use serde::{Deserialize, Serialize};

use crate::DoubtId;

/// What a person says a doubt comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtSaid {
    /// Nobody knows, but drums and hoppers were counted.
    Counted,
    /// Another unit was put in.
    OtherUnit,
    /// A technician moved money outside the books.
    MovedByTechnician,
    /// The journal was put back from a copy, and lacks what came after it.
    JournalRestored,
}

/// What a unit says of itself that outlives its power and our programs. What it does not tell proves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitCounts {
    /// The number that its maker gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u32>,
    /// Notes stacked in its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stacked_total: Option<u32>,
    /// Pieces paid out in its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_out_total: Option<u32>,
}

/// A doubt that nobody has settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtView {
    /// Which.
    pub doubt: DoubtId,
    /// The unit, by name: `note unit`, `hopper 100`.
    pub unit: String,
    /// What its word shows.
    pub cause: String,
    /// What it should have said by the journal.
    pub expected: UnitCounts,
    /// What it said.
    pub reported: UnitCounts,
    /// The newest entry of the journal that holds its counters: what moved, moved after that.
    pub since_entry: u64,
    /// The entry of the journal that opened the doubt.
    pub opened_at_entry: u64,
}
