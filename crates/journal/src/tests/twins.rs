//! The journal in a file and the one in memory are the same journal.

use api::{PaymentId, WallTime};
use engine::{Draft, Entry, PaymentEntry};
use proptest::prelude::*;

use super::{Place, all_of, append_all, drafts};
use crate::private::counted_salt;
use crate::{AppendError, Journal, MemoryJournal, Record};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn they_hold_the_same(batches in drafts::batches()) {
        let place = Place::provisioned();
        let mut file = place.open();
        file.salt = counted_salt;
        let mut memory = MemoryJournal::new();
        append_all(&mut file, &batches);
        append_all(&mut memory, &batches);
        assert_same(&file, &memory, &batches);
        drop(file);
        // What is said to be erased is gone when the file is opened again.
        erase_as_said(&mut memory, &batches);
        assert_same_records(&place.open(), &memory);
    }
}

fn erase_as_said(memory: &mut MemoryJournal, batches: &[Vec<Draft>]) {
    for draft in batches.iter().flatten() {
        if let Entry::Payment(PaymentEntry::PrivateErased { payment }) = draft.entry {
            memory.erase_private(payment);
        }
    }
}

/// Here accounts come back to nothing, which random drafts hardly ever do.
#[test]
fn they_hold_the_same_of_whole_payments() {
    let batches = [drafts::payment(1), drafts::payment(2)].concat();
    let place = Place::provisioned();
    let mut file = place.open();
    file.salt = counted_salt;
    let mut memory = MemoryJournal::new();
    append_all(&mut file, &batches);
    append_all(&mut memory, &batches);
    assert_same(&file, &memory, &batches);
    file.erase_private(PaymentId(1)).unwrap();
    memory.erase_private(PaymentId(1));
    assert_eq!(all_of(&file).unwrap(), all_of(&memory).unwrap());
}

#[test]
fn both_refuse_a_second_private_part_and_everything_after_it() {
    let place = Place::provisioned();
    refuses_a_second_private_part(place.open());
    refuses_a_second_private_part(MemoryJournal::new());
}

fn refuses_a_second_private_part(mut journal: impl Record) {
    let batches = [drafts::payment(1), drafts::payment(1)].concat();
    let now = WallTime(0);
    journal.append(now, &batches[0]).unwrap();
    journal.append(now, &batches[0]).unwrap_err();
    let refusal = journal.append(now, &batches[1]).unwrap_err();
    assert!(matches!(refusal, AppendError::Poisoned), "{refusal}");
    assert_eq!(all_of(&journal).unwrap().len(), 1);
}

fn assert_same_records(file: &Journal, memory: &MemoryJournal) {
    assert_eq!(all_of(file).unwrap(), all_of(memory).unwrap());
    assert_eq!(file.verify().unwrap(), memory.verify().unwrap());
    assert_eq!(file.balances().unwrap(), memory.balances().unwrap());
}

fn assert_same(file: &Journal, memory: &MemoryJournal, batches: &[Vec<Draft>]) {
    assert_same_records(file, memory);
    let back = all_of(file).unwrap().into_iter().map(|entry| (entry.entry, entry.private));
    let written = batches.iter().flatten().cloned().map(|draft| (draft.entry, draft.private));
    assert!(back.eq(written));
}
