//! Each example bill of `config/examples/bills` as the patient reads it.

use api::{Bill, PaymentId, ReceiptNumber};
use device_api::PrintJobId;
use engine::{PaperFacts, PrintRequest};
use serde_json::{Value, json};
use wire::escpos::{self, Command, Size};

use super::*;
use crate::layout::{Line, Row};
use crate::page;
use crate::sample::{PAID_AT, clinic, forms, printed_lines, shown, stationery};

const EXAMPLES: [(&str, &str); 5] = [
    ("dental-insured", include_str!("../../../../config/examples/bills/dental-insured.json")),
    ("medical-insured", include_str!("../../../../config/examples/bills/medical-insured.json")),
    ("mixed", include_str!("../../../../config/examples/bills/mixed.json")),
    ("needs-coins", include_str!("../../../../config/examples/bills/needs-coins.json")),
    ("self-pay", include_str!("../../../../config/examples/bills/self-pay.json")),
];

#[test]
fn every_example_reads_like_a_clinics_receipt() {
    for (name, text) in EXAMPLES {
        let layout = laid_out(&original(bill(text)), 48);
        insta::assert_snapshot!(name, shown(&layout, 48));
    }
}

/// What was tendered for several bills is said to be for all of them, and what they come to.
#[test]
fn bills_that_are_paid_together_say_so() {
    let mut receipt = original(example("needs-coins"));
    receipt.together = Some(Together { bills: 2, due: Yen::new(1_237) });
    (receipt.inserted, receipt.change) = (Yen::new(2_000), Yen::new(763));
    insta::assert_snapshot!("together-42", shown(&laid_out(&receipt, 42), 42));
}

/// Nothing is said to have been received or tendered where nothing was due.
#[test]
fn a_receipt_of_nothing_claims_nothing() {
    let mut bill = example("medical-insured");
    bill.due = Yen::ZERO;
    bill.detail.insurance.as_mut().unwrap().patient_share = Yen::ZERO;
    insta::assert_snapshot!("nothing-due-42", shown(&laid_out(&original(bill), 42), 42));
}

#[test]
fn narrow_paper_holds_everything() {
    let layout = laid_out(&original(example("mixed")), 42);
    insta::assert_snapshot!("mixed-42", shown(&layout, 42));
}

#[test]
fn no_line_is_wider_than_the_paper() {
    let mut long = example("mixed");
    long.patient.name = "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末".into();
    long.detail.lines[0].label = "自費による金属床義歯の製作および調整にかかる費用の一部".into();
    long.due = Yen::new(1_234_567_890);
    for bill in EXAMPLES.map(|(_, text)| bill(text)).into_iter().chain([long]) {
        for columns in [42, 48] {
            for line in lines(&laid_out(&original(bill.clone()), columns)) {
                let width = escpos::columns(&line.text) * usize::from(line.style.size.width());
                assert!(width <= columns.into(), "{width} > {columns}: {}", line.text);
            }
        }
    }
}

#[test]
fn the_printer_gets_what_was_laid_out() {
    for (_, text) in EXAMPLES {
        let layout = laid_out(&original(bill(text)), 48);
        let page = page::encode(&layout).unwrap();
        let expected: Vec<String> = lines(&layout).map(|line| line.text.clone()).collect();
        assert_eq!(printed_lines(&page.bytes), expected);
        assert_eq!(page.replaced, 0);
    }
}

#[test]
fn the_sum_stands_out() {
    let page = page::encode(&laid_out(&original(example("dental-insured")), 48)).unwrap();
    let sum = [
        Command::Size(Size::DOUBLE),
        Command::Bold(true),
        Command::LineSpacing(60),
        Command::text("領収金額         3,000円").unwrap(),
        Command::LineFeed,
        Command::Size(Size::NORMAL),
        Command::Bold(false),
        Command::DefaultLineSpacing,
    ];
    let whole = Command::encode_all(&sum);
    assert!(page.bytes.windows(whole.len()).any(|bytes| bytes == whole));
}

#[test]
fn the_sides_of_the_stamps_box_close() {
    let page = page::encode(&laid_out(&original(example("dental-insured")), 48)).unwrap();
    let rows = [
        Command::LineSpacing(24),
        Command::text("┌───┐").unwrap(),
        Command::LineFeed,
        Command::text("│　印　│").unwrap(),
        Command::LineFeed,
        Command::DefaultLineSpacing,
        Command::text("└───┘").unwrap(),
        Command::LineFeed,
    ];
    let whole = Command::encode_all(&rows);
    assert!(page.bytes.windows(whole.len()).any(|bytes| bytes == whole));
}

