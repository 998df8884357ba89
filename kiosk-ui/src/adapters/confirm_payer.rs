use api::{Button, Payer};
use slint::ComponentHandle;

use super::{Canvas, Touched};
use crate::ui::{App, ConfirmPayerAdapter, PageKind};

pub(super) fn connect(app: &App, touched: &Touched) {
    let page = app.global::<ConfirmPayerAdapter>();
    let yes = touched.clone();
    page.on_yes_touched(move || yes(Button::Yes));
    let no = touched.clone();
    page.on_no_touched(move || no(Button::No));
}

pub(super) fn show(canvas: &Canvas<'_>, payer: &Payer) -> PageKind {
    let words = &canvas.words.confirm_payer;
    let page = canvas.app.global::<ConfirmPayerAdapter>();
    page.set_question(words.question.as_str().into());
    page.set_name(words.name.with(&canvas.legible(&payer.name)).into());
    page.set_number_label(words.number_tail.as_str().into());
    page.set_number(canvas.legible(&payer.number_tail).into());
    page.set_yes(words.yes.as_str().into());
    page.set_no(words.no.as_str().into());
    PageKind::ConfirmPayer
}
