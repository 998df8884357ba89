use std::rc::Rc;

use api::{Button, CancelEffect, Refused};
use money::{Denomination, DenominationSet, Yen};
use settings::{InsertCashWords, Sentence};
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};

use super::pieces::piece;
use super::{Canvas, Touched};
use crate::ui::{App, InsertCashAdapter, PageKind, Piece};

pub(super) fn connect(app: &App, touched: &Touched) {
    let page = app.global::<InsertCashAdapter>();
    let confirm = touched.clone();
    page.on_confirm_touched(move || confirm(Button::Confirm));
    let cancel = touched.clone();
    page.on_cancel_touched(move || cancel(Button::Cancel));
}

/// The amounts of the page.
pub(super) struct Amounts {
    pub(super) due: Yen,
    pub(super) inserted: Yen,
    pub(super) missing: Yen,
    pub(super) change: Yen,
}

/// What the patient may have to be told.
pub(super) struct Notice {
    pub(super) take_back: bool,
    pub(super) other_card: bool,
    pub(super) reading: bool,
    pub(super) refused: Option<Refused>,
    pub(super) coins_limit: Option<Denomination>,
    pub(super) prompt: bool,
}

pub(super) fn show(
    canvas: &Canvas<'_>,
    amounts: &Amounts,
    accepting: DenominationSet,
    notice: &Notice,
    cancel: CancelEffect,
) -> PageKind {
    let words = &canvas.words.insert_cash;
    let page = canvas.app.global::<InsertCashAdapter>();
    let enough = amounts.missing.is_zero();
    page.set_enough(enough);
    page.set_headline(if enough { &words.headline_enough } else { &words.headline }.as_str().into());
    page.set_due_label(words.due.as_str().into());
    page.set_due(canvas.amount(amounts.due));
    page.set_inserted_label(words.inserted.as_str().into());
    page.set_inserted(canvas.amount(amounts.inserted));
    show_rest(canvas, &page, amounts);
    show_accepting(&page, words, accepting);
    page.set_notice(notice.text(words, enough));
    let coins_too = accepting.iter().any(Denomination::is_coin);
    let hint = if coins_too { &words.confirm_hint_coins } else { &words.confirm_hint };
    page.set_confirm_hint(hint.as_str().into());
    page.set_confirm(words.confirm.as_str().into());
    page.set_cancel(cancel_text(words, cancel).into());
    PageKind::InsertCash
}

/// What is missing, or the change; neither in the largest letters if there is none.
fn show_rest(canvas: &Canvas<'_>, page: &InsertCashAdapter<'_>, amounts: &Amounts) {
    let words = &canvas.words.insert_cash;
    let (label, rest) = match (amounts.missing.is_zero(), amounts.change.is_zero()) {
        (false, _) => (&words.missing, canvas.amount(amounts.missing)),
        (true, false) => (&words.change, canvas.amount(amounts.change)),
        (true, true) => (&words.exact, SharedString::new()),
    };
    page.set_rest_label(label.as_str().into());
    page.set_rest(rest);
}

fn cancel_text(words: &InsertCashWords, cancel: CancelEffect) -> &str {
    match cancel {
        CancelEffect::BackToStart => words.cancel_back_to_start.as_str(),
        CancelEffect::MachineReturnsMoney => words.cancel_machine_returns.as_str(),
        CancelEffect::StaffReturnMoney => words.cancel_staff_return.as_str(),
    }
}

fn show_accepting(page: &InsertCashAdapter<'_>, words: &InsertCashWords, accepting: DenominationSet) {
    let (coins, notes): (Vec<_>, Vec<_>) = Denomination::ALL.into_iter().partition(|kind| kind.is_coin());
    let any = |kinds: &[Denomination]| kinds.iter().any(|kind| accepting.contains(*kind));
    let all = Denomination::ALL.iter().all(|kind| accepting.contains(*kind));
    let none = accepting.is_empty();
    page.set_nothing_accepted(if none { words.nothing_accepted.as_str() } else { "" }.into());
    page.set_accepting(words.accepting.as_str().into());
    page.set_not_accepted(if all || none { "" } else { words.not_accepted.as_str() }.into());
    page.set_note_slot(if any(&notes) { words.note_slot.as_str() } else { "" }.into());
    page.set_coin_slot(if any(&coins) { words.coin_slot.as_str() } else { "" }.into());
    page.set_notes(shapes(&notes, accepting));
    page.set_coins(shapes(&coins, accepting));
}

fn shapes(kinds: &[Denomination], accepting: DenominationSet) -> ModelRc<Piece> {
    let shapes: Vec<Piece> = kinds.iter().map(|kind| piece(*kind, accepting.contains(*kind))).collect();
    Rc::new(VecModel::from(shapes)).into()
}

impl Notice {
    /// What the patient should know first, and only that: a note that sticks out stops everything else.
    fn text(&self, words: &InsertCashWords, enough: bool) -> SharedString {
        if self.take_back {
            return self.take_back(words).as_str().into();
        }
        if self.other_card {
            return words.other_card.as_str().into();
        }
        match (self.refused, self.coins_limit) {
            (Some(Refused::Unreadable), _) => words.refused.as_str().into(),
            (Some(Refused::NoChange), _) => words.no_change.as_str().into(),
            (None, _) if self.reading => words.reading.as_str().into(),
            (_, Some(coin)) if enough => words.coins_limit_enough.with(&coin.to_string()).into(),
            (_, Some(coin)) => words.coins_limit.with(&coin.to_string()).into(),
            (Some(Refused::NotWanted), None) if enough => words.not_wanted_enough.as_str().into(),
            (Some(Refused::NotWanted), None) => words.not_wanted.as_str().into(),
            (None, None) if self.prompt && enough => words.prompt_enough.as_str().into(),
            (None, None) if self.prompt => words.prompt.as_str().into(),
            (None, None) => SharedString::new(),
        }
    }

    /// With the reason, until the note is taken.
    fn take_back<'a>(&self, words: &'a InsertCashWords) -> &'a Sentence {
        match self.refused {
            Some(Refused::NoChange) => &words.take_back_no_change,
            Some(Refused::NotWanted) => &words.take_back_enough,
            Some(Refused::Unreadable) | None => &words.take_back,
        }
    }
}
