use api::{CashOffer, Change, Lookup, Offer, Way};
use settings::{Headline, Sentence};
use slint::ComponentHandle;

use super::{Canvas, message};
use crate::ui::{IdleAdapter, PageKind};

pub(super) fn show(canvas: &Canvas<'_>, offer: &Offer) -> PageKind {
    if offer.lookup == Lookup::NoBilling {
        return message::show_no_billing(canvas);
    }
    let words = &canvas.words.idle;
    let sentence = match offer.cash {
        Way::Open(CashOffer { change: Change::None }) => &words.exact_money_only,
        Way::Open(CashOffer { change: Change::SomeAmounts }) => &words.change_is_short,
        Way::Open(CashOffer { change: Change::EveryAmount }) | Way::Closed(_) => &words.sentence,
    };
    fill(canvas, &words.headline, sentence)
}

fn fill(canvas: &Canvas<'_>, headline: &Headline, sentence: &Sentence) -> PageKind {
    let page = canvas.app.global::<IdleAdapter>();
    page.set_headline(headline.as_str().into());
    page.set_sentence(sentence.as_str().into());
    PageKind::Idle
}
