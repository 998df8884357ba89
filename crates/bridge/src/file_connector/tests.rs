use std::fs;
use std::path::Path;

use api::{BillId, MachineId, Outcome, PaidBill, PaymentId, ReceiptNumber, WallTime};
use desk_words::DeskWords;
use money::{CashCount, Yen};
use tempfile::TempDir;

use super::*;
use crate::shared_folder::tests::{not_set_up, shared};

pub(crate) const DENTAL: &str = include_str!("../../../../config/examples/bills/dental-insured.json");

/// A connector that does not wait for half-written files.
pub(crate) fn connector(folder: &Path) -> FileConnector {
    FileConnector::new(shared(folder), Duration::ZERO)
}

pub(crate) fn paid() -> PaymentResult {
    PaymentResult {
        machine: MachineId("K1".into()),
        payment: PaymentId(23),
        outcome: Outcome::Paid,
        closed_at: WallTime(1_795_329_720),
        bills: vec![PaidBill {
            bill: BillId("20261122-visit-12".into()),
            revision: 1,
            due: Yen::new(3_000),
            receipt: Some(ReceiptNumber(17)),
        }],
        tenders: Vec::new(),
        inserted: CashCount::EMPTY,
        paid_out: CashCount::EMPTY,
    }
}

/// Every file below `folder`, without its content.
fn files(folder: &Path) -> Vec<String> {
    let subfolders = ["bills", "done", "results"].into_iter();
    let mut names: Vec<String> = subfolders
        .flat_map(|name| fs::read_dir(folder.join(name)).unwrap().map(move |entry| (name, entry.unwrap())))
        .map(|(name, entry)| format!("{name}/{}", entry.file_name().to_str().unwrap()))
        .collect();
    names.sort();
    names
}

fn put(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join("bills").join(name), text).unwrap();
}

async fn quote(connector: &mut FileConnector) -> QuoteOutcome {
    let patient = PatientNumber("0042".into());
    let answer = connector.answer(ToBridge::Quote { request: 7, patient }).await;
    let FromBridge::Quoted { request: 7, outcome } = answer else { panic!("another answer") };
    outcome
}

async fn deliver(connector: &mut FileConnector, result: PaymentResult) {
    let payment = result.payment;
    let answer = connector.answer(ToBridge::Deliver(result)).await;
    assert_eq!(answer, FromBridge::Delivered { payment });
}

#[tokio::test]
async fn a_bill_is_quoted_paid_and_moved() {
    let folder = TempDir::new().unwrap();
    let mut connector = connector(folder.path());
    assert_eq!(quote(&mut connector).await, QuoteOutcome::UnknownPatient);

    put(&folder, "a.json", DENTAL);
    assert!(matches!(quote(&mut connector).await, QuoteOutcome::Bills(bills) if bills.len() == 1));

    deliver(&mut connector, paid()).await;
    assert_eq!(files(folder.path()), ["done/a.json", "results/K1-000023.json"]);
    assert_eq!(fs::read_to_string(folder.path().join("done/a.json")).unwrap(), DENTAL);
}

#[tokio::test]
async fn a_repeat_is_nothing() {
    let folder = TempDir::new().unwrap();
    put_and_deliver(&folder).await;
    let once = files(folder.path());
    let written = fs::metadata(folder.path().join("results/K1-000023.json")).unwrap().modified().unwrap();

    deliver(&mut connector(folder.path()), paid()).await;
    assert_eq!(files(folder.path()), once);
    let again = fs::metadata(folder.path().join("results/K1-000023.json")).unwrap().modified().unwrap();
    assert_eq!(again, written);
}

#[tokio::test]
async fn a_result_is_never_written_over_another() {
    let folder = TempDir::new().unwrap();
    put_and_deliver(&folder).await;
    let other = PaymentResult { closed_at: WallTime(0), ..paid() };
    let answer = connector(folder.path()).answer(ToBridge::Deliver(other)).await;
    let payment = paid().payment;
    assert_eq!(answer, FromBridge::NotDelivered { payment, cause: DeliveryTrouble::SaysSomethingElse });
}

#[tokio::test]
async fn done_bills_are_never_overwritten() {
    let folder = TempDir::new().unwrap();
    put_and_deliver(&folder).await;
    put(&folder, "a.json", DENTAL);
    deliver(&mut connector(folder.path()), paid()).await;
    assert_eq!(files(folder.path()), ["done/a.2.json", "done/a.json", "results/K1-000023.json"]);
}

#[tokio::test]
async fn a_bill_is_paid_also_if_change_is_owed() {
    let folder = TempDir::new().unwrap();
    let mut connector = connector(folder.path());
    put(&folder, "a.json", DENTAL);
    let outcome = Outcome::PaidShort { owed_to_patient: Yen::new(300) };
    deliver(&mut connector, PaymentResult { outcome, ..paid() }).await;
    assert_eq!(files(folder.path()), ["done/a.json", "results/K1-000023.json"]);
}

