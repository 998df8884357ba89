//! What does not fit is not used, and how far a doubt reaches is not told too small: I13.

use std::collections::BTreeMap;

use api::{DoubtId, DoubtReach};
use device_api::{Counted, DepositCommand, Paid, PartId, UnitCommand, UnitEvent};
use engine::{CashEntry, DoubtEntry, Entry, Input, MachineEntry, Output, PaymentEntry, PayoutEntry};

use super::{Violation, ensure};

/// A doubt about one part alone comes from its second word since the start at the earliest: the first one has fitted.
const WORDS_MIN: u32 = 2;

/// The doubts that nobody has settled, by the entries, and what parts have told.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    open: BTreeMap<DoubtId, (PartId, DoubtReach)>,
    /// How often each part has told since the program began what it has counted.
    words: BTreeMap<PartId, u32>,
    /// What is to pay out; it is asked first.
    paying: Option<PartId>,
}

impl Doubts {
    /// A driver tells something.
    pub(super) fn told(&mut self, event: &Input) {
        let part = match event {
            Input::Unit(unit, UnitEvent::Counts(Counted { part, .. })) => {
                Some(PartId { unit: *unit, part: *part })
            }
            Input::Unit(_, UnitEvent::Out(Paid::Prepared { .. })) => self.paying,
            _ => None,
        };
        part.into_iter().for_each(|part| *self.words.entry(part).or_default() += 1);
    }

    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), Violation> {
        match entry {
            Entry::Machine(MachineEntry::MachineStarted) => {
                self.words.clear();
                Ok(())
            }
            Entry::Doubt(DoubtEntry::DoubtOpened { doubt, part, reach, .. }) => {
                self.open.insert(*doubt, (*part, *reach));
                let words = self.words.get(part).copied().unwrap_or_default();
                let has_fitted = *reach == DoubtReach::Records || words >= WORDS_MIN;
                ensure("I13", has_fitted, || {
                    format!("{entry:?}, and it has told nothing since the start that fits")
                })
            }
            Entry::Doubt(DoubtEntry::DoubtSettled { doubt, .. }) => {
                self.open.remove(doubt);
                Ok(())
            }
            Entry::Payment(PaymentEntry::PaymentOpened { .. }) => self.allows_money(entry),
            Entry::Payout(PayoutEntry::PayoutIntended { store, .. }) => {
                self.paying = Some(store.part());
                self.allows_money(entry)?;
                self.allows(store.part(), entry)
            }
            Entry::Payout(PayoutEntry::PayoutPrepared { .. }) => {
                self.paying.map_or(Ok(()), |part| self.allows(part, entry))
            }
            Entry::Cash(CashEntry::StackIntended { unit, .. }) => self.allows(PartId::acceptor(*unit), entry),
            _ => Ok(()),
        }
    }

    /// What the machine lets a unit do.
    pub(super) fn asked(&self, output: &Output) -> Result<(), Violation> {
        match output {
            Output::Unit(unit, UnitCommand::In(DepositCommand::Accept(kinds))) if !kinds.is_empty() => {
                self.allows(PartId::acceptor(*unit), output)
            }
            _ => Ok(()),
        }
    }

    fn allows_money(&self, what: &Entry) -> Result<(), Violation> {
        let about_records = self.open.values().any(|(_, reach)| *reach == DoubtReach::Records);
        ensure("I13", !about_records, || format!("{what:?}, and the journal is in doubt: {:?}", self.open))
    }

    fn allows(&self, part: PartId, what: &impl std::fmt::Debug) -> Result<(), Violation> {
        let is_in_doubt = self.open.values().any(|(of, _)| *of == part);
        ensure("I13", !is_in_doubt, || format!("{what:?}, and {part:?} is in doubt"))
    }
}

#[cfg(test)]
mod tests {
    use api::{DoubtCause, DoubtSaid, PaymentId, ReceiptNumber, TenderId};
    use device_api::{DispenseId, Place, StoreId, UnitCounts};
    use engine::Purpose;
    use money::{Denomination, DenominationSet};

