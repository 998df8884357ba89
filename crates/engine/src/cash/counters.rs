//! What the note unit's own counters prove when the program was away: each a difference of two readings.

use device_api::{Counted, DeviceCounts, Place};
use money::{CashCount, Denomination};

use super::deposit;
use crate::books::{Deposit, Unpaid};
use crate::turn::Turn;
use crate::{CashEntry, PayoutEntry};

/// After an interruption the unit may not tell any more of a note that it stacked, or where, or drew back.
pub(crate) fn book_what_counters_prove(turn: &mut Turn<'_>, reported: DeviceCounts) {
    book_stacked(turn, reported);
    book_resting_place(turn, deposit(turn).drums, reported);
    book_drawn_back(turn, reported);
}

/// Where a note of an earlier payment came to rest, if that was not told: in no payment would it be asked for again,
/// and staff who count the drum would count it a second time.
pub(crate) fn book_left_on_its_way(turn: &mut Turn<'_>, reported: DeviceCounts) {
    book_resting_place(turn, turn.books.drums(), reported);
}

/// Notes that a payout did not pay, if its payment was settled by hand before the unit's counters were read. They tell it
/// once no other payment moves notes.
pub(crate) fn book_left_unpaid(turn: &mut Turn<'_>, counted: &Counted) {
    if turn.books.deposit().is_some() {
        return;
    }
    if let (Some((unpaid, drum)), Some(reported)) = (turn.books.left_unpaid, DeviceCounts::of(counted)) {
        book_missing(turn, unpaid, drum, reported);
    }
}

/// Notes that a payout did not pay lie in their drum again or, drawn back, in the cash box: the drum's own counter
/// tells. A count that neither explains is found when the next payment begins.
pub(super) fn book_drawn_back(turn: &mut Turn<'_>, reported: DeviceCounts) {
    if let Some(unpaid) = deposit(turn).unpaid {
        let drum = deposit(turn).drums.pieces(unpaid.denomination);
        book_missing(turn, unpaid, drum, reported);
    }
}

/// `drum` is what it must have counted with them.
fn book_missing(turn: &mut Turn<'_>, unpaid: Unpaid, drum: u32, reported: DeviceCounts) {
    let Unpaid { place: from, denomination, pieces } = unpaid;
    let missing = drum.saturating_sub(reported.drums.pieces(denomination));
    let booked_there = turn.books.pieces_in(from, denomination);
    if (1..=pieces.min(booked_there)).contains(&missing) {
        turn.record(PayoutEntry::NotesRetracted { from, denomination, pieces: missing });
    }
}

/// What the device's counters must say if it took and gave exactly what is in the books.
pub(super) fn expected_counts(deposit: &Deposit) -> Option<DeviceCounts> {
    let counts_before = deposit.counts_before?;
    let notes = deposit.inserted.only(Denomination::is_note).number();
    let stacked_total = counts_before.stacked_total.map(|before: u32| before.saturating_add(notes));
    let paid_out = deposit.paid_out.only(Denomination::is_note).number();
    let paid_out_total = counts_before.paid_out_total.map(|before: u32| before.saturating_add(paid_out));
    Some(DeviceCounts { drums: deposit.drums, stacked_total, paid_out_total })
}

fn book_stacked(turn: &mut Turn<'_>, reported: DeviceCounts) {
    let Some(denomination) = deposit(turn).stacking else { return };
    let expected = expected_counts(deposit(turn)).and_then(|expected| expected.stacked_total);
    if expected.is_some_and(|expected| reported.stacked_total == expected.checked_add(1)) {
        let purpose = deposit(turn).purpose;
        turn.record(CashEntry::NoteCredited { purpose, denomination });
    }
}

/// `drums` is what they held without the note.
fn book_resting_place(turn: &mut Turn<'_>, drums: CashCount, reported: DeviceCounts) {
    let Some(denomination) = turn.books.in_transport else { return };
    let mut with_note = drums;
    let in_drum = with_note.add(denomination, 1).is_ok() && reported.drums == with_note;
    let mut stores = turn.policy.stores.iter().filter(|store| store.denomination == denomination);
    let place = match stores.next() {
        Some(drum) if in_drum => drum.place,
        _ if reported.drums == drums => Place::CashBox,
        Some(_) | None => return,
    };
    turn.record(CashEntry::NoteStored { denomination, place });
}
