//! Those who read beside the one that writes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use api::{PaymentId, WallTime};
use engine::Inquiry;

use super::{Place, all_of, append_all, drafts, machine};
use crate::{BackupError, Flaw, Journal, NewFileError, ReadError, Reader, Record, Verifying};

fn of_payments(count: u64) -> (Place, Journal) {
    let place = Place::provisioned();
    let mut journal = place.open();
    (1..=count).for_each(|payment| append_all(&mut journal, &drafts::payment(payment)));
    (place, journal)
}

fn reader(place: &Place) -> Reader {
    Reader::open(&place.file, &machine()).unwrap()
}

#[test]
fn nobody_waits_for_a_reader_and_it_sees_one_moment() {
    let (place, mut journal) = of_payments(2);
    let reader = reader(&place);
    let before = journal.head().seq();
    let snapshot = reader.connection.unchecked_transaction().unwrap();
    assert_eq!(crate::rows::Rows(&reader.connection).stated_head().unwrap().seq(), before);
    append_all(&mut journal, &drafts::payment(3));
    assert_eq!(crate::rows::Rows(&reader.connection).stated_head().unwrap().seq(), before);
    assert!(!journal.empty_log().unwrap(), "the reader still needs what lies in the log");
    drop(snapshot);
    assert!(journal.empty_log().unwrap());
    assert_eq!(reader.after(before).unwrap().entries.first().map(|entry| entry.seq), Some(before + 1));
}

#[test]
fn what_is_handed_on_has_no_gap_and_no_name() {
    let (place, journal) = of_payments(30);
    let reader = reader(&place);
    let (mut has, mut handed_on) = (0, Vec::new());
    loop {
        let slice = reader.after(has).unwrap();
        assert_eq!(slice.newest, journal.head().seq());
        let Some(last) = slice.entries.last() else { break };
        has = last.seq;
        handed_on.extend(slice.entries);
    }
    let seqs: Vec<u64> = handed_on.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=journal.head().seq()).collect::<Vec<_>>());
    let shown = journal.show(10_000).unwrap();
    let as_shown: Vec<serde_json::Value> =
        handed_on.iter().map(|entry| serde_json::to_value(entry).unwrap()).collect();
    assert_eq!(as_shown, shown);
    let privates = all_of(&journal).unwrap().into_iter().filter(|recorded| recorded.private.is_some());
    assert!(privates.count() > 0);
    let text = serde_json::to_string(&handed_on).unwrap();
    assert!(!text.contains(drafts::NAME), "names lie beside the chain only");
    let beyond = reader.after(has + 1).unwrap();
    assert_eq!((beyond.after, beyond.entries.len(), beyond.newest), (None, 0, has));
}

#[test]
fn a_payment_is_found_among_many_without_reading_them() {
    let (place, journal) = of_payments(40);
    let reader = reader(&place);
    for payment in (0..=41).map(PaymentId) {
        let mut inquiry = Inquiry::about(payment);
        journal.replay(|recorded| inquiry.take_in(&recorded)).unwrap();
        let found = reader.payment(payment).unwrap();
        assert_eq!(found.is_some(), (1..=40).contains(&payment.0));
        assert_eq!(found, inquiry.answer(), "{payment}");
    }
}

#[test]
fn a_copy_is_whole_checked_and_for_its_user_only() {
    let (place, mut journal) = of_payments(3);
    let to = place.directory.path().join("copy.sqlite");
    let copied = reader(&place).back_up(&to).unwrap();
    append_all(&mut journal, &drafts::payment(4));
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    let copy = Journal::open(&to, &machine()).unwrap();
    assert_eq!(copy.verify().unwrap(), copied);
    assert_eq!(
        all_of(&copy).unwrap(),
        all_of(&journal).unwrap()[..usize::try_from(copied.entries - 1).unwrap()]
    );
    drop(copy);
    let left: Vec<String> = fs::read_dir(place.directory.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("copying"))
        .collect();
    assert_eq!(left, Vec::<String>::new());

    let before = fs::read(&to).unwrap();
    let again = reader(&place).back_up(&to).unwrap_err();
    assert!(matches!(again, BackupError::File(NewFileError::Exists { .. })), "{again}");
    assert_eq!(fs::read(&to).unwrap(), before);
}

#[test]
fn a_copy_of_a_damaged_journal_gets_no_name() {
    let (place, journal) = of_payments(2);
    journal.connection.execute_batch("DROP TRIGGER entries_never_change").unwrap();
    let trigger = "CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END";
    journal.connection.execute("UPDATE entries SET at = at + 1 WHERE seq = 5", []).unwrap();
    journal.connection.execute_batch(trigger).unwrap();
    let to = place.directory.path().join("copy.sqlite");
    let error = reader(&place).back_up(&to).unwrap_err();
    assert!(matches!(error, BackupError::Verify(_)), "{error}");
    assert!(!to.exists());
}

#[test]
fn a_journal_is_checked_piece_by_piece_while_it_grows() {
    let (place, mut journal) = of_payments(30);
    let reader = reader(&place);
    let mut verifying = Verifying::begin();
    assert_eq!(verifying.reached(), None);
    assert!(!reader.verify_on(&mut verifying).unwrap(), "one piece is not all of it");
    assert_eq!(verifying.reached().map(|(seq, _)| seq), Some(256));
    append_all(&mut journal, &drafts::payment(31));
    journal.append(WallTime(1_900_000_000), &drafts::payment(32).concat()).unwrap();
    while !reader.verify_on(&mut verifying).unwrap() {}
    assert_eq!(verifying.reached(), Some((journal.head().seq(), WallTime(1_900_000_000))));

    // A posting of an entry that was checked already does not change under it; one that comes later is checked, too.
    journal.connection.execute_batch("DROP TRIGGER postings_never_change").unwrap();
    append_all(&mut journal, &drafts::payment(33));
    let sql = "UPDATE postings SET amount = 2 * amount WHERE seq = (SELECT max(seq) FROM postings)";
    assert!(journal.connection.execute(sql, []).unwrap() > 0);
    let error = reader.verify_on(&mut verifying).unwrap_err();
    assert!(matches!(error, ReadError::Chain(error) if error.what == Flaw::Postings));
}
