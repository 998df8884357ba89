//! Each page has one sentence to be spoken, in each language (K30).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::pages;
use crate::stage::languages;

#[test]
fn every_page_has_a_sentence() {
    let views = pages::all().into_iter().filter_map(|(_, view)| view);
    let said: BTreeSet<String> =
        views.map(|view| serde_json::to_value(view.say).unwrap().as_str().unwrap().to_owned()).collect();
    let languages = languages();
    for words in [languages.japanese.say, languages.english.say] {
        let Value::Object(sentences) = serde_json::to_value(words).unwrap() else { panic!("a table") };
        let keys: BTreeSet<String> = sentences.into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, said, "pages without a sentence, or sentences without a page");
    }
}
