//! Which of its slots the machine can use (K18).

use api::{ClosedReason, Takes, UnitState};
use device_api::{Capabilities, PartId};
use money::Yen;

use crate::health::{Health, Part, closed_by};
use crate::upkeep::Upkeep;

/// In coins alone: more is a hand full that takes minutes to insert, and soon more than twenty of a kind (K11, K18).
pub(crate) const COINS_ALONE_UP_TO: Yen = Yen::new(1_000);

/// What can be inserted, or what stands in the way. A unit that failed just now may be back before a patient has read that
/// it is not there: only when the desk was called for it, the machine goes on without it.
pub(crate) fn what_can_be_inserted(health: &Health, upkeep: &Upkeep) -> Result<Takes, ClosedReason> {
    let mut slots = Vec::new();
    let mut without = None;
    for (unit, can, state) in health.slots() {
        match state {
            UnitState::Starting => return Err(ClosedReason::Starting),
            UnitState::Ready => slots.push((can, true)),
            UnitState::Trouble(_) => {
                let is_lasting = upkeep.is_lasting(Part::Unit(PartId::acceptor(unit)));
                without = without.or((!is_lasting).then(|| closed_by(can)));
                slots.push((can, false));
            }
        }
    }
    match without {
        Some(reason) => Err(reason),
        None => of_all(&slots).ok_or_else(|| health.closed_by_units().unwrap_or(ClosedReason::NoteUnit)),
    }
}

/// What can be inserted as far as a patient has to know: what works, or may be back before they have read that it does not.
pub(crate) fn what_may_be_inserted(health: &Health, upkeep: &Upkeep) -> Option<Takes> {
    let lasts = |unit| upkeep.is_lasting(Part::Unit(PartId::acceptor(unit)));
    of_all(&health.slots().map(|(unit, can, _)| (can, !lasts(unit))).collect::<Vec<_>>())
}

/// Of several units for notes each has to work: all of them are asked what they hold, and none can be sent away from.
fn of_all(slots: &[(Capabilities, bool)]) -> Option<Takes> {
    let works = |takes: Takes| {
        let mut of_it = slots.iter().filter(|(can, _)| takes.uses(*can)).peekable();
        of_it.peek().is_some() && of_it.all(|(_, works)| *works)
    };
    match (works(Takes::Notes), works(Takes::Coins)) {
        (true, true) => Some(Takes::NotesAndCoins),
        (true, false) => Some(Takes::Notes),
        (false, true) => Some(Takes::Coins),
        (false, false) => None,
    }
}
