//! Names can be erased, and then they are gone from the disk, while the chain stays whole.

use std::fs;

use api::{Outcome, PaymentId};
use engine::{Entry, PaymentEntry};

use super::{Place, all_of, append_all, drafts};
use crate::{Journal, Record};

#[test]
fn an_erased_name_is_nowhere_in_the_files() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    assert!(is_on_disk(&place, drafts::NAME));
    let before = all_of(&journal).unwrap();
    assert!(before[0].private.is_some());

    let verified = journal.verify().unwrap();
    journal.erase_private(PaymentId(1)).unwrap();
    journal.erase_private(PaymentId(1)).unwrap();

    assert!(!is_on_disk(&place, drafts::NAME));
    assert_eq!(journal.verify().unwrap(), verified);
    let after = all_of(&journal).unwrap();
    assert!(after[0].private.is_none());
    assert_eq!(after[0].entry, before[0].entry);
}

/// A kill between the entry and the erasing, or a disk that failed to erase.
#[test]
fn what_an_earlier_run_left_is_erased_when_the_file_is_opened() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    append_all(&mut journal, &drafts::payment(2));
    append_all(
        &mut journal,
        &[vec![drafts::plain(Entry::Payment(PaymentEntry::PrivateErased { payment: PaymentId(1) }))]],
    );
    let verified = journal.verify().unwrap();
    assert_eq!(privates(&journal), 2);
    drop(journal);

    let journal = place.open();
    assert_eq!((journal.erased_late(), privates(&journal)), (1, 1));
    assert_eq!(journal.verify().unwrap(), verified);
    drop(journal);
    assert_eq!(place.open().erased_late(), 0);
}

#[test]
fn what_is_left_of_all_names_goes_from_the_disk_when_the_file_is_opened() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    append_all(
        &mut journal,
        &[vec![drafts::plain(Entry::Payment(PaymentEntry::PrivateErased { payment: PaymentId(1) }))]],
    );
    assert!(is_on_disk(&place, drafts::NAME));
    drop(journal);
    let _journal = place.open();
    assert!(!is_on_disk(&place, drafts::NAME));
}

/// A text in an entry is not taken for the entry.
#[test]
fn nothing_is_erased_that_is_not_said_to_be() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &[vec![drafts::opened(PaymentId(1))]]);
    let mut closed = drafts::closed(PaymentId(1));
    if let Entry::Payment(PaymentEntry::PaymentClosed { outcome, .. }) = &mut closed {
        let by = r#"{"v":1,"family":"payment","type":"private_erased","payment":1}"#.parse().unwrap();
        *outcome = Outcome::TakenOverByStaff { by, reason: "private_erased".parse().unwrap() };
    }
    append_all(&mut journal, &[vec![drafts::plain(closed)]]);
    drop(journal);
    let journal = place.open();
    assert_eq!((journal.erased_late(), privates(&journal)), (0, 1));
}

#[test]
fn names_are_in_no_debug_output() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let mut memory = crate::MemoryJournal::new();
    append_all(&mut memory, &drafts::payment(1));
    let shown = format!("{journal:?} {memory:?} {:?} {:?}", all_of(&journal), journal.show(100));
    assert!(!shown.contains(drafts::NAME) && !shown.contains("00042"), "{shown}");
}

fn privates(journal: &Journal) -> usize {
    all_of(journal).unwrap().iter().filter(|recorded| recorded.private.is_some()).count()
}

fn is_on_disk(place: &Place, text: &str) -> bool {
    fs::read_dir(place.directory.path()).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}
