//! What each unit must have counted by now, and the doubts that stand, as the books see them.

use std::collections::BTreeMap;

use api::{DoubtId, DoubtReach};
use device_api::{PartId, UnitCounts, UnitId, UnitPart};
use serde::{Deserialize, Serialize};

use super::{Books, Payment};
use crate::doubt::{Expected, said_before_payout};
use crate::{CashEntry, DoubtCause, DoubtEntry, Entry, PaymentEntry, PayoutEntry};

/// Payments that were given up print nothing, so that nobody can read the newest number. After a journal that lacks
/// entries the numbers of payments go on at the next multiple of this: more than a machine does in a day.
const PAYMENTS_SKIPPED: u64 = 1_000;

/// What the units must have counted, and what does not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Units {
    /// Entries so far: the number of the newest one.
    entries: u64,
    expected: BTreeMap<PartId, Expected>,
    /// The doubts that nobody has settled.
    pub(crate) doubts: BTreeMap<DoubtId, Doubt>,
    last_doubt: u32,
}

/// What one unit says does not fit the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Doubt {
    pub(crate) part: PartId,
    pub(crate) cause: DoubtCause,
    #[serde(default, skip_serializing_if = "DoubtReach::is_records")]
    pub(crate) reach: DoubtReach,
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
    pub(crate) fn expected(&self, part: PartId) -> Option<Expected> {
        self.expected.get(&part).copied()
    }

    /// An id that no doubt had before.
    pub(crate) fn next_doubt(&self) -> DoubtId {
        DoubtId(self.last_doubt + 1)
    }

    /// Whether what this unit says does not fit, and nobody has settled it.
    pub(crate) fn is_in_doubt(&self, part: PartId) -> bool {
        self.doubts.values().any(|doubt| doubt.part == part)
    }

    /// How far reaches what is in doubt of this part, the farthest if there are several.
    pub(crate) fn reach_of(&self, part: PartId) -> Option<DoubtReach> {
        let mut reaches = self.doubts.values().filter(|doubt| doubt.part == part).map(|doubt| doubt.reach);
        let first = reaches.next()?;
        Some(if reaches.any(|reach| reach.is_records()) { DoubtReach::Records } else { first })
    }

    /// Whether the journal itself may be an older one, or another machine's.
    pub(crate) fn are_records_in_doubt(&self) -> bool {
        self.doubts.values().any(|doubt| doubt.reach == DoubtReach::Records)
    }

    fn with(&mut self, part: PartId, change: impl FnOnce(&mut Expected)) {
        if let Some(expected) = self.expected.get_mut(&part) {
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
            Entry::Machine(_) | Entry::Paper(_) | Entry::Call(_) | Entry::Incident(_) => {}
        }
    }

    fn count_notes(&mut self, entry: &CashEntry) {
        match entry {
            // A note of which nothing was heard was counted as doubtful when its payment ended.
            CashEntry::NoteFound { unit, .. } if self.notes_of_unknown_fate.contains_key(unit) => {}
            CashEntry::NoteCredited { unit, .. } | CashEntry::NoteFound { unit, .. } => {
                self.maybe_stacked(*unit);
            }
            CashEntry::NoteStored { store, .. } => {
                self.units.with(PartId::acceptor(store.unit), |notes| {
                    notes.no_longer_doubtful();
                    notes.stacked(1);
                });
            }
            CashEntry::StackIntended { .. }
            | CashEntry::NoteRefused { .. }
            | CashEntry::NoteReturned { .. }
            | CashEntry::CoinCredited { .. }
            | CashEntry::CoinFound { .. }
            | CashEntry::CoinsUnaccounted { .. }
            | CashEntry::EventsTold { .. }
            | CashEntry::StockSet { .. } => {}
        }
    }

    fn maybe_stacked(&mut self, unit: UnitId) {
        self.units.with(PartId::acceptor(unit), |notes| notes.maybe_stacked(1));
    }

    fn count_payouts(&mut self, entry: &PayoutEntry) {
        match entry {
            PayoutEntry::PayoutPrepared { before, .. } => {
                let paying = self.deposit().and_then(|deposit| deposit.paying);
                if let Some(payout) = paying {
                    self.learn(payout.store.part(), said_before_payout(before));
                }
            }
            PayoutEntry::PayoutEnded { store, pieces, end, .. } => {
                let (paid, doubtful) = end.paid_and_doubtful(*pieces);
                self.units.with(store.part(), |part| part.paid_out(paid, doubtful));
            }
            PayoutEntry::PayoutIntended { .. }
            | PayoutEntry::PayoutDisturbed { .. }
            | PayoutEntry::NotesRetracted { .. } => {}
        }
    }

    fn count_in_payment(&mut self, entry: &PaymentEntry) {
        match entry {
            PaymentEntry::PaymentClosed { .. } => {
                let stacking = self.open.as_ref().map(Payment::stacking).unwrap_or_default();
                stacking.into_keys().for_each(|unit| self.maybe_stacked(unit));
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
            DoubtEntry::UnitCounted { part, counts } => self.learn(*part, *counts),
            DoubtEntry::DoubtOpened { doubt, part, cause, reach, expected, reported, since, stores } => {
                let opened = self.units.entries;
                let (part, cause, reach) = (*part, *cause, *reach);
                let (expected, reported) = (*expected, *reported);
                let doubtful = Doubt { part, cause, reach, expected, reported, since: *since, opened };
                self.units.doubts.insert(*doubt, doubtful);
                self.units.last_doubt = doubt.0;
                self.uncertain.extend(stores);
                if reach == DoubtReach::PartAlone {
                    // It moves nothing from here on. If it has moved when the next program begins, the journal is another.
                    self.learn(part, reported);
                }
                self.with_open(Payment::was_doubted);
            }
            DoubtEntry::DoubtSettled { doubt, newest_receipt, newest_payment, .. } => {
                if let Some(settled) = self.units.doubts.remove(doubt) {
                    if settled.reach == DoubtReach::Records {
                        self.learn(settled.part, settled.reported);
                    }
                    // What its drums hold is counted by hand now.
                    self.left_unpaid = self.left_unpaid.filter(|unpaid| unpaid.store.part() != settled.part);
                }
                self.go_on_after(newest_receipt.0, newest_payment.0);
            }
        }
    }

    /// What a unit says is so. A note that is on its way, or of which nobody knows, may be counted later.
    pub(super) fn learn(&mut self, part: PartId, counts: UnitCounts) {
        let seq = self.units.entries;
        self.units.expected.entry(part).or_default().learn(counts, seq);
        if counts.stacked_total.is_some() && part.part == UnitPart::Acceptor {
            for _ in 0..self.on_its_way(part.unit).number() {
                self.maybe_stacked(part.unit);
            }
            if self.notes_of_unknown_fate.contains_key(&part.unit) {
                self.maybe_stacked(part.unit);
            }
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
