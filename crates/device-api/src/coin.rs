use money::{Denomination, DenominationSet};
use serde::{Deserialize, Serialize};

use crate::{CountedBefore, Dispense, DispenseEnd, DispenseId, Place, RejectCause};

/// What the machine asks of the coin unit: an acceptor that sorts into hoppers and a box, and the hoppers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoinCommand {
    /// Take these denominations from now on, and let all others fall into the return tray. The empty set inhibits
    /// the acceptor; once no coin is under way any more it answers [`CoinEvent::Inhibited`].
    Accept(DenominationSet),
    /// The coin with this value of the acceptor's event counter is in the journal, and no later one. Said once at the
    /// start: coins that fell in since are told, though they fell before this driver began.
    ToldUpTo(u8),
    /// Say who this device is and what it has counted in its life; answered by [`CoinEvent::Counts`] once it can be asked
    /// and pays nothing out.
    ReadCounts(CoinDevice),
    /// Pay coins out of a hopper; answered by [`CoinEvent::Prepared`] or, if it cannot be, by
    /// [`CoinEvent::Dispensed`].
    Dispense(Dispense),
    /// The counters of [`CoinEvent::Prepared`] are in the journal: pay out. Answered by exactly one
    /// [`CoinEvent::Dispensed`].
    Proceed(DispenseId),
    /// What became of a dispense that an earlier driver was told to proceed with? Answered by exactly one
    /// [`CoinEvent::Dispensed`], once the hopper can be asked.
    Recall {
        /// Which one.
        dispense: Dispense,
        /// What [`CoinEvent::Prepared`] said then.
        before: CountedBefore,
    },
}

/// What the coin unit tells the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoinEvent {
    /// All devices of the unit have answered, and every value they know is one that the profile knows.
    Identified {
        /// Models and firmware as the devices state them.
        model: String,
        /// The denominations that the acceptor knows.
        accepts: DenominationSet,
        /// The denominations that a hopper pays out.
        pays: DenominationSet,
    },
    /// A coin is inside and cannot come back: credit it.
    Inserted {
        /// What the coin is.
        denomination: Denomination,
        /// Where the device says it fell.
        place: CoinPlace,
        /// The acceptor's event counter; each value is told once.
        event_no: u8,
    },
    /// More happened than the acceptor could remember: this many events are lost, and what they were is unknown.
    EventsLost {
        /// How many.
        count: u8,
    },
    /// A coin fell into the return tray.
    Rejected {
        /// Why, as far as the machine has to know.
        cause: RejectCause,
    },
    /// Somebody pressed the coin return lever.
    ReturnPressed,
    /// The acceptor takes nothing and no coin is under way in it.
    Inhibited,
    /// What a device counts, in answer to [`CoinCommand::ReadCounts`].
    Counts {
        /// Which one.
        device: CoinDevice,
        /// What it says.
        counts: CoinCounts,
    },
    /// A [`CoinCommand::Dispense`] can begin, and waits for [`CoinCommand::Proceed`].
    Prepared {
        /// Which one.
        id: DispenseId,
        /// What the hopper counts now.
        before: CountedBefore,
    },
    /// A [`CoinCommand::Dispense`] has ended.
    Dispensed {
        /// Which one.
        id: DispenseId,
        /// How.
        end: DispenseEnd,
    },
    /// A device of the unit cannot work; said once, until [`CoinEvent::Ready`] of the same device.
    Trouble {
        /// Which one.
        device: CoinDevice,
        /// Why, and so who must act.
        trouble: CoinTrouble,
    },
    /// A device of the unit works (again).
    Ready {
        /// Which one.
        device: CoinDevice,
    },
}

/// One device on the coin unit's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoinDevice {
    /// The acceptor.
    Acceptor,
    /// The hopper of this denomination.
    Hopper(Denomination),
}

/// What a device of the coin unit says of itself that outlives its power and our programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoinCounts {
    /// The number that its maker gave it.
    pub serial: u32,
    /// Coins paid out in its life; `None` for an acceptor.
    pub paid_out_total: Option<u32>,
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

/// Why a device of the coin unit cannot work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "trouble")]
pub enum CoinTrouble {
    /// No answer on the line. Staff: power and cable.
    NotResponding,
    /// A coin is stuck. Staff.
    Jam,
    /// Nothing left to pay out. Staff.
    Empty,
    /// Somebody tricked a coin. Staff.
    Manipulated,
    /// The device reports a broken part; the code is the device's own. Technician.
    Broken {
        /// The code as in the device's manual.
        code: u8,
    },
    /// The device knows values that the profile does not, or pays another one. Technician: profile.
    UnknownValues,
}
