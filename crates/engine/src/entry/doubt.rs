//! What units count by themselves, and what of it does not fit.

use api::{DoubtCause, DoubtId, DoubtReach, DoubtSaid, PaymentId, ReceiptNumber, Staff};
use device_api::{PartId, StoreId, UnitCounts};
use serde::{Deserialize, Serialize};

/// What units count by themselves, and what of it does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DoubtEntry {
    /// What a unit has counted in its life is taken as given: it was not known before, or not to the piece.
    UnitCounted {
        /// Whose.
        part: PartId,
        /// What it says.
        counts: UnitCounts,
    },
    /// What a unit says of itself is not what the journal expects. Until a person settles it no payment begins, or, if it is
    /// about this part alone, the part is not used.
    DoubtOpened {
        /// The new doubt.
        doubt: DoubtId,
        /// Whose.
        part: PartId,
        /// What its word shows.
        cause: DoubtCause,
        /// How far it reaches: it is about the journal itself, unless the part has fitted since the program began.
        #[serde(default, skip_serializing_if = "DoubtReach::is_records")]
        reach: DoubtReach,
        /// What it should have said.
        expected: UnitCounts,
        /// What it said.
        reported: UnitCounts,
        /// The newest entry before this one that holds its counters: what moved, moved after that.
        since: u64,
        /// Where it pays from: these are to be counted.
        stores: Vec<StoreId>,
    },
    /// A person said what a doubt comes from. What the unit had counted is taken as given.
    DoubtSettled {
        /// Which.
        doubt: DoubtId,
        /// What it comes from.
        said: DoubtSaid,
        /// The newest 領収証 that anybody has seen. Numbers go on after it, also if the journal lacks some.
        newest_receipt: ReceiptNumber,
        /// The newest payment that anybody has seen.
        newest_payment: PaymentId,
        /// Who.
        by: Staff,
    },
}
