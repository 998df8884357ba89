//! Calls for staff.

use api::CallReason;

use crate::DeskWords;
use crate::text::section;

section!(Calls {
    patient,
    waiting,
    stuck,
    suspended,
    paper,
    found_money,
    owed,
    stock,
    billing,
    doubt,
    records,
    out_of_order,
});

impl DeskWords {
    /// Why somebody is called.
    pub fn call(&self, reason: CallReason) -> String {
        let words = match reason {
            CallReason::Patient => &self.calls.patient,
            CallReason::Waiting => &self.calls.waiting,
            CallReason::Stuck => &self.calls.stuck,
            CallReason::Suspended => &self.calls.suspended,
            CallReason::Paper => &self.calls.paper,
            CallReason::FoundMoney => &self.calls.found_money,
            CallReason::Owed => &self.calls.owed,
            CallReason::Stock => &self.calls.stock,
            CallReason::Billing => &self.calls.billing,
            CallReason::Doubt => &self.calls.doubt,
            CallReason::Records => &self.calls.records,
            CallReason::OutOfOrder => &self.calls.out_of_order,
        };
        words.say()
    }
}
