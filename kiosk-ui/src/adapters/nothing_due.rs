use api::Button;
use slint::ComponentHandle;

use super::{Canvas, Touched};
use crate::ui::{App, NothingDueAdapter, PageKind};

pub(super) fn connect(app: &App, touched: &Touched) {
    let page = app.global::<NothingDueAdapter>();
    let print = touched.clone();
    page.on_print_touched(move || print(Button::Confirm));
    let finish = touched.clone();
    page.on_finish_touched(move || finish(Button::Cancel));
}

pub(super) fn show(canvas: &Canvas<'_>) -> PageKind {
    let words = &canvas.words.nothing_due;
    let page = canvas.app.global::<NothingDueAdapter>();
    page.set_headline(words.headline.as_str().into());
    page.set_sentence(words.sentence.as_str().into());
    page.set_print(words.print.as_str().into());
    page.set_finish(words.finish.as_str().into());
    PageKind::NothingDue
}
