//! What each unit must have counted by now, and the doubts that stand, as the books see them.

use std::collections::BTreeMap;

use api::DoubtId;
use device_api::UnitCounts;
use serde::{Deserialize, Serialize};

use super::Books;
use crate::doubt::{Expected, said_before_payout};
use crate::{CashEntry, DoubtCause, DoubtEntry, Entry, PaymentEntry, PayoutEntry, Unit};

/// Payments that were given up print nothing, so that nobody can read the newest number. After a journal that lacks
/// entries the numbers of payments go on at the next multiple of this: more than a machine does in a day.
const PAYMENTS_SKIPPED: u64 = 1_000;

/// What the units must have counted, and what does not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Units {
    /// Entries so far: the number of the newest one.
    entries: u64,
    #[serde(with = "super::carried::pairs")]
    expected: BTreeMap<Unit, Expected>,
    /// The doubts that nobody has settled.
    pub(crate) doubts: BTreeMap<DoubtId, Doubt>,
    last_doubt: u32,
}

/// What one unit says does not fit the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Doubt {
    pub(crate) unit: Unit,
    pub(crate) cause: DoubtCause,
    pub(crate) expected: UnitCounts,
    pub(crate) reported: UnitCounts,
    /// The newest entry before it that holds the unit's counters.
    pub(crate) since: u64,
    /// The entry that opened it.
    pub(crate) opened: u64,
}

impl Units {
    /// How many entries were taken into account.
    pub(crate) fn entries(&self) -> u64 {
        self.entries
    }

    /// What is expected of `unit`; `None` if it never said anything.
    pub(crate) fn expected(&self, unit: Unit) -> Option<Expected> {
        self.expected.get(&unit).copied()
    }

    /// An id that no doubt had before.
    pub(crate) fn next_doubt(&self) -> DoubtId {
        DoubtId(self.last_doubt + 1)
    }

    /// Whether what this unit says does not fit, and nobody has settled it.
    pub(crate) fn is_in_doubt(&self, unit: Unit) -> bool {
        self.doubts.values().any(|doubt| doubt.unit == unit)
    }

    fn with(&mut self, unit: Unit, change: impl FnOnce(&mut Expected)) {
        if let Some(expected) = self.expected.get_mut(&unit) {
            change(expected);
        }
    }
}

impl Books {
    /// Counts along with the units. Called before anything else is made of `entry`.
    pub(super) fn count_along(&mut self, entry: &Entry) {
        self.units.entries += 1;
        match entry {
            Entry::Cash(entry) => self.count_notes(entry),
            Entry::Payout(entry) => self.count_payouts(entry),
            Entry::Tender(entry) => self.count_in_tender(entry),
            Entry::Payment(entry) => self.count_in_payment(entry),
            Entry::Doubt(entry) => self.apply_doubt(entry),
            Entry::Machine(_) | Entry::Paper(_) | Entry::Call(_) => {}
        }
    }

    fn count_notes(&mut self, entry: &CashEntry) {
        let was_in_doubt = self.note_of_unknown_fate.is_some();
        match entry {
            // A note of which nothing was heard was counted as doubtful when its payment ended.
            CashEntry::NoteFound { .. } if was_in_doubt => {}
            CashEntry::NoteCredited { .. } | CashEntry::NoteFound { .. } => {
                self.units.with(Unit::NoteUnit, |notes| notes.maybe_stacked(1));
            }
            CashEntry::NoteStored { .. } => self.units.with(Unit::NoteUnit, |notes| {
                notes.no_longer_doubtful();
                notes.stacked(1);
            }),
            CashEntry::StackIntended { .. }
            | CashEntry::NoteRefused { .. }
            | CashEntry::NoteReturned { .. }
            | CashEntry::CoinCredited { .. }
            | CashEntry::CoinFound { .. }
            | CashEntry::CoinsUnaccounted { .. }
            | CashEntry::StockSet { .. } => {}
        }
    }

    fn count_payouts(&mut self, entry: &PayoutEntry) {
        match entry {
            PayoutEntry::PayoutPrepared { before, .. } => {
                let paying = self.deposit().and_then(|deposit| deposit.paying);
                if let Some(payout) = paying {
                    self.learn(Unit::at(payout.place), said_before_payout(before));
                }
            }
            PayoutEntry::PayoutEnded { place, pieces, end, .. } => {
                let (paid, doubtful) = end.paid_and_doubtful(*pieces);
                self.units.with(Unit::at(*place), |unit| unit.paid_out(paid, doubtful));
            }
            PayoutEntry::PayoutIntended { .. }
            | PayoutEntry::PayoutDisturbed { .. }
            | PayoutEntry::NotesRetracted { .. } => {}
        }
    }

    fn count_in_payment(&mut self, entry: &PaymentEntry) {
        match entry {
            PaymentEntry::PaymentClosed { .. } => {
                if self.open.as_ref().is_some_and(|open| open.stacking().is_some()) {
                    self.units.with(Unit::NoteUnit, |notes| notes.maybe_stacked(1));
                }
            }
            PaymentEntry::PaymentOpened { .. }
            | PaymentEntry::PaymentConfirmed { .. }
            | PaymentEntry::PaymentResumed { .. }
            | PaymentEntry::PaymentSuspended { .. }
            | PaymentEntry::ReturnDecided { .. }
            | PaymentEntry::PaymentDecided { .. }
            | PaymentEntry::ResultDelivered { .. }
            | PaymentEntry::PrivateErased { .. } => {}
        }
    }

    fn apply_doubt(&mut self, entry: &DoubtEntry) {
        match entry {
            DoubtEntry::UnitCounted { unit, counts } => self.learn(*unit, *counts),
            DoubtEntry::DoubtOpened { doubt, unit, cause, expected, reported, since, stores } => {
                let opened = self.units.entries;
                let (unit, cause, expected, reported) = (*unit, *cause, *expected, *reported);
                let doubtful = Doubt { unit, cause, expected, reported, since: *since, opened };
                self.units.doubts.insert(*doubt, doubtful);
                self.units.last_doubt = doubt.0;
                self.uncertain.extend(stores);
            }
            DoubtEntry::DoubtSettled { doubt, newest_receipt, newest_payment, .. } => {
                if let Some(settled) = self.units.doubts.remove(doubt) {
                    self.learn(settled.unit, settled.reported);
                }
                self.go_on_after(newest_receipt.0, newest_payment.0);
            }
        }
    }

    /// What a unit says is so. A note that is on its way, or of which nobody knows, may be counted later.
    pub(super) fn learn(&mut self, unit: Unit, counts: UnitCounts) {
        let seq = self.units.entries;
        self.units.expected.entry(unit).or_default().learn(counts, seq);
        if counts.stacked_total.is_some() {
            let notes = [self.in_transport, self.note_of_unknown_fate].into_iter().flatten().count();
            self.units.with(unit, |unit| (0..notes).for_each(|_| unit.maybe_stacked(1)));
        }
    }

    /// Numbers that somebody has seen are not given again.
    fn go_on_after(&mut self, receipt: u32, payment: u64) {
        if receipt > self.last_receipt || payment > self.last_payment {
            let newest = payment.max(self.last_payment);
            self.last_payment = (newest / PAYMENTS_SKIPPED + 1) * PAYMENTS_SKIPPED;
        }
        self.last_receipt = self.last_receipt.max(receipt);
    }
}
