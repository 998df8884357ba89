use api::{MachineId, Outcome, PaidBill, PaymentId, PaymentResult, QuoteOutcome, WallTime};
use money::{CashCount, Yen};

use super::*;

const DENTAL: &str = include_str!("../../../../config/examples/bills/dental-insured.json");
const START: Duration = Duration::ZERO;
const LATER: Duration = Duration::from_secs(60);

/// A file and what is in it.
type File<'a> = (&'a str, String);

fn read_at(folder: &mut Folder, now: Duration, files: &[File<'_>]) -> Reading {
    let names = files.iter().map(|(name, _)| OsString::from(name)).collect();
    folder.read(now, names, |name| {
        let text = files.iter().find(|(known, _)| name == OsStr::new(known)).map(|(_, text)| text.as_str());
        match text {
            Some("locked") => Content::Unreadable("permission denied".into()),
            Some("a folder") => Content::NoFile,
            Some(text) => Content::Bytes(text.into()),
            None => Content::Gone,
        }
    })
}

fn read(files: &[File<'_>]) -> Reading {
    read_at(&mut Folder::default(), START, files)
}

fn revised(revision: u32, department: &str) -> String {
    let text = DENTAL.replace("\"revision\": 1", &format!("\"revision\": {revision}"));
    text.replace("\"department\": \"歯科\"", &format!("\"department\": \"{department}\""))
}

/// The bill of another patient.
fn bill_of(number: &str) -> String {
    DENTAL.replace("0042", number).replace("visit-12", &format!("visit-of-{number}"))
}

fn number(text: &str) -> PatientNumber {
    PatientNumber(text.into())
}

fn quote(files: &[File<'_>]) -> QuoteOutcome {
    read(files).quote(&number("0042"))
}

fn departments(outcome: QuoteOutcome) -> Vec<String> {
    let QuoteOutcome::Bills(bills) = outcome else { panic!("no bills, but {outcome:?}") };
    bills.into_iter().filter_map(|bill| bill.detail.department).collect()
}

/// Of these patients, those who can pay.
fn payable(reading: &Reading) -> Vec<&'static str> {
    let can_pay = |patient: &&str| matches!(reading.quote(&number(patient)), QuoteOutcome::Bills(_));
    ["0042", "0043"].into_iter().filter(can_pay).collect()
}

fn complaints(reading: &Reading) -> Vec<String> {
    reading.answers.iter().map(|answer| format!("{}: {}", answer.shown(), answer.error)).collect()
}

#[test]
fn the_highest_revision_wins_whatever_its_file_is_called() {
    let files = [("b.json", revised(1, "B")), ("a.json", revised(3, "A")), ("c.json", revised(2, "C"))];
    assert_eq!(departments(quote(&files)), ["A"]);
}

#[test]
fn copies_are_harmless() {
    let reading = read(&[("a.json", DENTAL.into()), ("b.json", DENTAL.replace("  ", "\t"))]);
    assert!(reading.answers.is_empty());
    assert_eq!(departments(reading.quote(&number("0042"))), ["歯科"]);
}

#[test]
fn one_revision_says_one_thing() {
    let files = [("a.json", revised(2, "A")), ("b.json", revised(2, "B")), ("c.json", DENTAL.into())];
    assert_eq!(quote(&files), QuoteOutcome::AskAtDesk);
    let sentence = "b.json: `bill_id` and `revision` are those of a.json, but the content differs; count `revision` up with every change";
    let mut folder = Folder::default();
    let reading = read_at(&mut folder, START, &files);
    assert_eq!(complaints(&reading), [sentence]);
    folder.answered(&reading.answers[0]);
    let again = read_at(&mut folder, START, &files);
    assert_eq!((again.answers.len(), again.wrong.len()), (0, 1), "it is still wrong, and was told");
}

#[test]
fn bills_come_oldest_first_and_only_the_patients() {
    let earlier =
        DENTAL.replace("20261122-visit-12", "20261122-visit-19").replace("2026-11-22", "2026-11-21");
    let files = [("a.json", DENTAL.into()), ("b.json", earlier), ("c.json", bill_of("0043"))];
    let QuoteOutcome::Bills(bills) = quote(&files) else { panic!("no bills") };
    let days: Vec<_> = bills.iter().map(|bill| bill.detail.treated_on.2).collect();
    assert_eq!(days, [21, 22]);
    assert_eq!(quote(&[]), QuoteOutcome::UnknownPatient);
}

#[test]
fn a_wrong_file_is_answered_once_a_content() {
    let mut folder = Folder::default();
    let wrong = |due| [("a.json", DENTAL.replace("\"due\": 3000", due))];

    let reading = read_at(&mut folder, START, &wrong("\"due\": 1"));
    assert_eq!(reading.quote(&number("0042")), QuoteOutcome::AskAtDesk);
    let [answer] = reading.answers.as_slice() else { panic!("one answer") };
    assert_eq!(answer.name(), "a.json.error.json");
    assert_eq!(read_at(&mut folder, START, &wrong("\"due\": 1")).answers.len(), 1, "not written yet");
    folder.answered(answer);
    assert!(read_at(&mut folder, START, &wrong("\"due\": 1")).answers.is_empty());
    assert_eq!(read_at(&mut folder, START, &wrong("\"due\": 2")).answers.len(), 1, "another content");
}

#[test]
fn answers_name_file_and_field() {
    let reading = read(&[("a.json", DENTAL.replace("true", "1"))]);
    insta::assert_snapshot!(reading.answers[0].text(), @r#"
    {
      "error": "`ready` must be true or false, without quotes; found a number",
      "file": "a.json",
      "schema": 1
    }
    "#);
}

#[test]
fn a_half_written_file_has_time_to_grow() {
    let mut folder = Folder::default();
    let mut read = |seconds, length| {
        let files = [("a.json", DENTAL[..length].to_owned())];
        let reading = read_at(&mut folder, Duration::from_secs(seconds), &files);
        (reading.may_change_soon(&number("0042")), reading.answers.len())
    };
    assert_eq!(read(0, 100), (true, 0));
    assert_eq!(read(9, 100), (true, 0));
    assert_eq!(read(12, 130), (true, 0), "it grew");
    assert_eq!(read(21, 130), (true, 0));
    assert_eq!(read(22, 130), (false, 1));
    assert_eq!(read(23, DENTAL.len()), (false, 0));
}

/// Whom a second, wrong file stops: 0042, 0043, both, or nobody. Each has a good bill that was there before.
#[test]
fn a_wrong_file_stops_whom_it_may_concern() {
    let second = revised(2, "B");
    let cut = |after: &str| second[..second.find(after).unwrap() + after.len()].to_owned();
    let no_number = second.replace("\"number\": \"0042\",", "");
    let neither = no_number.replace("20261122-visit-12", "another");
    let telling = ["0042.json", "20261122-visit-of-0043.json"];
    let silent = ["x.json", "y.json"];
    let cases = [
        ("its patient", silent, "z.json", second.replace("\"due\": 3000", "\"due\": 1"), vec!["0043"]),
        ("cut off behind its patient", silent, "z.json", cut("\"0042\""), vec!["0043"]),
        ("cut off behind its bill", silent, "z.json", cut("\"20261122-visit-12\""), vec!["0043"]),
        ("a bill and no patient", silent, "z.json", no_number, vec!["0043"]),
        ("a patient's number in its name", telling, "0042-2.json", String::new(), vec!["0043"]),
        ("a bill's id in its name", telling, "20261122-visit-12.json", String::new(), vec!["0043"]),
        ("locked, with a number in its name", telling, "0042-2.json", "locked".into(), vec!["0043"]),
        ("a name where names tell", telling, "0099.json", String::new(), vec!["0042", "0043"]),
        ("nothing", silent, "z.json", String::new(), vec![]),
        ("nothing, and locked", silent, "z.json", "locked".into(), vec![]),
        ("neither bill nor patient known", silent, "z.json", neither, vec![]),
        ("no bill at all", silent, "z.json", "{\"a\": 1}".into(), vec!["0042", "0043"]),
        ("a folder", silent, "z.json", "a folder".into(), vec!["0042", "0043"]),
    ];
    for (says, [own, others], name, text, expected) in cases {
        let mut folder = Folder::default();
        let before = [(own, DENTAL.to_owned()), (others, bill_of("0043"))];
        assert_eq!(payable(&read_at(&mut folder, START, &before)), ["0042", "0043"]);
        let [own, others] = before;
        let reading = read_at(&mut folder, LATER, &[own, others, (name, text)]);
        assert_eq!(payable(&reading), expected, "{says}");
    }
}

/// Who has no bill there may be whose the file is, if it says nothing: they are not told that nobody knows them.
#[test]
fn a_stranger_may_be_whose_a_wrong_file_is() {
    let named = DENTAL.replace("\"due\": 3000", "\"due\": 1");
    for (name, text, expected) in [
        ("z.json", "", QuoteOutcome::AskAtDesk),
        ("9999.json", "locked", QuoteOutcome::AskAtDesk),
        ("z.json", named.as_str(), QuoteOutcome::UnknownPatient),
        ("z.json", "a folder", QuoteOutcome::UnknownPatient),
    ] {
        assert_eq!(read(&[(name, text.to_owned())]).quote(&number("9999")), expected, "{name}: {text}");
    }
}

/// What came after a file of which nothing can be read is not revised by it; so it does not stop everybody for ever.
#[test]
fn a_file_that_tells_nothing_stops_only_who_was_there_before() {
    let mut folder = Folder::default();
    let own = ("a.json", DENTAL.to_owned());
    let wrong = ("z.json", String::new());
    read_at(&mut folder, START, &[own.clone(), wrong.clone()]);
    let files = [own, wrong, ("b.json", bill_of("0043"))];
    assert_eq!(payable(&read_at(&mut folder, LATER, &files)), ["0043"]);
}

/// A file that is replaced by a wrong one still has its patient.
#[test]
fn whose_a_file_was_is_kept() {
    let mut folder = Folder::default();
    read_at(&mut folder, START, &[("a.json", DENTAL.into()), ("b.json", bill_of("0043"))]);
    let reading = read_at(&mut folder, LATER, &[("a.json", "[".into()), ("b.json", bill_of("0043"))]);
    assert_eq!(reading.quote(&number("0042")), QuoteOutcome::AskAtDesk);
}

/// Too many files cost what is over the limit, not what was there before.
#[test]
fn a_flood_of_files_costs_only_itself() {
    let mut folder = Folder::default();
    let own = ("z-0042.json", DENTAL.to_owned());
    assert_eq!(payable(&read_at(&mut folder, START, std::slice::from_ref(&own))), ["0042"]);
    let names: Vec<String> = (0..FILES_MAX + 5).map(|index| format!("flood-{index:05}.json")).collect();
    let flood = names.iter().map(|name| (name.as_str(), "{}".to_owned()));
    let files: Vec<File<'_>> = flood.chain([own]).collect();
    let reading = read_at(&mut folder, LATER, &files);
    assert_eq!((reading.left_out, payable(&reading)), (6, vec!["0042"]));
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
        tenders: Vec::new(),
        inserted: CashCount::EMPTY,
        paid_out: CashCount::EMPTY,
    };
    let reading =
        read(&[("a.json", DENTAL.into()), ("b.json", revised(2, "B")), ("c.json", revised(3, "C"))]);
    let check = |outcome, settled: &[&str]| {
        let result = result(outcome);
        let mut found: Vec<&OsStr> = reading.settled_by(&result).collect();
        found.sort();
        assert_eq!(found, settled, "{result:?}");
    };
    let owed_to_patient = Yen::new(300);
    check(Outcome::Paid, &["a.json", "b.json"]);
    check(Outcome::PaidShort { owed_to_patient }, &["a.json", "b.json"]);
    check(Outcome::Cancelled { returned: Yen::new(700), owed_to_patient }, &[]);
    check(Outcome::TakenOverByStaff { by: "A".parse().unwrap(), reason: "B".parse().unwrap() }, &[]);
}

#[test]
fn only_finished_names_are_bills() {
    for (name, is_bill) in [
        ("a.json", true),
        ("A.JSON", true),
        (".a.json", false),
        ("a.json.tmp", false),
        ("a.csv", false),
        ("json", false),
    ] {
        assert_eq!(is_bill_file(OsStr::new(name)), is_bill, "{name}");
    }
}

/// However long a name is, its answer has one that can be written, and no two share it.
#[test]
fn answers_have_names_that_can_be_written() {
    let name = |about: &str| {
        let error = FolderError::NoFile;
        ErrorAnswer { about: about.into(), error }.name()
    };
    let long = "見".repeat(83);
    let names = [name(&format!("{long}1.json")), name(&format!("{long}2.json"))];
    assert!(names.iter().all(|name| name.len() < 240), "{names:?}");
    assert_ne!(names[0], names[1]);
}
