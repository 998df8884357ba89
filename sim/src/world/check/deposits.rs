//! Whose money it is that falls in: I4, piece by piece.

use engine::{CashEntry, Entry};
use money::Denomination;

use super::facts::Facts;
use super::places::Truth;
use super::unheard::Unheard;
use super::{Violation, ensure};

/// I4: what falls in while a payment is open is credited to it, also when it is being ended. `before` are the facts
/// before `entry`.
pub(super) fn belong_to_the_open_payment(before: &Facts, entry: &Entry) -> Result<(), Violation> {
    let open = before.open.as_ref();
    let wrong = match entry {
        Entry::Cash(CashEntry::NoteCredited { purpose, .. })
        | Entry::Cash(CashEntry::CoinCredited { purpose, .. }) => {
            open.is_none_or(|open| open.payment != purpose.payment())
        }
        Entry::Cash(CashEntry::CoinFound { .. }) => open.is_some(),
        // A note that nobody decided on may be found in the middle of a payment, which then waits for a person.
        Entry::Cash(CashEntry::NoteFound { unit, denomination: Some(found) }) => {
            open.is_some_and(|open| open.stacking.get(unit) == Some(found))
        }
        _ => false,
    };
    let paying = open.map(|open| open.payment);
    ensure("I4", !wrong, || format!("{entry:?} while payment {paying:?} is open"))
}

/// I4: before anything is paid out, every piece that came to rest is credited or found, but for a coin that falls in at
/// this very moment. A difference that is not noticed then never will be.
pub(super) fn are_all_told(
    truth: &Truth,
    told: impl Fn(Denomination) -> u32,
    unheard: &Unheard,
) -> Result<(), Violation> {
    let mut lost = unheard.lost_events;
    for kind in Denomination::ALL {
        let untold = truth.at_rest(kind).saturating_sub(told(kind));
        let excused = unheard.excused(kind) + truth.unasked(kind);
        let more = untold.saturating_sub(excused);
        let right = if kind.is_coin() { unheard.may_be_more || more <= lost } else { more == 0 };
        ensure("I4", right, || format!("{untold} of {kind} came in untold when a payout began"))?;
        lost = lost.saturating_sub(more);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use api::{PaymentId, TenderId, WallTime};
    use device_api::{Place, StoreId};
    use engine::Purpose;

    use engine::PaymentEntry;

    use super::*;
    use crate::cabinet::{COINS, NOTES};

    #[test]
    fn money_that_falls_in_belongs_to_the_payment_that_is_open() {
        const COIN: Denomination = Denomination::Yen100;
        const NOTE: Denomination = Denomination::Yen1000;
        let of = |payment| Purpose::Tender(TenderId { payment, number: 1 });
        let (payment, purpose) = (PaymentId(1), of(PaymentId(1)));
        let store = StoreId { unit: COINS, place: Place::CoinBox };
        let opened = Entry::Payment(PaymentEntry::PaymentOpened { payment, lines: Vec::new() });
        let confirmed = Entry::Payment(PaymentEntry::PaymentConfirmed { payment });
        let stacking = Entry::Cash(CashEntry::StackIntended { purpose, unit: NOTES, denomination: NOTE });
        let coin = Entry::Cash(CashEntry::CoinCredited { purpose, store, denomination: COIN, event_no: 1 });
        let found_coin = Entry::Cash(CashEntry::CoinFound { store, denomination: COIN, event_no: 1 });
        let of_another = Entry::Cash(CashEntry::NoteCredited {
            purpose: of(PaymentId(2)),
            unit: NOTES,
            denomination: NOTE,
        });
        let found_note = Entry::Cash(CashEntry::NoteFound { unit: NOTES, denomination: Some(NOTE) });
        let cases: [(&[&Entry], &Entry, bool); 8] = [
            (&[], &coin, false),
            (&[], &found_coin, true),
            (&[&opened], &coin, true),
            (&[&opened, &confirmed], &coin, true),
            (&[&opened, &confirmed], &found_coin, false),
            (&[&opened], &of_another, false),
            (&[&opened], &found_note, true),
            (&[&opened, &stacking], &found_note, false),
        ];
        for (before, entry, right) in cases {
            let mut facts = Facts::default();
            before.iter().for_each(|entry| facts.apply(WallTime(0), entry, None).unwrap());
            assert_eq!(
                belong_to_the_open_payment(&facts, entry).is_ok(),
                right,
                "{entry:?} after {before:?}"
            );
        }
    }
}
