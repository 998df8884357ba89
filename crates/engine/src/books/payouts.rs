//! Money on its way out, as the books see it.

use device_api::{DispenseEnd, DispenseId, Place, ShortCause, StoreId};
use money::Denomination;

use super::{Books, Payout};
use crate::PayoutEntry;

impl Books {
    pub(super) fn apply_payout(&mut self, entry: &PayoutEntry) {
        match entry {
            PayoutEntry::PayoutIntended { dispense, store, denomination, pieces, .. } => {
                self.last_dispense = dispense.0;
                let (dispense, store, denomination, pieces) = (*dispense, *store, *denomination, *pieces);
                let payout = Payout { dispense, store, denomination, pieces };
                self.with_deposit(|deposit| deposit.payout_begins(payout));
            }
            PayoutEntry::PayoutPrepared { before, .. } => {
                self.with_deposit(|deposit| deposit.counted_before = Some(before.clone()));
            }
            PayoutEntry::PayoutDisturbed { what, .. } => {
                self.with_deposit(|deposit| {
                    deposit.disturbances.insert(*what);
                });
            }
            PayoutEntry::PayoutEnded { dispense, store, denomination, pieces, end, .. } => {
                self.payout_ended(*dispense, *store, *denomination, *pieces, *end);
            }
            PayoutEntry::NotesRetracted { from, denomination, pieces } => {
                self.take_away(*from, *denomination, *pieces);
                self.put(StoreId { unit: from.unit, place: Place::CashBox }, *denomination, *pieces);
                self.left_unpaid = None;
                self.with_deposit(|deposit| {
                    deposit.with_counting(from.unit, |counting| counting.left_drum(*denomination, *pieces));
                    deposit.unpaid = None;
                });
            }
        }
    }

    /// What left the place for certain, and what may have, is there no more; then the place is to be counted.
    fn payout_ended(
        &mut self,
        dispense: DispenseId,
        store: StoreId,
        kind: Denomination,
        pieces: u32,
        end: DispenseEnd,
    ) {
        let (paid, doubtful) = end.paid_and_doubtful(pieces);
        self.take_away(store, kind, paid + doubtful);
        self.with_deposit(|deposit| deposit.payout_ended(dispense, end));
        let wrong = match end {
            DispenseEnd::Complete => false,
            // The books said that there were enough.
            DispenseEnd::Short { cause, .. } => cause == ShortCause::Empty,
            DispenseEnd::Unknown { .. } => true,
        };
        if wrong {
            self.uncertain.insert(store);
        }
    }
}