    use super::*;
    use crate::cabinet::{COINS, NOTES};

    const HOPPER: StoreId = StoreId { unit: COINS, place: Place::Hopper(6) };

    fn tells(part: PartId) -> Input {
        let counted = Counted { part: part.part, counts: UnitCounts::default(), stored: None };
        Input::Unit(part.unit, UnitEvent::Counts(counted))
    }

    fn opened(part: PartId, reach: DoubtReach) -> Entry {
        let nothing = UnitCounts::default();
        Entry::Doubt(DoubtEntry::DoubtOpened {
            doubt: DoubtId(1),
            part,
            cause: DoubtCause::CountedMore,
            reach,
            expected: nothing,
            reported: nothing,
            since: 1,
            stores: Vec::new(),
        })
    }

    fn settled() -> Entry {
        Entry::Doubt(DoubtEntry::DoubtSettled {
            doubt: DoubtId(1),
            said: DoubtSaid::Counted,
            newest_receipt: ReceiptNumber(0),
            newest_payment: PaymentId(0),
            by: "staff".parse().unwrap(),
        })
    }

    fn paid_from(store: StoreId) -> Entry {
        Entry::Payout(PayoutEntry::PayoutIntended {
            purpose: Purpose::Tender(TenderId { payment: PaymentId(1), number: 1 }),
            dispense: DispenseId(1),
            store,
            denomination: Denomination::Yen100,
            pieces: 1,
        })
    }

    /// The program begins, `part` tells so often what it has counted, and `entries` are written.
    #[track_caller]
    fn check(part: PartId, words: u32, entries: &[Entry], right: bool) {
        let mut doubts = Doubts::default();
        doubts.told(&tells(part));
        doubts.apply(&Entry::Machine(MachineEntry::MachineStarted)).unwrap();
        (0..words).for_each(|_| doubts.told(&tells(part)));
        let found = entries.iter().try_for_each(|entry| doubts.apply(entry));
        assert_eq!(found.is_ok(), right, "{entries:?}");
    }

    #[test]
    fn an_older_journal_is_not_told_as_one_part() {
        let hopper = HOPPER.part();
        check(hopper, 1, &[opened(hopper, DoubtReach::Records)], true);
        check(hopper, 1, &[opened(hopper, DoubtReach::PartAlone)], false);
        check(hopper, 2, &[opened(hopper, DoubtReach::PartAlone)], true);
    }

    #[test]
    fn what_is_in_doubt_is_not_used() {
        let payment =
            || Entry::Payment(PaymentEntry::PaymentOpened { payment: PaymentId(1), lines: Vec::new() });
        let hopper = HOPPER.part();
        let other = StoreId { place: Place::Hopper(5), ..HOPPER };
        let alone = || opened(hopper, DoubtReach::PartAlone);
        let records = || opened(hopper, DoubtReach::Records);
        check(hopper, 2, &[alone(), payment(), paid_from(other)], true);
        check(hopper, 2, &[alone(), payment(), paid_from(HOPPER)], false);
        check(hopper, 2, &[alone(), settled(), payment(), paid_from(HOPPER)], true);
        check(hopper, 2, &[records(), payment()], false);
        check(hopper, 2, &[records(), settled(), payment()], true);
        check(hopper, 2, &[payment(), records(), paid_from(other)], false);
        let notes = PartId::acceptor(NOTES);
        let mut doubts = Doubts::default();
        (0..2).for_each(|_| doubts.told(&tells(notes)));
        doubts.apply(&opened(notes, DoubtReach::PartAlone)).unwrap();
        let accept =
            |unit, kinds: DenominationSet| Output::Unit(unit, UnitCommand::In(DepositCommand::Accept(kinds)));
        let coin = [Denomination::Yen100].into_iter().collect();
        assert!(doubts.asked(&accept(NOTES, [Denomination::Yen1000].into_iter().collect())).is_err());
        assert!(doubts.asked(&accept(NOTES, DenominationSet::EMPTY)).is_ok());
        assert!(doubts.asked(&accept(COINS, coin)).is_ok());
    }
}
