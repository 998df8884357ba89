//! Any bytes as a stored entry. What is believed can be written again, and comes back as it was.

#![no_main]

use api::WallTime;
use engine::{Draft, Entry};
use journal::{MemoryJournal, Record};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    // Seeds end with a line feed, as files do.
    let body = file.strip_suffix(b"\n").unwrap_or(file);
    let Ok(entry) = journal::read_entry(body) else { return };
    check_spelling(&entry, body);
    let mut journal = MemoryJournal::new();
    let draft = Draft { entry: entry.clone(), private: None };
    // The books refuse an entry that moves absurd sums.
    if journal.append(WallTime(0), &[draft]).is_err() {
        return;
    }
    let mut replayed = Vec::new();
    journal.replay(|recorded| replayed.push(recorded.entry)).expect("what was appended is vouched for");
    assert_eq!(replayed, [entry]);
    assert_eq!(journal.verify().map(|verified| verified.entries).ok(), Some(1));
    let balances = journal.balances().expect("one entry has balances");
    assert!(
        money::Yen::sum(balances.into_iter().map(|(_, balance)| balance)).is_ok_and(money::Yen::is_zero),
        "each entry is balanced in itself"
    );
});

/// Version, entry, and at most the hash of a private part: no other spelling of the same entry is believed.
fn check_spelling(entry: &Entry, body: &[u8]) {
    let json = serde_json::to_string(entry).expect("an entry is made of what JSON can say");
    let expected = format!("{{\"v\":1,{}", json.trim_start_matches('{').trim_end_matches('}'));
    let rest = body.strip_prefix(expected.as_bytes()).expect("an entry is spelt as this program spells it");
    let rest = std::str::from_utf8(rest).expect("JSON is UTF-8");
    let private = rest.trim_start_matches('}').trim_end_matches('}');
    assert!(private.is_empty() || private.len() == r#","private":"""#.len() + 64, "{private}");
}
