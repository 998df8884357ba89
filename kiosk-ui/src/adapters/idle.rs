use api::{CashOffer, Change, Lookup, Offer, Takes, Way};
use money::Yen;
use slint::{ComponentHandle, SharedString};

use super::{Canvas, message};
use crate::ui::{IdleAdapter, PageKind};

pub(super) fn show(canvas: &Canvas<'_>, offer: &Offer) -> PageKind {
    if offer.lookup == Lookup::NoBilling {
        return message::show_no_billing(canvas);
    }
    let words = &canvas.words.idle;
    let sentence = match &offer.cash {
        Way::Open(cash) => what_is_less(canvas, cash),
        Way::Closed(_) => None,
    };
    let page = canvas.app.global::<IdleAdapter>();
    page.set_headline(words.headline.as_str().into());
    page.set_sentence(sentence.unwrap_or_else(|| words.sentence.as_str().into()));
    PageKind::Idle
}

/// What is to be known before anybody takes their money out, if anything is.
fn what_is_less(canvas: &Canvas<'_>, cash: &CashOffer) -> Option<SharedString> {
    let words = &canvas.words.idle;
    match (cash.takes, cash.change) {
        (Takes::Coins, _) => {
            let up_to = canvas.amount(cash.up_to.unwrap_or(Yen::ZERO));
            Some(words.coins_only.with(&up_to).into())
        }
        (Takes::Notes, Change::EveryAmount) => Some(words.notes_only.as_str().into()),
        (Takes::NotesAndCoins | Takes::Notes, Change::None) => Some(words.exact_money_only.as_str().into()),
        (Takes::NotesAndCoins | Takes::Notes, Change::SomeAmounts) => {
            Some(words.change_is_short.as_str().into())
        }
        (Takes::NotesAndCoins, Change::EveryAmount) => None,
    }
}
