//! What units themselves show of money that was moved outside the books: I13.

use std::collections::BTreeSet;

use api::DoubtReach;
use device_api::{PartId, Place, UnitId};
use engine::{DoubtEntry, Entry, PaymentEntry, PayoutEntry, Store};
use money::Denomination;

use super::{Violation, ensure};

/// Hoppers that paid outside the books, or are others than before, of which no doubt was opened yet.
#[derive(Debug, Default)]
pub(super) struct Tampered {
    hoppers: BTreeSet<PartId>,
    /// Entries were lost of which units have counted something.
    lost: bool,
    /// One of them is to pay; it is asked first.
    paying: Option<PartId>,
}

impl Tampered {
    /// Somebody has done this to a unit of a machine that has these stores.
    pub(super) fn happen(&mut self, unit: UnitId, command: &str, stores: &[Store]) {
        let words: Vec<&str> = command.split(' ').collect();
        let (["hopper", value, "pay-outside", _] | ["hopper", value, "exchange"]) = words.as_slice() else {
            return;
        };
        let Some(kind) = value.parse::<i64>().ok().and_then(|value| Denomination::try_from(value).ok())
        else {
            return;
        };
        let pays = |store: &&Store| {
            store.id.unit == unit && matches!(store.id.place, Place::Hopper(_)) && store.holds.contains(kind)
        };
        self.hoppers.extend(stores.iter().filter(pays).map(|store| store.id.part()));
    }

    /// Entries were lost, and units show it or not.
    pub(super) fn expect_doubt(&mut self, shown: bool) {
        self.lost |= shown;
    }

    /// I13: no payment begins on a journal that lacks what units have counted, and no hopper pays out before there is a doubt
    /// about what it has counted, or who it is.
    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), Violation> {
        match entry {
            Entry::Doubt(DoubtEntry::DoubtOpened { part, reach, .. }) => {
                self.hoppers.remove(part);
                self.lost &= *reach == DoubtReach::PartAlone;
                Ok(())
            }
            // Whoever settles anything names the newest numbers.
            Entry::Doubt(DoubtEntry::DoubtSettled { .. }) => {
                self.lost = false;
                Ok(())
            }
            Entry::Payment(PaymentEntry::PaymentOpened { .. }) => ensure("I13", !self.lost, || {
                format!("{entry:?} on a journal that lacks what units have counted")
            }),
            Entry::Payout(PayoutEntry::PayoutIntended { store, .. }) => {
                // Who tampers with it after this may come too late for its counters.
                self.paying = Some(store.part()).filter(|part| self.hoppers.contains(part));
                Ok(())
            }
            Entry::Payout(PayoutEntry::PayoutPrepared { .. }) => {
                let untold = self.paying.take().filter(|part| self.hoppers.contains(part));
                ensure("I13", untold.is_none(), || {
                    format!("{untold:?} is let pay, and nobody was told that it does not fit")
                })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use api::{DoubtCause, DoubtId, PaymentId, TenderId};
    use device_api::{CountedBefore, DispenseId, StoreId, UnitCounts};
    use engine::Purpose;

    use super::*;
    use crate::cabinet::COINS;

    const COIN: Denomination = Denomination::Yen100;
    const HOPPER: StoreId = StoreId { unit: COINS, place: Place::Hopper(6) };
    const PURPOSE: Purpose = Purpose::Tender(TenderId { payment: PaymentId(1), number: 1 });

    fn intended() -> Entry {
        Entry::Payout(PayoutEntry::PayoutIntended {
            purpose: PURPOSE,
            dispense: DispenseId(1),
            store: HOPPER,
            denomination: COIN,
            pieces: 1,
        })
    }

    fn prepared() -> Entry {
        let before = CountedBefore::Hopper { event: 0, paid_out_total: 0, powered_up: false };
        Entry::Payout(PayoutEntry::PayoutPrepared { purpose: PURPOSE, dispense: DispenseId(1), before })
    }

    fn doubted() -> Entry {
        let nothing = UnitCounts { serial: None, stacked_total: None, paid_out_total: None };
        Entry::Doubt(DoubtEntry::DoubtOpened {
            doubt: DoubtId(1),
            part: HOPPER.part(),
            cause: DoubtCause::CountedMore,
            reach: DoubtReach::PartAlone,
            expected: nothing,
            reported: nothing,
            since: 1,
            stores: Vec::new(),
        })
    }

    /// Somebody does something, `entries` are written, and more is done before the last of them.
    #[track_caller]
    fn check(before: &str, entries: &[Entry], late: &str, right: bool) {
        let stores = [Store { id: HOPPER, holds: [COIN].into_iter().collect(), capacity: None }];
        let mut tampered = Tampered::default();
        tampered.happen(COINS, before, &stores);
        let (last, first) = entries.split_last().unwrap();
        first.iter().for_each(|entry| tampered.apply(entry).unwrap());
        tampered.happen(COINS, late, &stores);
        assert_eq!(tampered.apply(last).is_ok(), right, "{before} {late}");
    }

    #[test]
    fn a_hopper_that_paid_outside_the_books_pays_nothing_untold() {
        let paid = "hopper 100 pay-outside 2";
        check("", &[intended(), prepared()], "", true);
        check(paid, &[intended(), prepared()], "", false);
        check("hopper 100 exchange", &[intended(), prepared()], "", false);
        check("hopper 50 exchange", &[intended(), prepared()], "", true);
        check(paid, &[doubted(), intended(), prepared()], "", true);
        check("", &[intended(), prepared()], paid, true);
    }
}
