use std::fmt;
use std::str::FromStr;

use device_api::StoreId;
use money::Denomination;
use serde::{Deserialize, Serialize};

use super::{Remark, Staff};
use crate::{CallReason, DoubtId, DoubtSaid, IncidentId, IncidentSaid, PaymentId, ReceiptNumber};

/// What staff do, and who signs for it. It goes into the engine as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Who.
    pub staff: Staff,
    /// What.
    pub act: Act,
}

/// Everything that staff can do at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Somebody goes to the machine.
    AnswerCalls {
        /// For this one call, or for all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<CallReason>,
    },
    /// Staff settle a suspended payment by hand.
    TakeOver {
        /// Which.
        payment: PaymentId,
        /// Why.
        reason: Remark,
    },
    /// Staff let a suspended payment go on at the machine (K17).
    Decide {
        /// Which.
        payment: PaymentId,
        /// How.
        decision: Decision,
    },
    /// A person counted what lies in a drum or hopper. Refused while a payment is open.
    SetStock {
        /// Which; without it, the one that is for these kinds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        store: Option<StoreId>,
        /// How many pieces there are of each kind that it is for.
        counted: Vec<(Denomination, u32)>,
    },
    /// A person says what a doubt comes from.
    SettleDoubt {
        /// Which.
        doubt: DoubtId,
        /// What it comes from.
        said: DoubtSaid,
        /// The newest numbers that anybody has seen.
        newest: NewestNumbers,
    },
    /// A person says what became of money of which something was not known.
    SettleIncident {
        /// Which.
        incident: IncidentId,
        /// What became of it.
        said: IncidentSaid,
    },
    /// A person looked at the computer's clock: it is right.
    ConfirmClock,
    /// A person says whether a paper came out whole (K20).
    AnswerPaper {
        /// Which.
        paper: PaperName,
        /// What they saw.
        answer: PaperAnswer,
    },
}

/// The newest numbers that anybody has seen, on paper or in the billing system; 0 if there never was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewestNumbers {
    /// Of a 領収証.
    pub receipt: ReceiptNumber,
    /// Of a payment; it stands on the 領収証, too.
    pub payment: PaymentId,
}

/// How staff let a suspended payment go on (K17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Where it was.
    Continue,
    /// The patient gets back what was inserted.
    Return,
}

/// A paper as people call it: `000017` for a 領収証, `slip-000023` for the 預り票 of payment 000023.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperName {
    /// The 領収証 with this number.
    Receipt(ReceiptNumber),
    /// The お釣り・ご返金 預り票 of this payment.
    Slip(PaymentId),
}

impl fmt::Display for PaperName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaperName::Receipt(number) => number.fmt(out),
            PaperName::Slip(payment) => write!(out, "slip-{payment}"),
        }
    }
}

impl FromStr for PaperName {
    type Err = String;

    fn from_str(text: &str) -> Result<PaperName, String> {
        let wrong = |_| format!("`{text}` is no paper; write 000017 for a receipt or slip-000023 for a slip");
        match text.strip_prefix("slip-") {
            Some(payment) => payment.parse().map(|id| PaperName::Slip(PaymentId(id))).map_err(wrong),
            None => text.parse().map(|number| PaperName::Receipt(ReceiptNumber(number))).map_err(wrong),
        }
    }
}

/// 「レシートは最後まで出ましたか」.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperAnswer {
    /// Yes: done.
    Complete,
    /// No: printed again under the same number, marked 印字不良のため再印字.
    Incomplete,
    /// Cannot tell: printed again, marked 再発行.
    Unknown,
    /// It never will come out; staff wrote one by hand.
    WrittenByHand,
}
