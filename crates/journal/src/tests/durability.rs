//! All or nothing, and what was acknowledged stays. A real power cut needs a disk that lies to SQLite (see
//! `docs/journal.md`); here the process dies at any moment, and the log is cut off at any byte.

use std::fs;
use std::path::Path;

use api::WallTime;
use engine::{CallEntry, Draft, Entry, MachineEntry};

use super::{Place, all_of, append_all, drafts, machine};
use crate::{AppendError, Journal, OpenError, Record};

#[test]
fn reopening_keeps_everything() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let (replayed, verified) = (all_of(&journal).unwrap(), journal.verify().unwrap());
    let balances = journal.balances().unwrap();
    drop(journal);
    let mut journal = place.open();
    assert_eq!(all_of(&journal).unwrap(), replayed);
    assert_eq!(journal.verify().unwrap(), verified);
    assert_eq!(journal.balances().unwrap(), balances);
    append_all(&mut journal, &drafts::payment(2));
    assert_eq!(journal.verify().unwrap().entries, 2 * verified.entries - 1);
}

/// A copy of the files while the journal is open is what a killed process leaves behind.
#[test]
fn whatever_was_acknowledged_survives_a_kill_at_any_moment() {
    let place = Place::provisioned();
    let mut journal = place.open();
    let mut acknowledged = 0;
    for batch in drafts::payment(1) {
        let dead = copy(&place);
        assert_eq!(all_of(&dead.open()).unwrap().len(), acknowledged);
        journal.append(WallTime(0), &batch).unwrap();
        acknowledged += batch.len();
    }
    let dead = copy(&place);
    assert_eq!(all_of(&dead.open()).unwrap(), all_of(&journal).unwrap());
}

#[test]
fn a_transaction_without_commit_leaves_nothing() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let verified = journal.verify().unwrap();
    journal.connection.execute_batch("BEGIN").unwrap();
    let sealed =
        crate::seal::seal(journal.head(), WallTime(0), &drafts::payment(2)[0], journal.salt).unwrap();
    let mut stored = sealed[0].stored.clone();
    stored.seq = verified.entries + 1;
    let sql = "INSERT INTO entries (seq, at, body, hash) VALUES (?1, 0, ?2, ?3)";
    journal.connection.execute(sql, (stored.seq, stored.body, stored.hash.bytes())).unwrap();
    let dead = copy(&place);
    assert_eq!(dead.open().verify().unwrap(), verified);
    drop(journal);
    assert_eq!(place.open().verify().unwrap(), verified);
}

/// Wherever the log ends, whole transactions are read from it and never a part of one.
#[test]
fn a_log_that_is_cut_off_gives_whole_transactions() {
    let place = Place::provisioned();
    let mut journal = place.open();
    let batches = drafts::payment(1);
    append_all(&mut journal, &batches);
    let all = all_of(&journal).unwrap();
    let ends = batches.iter().scan(0, |end, batch| {
        *end += batch.len();
        Some(*end)
    });
    let whole = [0].into_iter().chain(ends).collect::<Vec<_>>();
    let length = fs::metadata(log(&place.file)).unwrap().len();
    let mut seen = Vec::new();
    for cut in (0..=length).step_by(997) {
        let dead = copy(&place);
        fs::OpenOptions::new().write(true).open(log(&dead.file)).unwrap().set_len(cut).unwrap();
        let left = all_of(&dead.open()).unwrap();
        assert!(whole.contains(&left.len()), "{} entries after a cut at {cut}", left.len());
        assert_eq!(left, all[..left.len()]);
        seen.push(left.len());
    }
    seen.dedup();
    assert!(seen.len() > batches.len() / 2 && seen.is_sorted(), "{seen:?}");
}

