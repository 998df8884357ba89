//! The top of every paper.

use engine::PrintMark;
use settings::ReceiptWords;
use wire::escpos::Align;

use crate::Stationery;
use crate::layout::{Layout, Style};

/// The clinic, the title, what tells a paper from an original (K20), and what tells it from a real one (K31).
pub(crate) fn write(page: &mut Layout, stationery: &Stationery, title: &str, mark: PrintMark) {
    let Stationery { clinic, words, .. } = stationery;
    page.text(Align::Center, Style::BOLD, &clinic.name);
    page.text(Align::Center, Style::LARGE, title);
    if let Some(mark) = words_of(mark, words) {
        page.text(Align::Center, Style::BOLD, mark);
    }
    if clinic.demo {
        page.text(Align::Center, Style::TALL, &words.demo);
    }
    page.blank();
}

fn words_of(mark: PrintMark, words: &ReceiptWords) -> Option<&str> {
    match mark {
        PrintMark::Original => None,
        PrintMark::BadPrint => Some(&words.bad_print),
        PrintMark::Reissued => Some(&words.reissued),
    }
}
