//! What a unit's own counters prove when the program was away: each a difference of two readings. If what it has counted in
//! its life does not fit, the readings have more between them than the books know, and prove nothing.

use std::collections::BTreeMap;

use device_api::{Counted, DeviceCounts, Place, StoreId, UnitId};
use money::{CashCount, Denomination};

use super::deposit;
use crate::books::{Counting, Unpaid};
use crate::turn::Turn;
use crate::{CashEntry, PayoutEntry, comparing};

/// After an interruption a unit may not tell any more of a note that it stacked, or where, or drew back.
pub(crate) fn book_what_counters_prove(turn: &mut Turn<'_>, unit: UnitId, reported: DeviceCounts) {
    book_stacked(turn, unit, reported);
    if !comparing::fits_books(turn, unit, reported) {
        return;
    }
    if let Some(drums) = counting(turn, unit).map(|counting| counting.drums) {
        book_resting_places(turn, unit, drums, reported);
    }
    book_drawn_back(turn, unit, reported);
}

/// Where notes of an earlier payment came to rest, if that was not told: in no payment would it be asked for again,
/// and staff who count the drum would count them a second time.
pub(crate) fn book_left_on_its_way(turn: &mut Turn<'_>, reported: &BTreeMap<UnitId, DeviceCounts>) {
    for (unit, reported) in reported {
        if comparing::fits_books(turn, *unit, *reported) {
            book_resting_places(turn, *unit, turn.books.drums(*unit), *reported);
        }
    }
}

/// Notes that a payout did not pay, if its payment was settled by hand before the unit's counters were read. They tell it
/// once no other payment moves notes.
pub(crate) fn book_left_unpaid(turn: &mut Turn<'_>, unit: UnitId, counted: &Counted) {
    if turn.books.deposit().is_some() {
        return;
    }
    let left = turn.books.left_unpaid.filter(|unpaid| unpaid.store.unit == unit);
    if let (Some(unpaid), Some(reported)) = (left, DeviceCounts::of(counted))
        && comparing::fits_books(turn, unit, reported)
    {
        book_missing(turn, unpaid, reported);
    }
}

/// Notes that a payout did not pay lie in their drum again or, drawn back, in the cash box: the drum's own counter
/// tells. A count that neither explains is found when the next payment begins.
pub(super) fn book_drawn_back(turn: &mut Turn<'_>, unit: UnitId, reported: DeviceCounts) {
    if let Some(unpaid) = deposit(turn).unpaid.filter(|unpaid| unpaid.store.unit == unit) {
        book_missing(turn, unpaid, reported);
    }
}

fn book_missing(turn: &mut Turn<'_>, unpaid: Unpaid, reported: DeviceCounts) {
    let Unpaid { store: from, denomination, pieces, drum } = unpaid;
    let missing = drum.saturating_sub(reported.drums.pieces(denomination));
    let booked_there = turn.books.pieces_in(from).pieces(denomination);
    if (1..=pieces.min(booked_there)).contains(&missing) {
        turn.record(PayoutEntry::NotesRetracted { from, denomination, pieces: missing });
    }
}

fn counting<'a>(turn: &'a Turn<'_>, unit: UnitId) -> Option<&'a Counting> {
    deposit(turn).counting.get(&unit)
}

fn book_stacked(turn: &mut Turn<'_>, unit: UnitId, reported: DeviceCounts) {
    let Some(denomination) = deposit(turn).stacking.get(&unit).copied() else { return };
    let expected = counting(turn, unit).and_then(|counting| counting.expected().stacked_total);
    if expected.is_some_and(|expected| reported.stacked_total == expected.checked_add(1)) {
        let purpose = deposit(turn).purpose;
        turn.record(CashEntry::NoteCredited { purpose, unit, denomination });
    }
}

/// `drums` is what they held without the notes on their way. A unit that is heard only now and then may have told where the
/// newest of them lies, and not the one before.
fn book_resting_places(turn: &mut Turn<'_>, unit: UnitId, drums: CashCount, reported: DeviceCounts) {
    let on_its_way = turn.books.on_its_way(unit);
    let in_drums = reported.drums.minus(&drums);
    let in_box = in_drums.and_then(|in_drums| on_its_way.minus(&in_drums));
    let (Ok(in_drums), Ok(in_box)) = (in_drums, in_box) else { return };
    for (kind, pieces) in in_drums.iter() {
        let mut stores = turn.policy.stores.iter().filter(|store| store.id.unit == unit);
        if let Some(drum) = stores.find(|store| store.holds.contains(kind)).map(|store| store.id) {
            book_resting_place(turn, drum, kind, pieces);
        }
    }
    for (kind, pieces) in in_box.iter() {
        book_resting_place(turn, StoreId { unit, place: Place::CashBox }, kind, pieces);
    }
}

fn book_resting_place(turn: &mut Turn<'_>, store: StoreId, denomination: Denomination, pieces: u32) {
    (0..pieces).for_each(|_| turn.record(CashEntry::NoteStored { store, denomination }));
}
