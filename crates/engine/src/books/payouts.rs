//! Money on its way out, as the books see it.

use device_api::{DispenseEnd, DispenseId, Place, ShortCause};
use money::Denomination;

use super::{Books, Payout};
use crate::PayoutEntry;

impl Books {
    pub(super) fn apply_payout(&mut self, entry: &PayoutEntry) {
        match entry {
            PayoutEntry::PayoutIntended { dispense, place, denomination, pieces, .. } => {
                self.last_dispense = dispense.0;
                let (dispense, place, denomination, pieces) = (*dispense, *place, *denomination, *pieces);
                let payout = Payout { dispense, place, denomination, pieces };
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
            PayoutEntry::PayoutEnded { dispense, place, denomination, pieces, end, .. } => {
                self.payout_ended(*dispense, *place, *denomination, *pieces, *end);
            }
            PayoutEntry::NotesRetracted { from, denomination, pieces } => {
                self.take_away(*from, *denomination, *pieces);
                self.put(Place::CashBox, *denomination, *pieces);
                self.left_unpaid = None;
                self.with_deposit(|deposit| {
                    deposit.left_drum(*denomination, *pieces);
                    deposit.unpaid = None;
                });
            }
        }
    }

    /// What left the place for certain, and what may have, is there no more; then the place is to be counted.
    fn payout_ended(
        &mut self,
        dispense: DispenseId,
        place: Place,
        kind: Denomination,
        pieces: u32,
        end: DispenseEnd,
    ) {
        let (paid, doubtful) = end.paid_and_doubtful(pieces);
        self.take_away(place, kind, paid + doubtful);
        self.with_deposit(|deposit| deposit.payout_ended(dispense, end));
        let wrong = match end {
            DispenseEnd::Complete => false,
            // The books said that there were enough.
            DispenseEnd::Short { cause, .. } => cause == ShortCause::Empty,
            DispenseEnd::Unknown { .. } => true,
        };
        if wrong {
            self.uncertain.insert(place);
        }
    }
}
