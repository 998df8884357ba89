//! The page's words: one file a language, in which nothing may be missing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::acts;

fn words(text: &str) -> Value {
    serde_json::from_str(text).expect("a file of words is JSON")
}

fn japanese() -> Value {
    words(include_str!("assets/words/ja.json"))
}

fn english() -> Value {
    words(include_str!("assets/words/en.json"))
}

/// Every key of `value`, with the keys above it.
fn keys(above: &str, value: &Value, found: &mut Vec<String>) {
    match value.as_object() {
        Some(fields) => fields.iter().for_each(|(key, below)| keys(&format!("{above}/{key}"), below, found)),
        None => found.push(above.to_owned()),
    }
}

#[test]
fn both_languages_have_the_same_keys() {
    let [mut ja, mut en] = [Vec::new(), Vec::new()];
    keys("", &japanese(), &mut ja);
    keys("", &english(), &mut en);
    assert_eq!(ja, en);
}

/// Keys that stand in the page's code as they are; those that are put together there are in the tests below.
#[test]
fn every_key_of_the_code_has_words() {
    let code = [include_str!("assets/page.js"), include_str!("assets/parts.js")].concat();
    let mut keys: Vec<&str> =
        code.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    keys.dedup();
    assert!(keys.len() > 20, "the page says something");
    for language in [japanese(), english()] {
        for key in &keys {
            let found = key.split('/').fold(&language, |value, part| &value[part]);
            assert!(found.is_string(), "{key}");
        }
    }
}

#[test]
fn every_bill_that_cannot_be_paid_has_words() {
    for language in [japanese(), english()] {
        for why in ["not_ready", "estimate", "nothing_due", "in_credit"] {
            assert!(language["cards"][why].is_string(), "{why}");
        }
    }
}

#[test]
fn every_act_has_words() {
    for language in [japanese(), english()] {
        for act in acts::names().filter(|act| !act.contains(".insert.")) {
            // Acts on one of several drums or hoppers share their words; the page writes the value beside them.
            let shared = act.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('.');
            assert!(language["acts"][shared].is_string(), "{shared}");
        }
    }
}

/// Whatever a model shows beside its device can be told in the list of what happened.
#[test]
fn every_happening_has_words() {
    let models = [
        (
            "note",
            [
                include_str!("../models/id003/device.rs"),
                include_str!("../models/id003/payout.rs"),
                include_str!("../models/id003/people.rs"),
            ]
            .concat(),
        ),
        (
            "coin",
            [include_str!("../models/cctalk/device.rs"), include_str!("../models/cctalk/people.rs")].concat(),
        ),
        ("printer", include_str!("../models/escpos/mod.rs").to_owned()),
        ("scanner", include_str!("../models/scanner/mod.rs").to_owned()),
    ];
    for (device, source) in models {
        let happenings: BTreeSet<&str> = ["happened(\"", "happened\": \"", "show(\""]
            .iter()
            .flat_map(|before| source.split(before).skip(1).filter_map(|rest| rest.split('"').next()))
            .collect();
        assert!(!happenings.is_empty(), "{device}");
        for happening in &happenings {
            // Both languages have the same keys.
            let words = &japanese()["log"][device];
            let with = |variant| words[format!("{happening}_{variant}")].is_string();
            assert!(words[happening].is_string() || with(true) && with(false), "{device}: {happening}");
        }
    }
}

/// What the screen may show is named in both languages.
#[test]
fn pages_and_tones_have_words() {
    let pages = [
        "idle",
        "closed",
        "looking_up",
        "notice",
        "already_paid",
        "confirm_payer",
        "key_birthday",
        "choose_method",
        "nothing_due",
        "insert_cash",
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
        "thanks",
        "suspended",
    ];
    for page in pages {
        assert!(japanese()["pages"][page].is_string(), "{page}");
        assert!(japanese()["hints"][page].is_string(), "{page}");
    }
    for tone in ["none", "turn", "take", "attention"] {
        assert!(japanese()["tones"][tone].is_string(), "{tone}");
    }
}
