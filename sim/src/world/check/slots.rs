//! Slots into which nobody shall put money: I16.

use std::collections::BTreeMap;
use std::time::Duration;

use api::UnitState;
use device_api::{UnitId, UnitTrouble};
use wire::Moment;

use super::{Violation, ensure};
use crate::models::cctalk::CoinUnitModel;
use crate::models::id003::NoteUnitModel;

/// I16: a program that ends leaves no slot open but those that it names: nobody would count what falls in.
pub(in crate::world) fn closed_but_for<'a>(
    open: &[UnitId],
    notes: impl Iterator<Item = (UnitId, &'a NoteUnitModel)>,
    coins: impl Iterator<Item = (UnitId, &'a CoinUnitModel)>,
) -> Result<(), Violation> {
    let notes = notes.map(|(unit, model)| (unit, model.is_open()));
    let coins = coins.map(|(unit, model)| (unit, model.is_open()));
    for (unit, takes) in notes.chain(coins) {
        ensure("I16", !takes || open.contains(&unit), || {
            format!("{unit:?} takes money after the end of a program that names {open:?} as open")
        })?;
    }
    Ok(())
}

/// The driver resets a unit that is out of order every ten seconds, over a bad line a little later.
const RESET_BY_ITSELF: Duration = Duration::from_secs(60);

/// A note unit that was mended and is still out of order, with a note in it: nobody has started it anew, because it
/// would forget that note.
#[derive(Debug, Default)]
pub(super) struct WaitsForPeople {
    since: BTreeMap<UnitId, Moment>,
}

impl WaitsForPeople {
    /// It is looked at. True if it is time to ask what the machine says of it.
    pub(super) fn is_to_be_said(&mut self, now: Moment, unit: UnitId, waits: bool) -> bool {
        if !waits {
            self.since.remove(&unit);
            return false;
        }
        now.since(*self.since.entry(unit).or_insert(now)) > RESET_BY_ITSELF
    }

    /// A program that begins anew has to find it out.
    pub(super) fn begins(&mut self) {
        self.since.clear();
    }
}

/// I10: a unit that only people can bring back says so, if it can be reached.
pub(super) fn says_what_it_needs(state: &UnitState) -> Result<(), Violation> {
    let is_said = match state {
        UnitState::Trouble(trouble) => {
            matches!(trouble, UnitTrouble::NeedsPowerCycle | UnitTrouble::NotResponding)
        }
        UnitState::Starting | UnitState::Ready => false,
    };
    let said = || format!("a note unit waits to be switched off and on, and is said to be {state:?}");
    ensure("I10", is_said, said)
}
