//! What must be true after every payment, and some of it at every moment, against the devices' own truth, which the machine never sees.

mod accounts;
mod anew;
mod apart;
mod bills;
mod calls;
mod deposits;
mod doubts;
mod drawn_back;
mod elsewhere;
mod facts;
mod incidents;
mod intentions;
pub(super) mod line;
mod moment;
mod offers;
mod originals;
mod paper_text;
mod papers;
mod payouts;
mod places;
mod prints;
mod results;
mod screen;
pub(super) mod slots;
mod standstill;
mod tampered;
mod tenders;
mod unheard;
mod watch;

use api::{CashOffer, Offer, Page, Way};
use engine::ledger::Account;
use engine::{Entry, PaymentEntry};
use journal::{Record, Verified};
use money::{CashCount, Yen};

pub(super) use self::intentions::rests_on_what_is_written;
pub(super) use self::moment::{LIVENESS, look};
pub use self::papers::is_marked;
pub(super) use self::papers::is_receipt;
pub(super) use self::places::{Truth, UnitTruth};
pub(super) use self::watch::Watch;
use super::World;

/// A broken invariant (docs/invariants.md).
#[derive(Clone, Debug, thiserror::Error)]
#[error("{invariant}: {what}")]
pub struct Violation {
    /// Which.
    pub invariant: &'static str,
    /// What was seen.
    pub what: String,
}

/// Checks a world in which nobody is being served.
pub fn at_rest(world: &World) -> Result<(), Violation> {
    so_far(world)?;
    if world.watch.is_blind {
        return Ok(());
    }
    moment::holds(world)?;
    let balances = world.journal().balances().map_err(|error| violation("I2", error.to_string()))?;
    ledger_conservation(&balances)?;
    kept_by_the_journal(world, &balances)?;
    payouts::nothing_twice(world)?;
    payouts::closed_to_the_yen(world)?;
    places::agree(world, &balances)?;
    nothing_left_open(world, &balances)?;
    nobody_left_alone(world)?;
    papers::each_once(world)?;
    settlements(world)
}

/// What was seen to be wrong at any moment until now.
pub(super) fn so_far(world: &World) -> Result<(), Violation> {
    intentions::come_first(world)?;
    world.watch.broken.clone().map_or(Ok(()), Err)
}

/// I12: the journal gives back exactly what was written, and its chain holds. Reads all of it.
pub fn journal(world: &World) -> Result<Verified, Violation> {
    let mut written = world.written().iter();
    let mut same = true;
    let read = world.journal().replay_verified(|record| same &= written.next() == Some(&record.entry));
    let verified = read.map_err(|error| violation("I12", error.to_string()))?;
    same &= written.next().is_none();
    ensure("I12", same, || "the journal gives back something else than was written".to_owned())?;
    Ok(verified)
}

/// I2: all postings sum to zero.
fn ledger_conservation(balances: &[(Account, Yen)]) -> Result<(), Violation> {
    let sum = Yen::sum(balances.iter().map(|(_, amount)| *amount));
    ensure("I2", sum == Ok(Yen::ZERO), || format!("the postings sum to {sum:?}"))
}

/// I12, as far as it shows in sums: the journal's accounts are those of the entries that were written.
fn kept_by_the_journal(world: &World, balances: &[(Account, Yen)]) -> Result<(), Violation> {
    let written = world.watch.balances.iter().map(|(account, amount)| (*account, *amount));
    ensure("I12", written.eq(balances.iter().copied()), || {
        format!("the journal says {balances:?}, written was {:?}", world.watch.balances)
    })
}

/// I4: nothing is held for a payment that has ended, but for what a slip says is owed.
fn nothing_left_open(world: &World, balances: &[(Account, Yen)]) -> Result<(), Violation> {
    let owed: Vec<_> = balances
        .iter()
        .filter_map(|(account, amount)| match account {
            Account::Owed { payment } => Some((*payment, amount.amount())),
            _ => None,
        })
        .filter(|(_, amount)| *amount != 0)
        .collect();
    let slips = world.written().iter().filter_map(|entry| match entry {
        Entry::Payment(PaymentEntry::PaymentClosed { payment, slip: Some(slip), .. }) => {
            Some((*payment, -slip.amount.amount()))
        }
        _ => None,
    });
    let slips: Vec<_> = slips.collect();
    ensure("I4", owed == slips, || format!("the books owe {owed:?}, the slips say {slips:?}"))?;
    if world.engine().open_payment().is_some() {
        return Ok(());
    }
    let held = balances
        .iter()
        .find(|(account, _)| matches!(account, Account::Deposit { .. } | Account::Brought { .. }));
    ensure("I4", held.is_none(), || format!("{held:?} without an open payment"))
}