#[test]
fn a_full_disk_poisons_the_journal_and_leaves_whole_transactions() {
    let place = Place::provisioned();
    let mut journal = place.open();
    let pages: i64 = journal.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    journal.connection.pragma_update_and_check(None, "max_page_count", pages + 2, |_| Ok(())).unwrap();
    let batch = vec![
        drafts::plain(Entry::Call(CallEntry::CallAnswered {
            reason: None,
            by: "受付".repeat(50).parse().unwrap()
        }));
        3
    ];
    let mut written = 0;
    let error = loop {
        match journal.append(WallTime(0), &batch) {
            Ok(()) => written += batch.len(),
            Err(error) => break error,
        }
    };
    assert!(written > 0);
    assert!(matches!(error, AppendError::Storage(_)), "{error}");
    let small = [drafts::plain(Entry::Machine(MachineEntry::MachineStarted))];
    let refusal = journal.append(WallTime(0), &small).unwrap_err();
    assert!(matches!(refusal, AppendError::Poisoned));
    assert_eq!(all_of(&journal).unwrap().len(), written);
    drop(journal);

    let mut journal = place.open();
    assert_eq!(all_of(&journal).unwrap().len(), written);
    journal.append(WallTime(0), &small).unwrap();
}

#[test]
fn a_draft_that_cannot_be_recorded_poisons_the_journal() {
    let place = Place::provisioned();
    let mut journal = place.open();
    let private = drafts::opened(api::PaymentId(1)).private;
    let misplaced = Draft { entry: Entry::Machine(MachineEntry::MachineStarted), private };
    let error = journal.append(WallTime(0), &[misplaced]).unwrap_err();
    assert!(matches!(error, AppendError::Draft(_)), "{error}");
    let refusal = journal.append(WallTime(0), &[]).unwrap_err();
    assert!(matches!(refusal, AppendError::Poisoned), "{refusal}");
}

#[test]
fn the_last_entries_are_shown_with_their_hashes() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let verified = journal.verify().unwrap();
    let shown = journal.show(2).unwrap();
    let numbers = shown.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(numbers, [verified.entries - 1, verified.entries]);
    assert_eq!(shown[1]["hash"], verified.head_hex.as_str());
    assert_eq!(shown[1]["entry"]["type"], "printed");
    assert_eq!(journal.show(u32::MAX).unwrap().len() as u64, verified.entries);
}

fn copy(place: &Place) -> Place {
    let copy = Place::empty();
    fs::copy(&place.file, &copy.file).unwrap();
    // There is no log before the first write.
    if log(&place.file).exists() {
        fs::copy(log(&place.file), log(&copy.file)).unwrap();
    }
    copy
}

fn log(file: &Path) -> std::path::PathBuf {
    file.with_extension("sqlite-wal")
}

/// The daemon moves its journal to a thread of its own.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Journal>();
};

/// What the machine has written it must find again, also after the file could not be written for a while.
#[test]
fn a_file_that_was_exchanged_meanwhile_is_refused() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let older = copy(&place);
    append_all(&mut journal, &drafts::payment(2));
    let known = journal.head();
    drop(journal);
    assert_eq!(Journal::open_again(&place.file, &machine(), known).unwrap().head(), known);
    let error = Journal::open_again(&older.file, &machine(), known).unwrap_err();
    assert!(matches!(error, OpenError::Exchanged { seq } if seq == known.seq), "{error}");
}

/// A failed append may be on the disk all the same: then the file is ahead of what was told, and right.
#[test]
fn a_file_that_holds_more_than_was_told_is_opened() {
    let place = Place::provisioned();
    let mut journal = place.open();
    append_all(&mut journal, &drafts::payment(1));
    let known = journal.head();
    append_all(&mut journal, &drafts::payment(2));
    let end = journal.head();
    drop(journal);
    assert_eq!(Journal::open_again(&place.file, &machine(), known).unwrap().head(), end);
}

#[test]
fn a_disk_is_tried_beside_the_journal_and_nothing_is_left() {
    let place = Place::provisioned();
    let names = || {
        let files = fs::read_dir(place.directory.path()).unwrap();
        files.map(|file| file.unwrap().file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    let before = names();
    crate::probe(&place.file).unwrap();
    assert_eq!(names(), before);
    let error = crate::probe(&place.directory.path().join("unmounted/journal.sqlite")).unwrap_err();
    assert!(error.to_string().contains("is its disk mounted?"), "{error}");
}
