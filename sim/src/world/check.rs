//! What must be true after every payment, against the devices' own truth, which the machine never sees.

use std::collections::BTreeSet;

use api::Page;
use device_api::Place;
use engine::Entry;
use engine::ledger::Account;
use journal::Record;
use money::{AmountOverflow, CashCount, Denomination, Yen};

use super::World;

/// A broken invariant (docs/invariants.md).
#[derive(Debug, thiserror::Error)]
#[error("{invariant}: {what}")]
pub struct Violation {
    /// Which.
    pub invariant: &'static str,
    /// What was seen.
    pub what: String,
}

/// Checks a world in which nobody is being served.
pub fn at_rest(world: &World) -> Result<(), Violation> {
    physical_conservation(world)?;
    let balances = world.journal().balances().map_err(|error| violation("I2", error.to_string()))?;
    ledger_conservation(&balances)?;
    agreement(world, &balances)?;
    nothing_left_open(world, &balances)?;
    nobody_left_alone(world)?;
    receipts(world)?;
    settlements(world)
}

/// I12: the journal gives back exactly what was written, and its chain holds. Reads all of it.
pub fn journal(world: &World) -> Result<(), Violation> {
    let records = world.journal().replay().map_err(|error| violation("I12", error.to_string()))?;
    let same = records.iter().map(|record| &record.entry).eq(world.written());
    ensure("I12", same, || "the journal gives back something else than was written".to_owned())?;
    world.journal().verify().map(drop).map_err(|error| violation("I12", error.to_string()))
}

/// I1: every note that a patient let go of is in exactly one place.
fn physical_conservation(world: &World) -> Result<(), Violation> {
    let truth = world.note_unit().truth();
    for kind in Denomination::ALL {
        let on_its_way = [truth.mouth, truth.path].into_iter().flatten().filter(|note| *note == kind).count();
        let at_rest = truth.drums.pieces(kind) + truth.cash_box.pieces(kind);
        let inserted = truth.inserted.pieces(kind) + truth.filled_by_staff.pieces(kind);
        let back = truth.returned_to_patient.pieces(kind) + truth.paid_out.pieces(kind);
        let conserved = u32::try_from(on_its_way).is_ok_and(|moving| inserted == at_rest + moving + back);
        ensure("I1", conserved, || {
            format!("{kind}: {inserted} in, {at_rest} at rest, {on_its_way} on the way, {back} taken back")
        })?;
    }
    Ok(())
}

/// I2: all postings sum to zero.
fn ledger_conservation(balances: &[(Account, Yen)]) -> Result<(), Violation> {
    let sum = Yen::sum(balances.iter().map(|(_, amount)| *amount));
    ensure("I2", sum == Ok(Yen::ZERO), || format!("the postings sum to {sum:?}"))
}

/// I3: what the books say lies in the drums and in the cash box is what lies there, but for what they say is
/// still on its way.
fn agreement(world: &World, balances: &[(Account, Yen)]) -> Result<(), Violation> {
    let truth = world.note_unit().truth();
    for kind in Denomination::ALL {
        let on_its_way = booked(balances, kind, |place| place == Place::Transport);
        let in_drums = booked(balances, kind, |place| matches!(place, Place::Drum(_)));
        let in_box = booked(balances, kind, |place| place == Place::CashBox);
        let missing = |books: Yen, pieces: CashCount| kind.value().times(pieces.pieces(kind))?.minus(books);
        let agreed = || {
            let (drums, cash_box) = (missing(in_drums?, truth.drums)?, missing(in_box?, truth.cash_box)?);
            Ok::<_, AmountOverflow>(
                !drums.is_negative() && !cash_box.is_negative() && drums.plus(cash_box)? == on_its_way?,
            )
        };
        ensure("I3", agreed() == Ok(true), || {
            format!(
                "of {kind} the books say {in_drums:?} in drums, {in_box:?} in the box, {on_its_way:?} on its way; there is {truth:?}"
            )
        })?;
    }
    Ok(())
}

