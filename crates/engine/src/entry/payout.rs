//! Pieces on their way out.

use device_api::{CountedBefore, DispenseEnd, DispenseId, Disturbance, StoreId};
use money::Denomination;
use serde::{Deserialize, Serialize};

use crate::Purpose;

/// Pieces on their way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PayoutEntry {
    /// Pieces are to be paid out. Written before the unit is told, which then counts and waits.
    PayoutIntended {
        /// On whose account.
        purpose: Purpose,
        /// The one command.
        dispense: DispenseId,
        /// From where.
        store: StoreId,
        /// Of what.
        denomination: Denomination,
        /// How many.
        pieces: u32,
    },
    /// The unit has counted and is told to pay out, once and never again: with these counters it can be asked after a
    /// break what became of it. A payout without this entry has moved nothing.
    PayoutPrepared {
        /// On whose account.
        purpose: Purpose,
        /// The one command.
        dispense: DispenseId,
        /// What the unit counted.
        before: CountedBefore,
    },
    /// Something happened in the middle of a payout that decides what the counters prove. Written before the unit is sent
    /// anything that makes it forget.
    PayoutDisturbed {
        /// On whose account.
        purpose: Purpose,
        /// The one command.
        dispense: DispenseId,
        /// What happened.
        what: Disturbance,
    },
    /// A payout has ended, by the device's own word, or by the word that nobody knows how.
    PayoutEnded {
        /// On whose account.
        purpose: Purpose,
        /// The one command.
        dispense: DispenseId,
        /// From where.
        store: StoreId,
        /// Of what.
        denomination: Denomination,
        /// How many were to be paid out.
        pieces: u32,
        /// How it ended.
        end: DispenseEnd,
    },
    /// Notes that were to be paid out left their drum for good and were not taken, by the device's own counters:
    /// they lie in the cash box.
    NotesRetracted {
        /// From where.
        from: StoreId,
        /// Of what.
        denomination: Denomination,
        /// How many.
        pieces: u32,
    },
}
