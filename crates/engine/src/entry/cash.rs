//! Pieces that come in, lie somewhere and are counted.

use api::Staff;
use device_api::{StoreId, UnitId};
use money::{CashCount, Denomination};
use serde::{Deserialize, Serialize};

use crate::Purpose;

/// Pieces that come in, lie somewhere and are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CashEntry {
    /// A note in escrow is to be stacked. Written before the command is sent.
    StackIntended {
        /// On whose account.
        purpose: Purpose,
        /// In which unit.
        unit: UnitId,
        /// What the note is.
        denomination: Denomination,
    },
    /// A note in escrow is to be given back. Written before the command is sent.
    NoteRefused {
        /// In which unit.
        unit: UnitId,
        /// What the note is.
        denomination: Denomination,
        /// Why.
        reason: RefusalReason,
    },
    /// The note cannot come back any more and is on this account. Written before the device is told so.
    NoteCredited {
        /// On whose account.
        purpose: Purpose,
        /// In which unit.
        unit: UnitId,
        /// What the note is.
        denomination: Denomination,
    },
    /// The credited note came to rest.
    NoteStored {
        /// Where its unit says it lies.
        store: StoreId,
        /// What the note is.
        denomination: Denomination,
    },
    /// The patient has taken a note back: one that was refused, or one that was to be stacked.
    NoteReturned {
        /// From which unit.
        unit: UnitId,
        /// What the note is.
        denomination: Denomination,
    },
    /// The device kept a note that belongs to no payment, or whose value it did not say.
    NoteFound {
        /// In which unit.
        unit: UnitId,
        /// What the note is, if the device said.
        denomination: Option<Denomination>,
    },
    /// A coin fell in and is on this account. It cannot come back, and the device needs no answer.
    CoinCredited {
        /// On whose account.
        purpose: Purpose,
        /// Where its unit says it fell.
        store: StoreId,
        /// What the coin is.
        denomination: Denomination,
        /// The acceptor's event counter: after a restart the acceptor is asked for what came later.
        event_no: u8,
    },
    /// A coin fell in that belongs to no payment.
    CoinFound {
        /// Where its unit says it fell.
        store: StoreId,
        /// What the coin is.
        denomination: Denomination,
        /// The acceptor's event counter.
        event_no: u8,
    },
    /// More coins fell in than the acceptor could remember; what they were is unknown.
    CoinsUnaccounted {
        /// Of which unit.
        unit: UnitId,
        /// How many events of the acceptor are lost.
        events: u8,
        /// The acceptor's event counter after the last of them.
        event_no: u8,
    },
    /// What the acceptor counted last was no coin, or it has begun to count anew. After a restart it is asked for what came
    /// later.
    EventsTold {
        /// Of which unit.
        unit: UnitId,
        /// The acceptor's event counter.
        event_no: u8,
    },
    /// A person counted everything that lies in a store. What differs from the books is booked as put in or taken out.
    StockSet {
        /// Where.
        store: StoreId,
        /// What the books said.
        before: CashCount,
        /// What was counted.
        counted: CashCount,
        /// Who counted.
        by: Staff,
    },
}

/// Why a note in escrow was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// With it there would be no way to pay the sum, and to change what is too much.
    DoesNotFit,
    /// The patient would rather not insert it, because the machine could not pay it back (K9).
    PatientTookBack,
    /// The payment is being cancelled, confirmed or settled by staff.
    NoLongerAccepting,
    /// Another unit holds a piece of which nothing is decided yet, and what fits beside that one is not known.
    OneAtATime,
    /// Nothing is being paid.
    NoPayment,
}
