use serde::{Deserialize, Serialize};

use crate::ClosedReason;

/// What the machine can do for a patient now, with the true reason for what it cannot. Nothing else is offered, and what is
/// not offered is said before anything is inserted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// How a patient's bills are found.
    pub lookup: Lookup,
    /// Paying with notes and coins.
    pub cash: Way<CashOffer>,
}

/// How a patient's bills are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lookup {
    /// The 診察券 is held to the reader.
    ByCard,
    /// The reader is away, and there is no other way in.
    NoReader,
    /// The reader reads, but the billing system has not been to be asked for a while: nobody's bills are found.
    NoBilling,
}

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way<T> {
    /// It can be chosen, within these limits.
    Open(T),
    /// It cannot.
    Closed(ClosedReason),
}

/// Paying with notes and coins, and what has to be known of it beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashOffer {
    /// For which amounts there is change.
    pub change: Change,
}

/// For which amounts there is change now. Which they are depends on the bill, so the page that names the sum says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// For every sum that can be paid here, if it is paid with the smallest notes that are enough.
    EveryAmount,
    /// Not for every sum.
    SomeAmounts,
    /// For none: only the exact sum can be paid.
    None,
}

impl Offer {
    /// What is offered while nothing is.
    pub fn nothing(why: ClosedReason) -> Offer {
        Offer { lookup: Lookup::ByCard, cash: Way::Closed(why) }
    }

    /// Why no payment can begin, in whichever way it would be paid.
    pub fn closed(&self) -> Option<ClosedReason> {
        match (&self.cash, self.lookup) {
            (Way::Closed(reason), _) => Some(*reason),
            (Way::Open(_), Lookup::NoReader) => Some(ClosedReason::Scanner),
            (Way::Open(_), Lookup::ByCard | Lookup::NoBilling) => None,
        }
    }
}
