use money::{Denomination, DenominationSet};
use serde::{Deserialize, Serialize};

/// How a device is another one than its profile says: what was read, and what the profile expects. Without both a
/// technician cannot tell a wrong profile from a wrong device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Mismatch {
    /// It calls itself another kind of device.
    Category {
        /// What it calls itself.
        read: String,
        /// What a device in its place calls itself.
        expected: String,
    },
    /// It answers, and refuses to say who it is or what it knows.
    Untold {
        /// The number of the question in the device's protocol.
        command: u8,
    },
    /// It knows money of another country.
    Country {
        /// The code of that country.
        read: u8,
        /// The code in the profile.
        expected: u8,
    },
    /// It takes a value that the profile does not list.
    Value {
        /// What the device calls it.
        read: String,
        /// The values of the profile.
        expected: DenominationSet,
    },
    /// It names a note by a number that no setting can disable.
    EscrowCode {
        /// That number.
        read: u8,
    },
    /// A drum is set up for other notes.
    Drum {
        /// Which one, from 1.
        number: u8,
        /// What the device keeps there; `None` if it is a note that the device itself does not list.
        read: Option<DenominationSet>,
        /// What the profile keeps there.
        expected: DenominationSet,
    },
    /// A hopper holds another coin.
    HopperCoin {
        /// What the hopper calls it.
        read: String,
        /// The coin of the profile.
        expected: Denomination,
    },
    /// A hopper pays nothing out without an encrypted command, which this program cannot make.
    Encryption,
}

/// Names are short. What a broken device says is shown so far.
const NAME_LENGTH_MAX: usize = 40;

impl Mismatch {
    /// A device calls itself `read` where one that calls itself `expected` should be.
    pub fn category(read: &str, expected: &str) -> Mismatch {
        Mismatch::Category {
            read: read.chars().take(NAME_LENGTH_MAX).collect(),
            expected: expected.to_owned(),
        }
    }
}
