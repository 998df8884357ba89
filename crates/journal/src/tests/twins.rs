//! The journal in a file and the one in memory are the same journal.

use api::{PaymentId, WallTime};
use engine::Draft;
use proptest::prelude::*;

use super::erasure::privates;
use super::{Place, all_of, append_all, drafts, machine, memory};
use crate::private::counted_salt;
use crate::{AppendError, DraftError, Flaw, Journal, MemoryJournal, Record, begun_in_simulation};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn they_hold_the_same(batches in drafts::batches()) {
        let place = Place::provisioned();
        let mut file = place.open();
        file.salt = counted_salt;
        let mut memory = memory();
        append_all(&mut file, &batches);
        append_all(&mut memory, &batches);
        assert_same(&file, &memory, &batches);
        drop(file);
        assert_same_records(&place.open(), &memory);
    }
}

/// Here accounts come back to nothing, which random drafts hardly ever do.
#[test]
fn they_hold_the_same_of_whole_payments() {
    let batches = [drafts::payment(1), drafts::payment(2)].concat();
    let place = Place::provisioned();
    let mut file = place.open();
    file.salt = counted_salt;
    let mut memory = memory();
    append_all(&mut file, &batches);
    append_all(&mut memory, &batches);
    assert_same(&file, &memory, &batches);
    let erased = [vec![drafts::erased(PaymentId(1))]];
    append_all(&mut file, &erased);
    append_all(&mut memory, &erased);
    assert_eq!(privates(&file), 1);
    assert_eq!(all_of(&file).unwrap(), all_of(&memory).unwrap());
}

#[test]
fn both_refuse_a_second_beginning_and_everything_after_it() {
    let place = Place::provisioned();
    refuses_a_second_beginning(place.open());
    refuses_a_second_beginning(memory());
}

fn refuses_a_second_beginning(mut journal: impl Record) {
    let now = WallTime(0);
    journal.append(now, &drafts::payment(1)[0]).unwrap();
    let error = journal.append(now, &[begun_in_simulation(&machine())]).unwrap_err();
    assert!(matches!(error, AppendError::Draft(DraftError::Beginning(Flaw::SecondBeginning))), "{error}");
    let refusal = journal.append(now, &drafts::payment(1)[1]).unwrap_err();
    assert!(matches!(refusal, AppendError::Poisoned), "{refusal}");
    assert_eq!(all_of(&journal).unwrap().len(), 1);
}

#[test]
fn nothing_is_written_before_whose_journal_it_is() {
    let error = MemoryJournal::new().append(WallTime(0), &drafts::payment(1)[0]).unwrap_err();
    assert!(matches!(error, AppendError::Draft(DraftError::Beginning(Flaw::NoBeginning))), "{error}");
}

fn assert_same_records(file: &Journal, memory: &MemoryJournal) {
    assert_eq!(all_of(file).unwrap(), all_of(memory).unwrap());
    assert_eq!(file.verify().unwrap(), memory.verify().unwrap());
    assert_eq!(file.balances().unwrap(), memory.balances().unwrap());
}

fn assert_same(file: &Journal, memory: &MemoryJournal, batches: &[Vec<Draft>]) {
    assert_same_records(file, memory);
    let back = all_of(file).unwrap().into_iter().map(|entry| entry.entry);
    assert!(back.eq(batches.iter().flatten().map(|draft| draft.entry.clone())));
}
