//! What becomes of the ways in which money comes in: I16.

use api::{Fate, Outcome, TenderId};
use engine::{CashEntry, Discrepancy, Entry, PaymentEntry, PayoutEntry, TenderEntry};

use super::facts::{Facts, Paying};
use super::{Violation, ensure};

/// I16: money moves on the account of a tender that is written and has no fate yet; each tender gets one fate before its
/// payment closes, and it is the fate that the payment's end means. `before` are the facts before `entry`.
pub(super) fn have_fates(before: &Facts, entry: &Entry) -> Result<(), Violation> {
    let Some(open) = &before.open else { return Ok(()) };
    match entry {
        Entry::Cash(
            CashEntry::StackIntended { purpose, .. }
            | CashEntry::NoteCredited { purpose, .. }
            | CashEntry::CoinCredited { purpose, .. },
        )
        | Entry::Payout(
            PayoutEntry::PayoutIntended { purpose, .. }
            | PayoutEntry::PayoutPrepared { purpose, .. }
            | PayoutEntry::PayoutEnded { purpose, .. },
        ) => {
            let engine::Purpose::Tender(tender) = purpose;
            is_open(open, *tender, entry)
        }
        Entry::Tender(TenderEntry::TenderIntended { tender, asked, .. }) => {
            let next = u8::try_from(open.tenders.len() + 1).ok();
            let right =
                tender.payment == open.payment && Some(tender.number) == next && *asked == open.missing();
            ensure("I16", right, || format!("{entry:?} in {open:?}"))
        }
        Entry::Tender(TenderEntry::TenderTaken { tender, .. } | TenderEntry::TenderVoid { tender, .. }) => {
            is_open(open, *tender, entry)?;
            ensure("I16", !is_unproven(open), || format!("{entry:?}, but nobody can prove it: {open:?}"))
        }
        Entry::Tender(TenderEntry::TenderUnknown { tender, .. }) => is_open(open, *tender, entry),
        Entry::Payment(PaymentEntry::PaymentClosed { outcome, .. }) => {
            let right = open.tenders.iter().all(|tender| fits(tender.fate, outcome));
            ensure("I16", right, || format!("{outcome:?} with {:?}", open.tenders))
        }
        _ => Ok(()),
    }
}

fn is_open(open: &Paying, tender: TenderId, entry: &Entry) -> Result<(), Violation> {
    ensure("I16", open.tender() == Some(tender), || format!("{entry:?} with {:?}", open.tenders))
}

fn fits(fate: Option<Fate>, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Paid | Outcome::PaidShort { .. } => fate == Some(Fate::Taken),
        Outcome::Cancelled { .. } => fate == Some(Fate::Void),
        Outcome::TakenOverByStaff { .. } => matches!(fate, Some(Fate::Taken | Fate::Unknown)),
    }
}

