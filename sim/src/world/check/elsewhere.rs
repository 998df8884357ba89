//! What an older journal that was put back cannot know: I3, I4 and I13 after that.

use engine::{CashEntry, Entry};

use super::places::{Booked, UnitTruth};
use super::{Violation, ensure};

/// Of one kind of piece in one unit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Elsewhere {
    /// So many more lie in drum or hopper than the books say, until somebody counts.
    pub(super) in_store: i64,
    /// So many more lie in cash box or coin box. Nobody counts these.
    pub(super) in_box: i64,
    /// What had come in and was told, and is not known any more.
    forgotten: u32,
    /// Of those, what the acceptor remembered and told once more.
    pub(super) told_again: i64,
    /// What had come to rest when the open payment began.
    before_payment: u32,
    credited: u32,
}

impl Elsewhere {
    /// In a unit that holds this, of which the books say that, and of whose pieces so many were told.
    pub(super) fn of(truth: &UnitTruth, booked: Booked<'_>, told: u32) -> Elsewhere {
        let (in_store, in_box) = truth.by_place(booked.kind);
        Elsewhere {
            in_store: in_store - booked.in_store(),
            in_box: in_box - booked.in_box(),
            forgotten: truth.at_rest(booked.kind).saturating_sub(told),
            ..Elsewhere::default()
        }
    }

    pub(super) fn in_all(&self) -> i64 {
        self.in_store + self.in_box
    }

    /// Somebody says what lies in drum or hopper.
    pub(super) fn is_counted(&mut self) {
        self.in_store = 0;
    }

    /// A payment begins.
    pub(super) fn opens(&mut self, at_rest: u32) {
        (self.before_payment, self.credited) = (at_rest, 0);
    }

    /// I4: what is credited came in after its payment had begun; what was forgotten is nobody's.
    pub(super) fn comes_in(&mut self, entry: &Entry, kept: impl Fn() -> u32) -> Result<(), Violation> {
        match entry {
            Entry::Cash(CashEntry::CoinFound { .. }) => {
                if self.told_again < i64::from(self.forgotten) {
                    self.told_again += 1;
                }
                Ok(())
            }
            Entry::Cash(CashEntry::CoinCredited { .. }) | Entry::Cash(CashEntry::NoteCredited { .. }) => {
                self.credited += 1;
                let came = kept().saturating_sub(self.before_payment);
                ensure("I4", self.credited <= came, || {
                    format!("{entry:?} is number {} in its payment, {came} came in", self.credited)
                })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use api::{PaymentId, TenderId};
    use device_api::{Place, StoreId};
    use engine::Purpose;
    use money::Denomination;

    use super::*;
    use crate::cabinet::COINS;

    #[test]
    fn what_came_in_before_a_payment_is_not_credited_to_it() {
        let purpose = Purpose::Tender(TenderId { payment: PaymentId(1), number: 1 });
        let (denomination, store) = (Denomination::Yen100, StoreId { unit: COINS, place: Place::CoinBox });
        let credited = Entry::Cash(CashEntry::CoinCredited { purpose, store, denomination, event_no: 1 });
        let found = Entry::Cash(CashEntry::CoinFound { store, denomination, event_no: 1 });
        for (entry, kept, right) in [(&credited, 4, true), (&credited, 3, false), (&found, 3, true)] {
            let mut elsewhere = Elsewhere { forgotten: 1, ..Elsewhere::default() };
            elsewhere.opens(3);
            assert_eq!(elsewhere.comes_in(entry, || kept).is_ok(), right, "{entry:?} {kept}");
        }
    }
}
