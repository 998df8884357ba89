//! Payments that are made while a part of a unit is not used.

use std::collections::BTreeSet;

use api::{DoubtId, DoubtReach, Outcome};
use engine::{DoubtEntry, Entry, PaymentEntry};

/// The doubts about one part alone that nobody has settled.
#[derive(Debug, Default)]
pub(super) struct PartsInDoubt(BTreeSet<DoubtId>);

impl PartsInDoubt {
    /// What an entry is called because of them.
    pub(super) fn written(&mut self, entry: &Entry) -> Option<&'static str> {
        match entry {
            Entry::Doubt(DoubtEntry::DoubtOpened { doubt, reach: DoubtReach::PartAlone, .. }) => {
                self.0.insert(*doubt);
                Some("doubt.part_alone")
            }
            Entry::Doubt(DoubtEntry::DoubtOpened { reach: DoubtReach::Records, .. }) => Some("doubt.records"),
            Entry::Doubt(DoubtEntry::DoubtSettled { doubt, .. }) => {
                self.0.remove(doubt);
                None
            }
            Entry::Payment(PaymentEntry::PaymentClosed {
                outcome: Outcome::Paid | Outcome::PaidShort { .. },
                ..
            }) => (!self.0.is_empty()).then_some("doubt.paid_beside"),
            _ => None,
        }
    }
}
