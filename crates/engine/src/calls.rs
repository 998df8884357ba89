//! Calls for staff: they ring at the desk in every state (K24).

use std::time::Duration;

use api::{CallProgress, CallReason, CallView, Staff, WallTime};
use device_api::Moment;
use settings::Times;

use crate::books::Books;
use crate::health::Health;
use crate::turn::Turn;
use crate::{Now, papers};

/// Whoever answered has been there by then, and has seen to what they knew of. If what the call is about still stands, it
/// came back behind them, or they did not see it: a printer whose cover is open says nothing by itself. Short enough that no
/// patient waits for long, and long enough for a roll of paper.
const SEEN_TO_AFTER: Duration = Duration::from_secs(180);

/// The calls that are not over, at most one a reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls(Vec<Call>);

#[derive(Clone, Debug)]
struct Call {
    reason: CallReason,
    since: Moment,
    since_wall: WallTime,
    /// The patient who stands there is concerned, and reads that somebody comes.
    is_shown: bool,
    answer: Option<Answer>,
}

#[derive(Clone, Debug)]
struct Answer {
    by: Staff,
    at: Moment,
}

impl Answer {
    fn expires_at(&self, times: &Times) -> Moment {
        self.at.after(times.call_unanswered())
    }
}

impl Calls {
    /// Rings for `reason`; false if it rings already.
    pub(crate) fn ring(&mut self, now: Now, reason: CallReason) -> bool {
        let new = self.0.iter().all(|call| call.reason != reason || call.answer.is_some());
        if new {
            self.0.retain(|call| call.reason != reason);
            let is_shown = concerns_the_patient(reason);
            self.0.push(Call { reason, since: now.at, since_wall: now.wall, is_shown, answer: None });
        }
        new
    }

    /// A call rings until somebody answers it, also over a start of the program. It is the same one, since the same time; and
    /// the patient who stands there reads of it only if it can be theirs.
    pub(crate) fn goes_on(&mut self, now: Now, reason: CallReason, since_wall: WallTime) {
        let is_shown = concerns_the_patient(reason) && !outlives_the_visit(reason);
        self.0.push(Call { reason, since: now.at, since_wall, is_shown, answer: None });
    }

    /// A call that is about the machine as a whole is shown as long as the machine stands still.
    pub(crate) fn show(&mut self, reason: CallReason) {
        self.0.iter_mut().filter(|call| call.reason == reason).for_each(|call| call.is_shown = true);
    }

    /// What was called for: first what somebody has answered, then what nobody has.
    pub(crate) fn reasons(&self) -> (Vec<CallReason>, Vec<CallReason>) {
        let (answered, ringing): (Vec<&Call>, _) = self.0.iter().partition(|call| call.answer.is_some());
        let reasons = |calls: Vec<&Call>| calls.into_iter().map(|call| call.reason).collect();
        (reasons(answered), reasons(ringing))
    }

    /// Somebody goes, for one call or for all; false if nobody called.
    pub(crate) fn answer(&mut self, now: Moment, reason: Option<CallReason>, by: &Staff) -> bool {
        let is_meant = |call: &&mut Call| reason.is_none_or(|reason| reason == call.reason);
        let ringing = self.0.iter_mut().filter(|call| call.answer.is_none()).filter(is_meant);
        ringing.map(|call| call.answer = Some(Answer { by: by.clone(), at: now })).count() > 0
    }

    /// What somebody answered so long ago that it is called for again if it still stands.
    pub(crate) fn answered_long_ago(&self, now: Moment) -> Vec<CallReason> {
        let is_long_ago = |answer: &Answer| answer.at.after(SEEN_TO_AFTER) <= now;
        let calls = self.0.iter().filter(|call| call.answer.as_ref().is_some_and(is_long_ago));
        calls.map(|call| call.reason).collect()
    }

    /// What was called for is over.
    pub(crate) fn settled(&mut self, reason: CallReason) {
        self.0.retain(|call| call.reason != reason);
    }

    /// The patient is gone: what nobody has answered goes on ringing if it was the patient's own call, or is about
    /// something that is still in the machine. The next patient has nothing to do with that.
    pub(crate) fn visit_ended(&mut self) {
        self.0.retain(|call| call.answer.is_none() && is_about_more_than_the_visit(call.reason));
        for call in self.0.iter_mut().filter(|call| outlives_the_visit(call.reason)) {
            call.is_shown = false;
        }
    }

    /// On the start page: whoever answered has been there by now. What still stands stays in the list.
    pub(crate) fn expire(&mut self, now: Moment, times: &Times, stands: impl Fn(CallReason) -> bool) {
        let lasts = |answer: &Answer| now < answer.expires_at(times);
        self.0.retain(|call| stands(call.reason) || call.answer.as_ref().is_none_or(lasts));
    }

    /// What the patient sees. One answer does not speak for another call.
    pub(crate) fn progress(&self, now: Moment, times: &Times) -> CallProgress {
        match self.oldest_ringing() {
            Some(call) if now >= call.since.after(times.call_unanswered()) => CallProgress::Unanswered,
            Some(_) => CallProgress::Ringing,
            None if self.0.iter().any(|call| call.is_shown) => CallProgress::Answered,
            None => CallProgress::None,
        }
    }