#[tokio::test]
async fn a_bill_that_is_not_paid_stays() {
    let outcomes = [
        Outcome::Cancelled { returned: Yen::ZERO, owed_to_patient: Yen::ZERO },
        Outcome::TakenOverByStaff { by: "A".parse().unwrap(), reason: "B".parse().unwrap() },
    ];
    for outcome in outcomes {
        let folder = TempDir::new().unwrap();
        let mut connector = connector(folder.path());
        put(&folder, "a.json", DENTAL);
        deliver(&mut connector, PaymentResult { outcome, ..paid() }).await;
        assert_eq!(files(folder.path()), ["bills/a.json", "results/K1-000023.json"]);
    }
}

#[tokio::test]
async fn a_wrong_file_gets_an_answer_and_stays() {
    let folder = TempDir::new().unwrap();
    let mut connector = connector(folder.path());
    put(&folder, "a.json", &DENTAL.replace("\"schema\": 1", "\"schema\": 2"));
    assert_eq!(quote(&mut connector).await, QuoteOutcome::AskAtDesk);
    assert_eq!(files(folder.path()), ["bills/a.json", "results/a.json.error.json"]);
    let answer = folder.path().join("results/a.json.error.json");
    assert!(fs::read_to_string(&answer).unwrap().contains("this program understands schema 1"));

    fs::remove_file(&answer).unwrap();
    connector.check_files();
    assert!(!answer.exists(), "the other program has read it");
}

#[tokio::test]
async fn a_half_written_file_is_waited_for() {
    let folder = TempDir::new().unwrap();
    let mut connector = FileConnector::new(shared(folder.path()), Duration::from_secs(20));
    put(&folder, "a.json", &DENTAL[..200]);
    let rest = async {
        tokio::time::sleep(READ_AGAIN_AFTER / 2).await;
        put(&folder, "a.json", DENTAL);
    };
    let (outcome, ()) = tokio::join!(quote(&mut connector), rest);
    assert!(matches!(outcome, QuoteOutcome::Bills(_)), "{outcome:?}");
    assert_eq!(files(folder.path()), ["bills/a.json"], "nobody complained");
}

#[tokio::test]
async fn without_its_folder_nothing_is_payable() {
    let folder = TempDir::new().unwrap();
    let mut connector = connector(folder.path());
    fs::remove_dir(folder.path().join("bills")).unwrap();
    assert_eq!(quote(&mut connector).await, QuoteOutcome::Unavailable);
}

#[test]
fn all_examples_can_lie_in_one_folder() {
    let place = TempDir::new().unwrap();
    let mut connector = connector(place.path());
    let mut ids = BTreeSet::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/examples/bills");
    for example in fs::read_dir(examples).unwrap() {
        let example = example.unwrap();
        let text = fs::read_to_string(example.path()).unwrap();
        let content: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(ids.insert(content["bill_id"].as_str().unwrap().to_owned()), "{example:?}");
        put(&place, example.file_name().to_str().unwrap(), &text);
    }
    assert!(ids.len() >= 10);
    let reading = connector.read().unwrap();
    assert!(reading.wrong.is_empty(), "{:?}", troubles_of(&reading));
}

fn cause_of(answer: FromBridge) -> DeliveryTrouble {
    let FromBridge::NotDelivered { cause, .. } = answer else { panic!("{answer:?}") };
    cause
}

fn told(connector: &mut FileConnector) -> Vec<String> {
    connector.check_files();
    connector.found.iter().map(|trouble| DeskWords::english().billing_trouble(trouble)).collect()
}

/// The empty place where a share is to be mounted looks like a folder without bills.
#[tokio::test]
async fn in_a_folder_that_is_away_nothing_is_made_written_or_answered() {
    let place = TempDir::new().unwrap();
    let (folder, elsewhere) = (place.path().join("billing"), place.path().join("elsewhere"));
    fs::create_dir(&folder).unwrap();
    let mut connector = connector(&folder);
    fs::write(folder.join("bills/a.json"), DENTAL).unwrap();
    fs::rename(&folder, &elsewhere).unwrap();
    fs::create_dir(&folder).unwrap();
    // A bridge that starts meanwhile knows no more.
    for connector in [&mut connector, &mut FileConnector::new(not_set_up(&folder, "host"), Duration::ZERO)] {
        assert_eq!(quote(connector).await, QuoteOutcome::Unavailable);
        assert_eq!(cause_of(connector.answer(ToBridge::Deliver(paid())).await), DeliveryTrouble::Folder);
        assert!(told(connector)[0].contains("is away; mount it"), "{:?}", connector.found);
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);

    fs::remove_dir(&folder).unwrap();
    fs::rename(&elsewhere, &folder).unwrap();
    assert!(matches!(quote(&mut connector).await, QuoteOutcome::Bills(_)));
    deliver(&mut connector, paid()).await;
    assert_eq!(files(&folder), ["done/a.json", "results/K1-000023.json"]);
    assert!(told(&mut connector).is_empty());
}

