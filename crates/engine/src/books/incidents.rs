//! Money of which something is not known, as the books see it.

use std::collections::BTreeMap;

use api::{IncidentDoubt, IncidentId, PaymentId, WallTime};
use money::Yen;
use serde::{Deserialize, Serialize};

use crate::IncidentEntry;

/// The incidents that nobody has settled. There are few: what comes to light between two payments is one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incidents {
    open: BTreeMap<IncidentId, Incident>,
    last: u32,
}

/// Something is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incident {
    pub(crate) opened: WallTime,
    pub(crate) doubt: IncidentDoubt,
    pub(crate) about: Option<PaymentId>,
    /// What stands on its account: what was found is negative, what is missing positive.
    pub(crate) held: Yen,
}

impl Incident {
    /// What its pieces are worth, as far as that is known.
    pub(crate) fn value(&self) -> Yen {
        self.held.abs()
    }
}

impl Incidents {
    /// Those that nobody has settled, oldest first.
    pub(crate) fn open(&self) -> impl Iterator<Item = (IncidentId, &Incident)> {
        self.open.iter().map(|(id, incident)| (*id, incident))
    }

    /// The one of this kind that stands about `about`.
    pub(crate) fn stands(&self, doubt: IncidentDoubt, about: Option<PaymentId>) -> Option<IncidentId> {
        self.open().find(|(_, one)| (one.doubt, one.about) == (doubt, about)).map(|(id, _)| id)
    }

    pub(crate) fn get(&self, incident: IncidentId) -> Option<&Incident> {
        self.open.get(&incident)
    }

    /// An id that no incident had before.
    pub(crate) fn next(&self) -> IncidentId {
        IncidentId(self.last + 1)
    }

    pub(super) fn apply(&mut self, at: WallTime, entry: &IncidentEntry) {
        match entry {
            IncidentEntry::IncidentOpened { incident, about, doubt } => {
                self.last = incident.0;
                let opened = Incident { opened: at, doubt: *doubt, about: *about, held: Yen::ZERO };
                self.open.insert(*incident, opened);
            }
            IncidentEntry::FoundSuspended { incident, value } => {
                self.with(*incident, |held| held.minus(*value));
            }
            IncidentEntry::MissingSuspended { incident, value, .. } => {
                self.with(*incident, |held| held.plus(*value));
            }
            IncidentEntry::IncidentSettled { incident, .. } => drop(self.open.remove(incident)),
        }
    }

    fn with<E: std::fmt::Debug>(&mut self, incident: IncidentId, change: impl FnOnce(Yen) -> Result<Yen, E>) {
        if let Some(incident) = self.open.get_mut(&incident) {
            incident.held = change(incident.held).expect("no cabinet holds that much");
        }
    }
}
