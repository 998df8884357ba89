//! Pieces that come in, lie somewhere and are counted.

use api::Staff;
use device_api::Place;
use money::Denomination;
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
        /// What the note is.
        denomination: Denomination,
    },
    /// A note in escrow is to be given back. Written before the command is sent.
    NoteRefused {
        /// What the note is.
        denomination: Denomination,
        /// Why.
        reason: RefusalReason,
    },
    /// The note cannot come back any more and is on this account. Written before the device is told so.
    NoteCredited {
        /// On whose account.
        purpose: Purpose,
        /// What the note is.
        denomination: Denomination,
    },
    /// The credited note came to rest.
    NoteStored {
        /// What the note is.
        denomination: Denomination,
        /// Where the device says it lies.
        place: Place,
    },
    /// The patient has taken a note back: one that was refused, or one that was to be stacked.
    NoteReturned {
        /// What the note is.
        denomination: Denomination,
    },
    /// The device kept a note that belongs to no payment, or whose value it did not say.
    NoteFound {
        /// What the note is, if the device said.
        denomination: Option<Denomination>,
    },
    /// A coin fell in and is on this account. It cannot come back, and the device needs no answer.
    CoinCredited {
        /// On whose account.
        purpose: Purpose,
        /// What the coin is.
        denomination: Denomination,
        /// Where the device says it fell.
        place: Place,
        /// The acceptor's event counter: after a restart the acceptor is asked for what came later.
        event_no: u8,
    },
    /// A coin fell in that belongs to no payment.
    CoinFound {
        /// What the coin is.
        denomination: Denomination,
        /// Where the device says it fell.
        place: Place,
        /// The acceptor's event counter.
        event_no: u8,
    },
    /// More coins fell in than the acceptor could remember; what they were is unknown.
    CoinsUnaccounted {
        /// How many events of the acceptor are lost.
        events: u8,
    },
    /// A person counted what lies in a place. What differs from the books is booked as put in or taken out.
    StockSet {
        /// Where.
        place: Place,
        /// Of what.
        denomination: Denomination,
        /// What the books said.
        before: u32,
        /// What was counted.
        pieces: u32,
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
    /// Nothing is being paid.
    NoPayment,
}
