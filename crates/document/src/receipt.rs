//! What stands on a 領収証, from top to bottom (K19, rules C.14 to C.31).

use api::{BillLine, Division, FormKind, Insurance, LineKind, PointUnit, TaxClass};
use engine::{PrintMark, ReceiptFacts, Together};
use money::{AmountOverflow, Yen};
use settings::{Clinic, FormTable, ReceiptWords};
use wire::escpos::Align;

use crate::layout::{Layout, Style};
use crate::words::fill;
use crate::{DocumentError, Stationery, calendar, heading, tax};

pub(crate) fn lay_out(
    mark: PrintMark,
    receipt: &ReceiptFacts,
    stationery: &Stationery,
) -> Result<Layout, DocumentError> {
    let Stationery { clinic, forms, words, columns } = stationery;
    let form = match receipt.bill.detail.form {
        FormKind::Medical => &forms.medical,
        FormKind::Dental => &forms.dental,
    };
    let mut page = Layout::new(usize::from(*columns));
    heading::write(&mut page, stationery, &form.title, mark);
    identification(&mut page, words, receipt)?;
    patient(&mut page, words, receipt)?;
    insured(&mut page, words, receipt, form);
    outside_insurance(&mut page, words, receipt, form)?;
    items_from_desk(&mut page, words, receipt);
    received(&mut page, words, receipt)?;
    taxes(&mut page, words, receipt)?;
    tendered(&mut page, words, receipt);
    issuer(&mut page, words, clinic, receipt);
    footer(&mut page, clinic, receipt.bill.detail.insurance.is_some());
    Ok(page)
}

fn identification(
    page: &mut Layout,
    words: &ReceiptWords,
    receipt: &ReceiptFacts,
) -> Result<(), DocumentError> {
    page.text(Align::Right, Style::PLAIN, &fill(&words.number, &[("number", &receipt.number)]));
    page.pair(Style::PLAIN, &words.issued, &calendar::moment(words, receipt.paid_at)?);
    page.rule();
    Ok(())
}

fn patient(page: &mut Layout, words: &ReceiptWords, receipt: &ReceiptFacts) -> Result<(), DocumentError> {
    let bill = &receipt.bill;
    page.text(Align::Left, Style::LARGE, &fill(&words.patient_name, &[("name", &bill.patient.name)]));
    page.pair(Style::PLAIN, &words.patient_number, &bill.patient.number.0);
    page.pair(Style::PLAIN, &words.treated_on, &calendar::day(words, bill.detail.treated_on)?);
    if let Some(department) = &bill.detail.department {
        page.pair(Style::PLAIN, &words.department, department);
    }
    match &bill.detail.insurance {
        Some(insurance) => {
            page.pair(Style::PLAIN, &words.payer, &insurance.kind);
            let percent = fill(&words.burden_percent, &[("percent", &insurance.burden_percent)]);
            page.pair(Style::PLAIN, &words.burden, &percent);
        }
        None => page.pair(Style::PLAIN, &words.payer, &words.self_pay),
    }
    page.rule();
    Ok(())
}

fn insured(page: &mut Layout, words: &ReceiptWords, receipt: &ReceiptFacts, form: &FormTable) {
    let Some(insurance) = &receipt.bill.detail.insurance else { return };
    let name = &form.columns.insured;
    page.text(Align::Left, Style::BOLD, &fill(&words.table, &[("name", name)]));
    for (label, division) in in_form_order(insurance, form) {
        page.pair(Style::PLAIN, label, &with_unit(words, division.amount.into(), division.unit));
    }
    for unit in [PointUnit::Points, PointUnit::Yen] {
        let amounts = insurance.divisions.iter().filter(|division| division.unit == unit);
        let sum: u64 = amounts.map(|division| u64::from(division.amount)).sum();
        if sum > 0 {
            let label = match unit {
                PointUnit::Points => words.points_sum.clone(),
                PointUnit::Yen => fill(&words.insured_sum, &[("name", name)]),
            };
            page.pair(Style::PLAIN, &label, &with_unit(words, sum, unit));
        }
    }
    page.pair(Style::PLAIN, &words.patient_share, &yen(words, insurance.patient_share));
    page.rule();
}

/// The divisions that occur, as the form orders them, and behind them those that it does not know, under their
/// codes: a bill of next year's fee table is receipted whole.
fn in_form_order<'a>(
    insurance: &'a Insurance,
    form: &'a FormTable,
) -> impl Iterator<Item = (&'a str, &'a Division)> {
    let known = form.divisions.iter().flat_map(|row| {
        let occurring = insurance.divisions.iter().filter(|division| division.code == row.code);
        occurring.map(|division| (row.label.as_str(), division))
    });
    let is_known = |division: &Division| form.divisions.iter().any(|row| row.code == division.code);
    let unknown = insurance.divisions.iter().filter(move |division| !is_known(division));
    known.chain(unknown.map(|division| (division.code.as_str(), division)))
}

