use money::{CashCount, Yen};
use serde::{Deserialize, Serialize};

use crate::{BillId, MachineId, PaymentId, ReceiptNumber, WallTime};

/// How a payment ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// All bills of the payment are paid.
    Paid,
    /// Nothing is paid, and the patient has their money.
    Cancelled {
        /// What was given back.
        returned: Yen,
    },
    /// Staff settle the rest by hand; the machine keeps what was inserted.
    TakenOverByStaff {
        /// Who.
        by: String,
        /// Why, in their words.
        reason: String,
    },
}

/// What the billing system is told of a payment that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentResult {
    /// Which machine.
    pub machine: MachineId,
    /// Which payment.
    pub payment: PaymentId,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// When it ended.
    pub closed_at: WallTime,
    /// The bills that it was for.
    pub bills: Vec<PaidBill>,
    /// How money came in.
    pub method: Method,
    /// What was inserted and kept.
    pub inserted: CashCount,
}

/// A bill within a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidBill {
    /// Which bill.
    pub bill: BillId,
    /// Which revision of it was shown and paid.
    pub revision: u32,
    /// What was due.
    pub due: Yen,
    /// The 領収証, if it was paid.
    pub receipt: Option<ReceiptNumber>,
}

/// How money comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Notes and coins.
    Cash,
}
