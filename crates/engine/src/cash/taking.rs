//! Which of its slots the machine can use (K18).

use api::{ClosedReason, Takes, UnitState};
use device_api::{Capabilities, PartId, UnitId};
use money::Yen;

use crate::books::Books;
use crate::health::{Health, Part, closed_by};
use crate::upkeep::Upkeep;

/// In coins alone: more is a hand full that takes minutes to insert, and soon more than twenty of a kind (K11, K18).
pub(crate) const COINS_ALONE_UP_TO: Yen = Yen::new(1_000);

/// A slot of the machine.
#[derive(Clone, Copy)]
struct Slot {
    can: Capabilities,
    works: bool,
    /// What its unit has counted does not fit, and nobody has settled it: it stays closed.
    is_in_doubt: bool,
}

/// Whether nothing is taken here until somebody has settled what does not fit.
pub(super) fn is_in_doubt(books: &Books, unit: UnitId) -> bool {
    books.units.is_in_doubt(PartId::acceptor(unit))
}

/// What can be inserted, or what stands in the way. A unit that failed just now may be back before a patient has read that
/// it is not there: only when the desk was called for it, the machine goes on without it. Without one that is in doubt it
/// goes on at once.
pub(crate) fn what_can_be_inserted(
    books: &Books,
    health: &Health,
    upkeep: &Upkeep,
) -> Result<Takes, ClosedReason> {
    let mut slots = Vec::new();
    let mut without = None;
    for (unit, can, state) in health.slots() {
        let is_in_doubt = is_in_doubt(books, unit);
        match state {
            UnitState::Starting => return Err(ClosedReason::Starting),
            UnitState::Ready => slots.push(Slot { can, works: true, is_in_doubt }),
            UnitState::Trouble(_) => {
                let is_lasting = upkeep.is_lasting(Part::Unit(PartId::acceptor(unit)));
                without = without.or((!is_lasting && !is_in_doubt).then(|| closed_by(can)));
                slots.push(Slot { can, works: false, is_in_doubt });
            }
        }
    }
    match without {
        Some(reason) => Err(reason),
        None => of_all(&slots).ok_or_else(|| health.closed_by_units().unwrap_or(ClosedReason::Records)),
    }
}

/// What can be inserted as far as a patient has to know: what works, or may be back before they have read that it does not.
pub(crate) fn what_may_be_inserted(books: &Books, health: &Health, upkeep: &Upkeep) -> Option<Takes> {
    let slot = |(unit, can, state): (UnitId, Capabilities, &UnitState)| {
        let is_in_doubt = is_in_doubt(books, unit);
        let lasts = upkeep.is_lasting(Part::Unit(PartId::acceptor(unit)));
        let works = if is_in_doubt { *state == UnitState::Ready } else { !lasts };
        Slot { can, works, is_in_doubt }
    };
    of_all(&health.slots().map(slot).collect::<Vec<_>>())
}

/// Of several units for notes each has to work: all of them are asked what they hold, and none can be sent away from. One
/// that is in doubt answers, and takes nothing.
fn of_all(slots: &[Slot]) -> Option<Takes> {
    let works = |takes: Takes| {
        let of_it: Vec<&Slot> = slots.iter().filter(|slot| takes.uses(slot.can)).collect();
        of_it.iter().all(|slot| slot.works) && of_it.iter().any(|slot| !slot.is_in_doubt)
    };
    match (works(Takes::Notes), works(Takes::Coins)) {
        (true, true) => Some(Takes::NotesAndCoins),
        (true, false) => Some(Takes::Notes),
        (false, true) => Some(Takes::Coins),
        (false, false) => None,
    }
}
