//! Answers the daemon out of the shared folder.

use std::time::{Duration, Instant};

use api::{DeliveryTrouble, FromBridge, PatientNumber, PaymentResult, QuoteOutcome, ToBridge};
use billing::{ErrorAnswer, Folder, Reading};
use tracing::{error, info, warn};

use crate::shared_folder::{SharedFolder, SharedFolderError};

/// How long after a file was found unfinished it is looked at again.
const READ_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// Between the billing system's files and the daemon's messages.
pub(crate) struct FileConnector {
    shared: SharedFolder,
    folder: Folder,
    /// How long a question may wait for a file that is being written.
    quote_time: Duration,
    started: Instant,
}

/// A result is not where the billing system finds it. The daemon keeps it and sends it again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliveryError {
    #[error(transparent)]
    Folder(#[from] SharedFolderError),
    #[error("a result cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl DeliveryError {
    fn trouble(&self) -> DeliveryTrouble {
        match self {
            DeliveryError::Folder(SharedFolderError::ResultDiffers { .. }) => {
                DeliveryTrouble::SaysSomethingElse
            }
            DeliveryError::Folder(SharedFolderError::TooManyNamesakes { .. }) => DeliveryTrouble::BillStays,
            DeliveryError::Folder(
                SharedFolderError::Folder { .. }
                | SharedFolderError::File { .. }
                | SharedFolderError::TooManyFiles { .. },
            )
            | DeliveryError::Json(_) => DeliveryTrouble::CannotWrite,
        }
    }
}

impl FileConnector {
    pub(crate) fn new(shared: SharedFolder, quote_time: Duration) -> FileConnector {
        #[expect(clippy::disallowed_methods, reason = "the bridge's only look at the clock")]
        let started = Instant::now();
        FileConnector { shared, folder: Folder::default(), quote_time, started }
    }

    /// Does what the daemon asks.
    pub(crate) async fn answer(&mut self, message: ToBridge) -> FromBridge {
        match message {
            ToBridge::Quote { request, patient } => {
                let outcome = self.quote(&patient).await;
                FromBridge::Quoted { request, outcome }
            }
            ToBridge::Deliver(result) => {
                let payment = result.payment;
                match self.deliver(&result) {
                    Ok(()) => {
                        info!(%payment, "the result is delivered");
                        FromBridge::Delivered { payment }
                    }
                    Err(error) => {
                        error!(%payment, "the result waits: {error}");
                        FromBridge::NotDelivered { payment, cause: error.trouble() }
                    }
                }
            }
        }
    }

    /// Looks for wrong files, so that their writer hears of them before a patient stands at the machine.
    pub(crate) fn check_files(&mut self) {
        if let Err(error) = self.read() {
            error!("{error}");
        }
    }

    async fn quote(&mut self, patient: &PatientNumber) -> QuoteOutcome {
        let patience_ends = self.started.elapsed() + self.quote_time;
        loop {
            match self.read() {
                Ok(reading) if reading.unfinished && self.started.elapsed() < patience_ends => {
                    tokio::time::sleep(READ_AGAIN_AFTER).await;
                }
                Ok(reading) => return reading.quote(patient),
                Err(error) => {
                    error!("{error}");
                    return QuoteOutcome::Unavailable;
                }
            }
        }
    }

    /// The result comes first: a bill that has left `bills/` without one would be lost to both programs.
    fn deliver(&mut self, result: &PaymentResult) -> Result<(), DeliveryError> {
        self.shared.write_result(&billing::result_file(result)?)?;
        let reading = self.read()?;
        for name in reading.settled_by(result) {
            self.shared.move_to_done(name)?;
        }
        Ok(())
    }

    fn read(&mut self) -> Result<Reading, SharedFolderError> {
        let reading = self.folder.read(self.started.elapsed(), self.shared.list()?);
        for answer in &reading.answers {
            self.complain(answer);
        }
        Ok(reading)
    }

    fn complain(&mut self, answer: &ErrorAnswer) {
        // Neither the file's name nor the sentence, which may name another file: other programs like to name files
        // after patients.
        warn!("a bill file is wrong; results/ holds the answer that says how");
        match self.shared.write_answer(&answer.name(), &answer.text()) {
            Ok(()) => self.folder.answered(answer),
            Err(error) => error!("{error}"),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;
    use std::path::Path;

    use api::{BillId, MachineId, Method, Outcome, PaidBill, PaymentId, ReceiptNumber, WallTime};
    use money::{CashCount, Yen};
    use tempfile::TempDir;

    use super::*;

    pub(crate) const DENTAL: &str = include_str!("../../../config/examples/bills/dental-insured.json");

    /// A connector that does not wait for half-written files.
    pub(crate) fn connector(folder: &Path) -> FileConnector {
        FileConnector::new(SharedFolder::open(folder).unwrap(), Duration::ZERO)
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
            method: Method::Cash,
            inserted: CashCount::EMPTY,
            paid_out: CashCount::EMPTY,
        }
    }

    /// Every file below `folder`, without its content.
    fn files(folder: &Path) -> Vec<String> {
        let subfolders = ["bills", "done", "results"].into_iter();
        let mut names: Vec<String> = subfolders
            .flat_map(|name| {
                fs::read_dir(folder.join(name)).unwrap().map(move |entry| (name, entry.unwrap()))
            })
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
            Outcome::TakenOverByStaff { by: "A".into(), reason: "B".into() },
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
        assert_eq!(quote(&mut connector).await, QuoteOutcome::Unavailable);
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
        let shared = SharedFolder::open(folder.path()).unwrap();
        let mut connector = FileConnector::new(shared, Duration::from_secs(20));
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
        let mut ids = std::collections::BTreeSet::new();
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
        assert!(reading.answers.is_empty() && !reading.unfinished, "{:?}", reading.answers);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("billing"), "a file").unwrap();
        let error = SharedFolder::open(&folder.path().join("billing")).err().unwrap().to_string();
        assert!(error.contains("billing/bills cannot be created"), "{error}");
    }

    async fn put_and_deliver(folder: &TempDir) {
        let mut connector = connector(folder.path());
        put(folder, "a.json", DENTAL);
        deliver(&mut connector, paid()).await;
    }
}
