use device_api::Capabilities;
use money::Yen;
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
    /// What can be inserted.
    pub takes: Takes,
    /// Up to which sum, if not every.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Yen>,
    /// For which amounts there is change.
    pub change: Change,
}

/// What can be inserted. Notes and coins have ways of their own, and one of them may be out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// Notes and coins.
    NotesAndCoins,
    /// Notes alone: there is no coin unit, or its slot does not work.
    Notes,
    /// Coins alone: the note unit does not work.
    Coins,
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

impl Takes {
    /// Whether pieces come in by a unit that can do this.
    pub fn uses(self, can: Capabilities) -> bool {
        match can.counts_stores {
            true => self.notes(),
            false => self.coins(),
        }
    }

    /// Whether the note unit has a part in it.
    pub fn notes(self) -> bool {
        match self {
            Takes::NotesAndCoins | Takes::Notes => true,
            Takes::Coins => false,
        }
    }

    /// Whether the coin slot has a part in it.
    pub fn coins(self) -> bool {
        match self {
            Takes::NotesAndCoins | Takes::Coins => true,
            Takes::Notes => false,
        }
    }
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