#[tokio::test]
async fn a_second_machine_at_the_folder_gets_nothing() {
    let folder = TempDir::new().unwrap();
    let mut first = connector(folder.path());
    put(&folder, "a.json", DENTAL);
    first.check_files();
    let mut second = FileConnector::new(not_set_up(folder.path(), "another"), Duration::ZERO);
    assert_eq!(quote(&mut second).await, QuoteOutcome::Unavailable);
    assert_eq!(cause_of(second.answer(ToBridge::Deliver(paid())).await), DeliveryTrouble::Folder);
    assert!(told(&mut second)[0].contains("another computer uses the folder"), "{:?}", second.found);
    assert!(matches!(quote(&mut first).await, QuoteOutcome::Bills(_)));
}

/// `done` is a file, so that nothing can be moved into it.
#[tokio::test]
async fn a_bill_that_cannot_be_moved_keeps_its_result_alone() {
    let folder = TempDir::new().unwrap();
    let mut connector = connector(folder.path());
    put(&folder, "a.json", DENTAL);
    put(&folder, "b.json", &DENTAL.replace("0042", "0043").replace("visit-12", "visit-13"));
    let (done, result) = (folder.path().join("done"), folder.path().join("results/K1-000023.json"));
    fs::remove_dir(&done).unwrap();
    fs::write(&done, "").unwrap();
    assert_eq!(cause_of(connector.answer(ToBridge::Deliver(paid())).await), DeliveryTrouble::BillStays);
    let patient = PatientNumber("0043".into());
    let other = connector.answer(ToBridge::Quote { request: 8, patient }).await;
    assert!(matches!(other, FromBridge::Quoted { outcome: QuoteOutcome::Bills(_), .. }), "{other:?}");

    fs::remove_file(&result).unwrap();
    assert_eq!(cause_of(connector.answer(ToBridge::Deliver(paid())).await), DeliveryTrouble::BillStays);
    assert!(!result.exists(), "the billing system has read it");
    fs::remove_file(&done).unwrap();
    fs::create_dir(&done).unwrap();
    deliver(&mut connector, paid()).await;
    assert_eq!(files(folder.path()), ["bills/b.json", "done/a.json"]);
}

#[test]
fn what_is_wrong_is_told_when_it_changes() {
    let folder = TempDir::new().unwrap();
    let mut connector = connector(folder.path());
    let news = |connector: &mut FileConnector| {
        connector.check_files();
        connector.news().is_some()
    };
    assert!(news(&mut connector), "the first time, whatever it is");
    assert!(!news(&mut connector));
    put(&folder, "a.json", "[]");
    assert!(news(&mut connector) && !news(&mut connector));
    connector.greet();
    assert!(news(&mut connector), "another daemon");
}

/// Names that a patient's file may have, and what must not be lost.
#[cfg(unix)]
#[tokio::test]
async fn a_file_counts_whatever_it_is_called() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let long = format!("{}.json", "a".repeat(250));
    for name in [b"A.JSON".as_slice(), b"\x8c\xa9\x96\x7b.json", long.as_bytes()] {
        let folder = TempDir::new().unwrap();
        let mut connector = connector(folder.path());
        let path = folder.path().join("bills").join(OsStr::from_bytes(name));
        fs::write(&path, DENTAL.replace("\"due\": 3000", "\"due\": 1")).unwrap();
        assert_eq!(quote(&mut connector).await, QuoteOutcome::AskAtDesk);
        let answers = fs::read_dir(folder.path().join("results")).unwrap().count();
        assert_eq!((answers, told(&mut connector).len()), (1, 1), "{name:?}");

        fs::write(&path, DENTAL).unwrap();
        assert!(matches!(quote(&mut connector).await, QuoteOutcome::Bills(_)), "{name:?}");
        deliver(&mut connector, paid()).await;
        assert!(!path.exists() && told(&mut connector).is_empty());
    }
}

/// What lies in the folder and is no file stops nobody, and is told.
#[tokio::test]
async fn what_is_no_file_is_told() {
    let folder = TempDir::new().unwrap();
    let mut connector = connector(folder.path());
    put(&folder, "a.json", DENTAL);
    fs::create_dir(folder.path().join("bills/0042.json")).unwrap();
    assert!(matches!(quote(&mut connector).await, QuoteOutcome::Bills(_)));
    assert!(told(&mut connector)[0].starts_with("bills/0042.json: is no file"), "{:?}", connector.found);
}

async fn put_and_deliver(folder: &TempDir) {
    let mut connector = connector(folder.path());
    put(folder, "a.json", DENTAL);
    deliver(&mut connector, paid()).await;
}
