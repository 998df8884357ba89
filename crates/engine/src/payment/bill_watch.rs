//! A bill may change while its money is being inserted: the old amount is never silently kept (K6).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api::{Bill, PatientNumber, QuoteOutcome};
use device_api::Moment;
use settings::Times;

use super::open;
use crate::Whose;
use crate::turn::Turn;

/// So often the billing system is asked while money comes in: a desk that changed a bill sees the machine stop within
/// this time, and a folder on another computer is not read all the time.
const ASKED_EVERY: Duration = Duration::from_secs(10);

/// A billing system that is silent for hours leaves questions open; what it says of so old a one is no news.
const UNANSWERED_MAX: usize = 64;

/// Asks for the bills of the open payment now and then, and once more when the patient confirms.
#[derive(Debug)]
pub(crate) struct BillWatch {
    /// Whose bills.
    patients: BTreeMap<Whose, PatientNumber>,
    /// Questions that have no answer yet, also those that are not waited for any more. An answer to one of a time before
    /// this watch is older than what the patient saw.
    unanswered: BTreeMap<u64, Whose>,
    /// The newest questions, one a patient, if they have no answers yet.
    asked: Option<Asked>,
    /// When the last answers came.
    answered_at: Moment,
}

#[derive(Debug)]
struct Asked {
    /// Those without an answer.
    requests: BTreeSet<u64>,
    at: Moment,
    /// The patient pressed 支払いを確定する.
    to_confirm: bool,
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Nothing new.
    Nothing,
    /// The payment may be fixed.
    Confirmed,
    /// The billing system wants another amount, or says that the desk has the bill.
    Changed,
}

impl BillWatch {
    pub(crate) fn begin(now: Moment, patients: BTreeMap<Whose, PatientNumber>) -> BillWatch {
        BillWatch { patients, unanswered: BTreeMap::new(), asked: None, answered_at: now }
    }

    /// Whether the patient confirmed and waits.
    pub(crate) fn is_confirming(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.to_confirm)
    }

    pub(crate) fn ask_to_confirm(&mut self, turn: &mut Turn<'_>) {
        if !self.is_confirming() {
            self.ask(turn, true);
        }
    }

    pub(crate) fn answered(&mut self, turn: &Turn<'_>, request: u64, outcome: &QuoteOutcome) -> Finding {
        let Some(whose) = self.unanswered.remove(&request) else { return Finding::Nothing };
        // Also an answer that comes after its question was given up says what the billing system wants.
        if is_opposed(&open(turn).bills_of(whose), outcome) {
            return Finding::Changed;
        }
        let all_answered = |asked: &mut Asked| asked.requests.remove(&request) && asked.requests.is_empty();
        let Some(asked) = self.asked.take_if(all_answered) else { return Finding::Nothing };
        self.answered_at = turn.now.at;
        asked.unopposed()
    }

    pub(crate) fn deadline(&self, times: &Times) -> Moment {
        match &self.asked {
            Some(asked) => asked.at.after(times.quote_timeout()),
            None => self.answered_at.after(ASKED_EVERY),
        }
    }

    /// A billing system that does not answer cannot hold up somebody whose money is inside: the result names the
    /// revision that was paid.
    pub(crate) fn tick(&mut self, turn: &mut Turn<'_>) -> Finding {
        if turn.now.at < self.deadline(&turn.policy.times) {
            return Finding::Nothing;
        }
        if let Some(asked) = self.asked.take() {
            self.answered_at = turn.now.at;
            return asked.unopposed();
        }
        self.ask(turn, false);
        Finding::Nothing
    }

    fn ask(&mut self, turn: &mut Turn<'_>, to_confirm: bool) {
        let mut requests = BTreeSet::new();
        for (whose, patient) in &self.patients {
            let request = turn.quote(patient.clone());
            requests.insert(request);
            self.unanswered.insert(request, *whose);
        }
        while self.unanswered.len() > UNANSWERED_MAX.max(requests.len()) {
            self.unanswered.pop_first();
        }
        self.asked = Some(Asked { requests, at: turn.now.at, to_confirm });
    }
}

impl Asked {
    fn unopposed(&self) -> Finding {
        if self.to_confirm { Finding::Confirmed } else { Finding::Nothing }
    }
}

/// Whether the billing system wants something else than these bills.
fn is_opposed(bills: &[&Bill], outcome: &QuoteOutcome) -> bool {
    match outcome {
        QuoteOutcome::Bills(now) | QuoteOutcome::Alike { bills: now, .. } => {
            !unchanged(bills.iter().copied(), now)
        }
        QuoteOutcome::EstimateOnly | QuoteOutcome::UnknownPatient | QuoteOutcome::AskAtDesk => true,
        QuoteOutcome::Unavailable => false,
    }
}

/// Whether the billing system still says exactly what the patient saw.
pub(crate) fn unchanged<'a>(shown: impl IntoIterator<Item = &'a Bill>, again: &[Bill]) -> bool {
    shown.into_iter().all(|bill| {
        again.iter().any(|now| {
            (&now.id, now.revision, now.due, now.ready) == (&bill.id, bill.revision, bill.due, true)
        })
    })
}
