//! The file connector: what the files of a folder mean together. The bridge lists the folder and hands over what
//! it found; what comes back is what to say and what to write.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api::{BillId, PatientNumber, PaymentResult, QuoteOutcome};
use serde_json::json;

use crate::bill_file::patient_named_in;
use crate::{BillFile, BillFileError, SCHEMA, parse_bill_file, quote};

/// How long a file that ends in the middle may stay as it is before somebody is told. Copying a bill over a
/// clinic's network takes a second.
pub const HALF_WRITTEN_PATIENCE: Duration = Duration::from_secs(10);

/// One file of `bills/`, as it was found.
pub struct ListedFile {
    /// Without its folder.
    pub name: String,
    /// All of it, or as much as shows that it is too long.
    pub bytes: Vec<u8>,
}

/// What has been said about wrong files, so that it is said once a content.
#[derive(Default)]
pub struct Folder {
    complaints: BTreeMap<String, Complaint>,
}

struct Complaint {
    bytes: Vec<u8>,
    since: Duration,
    answered: bool,
}

/// The folder at one moment.
#[derive(Default)]
pub struct Reading {
    /// What to write into `results/`. Each comes again until [`Folder::answered`].
    pub answers: Vec<ErrorAnswer>,
    /// A file is perhaps still being written: read again soon.
    pub unfinished: bool,
    /// The newest revision of each bill.
    bills: BTreeMap<BillId, BillFile>,
    /// Every file that is understood.
    files: Vec<UnderstoodFile>,
    /// Of whom a file says something that nobody understands. An older bill of theirs may be the wrong one.
    doubtful: BTreeSet<PatientNumber>,
}

struct UnderstoodFile {
    name: String,
    bill: BillId,
    revision: u32,
}

/// What the other program is told about a wrong file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorAnswer {
    /// The wrong file.
    pub about: String,
    /// What is wrong with it.
    pub error: FolderError,
}

/// What is wrong with a file in `bills/`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// By itself.
    #[error(transparent)]
    File(#[from] BillFileError),
    /// Together with another.
    #[error(
        "`bill_id` and `revision` are those of {other}, but the content differs; count `revision` up with every change"
    )]
    Contradiction {
        /// The other file.
        other: String,
    },
}

/// Whether a file of this name is for us. Others are being written, or belong to somebody else.
pub fn is_bill_file(name: &str) -> bool {
    name.ends_with(".json") && !name.starts_with('.')
}

impl Folder {
    /// What the files mean. `now` counts from the start of the program.
    pub fn read(&mut self, now: Duration, files: Vec<ListedFile>) -> Reading {
        self.complaints.retain(|name, _| files.iter().any(|file| file.name == *name));
        let mut reading = Reading::default();
        let mut by_bill: BTreeMap<BillId, Vec<(ListedFile, BillFile)>> = BTreeMap::new();
        for file in files {
            match parse_bill_file(&file.bytes) {
                Ok(found) => by_bill.entry(found.bill.id.clone()).or_default().push((file, found)),
                Err(error) => {
                    reading.doubtful.extend(patient_named_in(&file.bytes));
                    self.complain(now, file, error.into(), &mut reading);
                }
            }
        }
        for versions in by_bill.into_values() {
            self.take_newest(now, versions, &mut reading);
        }
        reading
    }

    /// The answer has been written: it is not given again while the file stays as it is.
    pub fn answered(&mut self, answer: &ErrorAnswer) {
        if let Some(complaint) = self.complaints.get_mut(&answer.about) {
            complaint.answered = true;
        }
    }

    /// The highest revision wins (K6). Copies of it are harmless as long as they say the same.
    fn take_newest(
        &mut self,
        now: Duration,
        mut versions: Vec<(ListedFile, BillFile)>,
        reading: &mut Reading,
    ) {
        reading.files.extend(versions.iter().map(|(file, found)| UnderstoodFile {
            name: file.name.clone(),
            bill: found.bill.id.clone(),
            revision: found.bill.revision,
        }));
        versions.sort_by(|(file, found), (other_file, other)| {
            let revisions = (Reverse(found.bill.revision), Reverse(other.bill.revision));
            (revisions.0, &file.name).cmp(&(revisions.1, &other_file.name))
        });
        let mut versions = versions.into_iter();
        let Some((newest_file, newest)) = versions.next() else { return };
        for (file, found) in versions.take_while(|(_, found)| found.bill.revision == newest.bill.revision) {
            if found != newest {
                reading.doubtful.extend([found.bill.patient.number, newest.bill.patient.number.clone()]);
                let error = FolderError::Contradiction { other: newest_file.name.clone() };
                self.complain(now, file, error, reading);
            }
        }
        reading.bills.insert(newest.bill.id.clone(), newest);
    }

