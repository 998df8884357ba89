//! Money of which something is not known, beside payments.

use api::{IncidentDoubt, IncidentId, IncidentSaid, PaymentId, Staff, TenderId};
use money::Yen;
use serde::{Deserialize, Serialize};

/// Money of which something is not known, beside payments. What happened to the pieces stands in an entry before it, in the
/// same transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum IncidentEntry {
    /// Something is not known. The machine goes on with what is certain.
    IncidentOpened {
        /// The new incident.
        incident: IncidentId,
        /// The payment that it belongs to, or most likely does.
        about: Option<PaymentId>,
        /// What is not known.
        doubt: IncidentDoubt,
    },
    /// Pieces that were found belong to it.
    FoundSuspended {
        /// To which.
        incident: IncidentId,
        /// What they are worth.
        value: Yen,
    },
    /// Pieces of which nobody knows whether they were paid out belong to it.
    MissingSuspended {
        /// To which.
        incident: IncidentId,
        /// For which tender they would have been.
        tender: TenderId,
        /// What they are worth.
        value: Yen,
    },
    /// A person said what became of it.
    IncidentSettled {
        /// Which.
        incident: IncidentId,
        /// What.
        said: IncidentSaid,
        /// The payment that it belongs to, or most likely does.
        about: Option<PaymentId>,
        /// What stood on its account: what was found is negative, what is missing positive.
        held: Yen,
        /// Who.
        by: Staff,
    },
}
