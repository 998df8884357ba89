//! Names can be erased, and then they are gone from the disk, while the chain stays whole.

use std::fs;

use api::PaymentId;

use super::{Place, append_all, drafts};
use crate::Record;

#[test]
fn an_erased_name_is_nowhere_in_the_files() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    assert!(is_on_disk(&place, drafts::NAME));
    let before = journal.replay().unwrap();
    assert!(before[0].private.is_some());

    let verified = journal.verify().unwrap();
    journal.erase_private(PaymentId(1)).unwrap();
    journal.erase_private(PaymentId(1)).unwrap();

    assert!(!is_on_disk(&place, drafts::NAME));
    assert_eq!(journal.verify().unwrap(), verified);
    let after = journal.replay().unwrap();
    assert!(after[0].private.is_none());
    assert_eq!(after[0].entry, before[0].entry);
}

#[test]
fn names_are_in_no_debug_output() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let mut memory = crate::MemoryJournal::new();
    append_all(&mut memory, &drafts::payment(1));
    let shown = format!("{journal:?} {memory:?} {:?} {:?}", journal.replay(), journal.show(100));
    assert!(!shown.contains(drafts::NAME) && !shown.contains("00042"), "{shown}");
}

fn is_on_disk(place: &Place, text: &str) -> bool {
    fs::read_dir(place.directory.path()).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}