    fn complain(&mut self, now: Duration, file: ListedFile, error: FolderError, reading: &mut Reading) {
        let ListedFile { name, bytes } = file;
        let is_cut_off = error == FolderError::File(BillFileError::CutOff);
        let known = self.complaints.get(&name).filter(|complaint| complaint.bytes == bytes);
        let (since, answered) = known.map_or((now, false), |complaint| (complaint.since, complaint.answered));
        if is_cut_off && now.saturating_sub(since) < HALF_WRITTEN_PATIENCE {
            reading.unfinished = true;
        } else if !answered {
            reading.answers.push(ErrorAnswer { about: name.clone(), error });
        }
        self.complaints.insert(name, Complaint { bytes, since, answered });
    }
}

impl Reading {
    /// What the patient has to pay, oldest first. With a doubt nothing is offered: the desk knows better.
    pub fn quote(&self, patient: &PatientNumber) -> QuoteOutcome {
        if self.doubtful.contains(patient) {
            return QuoteOutcome::Unavailable;
        }
        quote(self.bills.values(), patient)
    }

    /// The files that are settled by a result: none unless it says paid, and none of a later revision.
    pub fn settled_by<'a>(&'a self, result: &'a PaymentResult) -> impl Iterator<Item = &'a str> {
        let paid = if result.outcome.is_paid() { result.bills.as_slice() } else { &[] };
        let is_settled = |file: &&UnderstoodFile| {
            paid.iter().any(|paid| paid.bill == file.bill && file.revision <= paid.revision)
        };
        self.files.iter().filter(is_settled).map(|file| file.name.as_str())
    }
}

impl ErrorAnswer {
    /// The name of the answer's file.
    pub fn name(&self) -> String {
        format!("{}.error.json", self.about)
    }

    /// The content of the answer's file.
    pub fn text(&self) -> String {
        let content = json!({ "schema": SCHEMA, "file": self.about, "error": self.error.to_string() });
        format!("{content:#}\n")
    }
}

#[cfg(test)]
mod tests {
    use api::{MachineId, Method, Outcome, PaidBill, PaymentId, WallTime};
    use money::{CashCount, Yen};

    use super::*;

    const DENTAL: &str = include_str!("../../../config/examples/bills/dental-insured.json");
    const START: Duration = Duration::ZERO;

    fn file(name: &str, text: &str) -> ListedFile {
        ListedFile { name: name.into(), bytes: text.into() }
    }

    fn revised(revision: u32, department: &str) -> String {
        let text = DENTAL.replace("\"revision\": 1", &format!("\"revision\": {revision}"));
        text.replace("\"department\": \"歯科\"", &format!("\"department\": \"{department}\""))
    }

    fn quote(files: Vec<ListedFile>) -> QuoteOutcome {
        Folder::default().read(START, files).quote(&PatientNumber("0042".into()))
    }

    fn departments(outcome: QuoteOutcome) -> Vec<String> {
        let QuoteOutcome::Bills(bills) = outcome else { panic!("no bills, but {outcome:?}") };
        bills.into_iter().filter_map(|bill| bill.detail.department).collect()
    }

    fn complaints(reading: &Reading) -> Vec<String> {
        reading.answers.iter().map(|answer| format!("{}: {}", answer.about, answer.error)).collect()
    }

    #[test]
    fn the_highest_revision_wins_whatever_its_file_is_called() {
        let files = vec![
            file("b.json", &revised(1, "B")),
            file("a.json", &revised(3, "A")),
            file("c.json", &revised(2, "C")),
        ];
        assert_eq!(departments(quote(files)), ["A"]);
    }

    #[test]
    fn copies_are_harmless() {
        let files = vec![file("a.json", DENTAL), file("b.json", &DENTAL.replace("  ", "\t"))];
        let reading = Folder::default().read(START, files);
        assert!(reading.answers.is_empty());
        assert_eq!(departments(reading.quote(&PatientNumber("0042".into()))), ["歯科"]);
    }

    #[test]
    fn one_revision_says_one_thing() {
        let files = || {
            vec![file("a.json", &revised(2, "A")), file("b.json", &revised(2, "B")), file("c.json", DENTAL)]
        };
        assert_eq!(quote(files()), QuoteOutcome::Unavailable);
        let reading = Folder::default().read(START, files());
        assert_eq!(
            complaints(&reading),
            [
                "b.json: `bill_id` and `revision` are those of a.json, but the content differs; count `revision` up with every change"
            ]
        );
    }

