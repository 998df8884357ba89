use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{MachineId, PaymentId};

/// Something on the side of the billing system that keeps patients from paying, or a result from arriving. Its text says
/// what was found and what to do.
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

impl fmt::Display for BillingTrouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BillingTrouble::BridgeAway => {
                write!(out, "seisanki-bridge is not connected; start it, or look at its log")
            }
            BillingTrouble::NoAnswer => {
                write!(out, "seisanki-bridge does not answer; the disk or share of the bills may hang")
            }
            BillingTrouble::Folder(trouble) => trouble.fmt(out),
            BillingTrouble::TooManyFiles { over, limit } => write!(
                out,
                "bills/ holds {} files, {limit} are read; take away what is not to be paid today",
                u64::from(*over) + u64::from(*limit)
            ),
            BillingTrouble::WrongFile { file, sentence } => write!(out, "bills/{}: {sentence}", file.0),
            BillingTrouble::MoreWrongFiles { more } => {
                write!(out, "{more} more files in bills/ are wrong; results/ says how")
            }
            BillingTrouble::Result { payment, cause } => {
                write!(out, "the result of payment {payment} {cause}")
            }
        }
    }
}

impl fmt::Display for FolderTrouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FolderTrouble::NotSetUp => write!(
                out,
                "the folder of bills is not the one that was set up, or is away; mount it, or run seisanki-bridge --set-up once"
            ),
            FolderTrouble::NotUsable => write!(
                out,
                "the folder of bills cannot be used; check that the disk is there, has room, and who may write (the log of seisanki-bridge says what the system said)"
            ),
            FolderTrouble::OfOtherMachine(machine) => write!(
                out,
                "the folder of bills was set up for machine {machine}; give each machine a folder of its own"
            ),
            FolderTrouble::InUse => write!(
                out,
                "another computer uses the folder of bills for a machine of this id; stop seisanki-bridge on one of them"
            ),
        }
    }
}

impl fmt::Display for DeliveryTrouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            DeliveryTrouble::Folder => "waits for the folder of bills",
            DeliveryTrouble::CannotWrite => {
                "cannot be written to results/; check that the folder is there, has room, and who may write"
            }
            DeliveryTrouble::SaysSomethingElse => {
                "cannot be written: results/ has a file of its name that says something else; after a new journal, clear out results/"
            }
            DeliveryTrouble::BillStays => {
                "is written, but its bill cannot be moved to done/; close the program that holds the file open, or check who may write"
            }
            DeliveryTrouble::NoAnswer => "was sent to seisanki-bridge, which has not answered",
        })
    }
}