fn booked(
    balances: &[(Account, Yen)],
    kind: Denomination,
    here: impl Fn(Place) -> bool,
) -> Result<Yen, AmountOverflow> {
    let lines = balances.iter().filter(|(account, _)| match account {
        Account::Cash { place, denomination } => *denomination == kind && here(*place),
        Account::Deposit { .. } | Account::Fees | Account::TakenOver { .. } | Account::Suspense => false,
    });
    Yen::sum(lines.map(|(_, amount)| *amount))
}

/// I4: nothing is held for a payment that has ended.
fn nothing_left_open(world: &World, balances: &[(Account, Yen)]) -> Result<(), Violation> {
    if world.engine().open_payment().is_some() {
        return Ok(());
    }
    let held = balances.iter().find(|(account, _)| matches!(account, Account::Deposit { .. }));
    ensure("I4", held.is_none(), || format!("{held:?} without an open payment"))
}

/// I10: a note that is stuck inside without a payment has called somebody.
fn nobody_left_alone(world: &World) -> Result<(), Violation> {
    let stuck = world.note_unit().truth().path.filter(|_| world.engine().open_payment().is_none());
    let known = !world.engine().calls().is_empty() || matches!(world.view().page, Page::Closed { .. });
    ensure("I10", stuck.is_none() || known, || format!("{stuck:?} is stuck and nobody knows"))
}

/// I8: numbers without gaps; each 領収証 is on paper, whole, or in doubt at the desk; no two unmarked ones.
fn receipts(world: &World) -> Result<(), Violation> {
    let doubtful: BTreeSet<_> =
        world.engine().papers_in_doubt().into_iter().map(|paper| paper.number).collect();
    let papers: Vec<String> = world
        .printer()
        .pieces()
        .iter()
        .filter(|piece| piece.complete)
        .map(|piece| piece.text().join("\n"))
        .collect();
    let numbers = world.written().iter().filter_map(|entry| match entry {
        Entry::PaymentClosed { receipts, .. } => Some(receipts.iter().map(|receipt| receipt.number)),
        _ => None,
    });
    for (expected, number) in (1..).zip(numbers.flatten()) {
        ensure("I8", number.0 == expected, || format!("number {number} follows {}", expected - 1))?;
        let of_this_number = papers.iter().filter(|text| text.contains(&format!("No. {number}")));
        let (marked, unmarked): (Vec<_>, Vec<_>) = of_this_number.partition(|text| is_marked(text));
        let somewhere = !marked.is_empty() || !unmarked.is_empty() || doubtful.contains(&number);
        ensure("I8", unmarked.len() <= 1, || format!("{} unmarked originals of {number}", unmarked.len()))?;
        ensure("I8", somewhere, || format!("{number} is neither on paper nor in doubt"))?;
    }
    Ok(())
}

/// Whether a paper says that it is not the first of its number.
pub fn is_marked(paper: &str) -> bool {
    ["再発行", "印字不良のため再印字"].iter().any(|mark| paper.contains(mark))
}

/// I7: the billing system was told of every payment that ended, once, and of none other.
fn settlements(world: &World) -> Result<(), Violation> {
    let closed: Vec<_> = world
        .written()
        .iter()
        .filter_map(|entry| match entry {
            Entry::PaymentClosed { payment, inserted, .. } => Some((*payment, *inserted)),
            _ => None,
        })
        .collect();
    let told: Vec<(_, CashCount)> = world.results().map(|result| (result.payment, result.inserted)).collect();
    ensure("I7", closed == told, || format!("{} ended, {} told", closed.len(), told.len()))
}

fn ensure(invariant: &'static str, holds: bool, what: impl FnOnce() -> String) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(violation(invariant, what())) }
}

fn violation(invariant: &'static str, what: String) -> Violation {
    Violation { invariant, what }
}
