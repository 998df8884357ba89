//! What stands on the screen while seisankid is away.

use std::time::Duration;

use api::KioskView;
use i_slint_backend_testing::{AccessibleRole, ElementQuery};
use kiosk_ui::Language;

use crate::pages;
use crate::stage::{Stage, languages};

/// Pages on which a patient has money in the machine, or to get, or waits for the paper of it.
const OF_A_PAYMENT: [&str; 11] = [
    "keep_note",
    "take_note_back",
    "take_second_note",
    "bill_changed",
    "counting",
    "take_notes",
    "take_coins",
    "printing",
    "owed",
    "paper_trouble",
    "suspended",
];

#[test]
fn only_who_has_money_inside_reads_about_it() {
    let stage = Stage::new();
    let words = languages().japanese;
    for (name, view) in pages::all() {
        let page = name.as_str();
        let of_a_payment = page.starts_with("cash_")
            || OF_A_PAYMENT.iter().any(|known| page.starts_with(known))
            || ["call_ringing", "call_answered", "card_wait"].contains(&page);
        stage.show(view.as_ref());
        stage.show(None);
        assert_eq!(says(&stage, words.waiting_with_money.sentence.as_str()), of_a_payment, "{name}");
        assert_eq!(says(&stage, words.waiting.sentence.as_str()), !of_a_payment, "{name}");
        // What follows is another visit.
        stage.show(view_of("idle").as_ref());
    }
}

/// The client says every half second that seisankid is away.
#[test]
fn after_a_while_who_has_money_inside_is_told_whom_to_ask() {
    let stage = Stage::new();
    let english = languages().english.waiting_with_money;
    stage.show(view_of("cash_some").as_ref());
    stage.screen.speak(Language::English);
    for _ in 0..60 {
        stage.show(None);
        assert!(says(&stage, english.sentence.as_str()), "too early, or no longer English");
        stage.pass(Duration::from_millis(500));
    }
    stage.show(None);
    assert!(says(&stage, english.sentence_long.as_str()));
    stage.pass(Duration::from_secs(300));
    assert!(says(&stage, english.sentence_long.as_str()));

    // It comes back for a moment: the time begins anew.
    stage.show(view_of("counting").as_ref());
    stage.pass(Duration::from_secs(20));
    stage.show(None);
    stage.pass(Duration::from_secs(20));
    assert!(says(&stage, english.sentence.as_str()));
    stage.show(view_of("idle").as_ref());
    stage.pass(Duration::from_secs(60));
    stage.show(None);
    assert!(says(&stage, languages().japanese.waiting.sentence.as_str()));
}

fn view_of(page: &str) -> Option<KioskView> {
    pages::all().into_iter().find(|(name, _)| name == page).unwrap().1
}

fn says(stage: &Stage, words: &str) -> bool {
    let texts =
        ElementQuery::from_root(stage.screen.app()).match_accessible_role(AccessibleRole::Text).find_all();
    texts.iter().any(|text| text.accessible_label().is_some_and(|label| label == words))
}
