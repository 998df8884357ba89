use api::{Button, CancelEffect};
use slint::ComponentHandle;

use super::{Canvas, Touched};
use crate::ui::{App, BillChangedAdapter, PageKind};

pub(super) fn connect(app: &App, touched: &Touched) {
    let give_back = touched.clone();
    app.global::<BillChangedAdapter>().on_give_back_touched(move || give_back(Button::Cancel));
}

pub(super) fn show(canvas: &Canvas<'_>, cancel: CancelEffect) -> PageKind {
    let words = &canvas.words.bill_changed;
    let page = canvas.app.global::<BillChangedAdapter>();
    page.set_headline(words.headline.as_str().into());
    page.set_sentence(words.sentence.as_str().into());
    let button = match cancel {
        CancelEffect::BackToStart | CancelEffect::MachineReturnsMoney => &words.machine_returns,
        CancelEffect::StaffReturnMoney => &words.staff_return,
    };
    page.set_give_back(button.as_str().into());
    PageKind::BillChanged
}
