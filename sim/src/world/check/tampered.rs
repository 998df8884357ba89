//! What units themselves show of money that was moved outside the books: I13.

use std::collections::BTreeSet;

use api::Unit;
use engine::{DoubtEntry, Entry, PayoutEntry};
use money::Denomination;

use super::{Violation, ensure};

/// Hoppers that paid outside the books, or are others than before, of which no doubt was opened yet.
#[derive(Debug, Default)]
pub(super) struct Tampered {
    hoppers: BTreeSet<Denomination>,
    /// One of them is to pay; it is asked first.
    paying: Option<Denomination>,
}

impl Tampered {
    /// Somebody has done this to the coin unit.
    pub(super) fn happen(&mut self, command: &str) {
        let words: Vec<&str> = command.split(' ').collect();
        let (["hopper", value, "pay-outside", _] | ["hopper", value, "exchange"]) = words.as_slice() else {
            return;
        };
        let kind = value.parse::<i64>().ok().and_then(|value| Denomination::try_from(value).ok());
        self.hoppers.extend(kind);
    }

    /// I13: no hopper pays out before there is a doubt about what it has counted, or who it is.
    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), Violation> {
        match entry {
            Entry::Doubt(DoubtEntry::DoubtOpened { unit: Unit::Hopper(kind), .. }) => {
                self.hoppers.remove(kind);
                Ok(())
            }
            Entry::Payout(PayoutEntry::PayoutIntended { denomination, .. }) => {
                // Who tampers with it after this may come too late for its counters.
                self.paying = Some(*denomination).filter(|kind| self.hoppers.contains(kind));
                Ok(())
            }
            Entry::Payout(PayoutEntry::PayoutPrepared { .. }) => {
                let untold = self.paying.take().filter(|kind| self.hoppers.contains(kind));
                ensure("I13", untold.is_none(), || {
                    format!("the hopper of {untold:?} is let pay, and nobody was told that it does not fit")
                })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use api::{DoubtCause, DoubtId, PaymentId, TenderId};
    use device_api::{CountedBefore, DispenseId, Place, UnitCounts};
    use engine::Purpose;

    use super::*;

    const COIN: Denomination = Denomination::Yen100;
    const PURPOSE: Purpose = Purpose::Tender(TenderId { payment: PaymentId(1), number: 1 });

    fn intended() -> Entry {
        Entry::Payout(PayoutEntry::PayoutIntended {
            purpose: PURPOSE,
            dispense: DispenseId(1),
            place: Place::Hopper(COIN),
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
            unit: Unit::Hopper(COIN),
            cause: DoubtCause::CountedMore,
            expected: nothing,
            reported: nothing,
            since: 1,
            stores: Vec::new(),
        })
    }

    /// Somebody does something, `entries` are written, and more is done before the last of them.
    #[track_caller]
    fn check(before: &str, entries: &[Entry], late: &str, right: bool) {
        let mut tampered = Tampered::default();
        tampered.happen(before);
        let (last, first) = entries.split_last().unwrap();
        first.iter().for_each(|entry| tampered.apply(entry).unwrap());
        tampered.happen(late);
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
