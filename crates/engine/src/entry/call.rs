//! Calls for staff.

use api::{CallReason, Staff};
use serde::{Deserialize, Serialize};

/// Calls for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CallEntry {
    /// Staff were called.
    StaffCalled {
        /// Why.
        reason: CallReason,
    },
    /// Somebody answered.
    CallAnswered {
        /// This call; otherwise all that rang.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<CallReason>,
        /// Who.
        by: Staff,
    },
}
