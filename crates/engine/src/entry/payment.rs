//! A payment from its first page to the billing system's receipt of the result.

use api::{BillId, Decision, Discrepancy, Outcome, PaymentId, ReceiptNumber, Staff};
use device_api::PrintJobId;
use money::{CashCount, Yen};
use serde::{Deserialize, Serialize};

use crate::{SlipSeal, Subject};

/// A payment from its first page to the billing system's receipt of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PaymentEntry {
    /// A patient chose to pay these bills: of one or several patients, today's and earlier ones. The bills themselves
    /// are the entry's private part. How money comes in is written for each tender.
    PaymentOpened {
        /// The new payment.
        payment: PaymentId,
        /// What it is for.
        lines: Vec<Line>,
    },
    /// The patient pressed 支払いを確定する.
    PaymentConfirmed {
        /// Which payment.
        payment: PaymentId,
    },
    /// The program was away for a moment only, and the payment goes on if the devices' counters agree.
    PaymentResumed {
        /// Which payment.
        payment: PaymentId,
    },
    /// Something cannot be proven; a person has to decide.
    PaymentSuspended {
        /// Which payment.
        payment: PaymentId,
        /// What.
        discrepancy: Discrepancy,
    },
    /// The money part has ended. Receipt numbers are assigned here and nowhere else. The code of the slip, if there is one,
    /// is the private part.
    PaymentClosed {
        /// Which payment.
        payment: PaymentId,
        /// How it ended.
        outcome: Outcome,
        /// What was due.
        due: Yen,
        /// What was inserted and kept.
        inserted: CashCount,
        /// One 領収証 a bill, if it was paid.
        receipts: Vec<Receipt>,
        /// What was paid out again.
        #[serde(default, skip_serializing_if = "CashCount::is_empty")]
        paid_out: CashCount,
        /// The 預り票, if the patient still has to get something (K15).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slip: Option<Slip>,
    },
    /// The patient wants the money back, and the machine pays it out.
    ReturnDecided {
        /// Of which payment.
        payment: PaymentId,
    },
    /// A person let a suspended payment go on (K17).
    PaymentDecided {
        /// Which.
        payment: PaymentId,
        /// How.
        decision: Decision,
        /// Who.
        by: Staff,
    },
    /// The billing system has the result of this payment.
    ResultDelivered {
        /// Which payment.
        payment: PaymentId,
    },
    /// What was kept beside the chain about this subject is erased from the journal's file, in the same transaction.
    PrivateErased {
        /// Names and treatments of which payment, and the code of its slip.
        subject: Subject,
    },
}

/// A bill within a payment, as the journal knows it: no name, no treatment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which bill.
    pub bill: BillId,
    /// Which revision was shown.
    pub revision: u32,
    /// What was due.
    pub due: Yen,
    /// Whose bill it is.
    pub whose: Whose,
}

/// One of the patients of a payment, by number from 1. Who that is stands in the private part only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Whose(pub u8);

/// A numbered 領収証.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its number.
    pub number: ReceiptNumber,
    /// The bill that it receipts.
    pub bill: BillId,
    /// The paper that carries it.
    pub job: PrintJobId,
}

/// An お釣り・ご返金 預り票 (K15): what the desk owes a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// How much.
    pub amount: Yen,
    /// What a slip that is presented must have the code for.
    pub code: SlipSeal,
    /// The paper that carries it.
    pub job: PrintJobId,
}
