use std::rc::Rc;

use api::{Button, DueBill, Takes};
use money::Yen;
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};

use super::{Canvas, Touched};
use crate::ui::{App, BillRow, ChooseMethodAdapter, PageKind};

pub(super) fn connect(app: &App, touched: &Touched) {
    let page = app.global::<ChooseMethodAdapter>();
    let pay_cash = touched.clone();
    page.on_pay_cash_touched(move || pay_cash(Button::PayCash));
    let cancel = touched.clone();
    page.on_cancel_touched(move || cancel(Button::Cancel));
}

/// More rows have no room above the button.
const ROWS_MAX: usize = 3;

pub(super) fn show(
    canvas: &Canvas<'_>,
    due: Yen,
    bills: &[DueBill],
    (takes, exact_money_only): (Takes, bool),
) -> PageKind {
    let words = &canvas.words.choose_method;
    let page = canvas.app.global::<ChooseMethodAdapter>();
    page.set_headline(words.headline.as_str().into());
    page.set_due_label(words.due.as_str().into());
    page.set_due(canvas.amount(due));
    page.set_bills(rows(canvas, bills));
    let limit = match (takes, exact_money_only) {
        (Takes::NotesAndCoins, false) => "",
        (Takes::NotesAndCoins, true) => words.exact_money_only.as_str(),
        (Takes::Coins, false) => words.coins_only.as_str(),
        (Takes::Coins, true) => words.coins_only_exact.as_str(),
        (Takes::Notes, false) => words.notes_only.as_str(),
        (Takes::Notes, true) => words.notes_only_exact.as_str(),
    };
    page.set_limit(limit.into());
    page.set_pay_cash(words.pay_cash.as_str().into());
    page.set_cancel(words.cancel.as_str().into());
    PageKind::ChooseMethod
}

/// Each bill, or as many as there is room for and the number of the rest.
fn rows(canvas: &Canvas<'_>, bills: &[DueBill]) -> ModelRc<BillRow> {
    let words = &canvas.words.choose_method;
    let row = |bill: &DueBill| {
        let day = [("{month}", bill.month.to_string()), ("{day}", bill.day.to_string())];
        let label = words.bill.with(&day.each_ref().map(|(name, value)| (*name, value.as_str())));
        BillRow { label: label.into(), amount: canvas.amount(bill.due) }
    };
    let shown = if bills.len() > ROWS_MAX { ROWS_MAX - 1 } else { bills.len() };
    let (shown, rest) = bills.split_at(shown);
    let mut rows: Vec<BillRow> = shown.iter().map(row).collect();
    if !rest.is_empty() {
        let label = words.more_bills.with(&rest.len().to_string());
        rows.push(BillRow { label: label.into(), amount: SharedString::new() });
    }
    Rc::new(VecModel::from(rows)).into()
}
