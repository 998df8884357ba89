//! Pages that only say something.

use api::{ClinicTime, ClosedReason, Method, Notice};
use settings::Message;
use slint::ComponentHandle;

use super::Canvas;
use crate::scene::Away;
use crate::ui::{MessageAdapter, PageKind, Picture};

pub(super) fn show_away(canvas: &Canvas<'_>, away: Away) -> PageKind {
    let words = &canvas.words.waiting_with_money;
    let headline = words.headline.as_str();
    match away {
        Away::NothingInside => show(canvas, &canvas.words.waiting, Picture::Clock),
        Away::MoneyMaybeInside => fill(canvas, headline, words.sentence.as_str(), Picture::Clock),
        Away::MoneyMaybeInsideForLong => fill(canvas, headline, words.sentence_long.as_str(), Picture::Desk),
    }
}

pub(super) fn show_closed(canvas: &Canvas<'_>, reason: ClosedReason) -> PageKind {
    let words = &canvas.words.closed;
    let (message, picture) = match reason {
        ClosedReason::Starting => (&words.starting, Picture::Clock),
        ClosedReason::NoteUnit => (&words.note_unit, Picture::Desk),
        ClosedReason::CoinUnit => (&words.coin_unit, Picture::Desk),
        ClosedReason::Exit => (&words.exit, Picture::NoteOut),
        ClosedReason::Printer => (&words.printer, Picture::Desk),
        ClosedReason::Scanner => (&words.scanner, Picture::Desk),
        ClosedReason::Records => (&words.records, Picture::Desk),
        ClosedReason::Halted => (&words.halted, Picture::Desk),
    };
    show(canvas, message, picture)
}

pub(super) fn show_no_billing(canvas: &Canvas<'_>) -> PageKind {
    show(canvas, &canvas.words.idle.no_billing, Picture::Desk)
}

pub(super) fn show_looking_up(canvas: &Canvas<'_>) -> PageKind {
    show(canvas, &canvas.words.looking_up, Picture::Clock)
}

pub(super) fn show_notice(canvas: &Canvas<'_>, notice: Notice) -> PageKind {
    let words = &canvas.words.notice;
    let (message, picture) = match notice {
        Notice::NotOurCard => (&words.not_our_card, Picture::Card),
        Notice::UnknownPatient => (&words.unknown_patient, Picture::Desk),
        Notice::NotReady => (&words.not_ready, Picture::Clock),
        Notice::NothingToPay => (&words.nothing_to_pay, Picture::Check),
        Notice::EstimateOnly => (&words.estimate_only, Picture::Desk),
        Notice::HandledAtDesk => (&words.handled_at_desk, Picture::Desk),
        Notice::RefundAtDesk => (&words.refund_at_desk, Picture::Desk),
        Notice::AskAtDesk => (&words.ask_at_desk, Picture::Desk),
        Notice::BillingUnavailable => (&words.billing_unavailable, Picture::Desk),
        Notice::CoinsOnly => (&words.coins_only, Picture::Desk),
        Notice::NotesOnly => (&words.notes_only, Picture::Desk),
        Notice::NotPayableHere => (&words.not_payable_here, Picture::Desk),
        Notice::NeedsSmallCoins => (&words.needs_small_coins, Picture::Desk),
        Notice::BillChanged => (&words.bill_changed, Picture::Card),
        Notice::Cancelled => (&words.cancelled, Picture::Info),
        Notice::MoneyReturned => (&words.money_returned, Picture::Check),
    };
    show(canvas, message, picture)
}

pub(super) fn show_already_paid(canvas: &Canvas<'_>, at: ClinicTime, method: Method) -> PageKind {
    let words = &canvas.words.already_paid;
    let method = match method {
        Method::Cash => words.cash.as_str(),
    };
    let paid = words.paid.with(&[
        ("{year}", &at.year.to_string()),
        ("{month}", &at.month.to_string()),
        ("{day}", &at.day.to_string()),
        ("{hour}", &at.hour.to_string()),
        ("{minute}", &format!("{:02}", at.minute)),
        ("{method}", method),
    ]);
    let sentence = format!("{paid}\n{}", words.sentence.as_str());
    fill(canvas, words.headline.as_str(), &sentence, Picture::Check)
}

pub(super) fn show_take_note_back(canvas: &Canvas<'_>) -> PageKind {
    show(canvas, &canvas.words.take_note_back, Picture::NoteOut)
}

pub(super) fn show_take_second_note(canvas: &Canvas<'_>) -> PageKind {
    show(canvas, &canvas.words.take_second_note, Picture::NoteOut)
}

pub(super) fn show_counting(canvas: &Canvas<'_>) -> PageKind {
    show(canvas, &canvas.words.counting, Picture::Clock)
}

pub(super) fn show_printing(canvas: &Canvas<'_>) -> PageKind {
    show(canvas, &canvas.words.printing, Picture::Printing)
}

pub(super) fn show_paper_trouble(canvas: &Canvas<'_>) -> PageKind {
    show(canvas, &canvas.words.paper_trouble, Picture::PaperTrouble)
}

fn show(canvas: &Canvas<'_>, message: &Message, picture: Picture) -> PageKind {
    fill(canvas, message.headline.as_str(), message.sentence.as_str(), picture)
}

pub(super) fn fill(canvas: &Canvas<'_>, headline: &str, sentence: &str, picture: Picture) -> PageKind {
    let page = canvas.app.global::<MessageAdapter>();
    page.set_headline(headline.into());
    page.set_sentence(sentence.into());
    page.set_picture(picture);
    PageKind::Message
}
