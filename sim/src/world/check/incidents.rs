//! I18: money of which something is not known stands on the account of an incident until a person has settled it, and then
//! nowhere. What was found or may be missing belongs to an incident in the same step.

use std::collections::BTreeMap;

use api::{IncidentDoubt, IncidentId};
use engine::ledger::Account;
use engine::{Entry, IncidentEntry};
use money::Yen;

use super::accounts::Balances;
use super::{Violation, ensure};

/// The incidents, by the entries.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    open: BTreeMap<IncidentId, IncidentDoubt>,
    last: u32,
}

impl Incidents {
    /// Takes an entry into account; `balances` hold what it posted.
    pub(super) fn apply(&mut self, entry: &Entry, balances: &Balances) -> Result<(), Violation> {
        let Entry::Incident(entry) = entry else { return Ok(()) };
        match entry {
            IncidentEntry::IncidentOpened { incident, doubt, .. } => {
                ensure("I18", incident.0 == self.last + 1, || {
                    format!("incident {incident} follows {}", self.last)
                })?;
                self.last = incident.0;
                self.open.insert(*incident, *doubt);
                Ok(())
            }
            IncidentEntry::FoundSuspended { incident, value } => self.holds(*incident, *value, false),
            IncidentEntry::MissingSuspended { incident, value, .. } => self.holds(*incident, *value, true),
            IncidentEntry::IncidentSettled { incident, said, held, .. } => {
                let doubt = self.open.remove(incident);
                let fits = doubt.is_some_and(|doubt| doubt.settlements(held.abs()).contains(said));
                ensure("I18", fits, || format!("incident {incident} of {doubt:?} is said to be {said:?}"))?;
                let left = balances.get(&Account::Incident { incident: *incident });
                ensure("I18", left.is_none(), || format!("{left:?} are left of incident {incident}"))
            }
        }
    }

    fn holds(&self, incident: IncidentId, value: Yen, is_missing: bool) -> Result<(), Violation> {
        let doubt = self.open.get(&incident);
        let fits = doubt.is_some_and(|doubt| (*doubt == IncidentDoubt::PayoutUnknown) == is_missing);
        ensure("I18", fits && value > Yen::ZERO, || {
            format!("{value} belong to {doubt:?}, incident {incident}")
        })
    }
}

/// Nothing that was found, or may be missing, belongs to no incident when a step is written.
pub(super) fn hold_everything(balances: &Balances) -> Result<(), Violation> {
    let loose =
        balances.iter().find(|(account, _)| matches!(account, Account::Found | Account::Doubtful { .. }));
    ensure("I18", loose.is_none(), || format!("{loose:?} belong to no incident"))
}

#[cfg(test)]
mod tests {
    use api::IncidentSaid;

    use super::*;

    const ONE: IncidentId = IncidentId(1);
    const FOUND: Account = Account::Incident { incident: ONE };

    fn opened(doubt: IncidentDoubt) -> Entry {
        Entry::Incident(IncidentEntry::IncidentOpened { incident: ONE, about: None, doubt })
    }

    fn settled(said: IncidentSaid) -> Entry {
        let by = "staff".parse().unwrap();
        let held = Yen::new(-500);
        Entry::Incident(IncidentEntry::IncidentSettled { incident: ONE, said, about: None, held, by })
    }

    #[track_caller]
    fn check(entries: &[Entry], balances: &[(Account, i64)], right: bool) {
        let balances = balances.iter().map(|(account, yen)| (*account, Yen::new(*yen))).collect();
        let mut incidents = Incidents::default();
        let found = entries.iter().try_for_each(|entry| incidents.apply(entry, &balances));
        let found = found.and_then(|()| hold_everything(&balances));
        assert_eq!(found.is_ok(), right, "{found:?}");
    }

    /// A check that never fails proves nothing.
    #[test]
    fn what_is_settled_is_gone_and_what_is_loose_is_seen() {
        let suspended =
            Entry::Incident(IncidentEntry::FoundSuspended { incident: ONE, value: Yen::new(500) });
        let found = opened(IncidentDoubt::MoneyFound);
        check(&[found.clone(), suspended.clone()], &[(FOUND, -500)], true);
        check(std::slice::from_ref(&suspended), &[(FOUND, -500)], false);
        check(&[opened(IncidentDoubt::PayoutUnknown), suspended.clone()], &[(FOUND, -500)], false);
        let returned = settled(IncidentSaid::ReturnedToPatient);
        check(&[found.clone(), suspended.clone(), returned.clone()], &[], true);
        check(&[found.clone(), suspended.clone(), returned.clone()], &[(FOUND, -500)], false);
        check(&[found.clone(), suspended.clone(), settled(IncidentSaid::LeftWithPatient)], &[], false);
        check(&[found.clone(), suspended, returned.clone(), returned], &[], false);
        check(&[found], &[(Account::Found, -500)], false);
    }
}