    /// When [`progress`](Calls::progress) changes by itself, or something is called for again.
    pub(crate) fn deadline(&self, now: Moment, times: &Times) -> Option<Moment> {
        let unanswered_at = self.oldest_ringing().map(|call| call.since.after(times.call_unanswered()));
        let answers = self.0.iter().filter_map(|call| call.answer.as_ref());
        let seen_to_at = answers.map(|answer| answer.at.after(SEEN_TO_AFTER));
        unanswered_at.into_iter().chain(seen_to_at).filter(|at| now < *at).min()
    }

    /// When [`expire`](Calls::expire) has something to do.
    pub(crate) fn expiry(&self, now: Moment, times: &Times) -> Option<Moment> {
        let answers = self.0.iter().filter_map(|call| call.answer.as_ref());
        answers.map(|answer| answer.expires_at(times)).filter(|at| now < *at).min()
    }

    /// Of those that the patient reads of.
    fn oldest_ringing(&self) -> Option<&Call> {
        self.0.iter().find(|call| call.is_shown && call.answer.is_none())
    }

    /// What the desk sees, oldest first.
    pub(crate) fn list(&self) -> Vec<CallView> {
        let view = |call: &Call| CallView {
            since: call.since_wall,
            reason: call.reason,
            about: Vec::new(),
            answered_by: call.answer.as_ref().map(|answer| answer.by.clone()),
        };
        self.0.iter().map(view).collect()
    }
}

/// Somebody answered, and what they were called for still stands.
pub(crate) fn call_again(turn: &mut Turn<'_>) {
    for reason in turn.calls.answered_long_ago(turn.now.at) {
        if still_stands(reason, turn.books, turn.health) {
            turn.call_staff(reason);
        }
    }
}

/// Whether the patient who stands there has to do with it. A hopper to be refilled, a file to be corrected and a disk that
/// was full are the desk's matter alone.
fn concerns_the_patient(reason: CallReason) -> bool {
    match reason {
        CallReason::Patient
        | CallReason::Waiting
        | CallReason::Stuck
        | CallReason::Suspended
        | CallReason::Paper
        | CallReason::FoundMoney
        | CallReason::Owed => true,
        CallReason::Stock
        | CallReason::Billing
        | CallReason::Doubt
        | CallReason::Records
        | CallReason::OutOfOrder => false,
    }
}

/// Whether what is called for is so now, as far as the books and the units show. Of the rest nobody but a person can tell, or
/// the page that called knows when to call again.
pub(crate) fn still_stands(reason: CallReason, books: &Books, health: &Health) -> bool {
    match reason {
        CallReason::Suspended => books.open.as_ref().is_some_and(|open| open.suspended.is_some()),
        CallReason::Paper => papers::wait_for_a_person(books, health),
        CallReason::Doubt => !books.units.doubts.is_empty(),
        // Each matter calls by itself; and whoever was told that the line is down need not hear it every three minutes.
        CallReason::Billing
        | CallReason::OutOfOrder
        | CallReason::Patient
        | CallReason::Waiting
        | CallReason::Stuck
        | CallReason::FoundMoney
        | CallReason::Owed
        | CallReason::Stock
        | CallReason::Records => false,
    }
}

/// Whether it is not the patient's own call, and goes on ringing without them.
fn outlives_the_visit(reason: CallReason) -> bool {
    reason != CallReason::Patient && is_about_more_than_the_visit(reason)
}

/// Whether somebody has to come although the patient is gone.
fn is_about_more_than_the_visit(reason: CallReason) -> bool {
    match reason {
        CallReason::Patient
        | CallReason::FoundMoney
        | CallReason::Owed
        | CallReason::Stock
        | CallReason::Billing
        | CallReason::Doubt
        | CallReason::Records
        | CallReason::OutOfOrder => true,
        CallReason::Waiting | CallReason::Stuck | CallReason::Suspended | CallReason::Paper => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(seconds: u64) -> Now {
        Now { at: Moment::START.after(Duration::from_secs(seconds)), wall: WallTime(0), chance: 0 }
    }

    #[test]
    fn a_patient_reads_of_calls_that_concern_this_visit_only() {
        let times = Times::default();
        let mut calls = Calls::default();
        let reads = |calls: &Calls, seconds| calls.progress(now(seconds).at, &times);
        calls.ring(now(0), CallReason::Stock);
        assert_eq!(reads(&calls, 0), CallProgress::None);
        calls.ring(now(1), CallReason::Owed);
        assert_eq!(reads(&calls, 2), CallProgress::Ringing);
        calls.visit_ended();
        assert_eq!((reads(&calls, 3), calls.list().len()), (CallProgress::None, 2), "both ring at the desk");
        calls.ring(now(4), CallReason::Patient);
        calls.visit_ended();
        assert_eq!(reads(&calls, 5), CallProgress::Ringing, "nobody came yet, and the button was pressed");
        assert_eq!(reads(&calls, 100), CallProgress::Unanswered);
    }
}