/// I10: a piece that is stuck inside without a payment has called somebody.
fn nobody_left_alone(world: &World) -> Result<(), Violation> {
    let coins = world.coin_units().flat_map(|(_, model)| model.in_transit().iter().collect::<Vec<_>>());
    let coins: Vec<_> = coins.collect();
    let note = world.note_units().find_map(|(_, model)| model.inside());
    let is_clear = note.is_none() && coins.is_empty();
    if is_clear || world.engine().open_payment().is_some() {
        return Ok(());
    }
    // Somebody was called for a unit without which it goes on, and may have answered.
    let is_said = match &world.view().page {
        Page::Closed { .. } | Page::TakeNoteBack | Page::TakeSecondNote => true,
        Page::Idle { offer: Offer { cash: Way::Closed(_), .. } } => true,
        Page::Idle { offer: Offer { cash: Way::Open(CashOffer { takes, .. }), .. } } => {
            (note.is_none() || !takes.notes()) && (coins.is_empty() || !takes.coins())
        }
        _ => false,
    };
    let known = !world.engine().calls().is_empty() || is_said;
    ensure("I10", known, || format!("{note:?} {coins:?} is stuck and nobody knows"))
}

/// I7: the billing system was told of every payment that ended, once, and of none other.
fn settlements(world: &World) -> Result<(), Violation> {
    if world.journal_was_put_back() {
        // The billing system was told of payments that the journal does not know.
        return Ok(());
    }
    let closed: Vec<_> = world
        .written()
        .iter()
        .filter_map(|entry| match entry {
            Entry::Payment(PaymentEntry::PaymentClosed { payment, outcome, inserted, paid_out, .. }) => {
                Some((*payment, outcome.clone(), *inserted, *paid_out))
            }
            _ => None,
        })
        .collect();
    let told: Vec<(_, _, CashCount, CashCount)> = world
        .results()
        .map(|result| (result.payment, result.outcome.clone(), result.inserted, result.paid_out))
        .collect();
    ensure("I7", closed == told, || format!("{} ended, {} told", closed.len(), told.len()))
}

fn ensure(invariant: &'static str, holds: bool, what: impl FnOnce() -> String) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(violation(invariant, what())) }
}

fn violation(invariant: &'static str, what: String) -> Violation {
    Violation { invariant, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cabinet::{Cabinet, Profile};
    use crate::machine::InWorld;
    use crate::scenario::play;

    /// A check that never fails proves nothing.
    #[test]
    fn books_that_do_not_fit_are_found() {
        let cases = [
            ("", Ok(())),
            ("count 100=4 by=Sato", Err("I3")),
            ("count 1000=4 by=Sato", Err("I3")),
            ("count 100=6 by=Sato", Err("I3")),
            // What people move untold is known here, and looked for nowhere else.
            ("device cctalk hopper 100 fill 1", Ok(())),
            ("device cctalk hopper 100 fill 1\ncount 100=5 by=Sato", Err("I3")),
            ("device id003 drum 1000 take 2\ncount 1000=3 by=Sato", Ok(())),
        ];
        for (then, expected) in cases {
            let mut machine = InWorld::start(&Cabinet::default()).unwrap();
            let story = format!("stock 100=5 1000=5\nexpect -> screen idle\n{then}").parse().unwrap();
            play(&mut machine, &story).unwrap();
            let found = at_rest(machine.world()).map_err(|violation| violation.invariant);
            assert_eq!(found, expected, "{then}");
        }
    }

    /// What a story needs stands in both cabinets.
    #[test]
    fn every_cabinet_starts() {
        for (profile, shuffled_table) in Profile::ALL.into_iter().flat_map(|one| [(one, false), (one, true)])
        {
            let machine = InWorld::start(&Cabinet { shuffled_table, profile }).unwrap();
            let page = &machine.world().view().page;
            assert!(matches!(page, Page::Idle { .. }), "{profile:?} {shuffled_table} {page:?}");
            at_rest(machine.world()).unwrap();
        }
    }
}
