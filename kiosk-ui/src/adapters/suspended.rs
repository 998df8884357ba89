use api::PaymentId;
use money::Yen;
use slint::ComponentHandle;

use super::{Canvas, message};
use crate::ui::{PageKind, PayoutAdapter, Picture};

/// With what staff will ask for. Without a payment there is only the message.
pub(super) fn show(canvas: &Canvas<'_>, payment: Option<PaymentId>, inserted: Yen) -> PageKind {
    let words = &canvas.words.suspended;
    let (headline, sentence) = (words.headline.as_str(), words.sentence.as_str());
    let Some(payment) = payment else {
        return message::fill(canvas, headline, sentence, Picture::Desk);
    };
    let page = canvas.app.global::<PayoutAdapter>();
    page.set_headline(headline.into());
    page.set_sentence(sentence.into());
    page.set_amount_label(words.inserted.with(&payment.to_string()).into());
    page.set_amount(canvas.amount(inserted));
    page.set_picture(Picture::Desk);
    PageKind::Payout
}
