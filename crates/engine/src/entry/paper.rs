//! 領収証 and 預り票, from the printer's own word and from people's.

use api::{PaperAnswer, Staff};
use device_api::{PrintCause, PrintJobId};
use serde::{Deserialize, Serialize};

/// 領収証 and 預り票, from the printer's own word and from people's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PaperEntry {
    /// A paper is about to be sent to the printer.
    PrintIntended {
        /// The paper.
        job: PrintJobId,
        /// Which try, from 0.
        attempt: u8,
        /// What is printed at its top.
        mark: PrintMark,
    },
    /// The printer's own word that the paper came out.
    Printed {
        /// The paper.
        job: PrintJobId,
    },
    /// Not one byte of it was sent.
    PrintNotStarted {
        /// The paper.
        job: PrintJobId,
        /// What stood in the way.
        cause: PrintCause,
    },
    /// Nobody knows whether it came out whole.
    PrintUnknown {
        /// The paper.
        job: PrintJobId,
        /// What happened.
        cause: PrintCause,
    },
    /// A person looked at the paper.
    PrintAnswered {
        /// The paper.
        job: PrintJobId,
        /// What they saw.
        answer: PaperAnswer,
        /// Who.
        by: Staff,
    },
}

/// What is printed at the top of a paper, so that there are never two unmarked originals (K20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintMark {
    /// Nothing: the original.
    Original,
    /// 印字不良のため再印字.
    BadPrint,
    /// 再発行.
    Reissued,
}
