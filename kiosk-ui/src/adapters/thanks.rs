use api::ReceiptNumber;
use slint::ComponentHandle;

use super::Canvas;
use crate::ui::{PageKind, Picture, ThanksAdapter};

/// More numbers would not fit on a line; they stand on the papers anyway.
const NUMBERS_MAX: usize = 3;

pub(super) fn show(canvas: &Canvas<'_>, receipts: &[ReceiptNumber]) -> PageKind {
    let words = &canvas.words.thanks;
    let page = canvas.app.global::<ThanksAdapter>();
    let printed = !receipts.is_empty();
    let sentence = if printed { &words.sentence } else { &words.sentence_without_receipt };
    let headline = match receipts.len() {
        0 => words.headline_without_receipt.as_str().to_owned(),
        1 => words.headline.as_str().to_owned(),
        papers => words.headline_several.with(&papers.to_string()),
    };
    page.set_headline(headline.into());
    page.set_sentence(sentence.as_str().into());
    page.set_picture(if printed { Picture::Paper } else { Picture::Check });
    let numbers: Vec<String> = receipts.iter().map(ToString::to_string).collect();
    let shown = printed && numbers.len() <= NUMBERS_MAX;
    let text = if shown { words.receipt_numbers.with(&numbers.join("・")) } else { String::new() };
    page.set_receipts(text.into());
    PageKind::Thanks
}
