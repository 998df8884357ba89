//! A start begins with the books that were carried forward, if they can be trusted, and else with the first entry.

use api::WallTime;
use engine::{CarriedBooks, Draft, Entry, MachineEntry, Private, Recorded, Subject};

use super::{Place, all_of, append_all, drafts, memory};
use crate::{Journal, Record, Resumed};

/// Books in every field that they have. DO NOT CHANGE: the files of machines hold such bytes. Books that look otherwise need a
/// new number of their shape (`SHAPE` in `engine`); then every machine reads all of its journal once.
const BOOKS: &str = r#"{"shape":1,"books":{"machine":"m-1","last_payment":2,"last_receipt":5,"last_job":7,"last_dispense":3,"last_events":{"coins":9},"collected":{"b-1":{"at":1800000000,"method":"cash"}},"closed_at":1800000009,"undelivered":{},"private_since":{"1":1800000009},"cash":{"notes/drum-1":[[1000,1],[2000,1]]},"accuracy":{"notes/drum-1":"inferred"},"uncertain":["notes/cash-box"],"in_transport":{},"refused":{"notes":1000},"notes_of_unknown_fate":{"notes-2":{"note":5000,"payment":2}},"left_unpaid":{"store":"notes/drum-1","denomination":1000,"pieces":2,"drum":1},"unanswered":{"owed":1800000009},"called_for":{"slips":{"things":[[1,100]],"is_answered":false},"found":{"things":[1000,null],"is_answered":true}},"taken_over":{"b-9":2},"units":{"entries":12,"expected":{"notes/acceptor":{"serial":null,"stacked":{"proven":40,"doubtful":1},"paid_out":null,"since":2}},"doubts":{"1":{"part":"coins/acceptor","cause":"other_unit","expected":{"serial":7},"reported":{"serial":8},"since":3,"opened":11}},"last_doubt":1},"incidents":{"open":{"3":{"opened":1800000009,"doubt":"payout_unknown","about":2,"held":1000}},"last":3},"summaries":{"payments":{},"inserted":[],"holds_note":null}}}"#;

fn carried() -> Draft {
    let books: CarriedBooks = serde_json::from_str(BOOKS).unwrap();
    let entry = Entry::Machine(MachineEntry::BooksCarried);
    Draft { entry, private: Some(Private::Books(Box::new(books))) }
}

#[test]
fn books_are_written_as_ever() {
    let books: CarriedBooks = serde_json::from_str(BOOKS).unwrap();
    assert_eq!(serde_json::to_string(&books).unwrap(), BOOKS);
    let other = BOOKS.replacen(r#"{"shape":1,"#, r#"{"shape":2,"#, 1);
    serde_json::from_str::<CarriedBooks>(&other).unwrap_err();
}

/// Two payments, books, one payment, books, and one payment more.
fn fill(journal: &mut impl Record) {
    append_all(journal, &[drafts::payment(1), drafts::payment(2), vec![vec![carried()]]].concat());
    append_all(journal, &[drafts::payment(3), vec![vec![carried()]], drafts::payment(4)].concat());
}

fn resume(journal: &impl Record) -> (Resumed, Vec<Recorded>) {
    let mut read = Vec::new();
    let resumed = journal.resume(|recorded| read.push(recorded)).unwrap();
    (resumed, read)
}

fn check_books(journal: &impl Record) {
    let all = all_of(journal).unwrap();
    let (resumed, read) = resume(journal);
    let seq = read[0].seq;
    assert_eq!(resumed, Resumed::FromBooks { seq });
    assert!(matches!(read[0].private, Some(Private::Books(_))));
    let newest = all.iter().rposition(|record| record.entry == read[0].entry).unwrap();
    assert_eq!(all[newest].seq, seq, "the newest books");
    assert_eq!(read[1..], all[newest + 1..]);
    assert!(
        all.iter().all(|record| !matches!(record.private, Some(Private::Books(_)))),
        "only a start needs them"
    );
}

#[test]
fn a_start_reads_the_newest_books_and_what_came_after() {
    let place = Place::provisioned();
    let (mut file, mut memory) = (place.open(), memory());
    assert_eq!(resume(&file).0, Resumed::FromTheFirst);
    assert_eq!(resume(&memory).0, Resumed::FromTheFirst);
    fill(&mut file);
    fill(&mut memory);
    check_books(&file);
    check_books(&memory);
    file.verify().unwrap();
    let sql = "SELECT count(*) FROM private WHERE subject = 'books'";
    let kept: i64 = file.connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 1, "newer books take the place of older ones");
}

/// Whoever changes them gains nothing, and no machine stands still for it.
#[test]
fn books_that_were_changed_are_not_believed() {
    let changes = [
        "UPDATE private SET body = CAST(replace(CAST(body AS TEXT), 'm-1', 'm-2') AS BLOB) WHERE subject = 'books'",
        "UPDATE private SET salt = zeroblob(16) WHERE subject = 'books'",
        "UPDATE private SET seq = 2 WHERE subject = 'books'",
        "UPDATE entries SET at = at + 1 WHERE seq = (SELECT seq FROM private WHERE subject = 'books')",
    ];
    for (number, sql) in changes.into_iter().enumerate() {
        let place = Place::provisioned();
        let mut file = place.open();
        fill(&mut file);
        unguard(&file);
        file.connection.execute("DELETE FROM private WHERE seq = 2", []).unwrap();
        assert_eq!(file.connection.execute(sql, []).unwrap(), 1, "{sql}");
        let mut read = Vec::new();
        let resumed = file.resume(|recorded| read.push(recorded));
        if number < 3 {
            assert!(matches!(resumed.unwrap(), Resumed::BooksRefused { .. }), "{sql}");
            assert_eq!(read.len(), all_of(&file).unwrap().len() + 1, "{sql}");
        } else {
            resumed.expect_err("the chain itself is broken");
        }
        file.verify().expect_err(sql);
    }
}

fn unguard(file: &Journal) {
    file.connection.pragma_update(None, "foreign_keys", "OFF").unwrap();
    for trigger in ["private_never_changes", "entries_never_change"] {
        file.connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
}

#[test]
fn books_are_a_subject_of_their_own() {
    assert_eq!(carried().entry.subject(), Some(Subject::Books));
    assert_eq!(carried().entry.erases(), Some(Subject::Books));
    let mut memory = memory();
    memory.append(WallTime(0), &[carried()]).unwrap();
    memory.verify().unwrap();
}
