//! Money of which something is not known. It stands beside payments until a person says what became of it.

use money::Yen;
use serde::{Deserialize, Serialize};

use crate::{IncidentId, PaymentId, WallTime};

/// What is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentDoubt {
    /// Whose pieces are that were found.
    MoneyFound,
    /// What fell in, or was kept, and whose it is: its unit does not say what it was.
    PiecesUnaccounted,
    /// Whether pieces were paid out, and so where they are.
    PayoutUnknown,
    /// Where a note is that was to be stacked.
    NoteUnknown,
}

/// What a person says became of it. Only what can be said honestly of what was seen; more will be asked one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentSaid {
    /// Somebody at the desk gave whose it was as much by hand.
    ReturnedToPatient,
    /// It was handed over as lost property (拾得物).
    HandedOver,
    /// The patient has it.
    LeftWithPatient,
    /// It lay in the machine when that was counted.
    CountedInMachine,
    /// Nobody knows: it is a difference of the cash (現金過不足).
    OverShort,
}

impl IncidentDoubt {
    /// What can be said of it. `value` is what is known of its worth.
    pub fn settlements(self, value: Yen) -> &'static [IncidentSaid] {
        use IncidentSaid::{CountedInMachine, HandedOver, LeftWithPatient, OverShort, ReturnedToPatient};
        match self {
            IncidentDoubt::PayoutUnknown => &[LeftWithPatient, CountedInMachine, OverShort],
            IncidentDoubt::MoneyFound => &[ReturnedToPatient, HandedOver, OverShort],
            // The note came to light.
            IncidentDoubt::NoteUnknown if !value.is_zero() => &[ReturnedToPatient, HandedOver, OverShort],
            IncidentDoubt::NoteUnknown => &[ReturnedToPatient, LeftWithPatient, CountedInMachine, OverShort],
            IncidentDoubt::PiecesUnaccounted => &[ReturnedToPatient, CountedInMachine, OverShort],
        }
    }
}

/// An incident that nobody has settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentView {
    /// Its number.
    pub incident: IncidentId,
    /// Since when.
    pub opened: WallTime,
    /// What is not known.
    pub doubt: IncidentDoubt,
    /// The payment that it belongs to, or most likely does.
    pub about: Option<PaymentId>,
    /// What the pieces are worth, as far as that is known.
    pub value: Yen,
}
