//! Do not change these lines: see the file beside this folder.

use device_api::Place;
use engine::{CashEntry, Entry, RefusalReason};
use money::Denomination;

use super::{Golden, NOTE, NOTES, PURPOSE, store};

/// What is decided about a note in escrow.
pub(super) fn decided() -> Vec<Golden> {
    vec![
        (
            Entry::Cash(CashEntry::StackIntended { purpose: PURPOSE, unit: NOTES, denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"stack_intended","purpose":{"tender":"12-1"},"unit":"notes","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                unit: NOTES,
                denomination: Denomination::Yen10000,
                reason: RefusalReason::DoesNotFit,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","unit":"notes","denomination":10000,"reason":"does_not_fit"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                unit: NOTES,
                denomination: Denomination::Yen5000,
                reason: RefusalReason::NoLongerAccepting,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","unit":"notes","denomination":5000,"reason":"no_longer_accepting"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                unit: NOTES,
                denomination: Denomination::Yen2000,
                reason: RefusalReason::NoPayment,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","unit":"notes","denomination":2000,"reason":"no_payment"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                unit: NOTES,
                denomination: NOTE,
                reason: RefusalReason::PatientTookBack,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","unit":"notes","denomination":1000,"reason":"patient_took_back"}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteRefused {
                unit: NOTES,
                denomination: NOTE,
                reason: RefusalReason::OneAtATime,
            }),
            r#"{"v":2,"family":"cash","type":"note_refused","unit":"notes","denomination":1000,"reason":"one_at_a_time"}"#,
        ),
    ]
}

/// What became of it.
pub(super) fn moved() -> Vec<Golden> {
    vec![
        (
            Entry::Cash(CashEntry::NoteCredited { purpose: PURPOSE, unit: NOTES, denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"note_credited","purpose":{"tender":"12-1"},"unit":"notes","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteStored { store: store(NOTES, Place::Transport), denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"note_stored","store":"notes/transport","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteStored { store: store(NOTES, Place::Drum(2)), denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"note_stored","store":"notes/drum-2","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteStored { store: store(NOTES, Place::CashBox), denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"note_stored","store":"notes/cash-box","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteReturned { unit: NOTES, denomination: NOTE }),
            r#"{"v":2,"family":"cash","type":"note_returned","unit":"notes","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteFound { unit: NOTES, denomination: Some(NOTE) }),
            r#"{"v":2,"family":"cash","type":"note_found","unit":"notes","denomination":1000}"#,
        ),
        (
            Entry::Cash(CashEntry::NoteFound { unit: NOTES, denomination: None }),
            r#"{"v":2,"family":"cash","type":"note_found","unit":"notes","denomination":null}"#,
        ),
    ]
}
