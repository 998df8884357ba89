use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::time::Duration;

use api::{BillId, PatientNumber, PaymentResult, QuoteOutcome};

use crate::traces::{Traces, is_word_in};
use crate::{BillFile, ErrorAnswer, quote};

/// The folder at one moment.
#[derive(Default)]
pub struct Reading {
    /// What to write into `results/`. Each comes again until [`Folder::answered`](crate::Folder::answered).
    pub answers: Vec<ErrorAnswer>,
    /// Every file that is wrong, answered or not.
    pub wrong: Vec<ErrorAnswer>,
    /// How many files are over the limit.
    pub left_out: usize,
    /// The newest revision of each bill.
    pub(crate) bills: BTreeMap<BillId, BillFile>,
    /// Every file that is understood.
    pub(crate) files: Vec<UnderstoodFile>,
    /// Of whom two files say different things.
    pub(crate) contradicted: BTreeSet<PatientNumber>,
    /// Files that are not understood.
    pub(crate) doubts: Vec<Doubt>,
}

pub(crate) struct UnderstoodFile {
    pub(crate) name: OsString,
    pub(crate) bill: BillId,
    pub(crate) revision: u32,
    pub(crate) patient: PatientNumber,
    /// Since when it says this.
    pub(crate) since: Duration,
}

/// A file that is not understood, and may be a newer revision of somebody's bill.
pub(crate) struct Doubt {
    pub(crate) name: String,
    pub(crate) since: Duration,
    /// Whose bill it was before.
    pub(crate) was_of: Option<PatientNumber>,
    pub(crate) traces: Traces,
    /// It may still be finished.
    pub(crate) is_being_written: bool,
}

impl Reading {
    /// What the patient has to pay, oldest first. With a doubt nothing is offered: the desk knows better.
    pub fn quote(&self, patient: &PatientNumber) -> QuoteOutcome {
        if self.contradicted.contains(patient) || self.doubts_about(patient).next().is_some() {
            return QuoteOutcome::AskAtDesk;
        }
        quote(self.bills.values(), patient)
    }

    /// Whether a file that may concern the patient is perhaps still being written: read again soon.
    pub fn may_change_soon(&self, patient: &PatientNumber) -> bool {
        self.doubts_about(patient).any(|doubt| doubt.is_being_written)
    }

    /// The files that are settled by a result: none unless it says paid, and none of a later revision.
    pub fn settled_by<'a>(&'a self, result: &'a PaymentResult) -> impl Iterator<Item = &'a OsStr> {
        let paid = if result.outcome.is_paid() { result.bills.as_slice() } else { &[] };
        let is_settled = |file: &&UnderstoodFile| {
            paid.iter().any(|paid| paid.bill == file.bill && file.revision <= paid.revision)
        };
        self.files.iter().filter(is_settled).map(|file| file.name.as_os_str())
    }

    fn doubts_about<'a>(&'a self, patient: &'a PatientNumber) -> impl Iterator<Item = &'a Doubt> {
        let own: Vec<&UnderstoodFile> = self.files.iter().filter(|file| file.patient == *patient).collect();
        self.doubts.iter().filter(move |doubt| self.may_concern(doubt, patient, &own))
    }

    /// Whether a file that is not understood may be about this patient, whose other files are `own`. In the order of what
    /// is most certain: what the file says, what its name says, how the patient's other files are called, and when it
    /// came. Where nothing tells, it may (docs/adr/0014).
    fn may_concern(&self, doubt: &Doubt, patient: &PatientNumber, own: &[&UnderstoodFile]) -> bool {
        if doubt.was_of.as_ref() == Some(patient)
            || doubt.traces.names(patient)
            || own.iter().any(|file| doubt.traces.names_bill(&file.bill))
        {
            return true;
        }
        if doubt.traces.name_anybody() || self.is_of_a_known_bill(doubt) {
            return false;
        }
        if own.iter().any(|file| is_called_after(&doubt.name, file)) || is_word_in(&doubt.name, &patient.0) {
            return true;
        }
        if self.files.iter().any(|file| is_called_after(&doubt.name, file)) {
            return false;
        }
        let names_tell = !own.is_empty()
            && own.iter().all(|file| is_called_after(&crate::answer::shown(&file.name), file));
        // What revises a bill comes after it.
        let came_before_all =
            own.iter().map(|file| file.since).min().is_some_and(|since| doubt.since < since);
        !names_tell && !came_before_all
    }

    fn is_of_a_known_bill(&self, doubt: &Doubt) -> bool {
        doubt.traces.name_any_bill() && self.files.iter().any(|file| doubt.traces.names_bill(&file.bill))
    }
}

impl Doubt {
    /// A file of which only the name is known.
    pub(crate) fn about(name: String, since: Duration) -> Doubt {
        Doubt { name, since, was_of: None, traces: Traces::default(), is_being_written: false }
    }
}

/// Whether a file's name holds the number of the patient or the id of the bill that `file` is about.
fn is_called_after(name: &str, file: &UnderstoodFile) -> bool {
    is_word_in(name, &file.patient.0) || is_word_in(name, &file.bill.0)
}
