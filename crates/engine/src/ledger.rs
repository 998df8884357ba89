//! Double entry: what each [`Entry`] moves between which accounts. The postings of an entry sum to zero.

use api::{Outcome, PaymentId};
use device_api::Place;
use money::{AmountOverflow, Denomination, Yen};
use serde::{Deserialize, Serialize};

use crate::Entry;

/// Where value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "account")]
pub enum Account {
    /// Pieces in the machine (an asset: positive).
    Cash {
        /// Where.
        place: Place,
        /// Of what.
        denomination: Denomination,
    },
    /// What a patient has inserted and may still have back (a debt: negative).
    Deposit {
        /// In which payment.
        payment: PaymentId,
    },
    /// What patients have paid the clinic (negative).
    Fees,
    /// What staff settle with a patient by hand (negative).
    TakenOver {
        /// From which payment.
        payment: PaymentId,
    },
    /// Money that belongs to somebody not yet known (negative).
    Suspense,
}

/// One line of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Which account.
    pub account: Account,
    /// By how much it changes.
    pub amount: Yen,
}

/// The postings of `entry`; none for an entry that moves no value.
pub fn postings(entry: &Entry) -> Result<Vec<Posting>, AmountOverflow> {
    match entry {
        Entry::NoteCredited { payment, denomination } => move_value(
            denomination.value(),
            Account::Deposit { payment: *payment },
            in_transport(*denomination),
        ),
        Entry::NoteStored { denomination, place } => move_value(
            denomination.value(),
            in_transport(*denomination),
            Account::Cash { place: *place, denomination: *denomination },
        ),
        Entry::NoteFound { denomination: Some(denomination) } => {
            move_value(denomination.value(), Account::Suspense, in_transport(*denomination))
        }
        Entry::PaymentClosed { payment, outcome, inserted, .. } => {
            let deposit = Account::Deposit { payment: *payment };
            let settled = match outcome {
                Outcome::Paid => Account::Fees,
                Outcome::TakenOverByStaff { .. } => Account::TakenOver { payment: *payment },
                Outcome::Cancelled { .. } => deposit,
            };
            move_value(inserted.total()?, settled, deposit)
        }
        Entry::MachineStarted
        | Entry::PaymentOpened { .. }
        | Entry::StackIntended { .. }
        | Entry::NoteRefused { .. }
        | Entry::NoteReturned { .. }
        | Entry::NoteFound { denomination: None }
        | Entry::PaymentConfirmed { .. }
        | Entry::PaymentSuspended { .. }
        | Entry::PrintIntended { .. }
        | Entry::Printed { .. }
        | Entry::PrintNotStarted { .. }
        | Entry::PrintUnknown { .. }
        | Entry::PrintAnswered { .. }
        | Entry::StaffCalled { .. }
        | Entry::CallAnswered { .. }
        | Entry::ResultDelivered { .. }
        | Entry::PrivateErased { .. } => Ok(Vec::new()),
    }
}

fn in_transport(denomination: Denomination) -> Account {
    Account::Cash { place: Place::Transport, denomination }
}

fn move_value(amount: Yen, from: Account, to: Account) -> Result<Vec<Posting>, AmountOverflow> {
    if amount.is_zero() || from == to {
        return Ok(Vec::new());
    }
    Ok(vec![Posting { account: from, amount: Yen::ZERO.minus(amount)? }, Posting { account: to, amount }])
}