fn outside_insurance(
    page: &mut Layout,
    words: &ReceiptWords,
    receipt: &ReceiptFacts,
    form: &FormTable,
) -> Result<(), AmountOverflow> {
    let lines = &receipt.bill.detail.lines;
    for (kind, name) in [(LineKind::Selected, &form.columns.selected), (LineKind::Other, &form.columns.other)]
    {
        let of_kind: Vec<&BillLine> = lines.iter().filter(|line| line.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        page.text(Align::Left, Style::BOLD, &fill(&words.table, &[("name", name)]));
        for line in &of_kind {
            page.pair(Style::PLAIN, &label(words, line), &yen(words, line.amount));
        }
        let sum = Yen::sum(of_kind.iter().map(|line| line.amount))?;
        page.pair(Style::PLAIN, &words.sum, &yen(words, sum));
        page.rule();
    }
    Ok(())
}

/// Insured treatment is listed by divisions here, and item by item on the 明細書 of the desk; so is a bill that lists nothing.
fn items_from_desk(page: &mut Layout, words: &ReceiptWords, receipt: &ReceiptFacts) {
    let detail = &receipt.bill.detail;
    if detail.insurance.is_some() || detail.lines.is_empty() {
        page.text(Align::Left, Style::PLAIN, &words.items_from_desk);
        page.rule();
    }
}

/// An invoice has to mark what carries the reduced rate (D.28).
fn label(words: &ReceiptWords, line: &BillLine) -> String {
    match line.tax {
        TaxClass::Reduced => format!("{}{}", line.label, words.reduced_mark),
        TaxClass::Standard | TaxClass::Exempt => line.label.clone(),
    }
}

fn received(page: &mut Layout, words: &ReceiptWords, receipt: &ReceiptFacts) -> Result<(), AmountOverflow> {
    let adjustment = adjustment(receipt)?;
    if !adjustment.is_zero() {
        page.pair(Style::PLAIN, &words.adjustment, &yen(words, adjustment));
    }
    page.pair(Style::LARGE, &words.received, &yen(words, receipt.bill.due));
    page.rule();
    Ok(())
}

/// How it was paid. Where nothing was due nothing was taken, and nothing says that it was. What was tendered for several
/// bills is said to be for all of them.
fn tendered(page: &mut Layout, words: &ReceiptWords, receipt: &ReceiptFacts) {
    if receipt.bill.due.is_zero() {
        page.text(Align::Left, Style::PLAIN, &words.nothing_due);
    } else {
        if let Some(Together { bills, due }) = receipt.together {
            page.text(Align::Left, Style::BOLD, &fill(&words.together, &[("bills", &bills)]));
            page.pair(Style::PLAIN, &fill(&words.together_due, &[("bills", &bills)]), &yen(words, due));
        }
        page.pair(Style::PLAIN, &words.inserted, &yen(words, receipt.inserted));
        page.pair(Style::PLAIN, &words.change, &yen(words, receipt.change));
        if !receipt.owed.is_zero() {
            let owed = fill(&words.owed, &[("amount", &receipt.owed)]);
            page.pair(Style::PLAIN, &owed, &fill(&words.owed_by_slip, &[("number", &receipt.payment)]));
        }
        page.pair(Style::PLAIN, &words.method, &words.cash);
    }
    page.pair(Style::PLAIN, &words.payment_number, &receipt.payment.to_string());
    page.rule();
}

/// What the billing system added or took off beyond the items that it listed (減免, 調整金; A.9).
fn adjustment(receipt: &ReceiptFacts) -> Result<Yen, AmountOverflow> {
    let detail = &receipt.bill.detail;
    let share = detail.insurance.as_ref().map_or(Yen::ZERO, |insurance| insurance.patient_share);
    let listed = share.plus(Yen::sum(detail.lines.iter().map(|line| line.amount))?)?;
    receipt.bill.due.minus(listed)
}

/// Only where something is taxed: insured treatment is not (B.10).
fn taxes(page: &mut Layout, words: &ReceiptWords, receipt: &ReceiptFacts) -> Result<(), AmountOverflow> {
    let totals = tax::totals_by_rate(&receipt.bill)?;
    if totals.is_empty() {
        return Ok(());
    }
    for total in &totals {
        let taxed = fill(&words.taxed, &[("rate", &total.rate_percent)]);
        page.pair(Style::PLAIN, &taxed, &yen(words, total.total));
        page.pair(Style::PLAIN, &words.tax_inside, &yen(words, total.tax));
    }
    let exempt = tax::exempt_total(receipt.bill.due, &totals)?;
    if !exempt.is_zero() {
        page.pair(Style::PLAIN, &words.exempt, &yen(words, exempt));
    }
    if receipt.bill.detail.lines.iter().any(|line| line.tax == TaxClass::Reduced) {
        let note = fill(&words.reduced_note, &[("mark", &words.reduced_mark)]);
        page.text(Align::Left, Style::PLAIN, &note);
    }
    page.rule();
    Ok(())
}

fn issuer(page: &mut Layout, words: &ReceiptWords, clinic: &Clinic, receipt: &ReceiptFacts) {
    if !receipt.bill.due.is_zero() {
        page.text(Align::Left, Style::PLAIN, &words.acknowledgement);
        page.blank();
    }
    page.text(Align::Left, Style::BOLD, &clinic.name);
    page.text(Align::Left, Style::PLAIN, &clinic.address);
    page.text(Align::Left, Style::PLAIN, &fill(&words.phone, &[("phone", &clinic.phone)]));
    if let Some(number) = &clinic.registration_number {
        page.text(Align::Left, Style::PLAIN, &fill(&words.registration_number, &[("number", number)]));
    }
    page.boxed(&words.seal);
}

/// What the clinic says of insured fees is not true of what a patient pays wholly (C.20).
fn footer(page: &mut Layout, clinic: &Clinic, insured: bool) {
    let of_insured = if insured { clinic.footer_insured.as_slice() } else { &[] };
    for line in of_insured.iter().chain(&clinic.footer) {
        page.text(Align::Left, Style::PLAIN, line);
    }
}

fn yen(words: &ReceiptWords, amount: Yen) -> String {
    fill(&words.yen, &[("amount", &amount)])
}

/// A receipt may count divisions in points or yen, but has to say in which (疑義解釈 H18.3.28).
fn with_unit(words: &ReceiptWords, amount: u64, unit: PointUnit) -> String {
    let template = match unit {
        PointUnit::Points => &words.points,
        PointUnit::Yen => &words.yen,
    };
    fill(template, &[("amount", &amount)])
}

#[cfg(test)]
mod tests;
