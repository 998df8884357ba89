//! Units that do not work: somebody is called for each of them, once, also when no patient comes (K24).

use std::collections::BTreeMap;
use std::time::Duration;

use api::CallReason;
use device_api::Moment;

use crate::health::Part;
use crate::turn::Turn;

/// What blinks or begins anew is well again by then, and who has opened a cover stands there.
const CALLS_AFTER: Duration = Duration::from_secs(20);

/// The units that do not work.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upkeep(BTreeMap<Part, Ill>);

#[derive(Clone, Copy, Debug)]
struct Ill {
    since: Moment,
    is_called_for: bool,
}

/// Calls for a unit that has not worked for a while. The call is over by itself when all of them work again.
pub(crate) fn look_after(turn: &mut Turn<'_>) {
    let now = turn.now.at;
    let parts = turn.health.out_of_order().into_iter().map(|(part, _)| part);
    // The page of a payment tells its patient of what sticks out, and calls when nobody takes it.
    let is_paying = turn.books.open.is_some();
    let ill: Vec<Part> = parts.filter(|part| !(is_paying && matches!(part, Part::Exit(_)))).collect();
    let units = &mut turn.upkeep.0;
    let was_called = units.values().any(|ill| ill.is_called_for);
    units.retain(|part, _| ill.contains(part));
    for part in ill {
        units.entry(part).or_insert(Ill { since: now, is_called_for: false });
    }
    let mut is_due = false;
    for ill in units.values_mut().filter(|ill| !ill.is_called_for && ill.since.after(CALLS_AFTER) <= now) {
        ill.is_called_for = true;
        is_due = true;
    }
    if is_due {
        turn.call_staff(CallReason::OutOfOrder);
    } else if was_called && turn.upkeep.0.is_empty() {
        turn.calls.settled(CallReason::OutOfOrder);
    }
}

impl Upkeep {
    /// Whether it has not worked for so long that the desk was called: it will not be back in a moment.
    pub(crate) fn is_lasting(&self, part: Part) -> bool {
        self.0.get(&part).is_some_and(|ill| ill.is_called_for)
    }

    /// When [`look_after`] has something to do by itself.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let waiting = self.0.values().filter(|ill| !ill.is_called_for);
        waiting.map(|ill| ill.since.after(CALLS_AFTER)).min()
    }
}
