use money::Denomination;
use serde::{Deserialize, Serialize};

use crate::Place;

/// One command to one unit to pay pieces out: unique for the life of the machine, saved before it is sent, never
/// used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DispenseId(pub u64);

/// What one unit is to pay out.
///
/// It goes in two steps. Told to dispense, the unit reads its counters, says what they are and waits; told to proceed,
/// it pays out. In between, the machine saves the counters: with them another driver, after a break, can be asked what
/// became of it. What was told to proceed is never commanded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispense {
    /// Whose outcome is reported.
    pub id: DispenseId,
    /// From where in it.
    pub place: Place,
    /// Of what.
    pub denomination: Denomination,
    /// How many; at least one.
    pub pieces: u32,
}

/// What a unit counted just before a [`Dispense`]. Counters prove something as a difference of two readings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "unit")]
pub enum CountedBefore {
    /// A note recycler.
    Drums {
        /// Notes in each drum, in the device's own order.
        notes: Vec<u16>,
        /// Notes paid out in the device's life, where it counts them.
        paid_out_total: Option<u32>,
    },
    /// A hopper.
    Hopper {
        /// Its counter of dispense commands.
        event: u8,
        /// Coins paid out in its life.
        paid_out_total: u32,
        /// It had restarted and said so already, so that it cannot say it again.
        powered_up: bool,
    },
}

/// What happened to a [`Dispense`] after its counters were read that the device will not tell a second time, and that
/// decides what its counters prove.
///
/// Before the unit is sent anything that could make it forget, the machine saves this. With it another driver, after a
/// break, knows as much as the one that saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disturbance {
    /// The unit was without power. A piece that stuck out may have been taken without being counted.
    PowerLost,
    /// The unit could not work while a piece stuck out, or may have. It may have been taken without being counted.
    FailedWhileOffered,
    /// A piece was offered, not taken, and drawn back (K13).
    NotTaken,
    /// A piece could not be paid out, and went back.
    WentBack,
}

/// How a [`Dispense`] ended, by the device's own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "end")]
pub enum DispenseEnd {
    /// Every piece was paid out.
    Complete,
    /// Exactly `paid` pieces were paid out and no more will be; the others are still in the machine.
    Short {
        /// How many.
        paid: u32,
        /// Why not all.
        cause: ShortCause,
    },
    /// At least `paid` pieces were paid out; of the others nobody knows.
    Unknown {
        /// How many are proven.
        paid: u32,
    },
}

impl DispenseEnd {
    /// Of `asked` pieces, how many were paid out for certain, and of how many more nobody knows.
    pub fn paid_and_doubtful(self, asked: u32) -> (u32, u32) {
        match self {
            DispenseEnd::Complete => (asked, 0),
            DispenseEnd::Short { paid, .. } => (paid.min(asked), 0),
            DispenseEnd::Unknown { paid } => (paid.min(asked), asked - paid.min(asked)),
        }
    }
}

/// Why a unit paid out less than it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortCause {
    /// The unit has no pieces left.
    Empty,
    /// A note was offered, not taken, and drawn back (K13).
    NotTaken,
    /// A piece is stuck.
    Jam,
    /// The unit refused, or cannot work now; nothing moved since.
    Refused,
}
