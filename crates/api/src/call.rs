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

impl CallReason {
    /// Every one.
    pub const ALL: [CallReason; 12] = [
        CallReason::Patient,
        CallReason::Waiting,
        CallReason::Stuck,
        CallReason::Suspended,
        CallReason::Paper,
        CallReason::FoundMoney,
        CallReason::Owed,
        CallReason::Stock,
        CallReason::Billing,
        CallReason::Doubt,
        CallReason::Records,
        CallReason::OutOfOrder,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is left out could not be answered by name.
    #[test]
    fn all_of_them_are_there() {
        for (place, reason) in CallReason::ALL.into_iter().enumerate() {
            let expected = match reason {
                CallReason::Patient => 0,
                CallReason::Waiting => 1,
                CallReason::Stuck => 2,
                CallReason::Suspended => 3,
                CallReason::Paper => 4,
                CallReason::FoundMoney => 5,
                CallReason::Owed => 6,
                CallReason::Stock => 7,
                CallReason::Billing => 8,
                CallReason::Doubt => 9,
                CallReason::Records => 10,
                CallReason::OutOfOrder => 11,
            };
            assert_eq!(place, expected);
        }
    }
}
