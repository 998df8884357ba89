//! What the drivers say on their lines, against what is written at that moment: I9, to the byte. The outputs of the
//! machine are looked at elsewhere; a driver that sends something by itself shows here only.

use std::time::Duration;

use device_api::{DispenseId, Place, StoreId, UnitId};
use engine::{CashEntry, Entry, PayoutEntry};
use money::Denomination;
use wire::id003::Status;
use wire::{Moment, id003};

use super::intentions::is_newest_of_note;
use super::{Violation, ensure};
use crate::world::World;
use crate::world::cash_units::CashUnit;

/// Codes of the note unit that move a note or let it be forgotten (docs/protocols/id003.md §3).
const STACK_1: u8 = 0x41;
const STACK_2: u8 = 0x42;
const RETURN: u8 = 0x43;
const ACK: u8 = 0x50;
/// The begin of PAY OUT: an extended frame, the recycler, the order.
const PAY_OUT: [u8; 3] = [0xF0, 0x20, 0x4A];

/// The ccTalk command that moves money (docs/protocols/cctalk.md §4).
const DISPENSE: u8 = 167;

/// An order that comes again sooner than this was not repeated because nothing was heard: no unit is given less time to
/// answer.
const REPEATED_AFTER: Duration = Duration::from_millis(20);

/// A command to pay out that has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    id: DispenseId,
    at: Moment,
}

/// Whether the note unit's driver must have a reason to say this.
pub(in crate::world) fn is_weighty_for_notes(bytes: &[u8]) -> bool {
    match bytes {
        [id003::SYNC, _, STACK_1 | STACK_2 | RETURN | ACK, ..] => true,
        [id003::SYNC, _, begin @ ..] => begin.starts_with(&PAY_OUT),
        _ => false,
    }
}

/// Whether the coin unit's driver must have a reason to say this.
pub(in crate::world) fn is_weighty_for_coins(bytes: &[u8]) -> bool {
    bytes.get(3) == Some(&DISPENSE)
}

/// Whether the printer's driver begins a page: ESC @ (docs/protocols/escpos.md §1).
pub(in crate::world) fn is_weighty_for_printer(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1B@")
}

/// What the drivers have said just now.
pub(in crate::world) fn overhear(world: &mut World) {
    let notes = world.notes.iter().any(|unit| unit.station.has_said());
    let coins = world.coins.iter().any(|unit| unit.station.has_said());
    if !notes && !coins && !world.printer.has_said() {
        return;
    }
    for index in 0..world.notes.len() {
        for bytes in world.notes[index].station.take_said() {
            let right = notes_said(world, index, &bytes);
            world.watch.break_at(right);
        }
    }
    for index in 0..world.coins.len() {
        let CashUnit { id, station, .. } = &mut world.coins[index];
        let (unit, said) = (*id, station.take_said());
        for bytes in said {
            let right = coins_said(world, unit, &bytes);
            world.watch.break_at(right);
        }
    }
    if !world.printer.take_said().is_empty() {
        world.watch.prints.page_begins();
    }
}

fn notes_said(world: &mut World, index: usize, bytes: &[u8]) -> Result<(), Violation> {
    let CashUnit { id: unit, station, .. } = &world.notes[index];
    let (unit, status) = (*unit, station.model.status());
    let written = world.written();
    let is_written = |wanted: fn(&Entry) -> bool| is_newest_of_note(written, unit, wanted);
    match *bytes {
        [_, _, STACK_1 | STACK_2, ..] => {
            let intended = is_written(|entry| matches!(entry, Entry::Cash(CashEntry::StackIntended { .. })));
            ensure("I9", intended, || "a note is stacked before that is written".to_owned())
        }
        [_, _, RETURN, ..] => {
            let refused = is_written(|entry| matches!(entry, Entry::Cash(CashEntry::NoteRefused { .. })));
            ensure("I9", refused, || "a note is returned before that is written".to_owned())
        }
        // Another ACK is about a note that is paid out.
        [_, _, ACK, ..] if status == Some(Status::VendValid) => {
            let booked = is_written(|entry| {
                matches!(
                    entry,
                    Entry::Cash(CashEntry::NoteCredited { .. }) | Entry::Cash(CashEntry::NoteFound { .. })
                )
            });
            ensure("I9", booked, || "a note is acknowledged before its credit is written".to_owned())
        }
        [_, _, 0xF0, _, _, pieces, drum, ..] => {
            pays_out(world, StoreId { unit, place: Place::Drum(drum) }, pieces.into())
        }
        _ => Ok(()),
    }
}

fn coins_said(world: &mut World, unit: UnitId, bytes: &[u8]) -> Result<(), Violation> {
    let [address, _, _, DISPENSE, .., coins, _check_sum] = *bytes else { return Ok(()) };
    pays_out(world, StoreId { unit, place: Place::Hopper(address) }, coins.into())
}

/// The payout is written, with its counters; with what has left of it already it does not come to more; and no order
/// is repeated at once.
fn pays_out(world: &mut World, store: StoreId, pieces: u32) -> Result<(), Violation> {
    let truth = world.truth();
    let said = || format!("{pieces} from {store} are ordered on the line");
    let Some(LetGo { id, from, kind, most }) = let_go(world.written()) else {
        return ensure("I9", false, || format!("{}, and no payout is written", said()));
    };
    let left = world.watch.left_since_intended(kind, &truth);
    ensure("I9", store == from && left + pieces <= most, || {
        format!("{}, written are {most} of {kind} from {from}, of which {left} have left", said())
    })?;
    let sent = Sent { id, at: world.now };
    let before = world.watch.sent.replace(sent);
    let again = before.is_some_and(|before| before.id == id && sent.at.since(before.at) < REPEATED_AFTER);
    ensure("I9", !again, || format!("{} once more before an answer can have come", said()))
}

/// A payout that may go on.
struct LetGo {
    id: DispenseId,
    from: StoreId,
    kind: Denomination,
    most: u32,
}

/// The payout that the newest word about any says may go on.
fn let_go(written: &[Entry]) -> Option<LetGo> {
    let mut newest_first = written.iter().rev();
    let prepared = newest_first.find_map(|entry| match entry {
        Entry::Payout(PayoutEntry::PayoutPrepared { dispense, .. }) => Some(Some(*dispense)),
        Entry::Payout(PayoutEntry::PayoutIntended { .. })
        | Entry::Payout(PayoutEntry::PayoutEnded { .. }) => Some(None),
        _ => None,
    })??;
    newest_first.find_map(|entry| match entry {
        Entry::Payout(PayoutEntry::PayoutIntended { dispense, store, denomination, pieces, .. })
            if *dispense == prepared =>
        {
            Some(LetGo { id: prepared, from: *store, kind: *denomination, most: *pieces })
        }
        _ => None,
    })
}
