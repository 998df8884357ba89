//! What stands on an お釣り・ご返金 預り票, from top to bottom (K15). No name, and nothing of the treatment: it lies on
//! the desk for everybody to see.

use engine::{PrintMark, SlipCode, SlipFacts};
use settings::{Clinic, ReceiptWords};
use wire::escpos::Align;

use crate::layout::{Layout, Style};
use crate::words::fill;
use crate::{DocumentError, Stationery, calendar, heading};

/// People read and type a code by fours.
const CODE_GROUP: usize = 4;

pub(crate) fn lay_out(
    mark: PrintMark,
    slip: &SlipFacts,
    stationery: &Stationery,
) -> Result<Layout, DocumentError> {
    let Stationery { clinic, words, columns, .. } = stationery;
    let mut page = Layout::new(usize::from(*columns));
    heading::write(&mut page, stationery, &words.slip.title, mark);
    page.pair(Style::PLAIN, &words.payment_number, &slip.payment.to_string());
    page.pair(Style::PLAIN, &words.slip.issued, &calendar::moment(words, slip.at)?);
    page.rule();
    owed(&mut page, words, slip);
    proof(&mut page, words, &slip.code);
    issuer(&mut page, words, clinic);
    Ok(page)
}

fn owed(page: &mut Layout, words: &ReceiptWords, slip: &SlipFacts) {
    page.blank();
    page.text(Align::Center, Style::PLAIN, &words.slip.amount);
    page.largest(Align::Center, &fill(&words.yen, &[("amount", &slip.amount)]));
    page.blank();
    page.text(Align::Center, Style::LARGE, &words.slip.at_desk);
    page.rule();
}

/// The code in letters as well: not every printer knows QR codes, and not every desk has a scanner.
fn proof(page: &mut Layout, words: &ReceiptWords, code: &SlipCode) {
    page.blank();
    page.text(Align::Center, Style::PLAIN, &words.slip.code);
    page.text(Align::Center, Style::LARGE, &in_groups(code.as_str()));
    page.blank();
    page.qr_code(code.as_str());
    page.blank();
    page.rule();
}

fn in_groups(code: &str) -> String {
    let characters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = characters.chunks(CODE_GROUP).map(String::from_iter).collect();
    groups.join("-")
}

fn issuer(page: &mut Layout, words: &ReceiptWords, clinic: &Clinic) {
    page.text(Align::Left, Style::PLAIN, &words.slip.hand_in);
    page.text(Align::Left, Style::PLAIN, &words.slip.lost);
    page.blank();
    page.text(Align::Left, Style::PLAIN, &words.slip.handed_over);
    page.blank();
    page.text(Align::Left, Style::BOLD, &clinic.name);
    page.text(Align::Left, Style::PLAIN, &fill(&words.phone, &[("phone", &clinic.phone)]));
}

#[cfg(test)]
mod tests;
