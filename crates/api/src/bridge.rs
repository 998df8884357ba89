use serde::{Deserialize, Serialize};

use crate::{Bill, BillingTrouble, Birthday, DeliveryTrouble, PatientNumber, PaymentId, PaymentResult};

/// What the daemon sends on `bridge.sock`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToBridge {
    /// Which bills does this patient have today? Answered by [`FromBridge::Quoted`] with the same `request`.
    Quote {
        /// Counts up for the life of the daemon.
        request: u64,
        /// Whose bills.
        patient: PatientNumber,
    },
    /// Tell the billing system how a payment ended. Answered by [`FromBridge::Delivered`] or
    /// [`FromBridge::NotDelivered`], and repeated until it is delivered; a repeat must be a no-op.
    Deliver(PaymentResult),
}

/// What the bridge sends on `bridge.sock`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromBridge {
    /// The answer to [`ToBridge::Quote`].
    Quoted {
        /// The question's number.
        request: u64,
        /// What the billing system says.
        outcome: QuoteOutcome,
    },
    /// The billing system has the result of this payment, durably.
    Delivered {
        /// Which payment.
        payment: PaymentId,
    },
    /// The billing system does not have all of the result of this payment. It concerns no other payment.
    NotDelivered {
        /// Which payment.
        payment: PaymentId,
        /// Why.
        cause: DeliveryTrouble,
    },
    /// Everything that is wrong now on the side of the billing system: said to each new
    /// daemon, and whenever it changes.
    Troubles(Vec<BillingTrouble>),
}

/// What the billing system says of a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteOutcome {
    /// Today's bills, ready or not, oldest first; empty if the patient is known and owes nothing.
    Bills(Vec<Bill>),
    /// The same of a patient whom the screen cannot show apart from another one: the birthday is keyed first (K1).
    Alike {
        /// As above, and never empty.
        bills: Vec<Bill>,
        /// What tells the two apart; `None` if nobody knows, or if it is the same day.
        birthday: Option<Birthday>,
    },
    /// There is a sum, but it may still change.
    EstimateOnly,
    /// No bill of such a patient is known.
    UnknownPatient,
    /// Something that may concern this patient cannot be understood, so that what is known may be the wrong sum. It
    /// concerns no other patient.
    AskAtDesk,
    /// The billing system cannot be asked now.
    Unavailable,
}
