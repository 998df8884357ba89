//! The ways in which money comes in for a payment, each with a fate of its own.

use std::collections::BTreeMap;

use api::{PaymentId, Takes, TenderId};
use device_api::{DeviceCounts, UnitId};
use money::Yen;
use serde::{Deserialize, Serialize};

/// The ways in which money comes in for a payment, each with a fate of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TenderEntry {
    /// So much is to come in like this. Written before a slot opens, or anything else is sent on its account.
    TenderIntended {
        /// The new tender.
        tender: TenderId,
        /// What it is to bring.
        asked: Yen,
        /// How.
        means: Means,
    },
    /// It pays, and what was too much is paid out or owed; or staff have it in hand with the rest.
    TenderTaken {
        /// Which.
        tender: TenderId,
        /// What came in, less what was paid out again.
        kept: Yen,
    },
    /// It pays for nothing: the patient has it back, or a slip for the rest.
    TenderVoid {
        /// Which.
        tender: TenderId,
        /// What came in, less what was paid out again.
        kept: Yen,
    },
    /// Nobody can prove how much came in or went out: a person settles it. Never written as void.
    TenderUnknown {
        /// Which.
        tender: TenderId,
        /// What is proven to have come in, less what is proven to have been paid out again.
        kept: Yen,
    },
}

/// How money comes in, and what has to be known before it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "means", rename_all = "snake_case")]
pub enum Means {
    /// Notes and coins.
    Cash {
        /// What can be inserted. A unit that has no part in it was out of order.
        takes: Takes,
        /// What each unit that counts its stores and has a part in it had counted before anything was taken.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        counts_before: BTreeMap<UnitId, DeviceCounts>,
    },
}

/// On whose account pieces come in and go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A patient pays.
    Tender(TenderId),
}

impl Purpose {
    /// The payment that it is part of.
    pub fn payment(self) -> PaymentId {
        match self {
            Purpose::Tender(tender) => tender.payment,
        }
    }
}

impl TenderEntry {
    /// Which tender it is about.
    pub fn tender(&self) -> TenderId {
        match self {
            TenderEntry::TenderIntended { tender, .. }
            | TenderEntry::TenderTaken { tender, .. }
            | TenderEntry::TenderVoid { tender, .. }
            | TenderEntry::TenderUnknown { tender, .. } => *tender,
        }
    }
}
