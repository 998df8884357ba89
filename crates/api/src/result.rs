use money::{CashCount, Yen};
use serde::{Deserialize, Serialize};

use crate::{BillId, MachineId, PaymentId, ReceiptNumber, Remark, Staff, TenderId, WallTime};

/// How a payment ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// All bills of the payment are paid.
    Paid,
    /// All bills of the payment are paid, but not all of the change could be paid out: a slip says so (K15).
    PaidShort {
        /// What the patient still has to get.
        owed_to_patient: Yen,
    },
    /// Nothing is paid, and the patient has their money, or a slip for the rest of it.
    Cancelled {
        /// What was given back.
        returned: Yen,
        /// What could not be given back: a slip says so (K15).
        #[serde(default, skip_serializing_if = "is_zero")]
        owed_to_patient: Yen,
    },
    /// Staff settle the rest by hand; the machine keeps what was inserted.
    TakenOverByStaff {
        /// Who.
        by: Staff,
        /// Why.
        reason: Remark,
    },
}

impl Outcome {
    /// What the patient still has to get from the desk (K15).
    pub fn owed_to_patient(&self) -> Yen {
        match self {
            Outcome::PaidShort { owed_to_patient } | Outcome::Cancelled { owed_to_patient, .. } => {
                *owed_to_patient
            }
            Outcome::Paid | Outcome::TakenOverByStaff { .. } => Yen::ZERO,
        }
    }

    /// Whether the bills are paid.
    pub fn is_paid(&self) -> bool {
        match self {
            Outcome::Paid | Outcome::PaidShort { .. } => true,
            Outcome::Cancelled { .. } | Outcome::TakenOverByStaff { .. } => false,
        }
    }
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
    /// How money came in; nothing if nothing was due.
    pub tenders: Vec<PaidTender>,
    /// What was inserted.
    pub inserted: CashCount,
    /// What was paid out again: change, or the money of a cancelled payment.
    #[serde(default, skip_serializing_if = "CashCount::is_empty")]
    pub paid_out: CashCount,
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

/// One way in which money came in for a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidTender {
    /// Which.
    pub tender: TenderId,
    /// How money came in.
    pub method: Method,
    /// What became of it.
    pub fate: Fate,
    /// What is left of it: what came in, less what was paid out again.
    pub kept: Yen,
}

/// A tender as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderView {
    /// Which.
    pub tender: TenderId,
    /// How money comes in.
    pub method: Method,
    /// What it is to bring.
    pub asked: Yen,
    /// What became of it; `None` while it is open.
    pub fate: Option<Fate>,
}

/// What became of a tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It pays for the payment's bills, or staff have it in hand with the rest.
    Taken,
    /// It pays for nothing: the patient has all of it back, or a slip for the rest.
    Void,
    /// Nobody can prove how much came in or went out. What is kept is only what is proven.
    Unknown,
}

/// How money comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Notes and coins.
    Cash,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn is_zero(amount: &Yen) -> bool {
    amount.is_zero()
}