/// A note may be in or out, pieces may have left or not, or the payment waits for a person because of money.
fn is_unproven(open: &Paying) -> bool {
    let is_about_money = |discrepancy: &Discrepancy| {
        !matches!(discrepancy, Discrepancy::BillChanged | Discrepancy::BillsMissing)
    };
    !open.stacking.is_empty()
        || open.has_unknown_payout
        || open.suspended.as_ref().is_some_and(is_about_money)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use api::{PaymentId, WallTime};
    use device_api::{DeviceCounts, DispenseEnd, DispenseId, Place, StoreId};
    use engine::{Means, Purpose};
    use money::{CashCount, Denomination, Yen};

    use super::*;
    use crate::cabinet::{COINS, NOTES};

    const PAYMENT: PaymentId = PaymentId(1);
    const TENDER: TenderId = TenderId { payment: PAYMENT, number: 1 };
    const PURPOSE: Purpose = Purpose::Tender(TENDER);
    const NOTE: Denomination = Denomination::Yen1000;

    fn intended(number: u8) -> Entry {
        let counts = DeviceCounts { drums: CashCount::EMPTY, stacked_total: None, paid_out_total: None };
        let counts_before = BTreeMap::from([(NOTES, counts)]);
        let means = Means::Cash { takes: api::Takes::NotesAndCoins, counts_before };
        let tender = TenderId { number, ..TENDER };
        Entry::Tender(TenderEntry::TenderIntended { tender, asked: Yen::ZERO, means })
    }

    fn closed(outcome: Outcome) -> Entry {
        Entry::Payment(PaymentEntry::PaymentClosed {
            payment: PAYMENT,
            outcome,
            due: Yen::ZERO,
            inserted: CashCount::EMPTY,
            receipts: Vec::new(),
            paid_out: CashCount::EMPTY,
            slip: None,
        })
    }

    /// A payment of nothing in which this is written; only the last of it can be wrong.
    #[track_caller]
    fn check(written: &[Entry], right: bool) {
        let mut facts = Facts::default();
        let opened = Entry::Payment(PaymentEntry::PaymentOpened { payment: PAYMENT, lines: Vec::new() });
        let mut found = Ok(());
        for entry in std::iter::once(&opened).chain(written) {
            found.unwrap();
            found = have_fates(&facts, entry);
            facts.apply(WallTime(0), entry, None).unwrap();
        }
        assert_eq!(found.is_ok(), right, "{found:?}");
    }

    #[test]
    fn money_moves_by_a_tender_that_is_open() {
        let coin = || {
            let store = StoreId { unit: COINS, place: Place::CoinBox };
            let denomination = Denomination::Yen100;
            Entry::Cash(CashEntry::CoinCredited { purpose: PURPOSE, store, denomination, event_no: 1 })
        };
        let taken = || Entry::Tender(TenderEntry::TenderTaken { tender: TENDER, kept: Yen::ZERO });
        check(&[coin()], false);
        check(&[intended(1), coin()], true);
        check(&[intended(2)], false);
        check(&[intended(1), taken(), coin()], false);
        check(&[intended(1), taken(), taken()], false);
        check(&[taken()], false);
    }

    #[test]
    fn each_tender_has_the_fate_that_the_end_means() {
        let taken = || Entry::Tender(TenderEntry::TenderTaken { tender: TENDER, kept: Yen::ZERO });
        let void = || Entry::Tender(TenderEntry::TenderVoid { tender: TENDER, kept: Yen::ZERO });
        let unknown = || Entry::Tender(TenderEntry::TenderUnknown { tender: TENDER, kept: Yen::ZERO });
        let cancelled = || Outcome::Cancelled { returned: Yen::ZERO, owed_to_patient: Yen::ZERO };
        let by_staff =
            || Outcome::TakenOverByStaff { by: "A".parse().unwrap(), reason: "B".parse().unwrap() };
        check(&[closed(Outcome::Paid)], true);
        check(&[intended(1), closed(Outcome::Paid)], false);
        check(&[intended(1), taken(), closed(Outcome::Paid)], true);
        check(&[intended(1), taken(), closed(cancelled())], false);
        check(&[intended(1), void(), closed(cancelled())], true);
        check(&[intended(1), void(), closed(Outcome::Paid)], false);
        check(&[intended(1), unknown(), closed(by_staff())], true);
        check(&[intended(1), void(), closed(by_staff())], false);
    }

    #[test]
    fn what_nobody_can_prove_is_neither_taken_nor_void() {
        let void = || Entry::Tender(TenderEntry::TenderVoid { tender: TENDER, kept: Yen::ZERO });
        let taken = || Entry::Tender(TenderEntry::TenderTaken { tender: TENDER, kept: Yen::ZERO });
        let stacking =
            || Entry::Cash(CashEntry::StackIntended { purpose: PURPOSE, unit: NOTES, denomination: NOTE });
        let suspended =
            |discrepancy| Entry::Payment(PaymentEntry::PaymentSuspended { payment: PAYMENT, discrepancy });
        let ended = |end| {
            let (dispense, store) = (DispenseId(1), StoreId { unit: NOTES, place: Place::Drum(1) });
            Entry::Payout(PayoutEntry::PayoutEnded {
                purpose: PURPOSE,
                dispense,
                store,
                denomination: NOTE,
                pieces: 1,
                end,
            })
        };
        check(&[intended(1), stacking(), taken()], false);
        check(&[intended(1), suspended(Discrepancy::Interrupted), void()], false);
        check(&[intended(1), suspended(Discrepancy::BillChanged), taken()], true);
        check(&[intended(1), ended(DispenseEnd::Unknown { paid: 0 }), void()], false);
        check(&[intended(1), ended(DispenseEnd::Complete), void()], true);
    }
}
