use api::Button;
use money::Yen;
use slint::ComponentHandle;

use super::{Canvas, Touched};
use crate::ui::{App, ChooseMethodAdapter, PageKind};

pub(super) fn connect(app: &App, touched: &Touched) {
    let page = app.global::<ChooseMethodAdapter>();
    let pay_cash = touched.clone();
    page.on_pay_cash_touched(move || pay_cash(Button::PayCash));
    let cancel = touched.clone();
    page.on_cancel_touched(move || cancel(Button::Cancel));
}

pub(super) fn show(canvas: &Canvas<'_>, due: Yen, exact_money_only: bool) -> PageKind {
    let words = &canvas.words.choose_method;
    let page = canvas.app.global::<ChooseMethodAdapter>();
    page.set_headline(words.headline.as_str().into());
    page.set_due_label(words.due.as_str().into());
    page.set_due(canvas.amount(due));
    let exact = if exact_money_only { words.exact_money_only.as_str() } else { "" };
    page.set_exact_money_only(exact.into());
    page.set_pay_cash(words.pay_cash.as_str().into());
    page.set_cancel(words.cancel.as_str().into());
    PageKind::ChooseMethod
}
