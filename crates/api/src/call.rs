use serde::{Deserialize, Serialize};

/// Why staff were called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallReason {
    /// The patient pressed the button.
    Patient,
    /// Money is inside and the patient does nothing (K16).
    Waiting,
    /// Money is to come out and does not.
    Stuck,
    /// A payment is suspended.
    Suspended,
    /// A paper did not come out, or may not have.
    Paper,
    /// Money lies in the machine that belongs to no payment.
    FoundMoney,
    /// A patient has a 預り票 and money to get.
    Owed,
    /// What lies in a drum or hopper has to be counted or refilled.
    Stock,
    /// The billing system cannot be asked or told, or not about everybody.
    Billing,
    /// What a unit says of itself does not fit the journal.
    Doubt,
    /// The journal could not be written, and the machine stood still.
    Records,
    /// A unit does not work.
    OutOfOrder,
}
