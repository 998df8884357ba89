use api::PayoutPurpose;
use money::Yen;
use slint::ComponentHandle;

use super::Canvas;
use crate::ui::{PageKind, PayoutAdapter, Picture};

/// The notes of a payout, one after the other.
pub(super) struct Notes {
    pub(super) presented: bool,
    /// The one that sticks out or comes next; unknown after a break.
    pub(super) nth: Option<u32>,
    pub(super) notes: u32,
}

pub(super) fn show_notes(
    canvas: &Canvas<'_>,
    amount: Yen,
    purpose: PayoutPurpose,
    notes: &Notes,
) -> PageKind {
    let words = &canvas.words.take_notes;
    let is_first = notes.nth.is_none_or(|nth| nth <= 1);
    let more = notes.nth.map_or(0, |nth| notes.notes.saturating_sub(nth));
    let (headline, sentence) = match (notes.presented, is_first) {
        (true, _) if more > 0 => (&words.headline_presented, words.sentence_more.with(&more.to_string())),
        (true, _) => (&words.headline_presented, words.sentence_presented.as_str().to_owned()),
        (false, true) => (&words.headline, words.sentence.as_str().to_owned()),
        (false, false) => (&words.headline_next, words.sentence.as_str().to_owned()),
    };
    let label = match purpose {
        PayoutPurpose::Change => &words.change,
        PayoutPurpose::Return => &words.returned,
    };
    let page = canvas.app.global::<PayoutAdapter>();
    page.set_headline(headline.as_str().into());
    page.set_sentence(sentence.into());
    page.set_amount_label(label.with(&notes.notes.to_string()).into());
    page.set_amount(canvas.amount(amount));
    // From the first note to the last the same picture stands there, whether one sticks out just now or not.
    page.set_picture(if notes.presented || !is_first { Picture::NoteOut } else { Picture::Clock });
    PageKind::Payout
}

/// Nothing tells when coins are taken, so nothing here waits for it or says it (K13).
pub(super) fn show_coins(
    canvas: &Canvas<'_>,
    amount: Yen,
    purpose: PayoutPurpose,
    falling: bool,
) -> PageKind {
    let words = &canvas.words.take_coins;
    let (headline, sentence) = match falling {
        true => (&words.headline_falling, &words.sentence_falling),
        false => (&words.headline, &words.sentence),
    };
    let label = match purpose {
        PayoutPurpose::Change => &words.change,
        PayoutPurpose::Return => &words.returned,
    };
    let page = canvas.app.global::<PayoutAdapter>();
    page.set_headline(headline.as_str().into());
    page.set_sentence(sentence.as_str().into());
    page.set_amount_label(label.as_str().into());
    page.set_amount(canvas.amount(amount));
    page.set_picture(Picture::Tray);
    PageKind::Payout
}
