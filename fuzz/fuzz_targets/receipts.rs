//! Any bill as a 領収証 on any paper, as `seisanki-diag device escpos` prints it.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use api::{PaymentId, ReceiptNumber, WallTime};
use device_api::PrintJobId;
use document::Stationery;
use engine::{PaperFacts, PrintMark, PrintRequest, ReceiptFacts};
use libfuzzer_sys::fuzz_target;
use money::Yen;
use settings::Machine;
use wire::escpos::{Command, Tokenizer};

static STATIONERY: LazyLock<Stationery> = LazyLock::new(|| {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../config/machine.example.toml"));
    Stationery::of(&Machine::load(file).expect("the example is checked by a test of its own"))
});

fuzz_target!(|data: &[u8]| {
    let [file @ .., settings] = data else { return };
    let Ok(bill) = billing::parse_bill(file) else { return };
    let receipt = ReceiptFacts {
        number: ReceiptNumber(1),
        payment: PaymentId(1),
        inserted: bill.due,
        bill,
        together: None,
        paid_at: WallTime(i64::from(*settings) << 32),
        change: Yen::ZERO,
        owed: Yen::ZERO,
    };
    let paper = PaperFacts::Receipt(Box::new(receipt));
    let request = PrintRequest { job: PrintJobId(1), attempt: 0, mark: PrintMark::Original, separate: false, paper };
    let stationery =
        Stationery { columns: document::COLUMNS_MIN + u16::from(settings % 32), ..STATIONERY.clone() };
    // What cannot be laid out is refused; what can be is made of commands that printers know.
    let Ok(page) = document::page(&request, &stationery) else { return };
    let mut tokenizer = Tokenizer::new();
    tokenizer.push(&page.bytes);
    while let Some(token) = tokenizer.next_token() {
        assert!(!matches!(token.command, Command::Unknown(_)), "{:?}", token.command);
    }
    assert_eq!(tokenizer.pending_bytes(), 0, "a page ends with a whole command");
});
