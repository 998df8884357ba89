use std::rc::Rc;

use api::{Button, KeyedDigits};
use slint::{ComponentHandle, SharedString, VecModel};

use super::{Canvas, Touched};
use crate::ui::{App, KeyBirthdayAdapter, PageKind};

/// Two for the month, two for the day.
const DIGITS: usize = 4;

pub(super) fn connect(app: &App, touched: &Touched) {
    let page = app.global::<KeyBirthdayAdapter>();
    let key = touched.clone();
    page.on_key_touched(move |digit| {
        if let Ok(digit) = u8::try_from(digit) {
            key(Button::Digit(digit));
        }
    });
    let delete = touched.clone();
    page.on_delete_touched(move || delete(Button::Delete));
    let confirm = touched.clone();
    page.on_confirm_touched(move || confirm(Button::Confirm));
    let cancel = touched.clone();
    page.on_cancel_touched(move || cancel(Button::Cancel));
}

pub(super) fn show(canvas: &Canvas<'_>, keyed: &KeyedDigits, again: bool) -> PageKind {
    let words = &canvas.words.key_birthday;
    let page = canvas.app.global::<KeyBirthdayAdapter>();
    page.set_headline(words.headline.as_str().into());
    page.set_sentence(words.sentence.as_str().into());
    page.set_again(if again { words.again.as_str() } else { "" }.into());
    let digits = keyed.0.chars().map(SharedString::from).chain(std::iter::repeat(SharedString::new()));
    let digits: Vec<SharedString> = digits.take(DIGITS).collect();
    page.set_digits(Rc::new(VecModel::from(digits)).into());
    page.set_month(words.month.as_str().into());
    page.set_day(words.day.as_str().into());
    page.set_delete(words.delete.as_str().into());
    let whole = keyed.0.chars().count() == DIGITS;
    page.set_confirm(if whole { words.confirm.as_str() } else { "" }.into());
    page.set_cancel(words.cancel.as_str().into());
    PageKind::KeyBirthday
}
