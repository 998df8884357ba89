use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{MachineId, PaymentId};

/// Something on the side of the billing system that keeps patients from paying, or a result from arriving.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingTrouble {
    /// No bridge is connected.
    BridgeAway,
    /// A question was not answered in time, and none since.
    NoAnswer,
    /// Nothing can be read or written.
    Folder(FolderTrouble),
    /// More files than the bridge reads; only what is over the limit is left out.
    TooManyFiles {
        /// How many are not read.
        over: u32,
        /// How many are read.
        limit: u32,
    },
    /// A file that cannot be understood. Whoever it may concern is sent to the desk.
    WrongFile {
        /// Which.
        file: FileName,
        /// What is wrong with it and what to write instead; never a value.
        sentence: String,
    },
    /// There are more wrong files than are named.
    MoreWrongFiles {
        /// How many.
        more: u32,
    },
    /// The result of a payment waits.
    Result {
        /// Which payment.
        payment: PaymentId,
        /// Why.
        cause: DeliveryTrouble,
    },
}

/// Why the whole folder of bills is not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderTrouble {
    /// It is not there, or does not hold the mark that was made at its set-up: a share that is away looks like this.
    NotSetUp,
    /// It is there and cannot be read or written.
    NotUsable,
    /// It was set up for another machine.
    OfOtherMachine(MachineId),
    /// A bridge on another computer uses it for a machine with the same id.
    InUse,
}

/// Why the billing system does not have the result of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryTrouble {
    /// The whole folder is not used; another trouble says why.
    Folder,
    /// The file cannot be written.
    CannotWrite,
    /// A file of its name is there and says something else.
    SaysSomethingElse,
    /// The result is written, but the bill that was paid cannot be moved out of the way.
    BillStays,
    /// The bridge has not answered.
    NoAnswer,
}

/// The name of a file of the billing system. `Debug` hides it: other programs like to name files after patients.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileName(pub String);

impl fmt::Debug for FileName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("FileName(…)")
    }
}
