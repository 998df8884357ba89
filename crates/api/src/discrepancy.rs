use device_api::{DeviceCounts, UnitTrouble};
use money::Denomination;
use serde::{Deserialize, Serialize};

use crate::{Decision, PartName, UnitName};

/// Why a payment cannot go on without a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Discrepancy {
    /// The program was interrupted in the middle.
    Interrupted,
    /// A unit that takes or gives money failed in the middle.
    UnitFailed {
        /// What of it.
        part: PartName,
        /// How.
        trouble: UnitTrouble,
    },
    /// The billing system wants another amount since money was inserted (K6).
    BillChanged,
    /// More coins fell in than the acceptor could remember.
    CoinsUnaccounted,
    /// Nobody knows how many pieces were paid out.
    PayoutUnknown,
    /// The device kept another note than the one that was decided on.
    UnexpectedNote {
        /// What it said the note is.
        reported: Option<Denomination>,
    },
    /// What a unit has counted does not fit the journal (a doubt stands).
    UnitInDoubt,
    /// The private part of the payment is gone: the machine knows neither whose the bills are nor what stands on them.
    BillsMissing,
    /// The device's own counters moved by something else than what was credited.
    CountsDiffer {
        /// Whose.
        unit: UnitName,
        /// What the counters should be.
        expected: Box<DeviceCounts>,
        /// What they are.
        reported: Box<DeviceCounts>,
    },
}

impl Discrepancy {
    /// What a person may let the machine do by itself. Where pieces are of which nobody knows, only a person settles.
    pub fn decisions(&self) -> &'static [Decision] {
        match self {
            Discrepancy::Interrupted | Discrepancy::UnitFailed { .. } => {
                &[Decision::Continue, Decision::Return]
            }
            Discrepancy::BillChanged | Discrepancy::BillsMissing => &[Decision::Return],
            Discrepancy::CoinsUnaccounted
            | Discrepancy::PayoutUnknown
            | Discrepancy::UnexpectedNote { .. }
            | Discrepancy::UnitInDoubt
            | Discrepancy::CountsDiffer { .. } => &[],
        }
    }

    /// Whether money may have moved of which the books do not know, as long as nothing has been compared since.
    pub fn leaves_money_unproven(&self) -> bool {
        match self {
            Discrepancy::BillChanged | Discrepancy::BillsMissing => false,
            Discrepancy::Interrupted
            | Discrepancy::UnitFailed { .. }
            | Discrepancy::CoinsUnaccounted
            | Discrepancy::PayoutUnknown
            | Discrepancy::UnexpectedNote { .. }
            | Discrepancy::UnitInDoubt
            | Discrepancy::CountsDiffer { .. } => true,
        }
    }
}
