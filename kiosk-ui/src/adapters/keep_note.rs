use api::Button;
use money::Denomination;
use slint::ComponentHandle;

use super::pieces::piece;
use super::{Canvas, Touched};
use crate::ui::{App, KeepNoteAdapter, PageKind};

pub(super) fn connect(app: &App, touched: &Touched) {
    let page = app.global::<KeepNoteAdapter>();
    let keep = touched.clone();
    page.on_keep_touched(move || keep(Button::Yes));
    let give_back = touched.clone();
    page.on_give_back_touched(move || give_back(Button::No));
}

pub(super) fn show(canvas: &Canvas<'_>, note: Denomination) -> PageKind {
    let words = &canvas.words.keep_note;
    let page = canvas.app.global::<KeepNoteAdapter>();
    page.set_headline(words.headline.with(&note.to_string()).into());
    page.set_note(piece(note, true));
    page.set_sentence(words.sentence.as_str().into());
    page.set_question(words.question.as_str().into());
    page.set_keep(words.keep.as_str().into());
    page.set_give_back(words.give_back.as_str().into());
    PageKind::KeepNote
}
