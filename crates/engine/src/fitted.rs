//! Which counters have fitted the books since the program began: a difference that comes after that says nothing of the
//! journal.

use std::collections::BTreeMap;

use api::DoubtReach;
use device_api::PartId;

use crate::doubt::Counters;

/// The counters of each part that have fitted since the program began. It is kept in no entry: the program that begins next
/// may begin on another journal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fitted(BTreeMap<PartId, Counters>);

impl Fitted {
    /// These are now what the books say.
    pub(crate) fn note(&mut self, part: PartId, counters: Counters) {
        let fitted = self.0.entry(part).or_default();
        *fitted = fitted.and(counters);
    }

    /// How far a doubt reaches that comes from these. An older journal shows in the first word of a unit that has moved
    /// something since; a counter that has fitted was moved, or its unit exchanged, while this program ran.
    pub(crate) fn reach(&self, part: PartId, differing: Counters) -> DoubtReach {
        match self.0.get(&part).is_some_and(|fitted| fitted.have(differing)) {
            true => DoubtReach::PartAlone,
            false => DoubtReach::Records,
        }
    }
}
