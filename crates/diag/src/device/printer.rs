use std::fs;
use std::path::Path;

use api::{PaymentId, ReceiptNumber, WallTime};
use device_api::{PrintJobId, PrinterCommand, PrinterEvent};
use devices::escpos::ReceiptPrinter;
use devices::port::Direction;
use document::Stationery;
use engine::{PaperFacts, PrintMark, PrintRequest, ReceiptFacts};
use money::Yen;
use serde_json::{Value, json};
use settings::{Clinic, Forms, ReceiptWords};
use wire::escpos::{ReplyParser, Tokenizer};

use super::{Ask, Bench, Told};

const DENTAL: &str = include_str!("../../../../config/forms/dental.toml");
const MEDICAL: &str = include_str!("../../../../config/forms/medical.toml");
const WORDS: &str = include_str!("../../../../config/languages/ja/receipt.toml");

/// Prints bill files as receipts that are plainly no receipts.
pub(super) struct PrinterBench {
    columns: u16,
    jobs: u32,
    last: Option<Value>,
}

impl PrinterBench {
    pub(super) fn new(columns: u16) -> PrinterBench {
        PrinterBench { columns, jobs: 0, last: None }
    }

    fn print(&mut self, file: &str) -> Result<PrinterCommand, String> {
        let wrong = |what: String| format!("{file}: {what}");
        let bytes = fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let bill = billing::parse_bill(&bytes).map_err(|error| wrong(error.to_string()))?;
        self.jobs += 1;
        let job = PrintJobId(self.jobs);
        let receipt = ReceiptFacts {
            number: ReceiptNumber(0),
            payment: PaymentId(0),
            inserted: bill.due,
            bill,
            together: None,
            paid_at: WallTime(SAMPLE_TIME),
            change: Yen::ZERO,
            owed: Yen::ZERO,
        };
        let paper = PaperFacts::Receipt(Box::new(receipt));
        let request = PrintRequest { job, attempt: 0, mark: PrintMark::Original, separate: false, paper };
        let page = document::page(&request, &stationery(self.columns)?);
        Ok(PrinterCommand::Print {
            job,
            attempt: 0,
            // Nobody knows what was printed before.
            separate: true,
            page: page.map_err(|error| wrong(error.to_string()))?.bytes,
        })
    }
}

/// 2026-11-22 10:00 in Japan: a sample carries no real time.
const SAMPLE_TIME: i64 = 1_795_309_200;

impl Bench for PrinterBench {
    type Driver = ReceiptPrinter;

    fn command(&mut self, line: &str) -> Result<Ask<PrinterCommand>, String> {
        match line.split_once(' ') {
            Some(("print", file)) => self.print(file.trim()).map(Ask::Command),
            None if line == "status" => {
                Ok(Ask::Show(self.last.clone().unwrap_or_else(|| json!({ "event": "silent" }))))
            }
            _ => Err("the commands are: print BILL.json, status".to_owned()),
        }
    }

    fn event(&mut self, event: &PrinterEvent) -> Told<PrinterCommand> {
        let show = match event {
            PrinterEvent::Status(status) => {
                let status = json!({ "event": "status", "ready": status.is_ready(), "status": status });
                self.last = Some(status.clone());
                status
            }
            PrinterEvent::Printed { job } => json!({ "event": "printed", "job": job }),
            PrinterEvent::NotStarted { job, cause } => {
                json!({ "event": "not_started", "job": job, "cause": cause })
            }
            PrinterEvent::Unknown { job, cause } => {
                json!({ "event": "unknown", "job": job, "cause": cause })
            }
        };
        Told { show, then: None }
    }

    fn describe(direction: Direction, bytes: &[u8]) -> String {
        match direction {
            Direction::Sent => describe_sent(bytes),
            Direction::Received => describe_received(bytes),
        }
    }
}

fn describe_sent(bytes: &[u8]) -> String {
    let mut tokenizer = Tokenizer::new();
    tokenizer.push(bytes);
    std::iter::from_fn(|| tokenizer.next_token())
        .map(|token| token.command.describe())
        .collect::<Vec<_>>()
        .join(", ")
}

fn describe_received(bytes: &[u8]) -> String {
    let mut parser = ReplyParser::new(true);
    let replies = bytes.iter().filter_map(|byte| parser.push(*byte));
    replies.map(|reply| reply.describe()).collect::<Vec<_>>().join(", ")
}

fn stationery(columns: u16) -> Result<Stationery, String> {
    let words = ReceiptWords::parse(WORDS, Path::new("languages/ja/receipt.toml"));
    let words = words.map_err(|error| error.to_string())?;
    Ok(Stationery { clinic: sample_clinic(), forms: forms()?, words, columns })
}

fn sample_clinic() -> Clinic {
    Clinic {
        name: "見本医院".to_owned(),
        address: "見本県見本市見本町0-0-0".to_owned(),
        phone: "00-0000-0000".to_owned(),
        registration_number: None,
        demo: true,
        footer: Vec::new(),
        footer_insured: Vec::new(),
    }
}

fn forms() -> Result<Forms, String> {
    let table = |text| toml::from_str(text).map_err(|error| error.to_string());
    Ok(Forms { medical: table(MEDICAL)?, dental: table(DENTAL)? })
}
