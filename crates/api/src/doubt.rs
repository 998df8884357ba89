use device_api::UnitCounts;
use serde::{Deserialize, Serialize};

use crate::{DoubtId, PartName};

/// What a unit's own word shows. What it comes from only a person can find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtCause {
    /// It is another one: it was exchanged, or the journal is another machine's.
    OtherUnit,
    /// It has counted more than the books know of: money was moved outside the books, or the journal is an older one.
    CountedMore,
    /// It has counted less than the books know of: it was exchanged or set back, or the journal is another machine's.
    CountedLess,
}

/// How far a doubt reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubtReach {
    /// The part has not fitted since the program began: the journal may be an older one, or another machine's. Numbers could
    /// be given twice and money paid out twice, so no payment begins.
    #[default]
    Records,
    /// The part has fitted since the program began, so the journal is the right one. Only the part is out of use.
    PartAlone,
}

impl DoubtReach {
    /// Whether it is about the journal itself.
    pub fn is_records(&self) -> bool {
        *self == DoubtReach::Records
    }
}

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

/// A doubt that nobody has settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtView {
    /// Which.
    pub doubt: DoubtId,
    /// Whose.
    pub part: PartName,
    /// What its word shows.
    pub cause: DoubtCause,
    /// What is out of use until somebody settles it.
    #[serde(default, skip_serializing_if = "DoubtReach::is_records")]
    pub reach: DoubtReach,
    /// What it should have said by the journal.
    pub expected: UnitCounts,
    /// What it said.
    pub reported: UnitCounts,
    /// The newest entry of the journal that holds its counters: what moved, moved after that.
    pub since_entry: u64,
    /// The entry of the journal that opened the doubt.
    pub opened_at_entry: u64,
}
