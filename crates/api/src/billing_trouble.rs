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
        /// What is wrong with it.
        fault: FileFault,
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

/// What is wrong with a file of the billing system. Never a value of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFault {
    /// It ends in the middle.
    CutOff,
    /// It is longer than any bill.
    TooLong,
    /// It is not in UTF-8.
    NotUtf8,
    /// It is no JSON here; both counted from 1.
    NotJson {
        /// The line.
        line: u32,
        /// The column.
        column: u32,
    },
    /// A field stands twice.
    Duplicate {
        /// Which.
        field: String,
    },
    /// It was written for a later version.
    NewerSchema {
        /// Its schema.
        found: i64,
    },
    /// A field does not say what it must.
    Field {
        /// Which.
        field: String,
        /// What it must be, in the words of docs/bill-file.md.
        rule: String,
    },
    /// Nobody knows such a field.
    UnknownField {
        /// Which.
        field: String,
    },
    /// The parts of the bill and its sum differ.
    DoesNotAddUp,
    /// More is taken off than there is without tax.
    AdjustsTaxed,
    /// It cannot be read.
    Unreadable {
        /// What the system says.
        said: String,
    },
    /// It is no file.
    NoFile,
    /// Another file has the same bill and revision, and says something else.
    Contradiction {
        /// The other one.
        other: FileName,
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
