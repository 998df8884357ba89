use money::{CashCount, Denomination};
use serde::{Deserialize, Serialize};

use crate::{Counted, UnitCounts, UnitPart};

/// Where a piece of cash lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Past the point of no return, resting place not reported yet.
    Transport,
    /// A recycling drum, counted from 1 as the device does.
    Drum(u8),
    /// The cash box of the note unit, from which nothing is paid out.
    CashBox,
    /// The hopper of this denomination.
    Hopper(Denomination),
    /// The coin box, from which nothing is paid out.
    CoinBox,
}

/// How the number of pieces in a store is known, as XFS4IoT's accuracy of a storage unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accuracy {
    /// Its unit has counted the same, and nothing has moved since.
    Measured,
    /// A person has counted, and nothing has moved since.
    SetByStaff,
    /// It was counted once; what came in and went out since is by the word of its unit.
    Inferred,
    /// Nobody has counted, or something happened after which another number may lie there.
    Unknown,
}

/// Where a coin fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoinPlace {
    /// The hopper of its denomination, from which it can be paid out.
    Hopper,
    /// The coin box, from which nothing is paid out.
    CoinBox,
}

impl CoinPlace {
    /// The place in the whole machine.
    pub fn of(self, denomination: Denomination) -> Place {
        match self {
            CoinPlace::Hopper => Place::Hopper(denomination),
            CoinPlace::CoinBox => Place::CoinBox,
        }
    }
}

/// The counters of a unit that counts its stores. They only ever prove something as a difference of two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCounts {
    /// What lies in the drums.
    pub drums: CashCount,
    /// Notes stacked in the device's life, drums and cash box together; `None` where a model has no such counter.
    pub stacked_total: Option<u32>,
    /// Notes paid out in the device's life; `None` where a model has no such counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_out_total: Option<u32>,
}

impl DeviceCounts {
    /// The word of a unit that counts its stores; `None` from any other.
    pub fn of(counted: &Counted) -> Option<DeviceCounts> {
        let UnitCounts { stacked_total, paid_out_total, .. } = counted.counts;
        counted.stored.map(|drums| DeviceCounts { drums, stacked_total, paid_out_total })
    }
}

impl From<DeviceCounts> for Counted {
    fn from(DeviceCounts { drums, stacked_total, paid_out_total }: DeviceCounts) -> Counted {
        let counts = UnitCounts { serial: None, stacked_total, paid_out_total };
        Counted { part: UnitPart::Acceptor, counts, stored: Some(drums) }
    }
}