    #[test]
    fn bills_come_oldest_first_and_only_the_patients() {
        let earlier =
            DENTAL.replace("20261122-visit-12", "20261122-visit-19").replace("2026-11-22", "2026-11-21");
        let other = DENTAL.replace("0042", "0043").replace("visit-12", "visit-20");
        let files = vec![file("a.json", DENTAL), file("b.json", &earlier), file("c.json", &other)];
        let QuoteOutcome::Bills(bills) = quote(files) else { panic!("no bills") };
        let days: Vec<_> = bills.iter().map(|bill| bill.detail.treated_on.2).collect();
        assert_eq!(days, [21, 22]);
        assert_eq!(quote(Vec::new()), QuoteOutcome::UnknownPatient);
    }

    #[test]
    fn a_wrong_file_is_answered_once_a_content() {
        let mut folder = Folder::default();
        let wrong = |due| vec![file("a.json", &DENTAL.replace("\"due\": 3000", due))];

        let reading = folder.read(START, wrong("\"due\": 1"));
        assert_eq!(reading.quote(&PatientNumber("0042".into())), QuoteOutcome::Unavailable);
        let [answer] = reading.answers.as_slice() else { panic!("one answer") };
        assert_eq!(answer.name(), "a.json.error.json");
        assert_eq!(folder.read(START, wrong("\"due\": 1")).answers.len(), 1, "not written yet");
        folder.answered(answer);
        assert!(folder.read(START, wrong("\"due\": 1")).answers.is_empty());
        assert_eq!(folder.read(START, wrong("\"due\": 2")).answers.len(), 1, "another content");
    }

    #[test]
    fn answers_name_file_and_field() {
        let reading = Folder::default().read(START, vec![file("a.json", &DENTAL.replace("true", "1"))]);
        insta::assert_snapshot!(reading.answers[0].text(), @r#"
        {
          "error": "`ready` must be true or false, without quotes",
          "file": "a.json",
          "schema": 1
        }
        "#);
    }

    #[test]
    fn a_half_written_file_has_time_to_grow() {
        let mut folder = Folder::default();
        let read = |folder: &mut Folder, seconds, length| {
            let reading = folder.read(Duration::from_secs(seconds), vec![file("a.json", &DENTAL[..length])]);
            (reading.unfinished, reading.answers.len())
        };
        assert_eq!(read(&mut folder, 0, 100), (true, 0));
        assert_eq!(read(&mut folder, 9, 100), (true, 0));
        assert_eq!(read(&mut folder, 12, 130), (true, 0), "it grew");
        assert_eq!(read(&mut folder, 21, 130), (true, 0));
        assert_eq!(read(&mut folder, 22, 130), (false, 1));
        assert_eq!(read(&mut folder, 23, DENTAL.len()), (false, 0));
    }

    #[test]
    fn a_paid_bill_settles_its_files_but_no_later_one() {
        let result = |outcome| PaymentResult {
            machine: MachineId("K1".into()),
            payment: PaymentId(1),
            outcome,
            closed_at: WallTime(0),
            bills: vec![PaidBill {
                bill: BillId("20261122-visit-12".into()),
                revision: 2,
                due: Yen::ZERO,
                receipt: None,
            }],
            method: Method::Cash,
            inserted: CashCount::EMPTY,
            paid_out: CashCount::EMPTY,
        };
        let files =
            vec![file("a.json", DENTAL), file("b.json", &revised(2, "B")), file("c.json", &revised(3, "C"))];
        let reading = Folder::default().read(START, files);
        let check = |outcome, settled: &[&str]| {
            let result = result(outcome);
            assert_eq!(reading.settled_by(&result).collect::<Vec<_>>(), settled, "{result:?}");
        };
        let owed_to_patient = Yen::new(300);
        check(Outcome::Paid, &["a.json", "b.json"]);
        check(Outcome::PaidShort { owed_to_patient }, &["a.json", "b.json"]);
        check(Outcome::Cancelled { returned: Yen::new(700), owed_to_patient }, &[]);
        check(Outcome::TakenOverByStaff { by: "A".into(), reason: "B".into() }, &[]);
    }

    #[test]
    fn only_finished_names_are_bills() {
        for (name, is_bill) in [("a.json", true), (".a.json", false), ("a.json.tmp", false), ("a.csv", false)]
        {
            assert_eq!(is_bill_file(name), is_bill, "{name}");
        }
    }
}
