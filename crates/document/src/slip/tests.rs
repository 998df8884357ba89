use api::PaymentId;
use device_api::PrintJobId;
use engine::{PaperFacts, PrintRequest};
use money::Yen;
use wire::escpos::{self, QrStep, Size};

use super::*;
use crate::layout::Row;
use crate::page::Page;
use crate::sample::{PAID_AT, clinic, printed_lines, shown, stationery};

#[test]
fn a_slip_reads_like_a_clinics_paper() {
    for columns in [48, 42, 32] {
        insta::assert_snapshot!(format!("slip-{columns}"), shown(&laid_out(columns), columns.into()));
    }
}

#[test]
fn no_line_is_wider_than_the_paper() {
    let huge = SlipFacts { amount: Yen::new(1_234_567_890), ..slip() };
    for columns in [48, 42, 32] {
        for row in lay_out(PrintMark::Original, &huge, &stationery(columns)).unwrap().rows {
            let Row::Text(line) = row else { continue };
            let width = escpos::columns(&line.text) * usize::from(line.style.size.width());
            assert!(width <= columns.into(), "{width} > {columns}: {}", line.text);
        }
    }
}

/// K15: in large digits, and never cut in two, however narrow the paper.
#[test]
fn nothing_is_larger_than_the_amount() {
    for columns in [48, 42, 32] {
        for (amount, size) in [(1_770, Size::TRIPLE), (1_234_567_890, Size::DOUBLE)] {
            let slip = SlipFacts { amount: Yen::new(amount), ..slip() };
            let layout = lay_out(PrintMark::Original, &slip, &stationery(columns)).unwrap();
            let lines = layout.rows.iter().filter_map(|row| match row {
                Row::Text(line) => Some(line),
                Row::QrCode(_) => None,
            });
            let (of_amount, others): (Vec<_>, Vec<_>) =
                lines.partition(|line| line.text == format!("{}円", slip.amount));
            let [line] = of_amount[..] else { panic!("the amount has no line for itself") };
            // On wide paper even this one is set large.
            assert!(line.style.size.height() >= size.height());
            assert!(others.iter().all(|other| other.style.size.height() <= line.style.size.height()));
        }
    }
}

#[test]
fn there_are_never_two_unmarked_originals() {
    for (mark, words) in [
        (PrintMark::Original, None),
        (PrintMark::BadPrint, Some("(印字不良のため再印字)")),
        (PrintMark::Reissued, Some("(再発行)")),
    ] {
        let paper = shown(&lay_out(mark, &slip(), &stationery(48)).unwrap(), 48);
        let marks: Vec<&str> = paper.lines().map(str::trim).filter(|line| line.starts_with('(')).collect();
        assert_eq!(marks, Vec::from_iter(words));
    }
}

#[test]
fn only_a_demo_is_void() {
    let real = Stationery { clinic: Clinic { demo: false, ..clinic() }, ..stationery(48) };
    let layout = lay_out(PrintMark::Original, &slip(), &real).unwrap();
    assert!(!shown(&layout, 48).contains("見本・無効"));
    assert!(shown(&laid_out(48), 48).contains("見本・無効"));
}

/// Do not change me: desks scan the bare code.
#[test]
fn the_printer_gets_the_code_as_letters_and_as_a_qr_code() {
    let page = page(&slip()).unwrap();
    let code = slip().code;
    let steps = [
        QrStep::Model2,
        QrStep::ModuleDots(6),
        QrStep::Correction(escpos::QrCorrection::Medium),
        QrStep::Store(code.as_str().as_bytes().to_vec()),
        QrStep::Print,
    ];
    let whole = escpos::Command::encode_all(&steps.map(|step| step.command()));
    assert!(page.bytes.windows(whole.len()).any(|bytes| bytes == whole));
    assert!(printed_lines(&page.bytes).contains(&in_groups(code.as_str())));
    assert_eq!(page.replaced, 0);
}

#[test]
fn a_code_stands_in_groups_of_four() {
    assert_eq!(in_groups("23456789ABCD"), "2345-6789-ABCD");
}

#[test]
fn what_cannot_be_a_slip_is_refused() {
    let never = SlipFacts { at: api::WallTime(i64::MAX), ..slip() };
    assert_eq!(page(&never), Err(DocumentError::NoSuchTime));
}

fn page(slip: &SlipFacts) -> Result<Page, DocumentError> {
    let paper = PaperFacts::Slip(slip.clone());
    let request =
        PrintRequest { job: PrintJobId(1), attempt: 0, mark: PrintMark::Original, separate: false, paper };
    crate::page(&request, &stationery(48))
}

fn laid_out(columns: u16) -> Layout {
    lay_out(PrintMark::Original, &slip(), &stationery(columns)).unwrap()
}

fn slip() -> SlipFacts {
    let code = SlipCode::of(0x5EED_1234_5678_9ABC);
    SlipFacts { payment: PaymentId(23), amount: Yen::new(1_770), code, at: PAID_AT }
}