#[test]
fn there_are_never_two_unmarked_originals() {
    let marked = |mark| {
        let layout = lay_out(mark, &original(example("self-pay")), &stationery(48)).unwrap();
        shown(&layout, 48).lines().nth(2).map(|line| line.trim().to_owned())
    };
    assert_eq!(marked(PrintMark::Original).unwrap(), "見本・無効");
    assert_eq!(marked(PrintMark::BadPrint).unwrap(), "(印字不良のため再印字)");
    assert_eq!(marked(PrintMark::Reissued).unwrap(), "(再発行)");
}

#[test]
fn only_a_demo_is_void() {
    let clinic = Clinic { demo: false, ..clinic() };
    let real = Stationery { clinic, ..stationery(48) };
    let layout = lay_out(PrintMark::Original, &original(example("self-pay")), &real).unwrap();
    assert!(!shown(&layout, 48).contains("見本・無効"));
}

#[test]
fn a_name_outside_the_font_is_visibly_incomplete() {
    let mut bill = example("self-pay");
    bill.patient.name = "髙見 𠮷男".into();
    let layout = laid_out(&original(bill), 48);
    assert!(shown(&layout, 48).contains("〓見 〓男 様"));
    assert_eq!(page::encode(&layout).unwrap().replaced, 2);
}

#[test]
fn divisions_follow_the_form_and_unknown_ones_follow_them() {
    let mut bill = example("dental-insured");
    let insurance = bill.detail.insurance.as_mut().unwrap();
    insurance.divisions.reverse();
    insurance.divisions.insert(0, Division { code: "robots".into(), amount: 9, unit: PointUnit::Yen });
    let forms = forms();
    let labels: Vec<&str> = in_form_order(insurance, &forms.dental).map(|(label, _)| label).collect();
    assert_eq!(labels, ["初・再診料", "医学管理等", "画像診断", "処置", "歯冠修復及び欠損補綴", "robots"]);
}

#[test]
fn an_adjustment_is_shown() {
    let mut bill = example("dental-insured");
    bill.due = Yen::new(2_500);
    let paper = shown(&laid_out(&original(bill), 48), 48);
    assert!(paper.lines().any(|line| line.starts_with("調整額 ") && line.ends_with(" -500円")));
}

#[test]
fn what_was_not_paid_out_is_stated_with_its_slip() {
    let mut receipt = original(example("needs-coins"));
    (receipt.inserted, receipt.change, receipt.owed) = (Yen::new(10_000), Yen::new(8_770), Yen::new(1_770));
    for columns in [48, 42] {
        insta::assert_snapshot!(
            format!("owed-{columns}"),
            shown(&laid_out(&receipt, columns), columns.into())
        );
    }
}

#[test]
fn what_cannot_be_a_receipt_is_refused() {
    let mut receipt = original(example("self-pay"));
    let made = |receipt: &ReceiptFacts, columns| {
        let paper = PaperFacts::Receipt(Box::new(receipt.clone()));
        let request = PrintRequest {
            job: PrintJobId(1),
            attempt: 0,
            mark: PrintMark::Original,
            separate: false,
            paper,
        };
        page(&request, &stationery(columns))
    };
    assert!(made(&receipt, 48).is_ok());
    assert_eq!(made(&receipt, 20), Err(DocumentError::PaperTooNarrow { columns: 20 }));
    receipt.bill.detail.treated_on = (2026, 2, 30);
    assert_eq!(made(&receipt, 48), Err(DocumentError::NoSuchDay));
}

fn laid_out(receipt: &ReceiptFacts, columns: u16) -> Layout {
    lay_out(PrintMark::Original, receipt, &stationery(columns)).unwrap()
}

fn lines(layout: &Layout) -> impl Iterator<Item = &Line> {
    layout.rows.iter().map(|row| match row {
        Row::Text(line) => line,
        Row::QrCode(_) => panic!("a receipt has no QR code"),
    })
}

fn original(bill: Bill) -> ReceiptFacts {
    ReceiptFacts {
        number: ReceiptNumber(17),
        payment: PaymentId(23),
        inserted: bill.due,
        change: Yen::ZERO,
        owed: Yen::ZERO,
        bill,
        together: None,
        paid_at: PAID_AT,
    }
}

fn example(name: &str) -> Bill {
    let (_, text) = EXAMPLES.into_iter().find(|(known, _)| *known == name).unwrap();
    bill(text)
}

/// Bill files are the billing crate's to read; here the fields only change their places.
fn bill(text: &str) -> Bill {
    let file: Value = serde_json::from_str(text).unwrap();
    let day: Vec<i32> =
        file["treated_on"].as_str().unwrap().split('-').map(|part| part.parse().unwrap()).collect();
    serde_json::from_value(json!({
        "id": file["bill_id"],
        "revision": file["revision"],
        "visit_no": file["visit_no"],
        "patient": file["patient"],
        "ready": file["ready"],
        "due": file["due"],
        "detail": {
            "form": file["form"],
            "treated_on": day,
            "department": file["department"],
            "insurance": file["insurance"],
            "lines": file["lines"],
        },
    }))
    .unwrap()
}
