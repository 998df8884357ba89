use api::PayoutPurpose;
use money::Yen;
use settings::Label;
use slint::{ComponentHandle, SharedString};

use super::Canvas;
use crate::ui::{PageKind, PayoutAdapter, Picture};

pub(super) fn show_notes(
    canvas: &Canvas<'_>,
    amount: Yen,
    purpose: PayoutPurpose,
    presented: bool,
) -> PageKind {
    let words = &canvas.words.take_notes;
    let (headline, sentence) = if presented {
        (&words.headline_presented, &words.sentence_presented)
    } else {
        (&words.headline, &words.sentence)
    };
    let page = canvas.app.global::<PayoutAdapter>();
    page.set_headline(headline.as_str().into());
    page.set_sentence(sentence.as_str().into());
    page.set_amount_label(label(purpose, &words.change, &words.returned));
    page.set_amount(canvas.amount(amount));
    page.set_picture(if presented { Picture::NoteOut } else { Picture::Clock });
    PageKind::Payout
}

/// Nothing tells when coins are taken, so nothing here waits for it or says it (K13).
pub(super) fn show_coins(canvas: &Canvas<'_>, amount: Yen, purpose: PayoutPurpose) -> PageKind {
    let words = &canvas.words.take_coins;
    let page = canvas.app.global::<PayoutAdapter>();
    page.set_headline(words.headline.as_str().into());
    page.set_sentence(words.sentence.as_str().into());
    page.set_amount_label(label(purpose, &words.change, &words.returned));
    page.set_amount(canvas.amount(amount));
    page.set_picture(Picture::Tray);
    PageKind::Payout
}

fn label(purpose: PayoutPurpose, change: &Label, returned: &Label) -> SharedString {
    match purpose {
        PayoutPurpose::Change => change,
        PayoutPurpose::Return => returned,
    }
    .as_str()
    .into()
}
