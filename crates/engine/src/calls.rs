//! Calls for staff: they ring at the desk in every state (flows K24).

use api::{CallProgress, CallView, WallTime};
use device_api::Moment;
use settings::Times;

use crate::{CallReason, Now};

/// The calls that are not over, at most one a reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls(Vec<Call>);

#[derive(Clone, Debug)]
struct Call {
    reason: CallReason,
    since: Moment,
    since_wall: WallTime,
    answered_by: Option<String>,
}

impl Calls {
    /// Rings for `reason`; false if it rings already.
    pub(crate) fn ring(&mut self, now: Now, reason: CallReason) -> bool {
        let new = self.0.iter().all(|call| call.reason != reason || call.answered_by.is_some());
        if new {
            self.0.retain(|call| call.reason != reason);
            self.0.push(Call { reason, since: now.at, since_wall: now.wall, answered_by: None });
        }
        new
    }

    /// Somebody goes; false if nobody called.
    pub(crate) fn answer(&mut self, by: &str) -> bool {
        let ringing = self.0.iter_mut().filter(|call| call.answered_by.is_none());
        ringing.map(|call| call.answered_by = Some(by.to_owned())).count() > 0
    }

    /// The patient is gone: only what is still in the machine keeps ringing.
    pub(crate) fn visit_ended(&mut self) {
        self.0.retain(|call| call.reason == CallReason::FoundMoney && call.answered_by.is_none());
    }

    /// What the patient sees.
    pub(crate) fn progress(&self, now: Moment, times: &Times) -> CallProgress {
        let Some(oldest) = self.0.first() else { return CallProgress::None };
        if self.0.iter().any(|call| call.answered_by.is_some()) {
            CallProgress::Answered
        } else if now >= oldest.since.after(times.call_unanswered()) {
            CallProgress::Unanswered
        } else {
            CallProgress::Ringing
        }
    }

    /// When [`progress`](Calls::progress) changes by itself.
    pub(crate) fn deadline(&self, now: Moment, times: &Times) -> Option<Moment> {
        (self.progress(now, times) == CallProgress::Ringing)
            .then(|| self.0.first().map(|oldest| oldest.since.after(times.call_unanswered())))
            .flatten()
    }

    /// What the desk sees, oldest first.
    pub(crate) fn list(&self) -> Vec<CallView> {
        let view = |call: &Call| CallView {
            since: call.since_wall,
            reason: call.reason.words().to_owned(),
            answered_by: call.answered_by.clone(),
        };
        self.0.iter().map(view).collect()
    }
}

impl CallReason {
    /// For the technician's list.
    fn words(self) -> &'static str {
        match self {
            CallReason::Patient => "the patient pressed the button",
            CallReason::Waiting => "money is inside and the patient does nothing",
            CallReason::Suspended => "a payment is suspended",
            CallReason::Paper => "a receipt did not come out, or may not have",
            CallReason::FoundMoney => "money lies in the machine that belongs to no payment",
        }
    }
}
