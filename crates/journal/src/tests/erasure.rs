//! Names can be erased, and then they are gone from the disk, while the chain stays whole.

use std::fs;

use api::PaymentId;
use engine::Subject;

use super::{Place, all_of, append_all, drafts, memory};
use crate::{Journal, Record};

#[test]
fn an_erased_name_is_nowhere_in_the_files() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    assert!(is_on_disk(&place, drafts::NAME));
    let before = all_of(&journal).unwrap();
    assert!(before[0].private.is_some());

    append_all(&mut journal, &[vec![drafts::erased(PaymentId(1))]]);
    assert_eq!(privates(&journal), 0);
    journal.verify().unwrap();
    journal.empty_log().unwrap();

    assert!(!is_on_disk(&place, drafts::NAME));
    let after = all_of(&journal).unwrap();
    assert_eq!(after[0].entry, before[0].entry);
    // Erasing what is gone already is no error.
    append_all(&mut journal, &[vec![drafts::erased(PaymentId(1))]]);
    journal.verify().unwrap();
}

/// A kill after the entry: the row is gone with it, and what the log still holds goes with the next start.
#[test]
fn what_is_left_in_the_log_goes_when_the_file_is_opened() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    append_all(&mut journal, &drafts::payment(2));
    append_all(&mut journal, &[vec![drafts::erased(PaymentId(1))], vec![drafts::erased(PaymentId(2))]]);
    assert!(is_on_disk(&place, drafts::NAME));
    drop(journal);
    let journal = place.open();
    assert_eq!(privates(&journal), 0);
    assert!(!is_on_disk(&place, drafts::NAME));
}

#[test]
fn only_what_is_named_is_erased() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    append_all(&mut journal, &drafts::payment(12));
    append_all(&mut journal, &[vec![drafts::erased(PaymentId(1))]]);
    let kept = all_of(&journal).unwrap().into_iter().filter(|recorded| recorded.private.is_some());
    let subjects: Vec<_> = kept.map(|recorded| recorded.entry.subject()).collect();
    assert_eq!(subjects, [Some(Subject::Payment(PaymentId(12)))]);
}

/// Bills and the code of the slip are two private parts of one payment.
#[test]
fn everything_about_a_payment_goes_at_once() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(
        &mut journal,
        &[vec![drafts::opened(PaymentId(1))], vec![drafts::closed_with_slip(PaymentId(1))]],
    );
    assert_eq!(privates(&journal), 2);
    journal.verify().unwrap();
    append_all(&mut journal, &[vec![drafts::erased(PaymentId(1))]]);
    assert_eq!(privates(&journal), 0);
    journal.verify().unwrap();
}

#[test]
fn names_are_in_no_debug_output() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let mut memory = memory();
    append_all(&mut memory, &drafts::payment(1));
    let shown = format!("{journal:?} {memory:?} {:?} {:?}", all_of(&journal), journal.show(100));
    assert!(!shown.contains(drafts::NAME) && !shown.contains("00042"), "{shown}");
}

pub(super) fn privates(journal: &Journal) -> usize {
    all_of(journal).unwrap().iter().filter(|recorded| recorded.private.is_some()).count()
}

fn is_on_disk(place: &Place, text: &str) -> bool {
    fs::read_dir(place.directory.path()).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}
