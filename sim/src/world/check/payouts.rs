//! What was paid out: I5, and I4 as far as it is a sum.

use std::collections::BTreeMap;

use api::{Decision, Outcome, PaymentId};
use engine::{CashEntry, Entry, PaymentEntry, PayoutEntry};
use money::{AmountOverflow, CashCount, Denomination, Yen};

use super::{Violation, ensure};
use crate::world::World;

/// What the journal says of one payment's money.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    credited: CashCount,
    /// Paid out for certain.
    proven: CashCount,
    /// Of these nobody knows.
    doubtful: CashCount,
    due: Yen,
    /// The patient pressed 支払いを確定する, and no person has decided since that the money goes back.
    confirmed: bool,
}

impl Told {
    /// What the patient may have back at most: the change, or everything.
    fn may_leave(&self) -> Result<Yen, AmountOverflow> {
        self.credited.total()?.minus(if self.confirmed { self.due } else { Yen::ZERO })
    }
}

/// I5: every payout was intended once, ended once, and what left the machine during a payment is what the journal says
/// was paid out for it, and never more than what was inserted without what was due.
pub(super) fn nothing_twice(world: &World) -> Result<(), Violation> {
    intended_once_and_ended_once(world)?;
    let told = told(world);
    let now = [world.paid_out()];
    let before = world.paid_out_before.iter();
    let after = before.clone().skip(1).map(|(_, left)| left).chain(&now);
    for ((payment, before), after) in before.zip(after) {
        let told = told.get(payment).copied().unwrap_or_default();
        let left = after.minus(before);
        let right = |kind| {
            let (least, doubtful) = (told.proven.pieces(kind), told.doubtful.pieces(kind));
            left.is_ok_and(|left| (least..=least + doubtful).contains(&left.pieces(kind)))
        };
        let said = || format!("{left:?} left the machine in payment {payment}, the journal says {told:?}");
        ensure("I5", Denomination::ALL.into_iter().all(right), said)?;
        let value = left.and_then(|left| left.total());
        let in_bounds = value.is_ok_and(|value| told.may_leave().is_ok_and(|most| value <= most));
        ensure("I5", in_bounds, said)?;
    }
    Ok(())
}

fn intended_once_and_ended_once(world: &World) -> Result<(), Violation> {
    let mut intended = BTreeMap::new();
    let mut last = None;
    for entry in world.written() {
        match entry {
            Entry::Payout(PayoutEntry::PayoutIntended { purpose, dispense, store, denomination, pieces }) => {
                ensure("I5", last < Some(*dispense), || format!("{dispense:?} follows {last:?}"))?;
                last = Some(*dispense);
                intended.insert(*dispense, (*purpose, *store, *denomination, *pieces));
            }
            Entry::Payout(PayoutEntry::PayoutEnded {
                purpose,
                dispense,
                store,
                denomination,
                pieces,
                ..
            }) => {
                let begun = intended.remove(dispense);
                let ended = Some((*purpose, *store, *denomination, *pieces));
                ensure("I5", begun == ended, || {
                    format!("{dispense:?} began as {begun:?}, ended as {ended:?}")
                })?;
            }
            _ => {}
        }
    }
    let is_over = world.engine().open_payment().is_none();
    ensure("I5", intended.is_empty() || !is_over, || format!("{intended:?} never ended"))
}

/// I4: what was inserted and not paid out again is what was due and what a slip says is owed.
pub(super) fn closed_to_the_yen(world: &World) -> Result<(), Violation> {
    let told = told(world);
    for entry in world.written() {
        let Entry::Payment(PaymentEntry::PaymentClosed {
            payment,
            outcome,
            due,
            inserted,
            paid_out,
            slip,
            ..
        }) = entry
        else {
            continue;
        };
        let told = told.get(payment).copied().unwrap_or_default();
        let on_slip = slip.as_ref().map_or(Yen::ZERO, |slip| slip.amount);
        let agreed = told.credited == *inserted
            && told.proven == *paid_out
            && on_slip == outcome.owed_to_patient()
            && is_settled(outcome, *due, *inserted, *paid_out) == Ok(true);
        ensure("I4", agreed, || format!("{entry:?}, but the journal says {told:?}"))?;
    }
    Ok(())
}

fn is_settled(
    outcome: &Outcome,
    due: Yen,
    inserted: CashCount,
    paid_out: CashCount,
) -> Result<bool, AmountOverflow> {
    let kept = inserted.total()?.minus(paid_out.total()?)?;
    Ok(match outcome {
        Outcome::Paid | Outcome::PaidShort { .. } => kept == due.plus(outcome.owed_to_patient())?,
        Outcome::Cancelled { returned, owed_to_patient } => {
            kept == *owed_to_patient && *returned == paid_out.total()?
        }
        // What staff settle by hand is what they say.
        Outcome::TakenOverByStaff { .. } => true,
    })
}

fn told(world: &World) -> BTreeMap<PaymentId, Told> {
    let mut told: BTreeMap<PaymentId, Told> = BTreeMap::new();
    for entry in world.written() {
        match entry {
            Entry::Cash(CashEntry::NoteCredited { purpose, denomination, .. })
            | Entry::Cash(CashEntry::CoinCredited { purpose, denomination, .. }) => {
                add(&mut told.entry(purpose.payment()).or_default().credited, *denomination, 1);
            }
            Entry::Payment(PaymentEntry::PaymentOpened { payment, lines }) => {
                let due = Yen::sum(lines.iter().map(|line| line.due));
                told.entry(*payment).or_default().due = due.expect("a bill is a sum that fits");
            }
            Entry::Payment(PaymentEntry::PaymentConfirmed { payment }) => {
                told.entry(*payment).or_default().confirmed = true
            }
            Entry::Payment(PaymentEntry::PaymentDecided { payment, decision: Decision::Return, .. }) => {
                told.entry(*payment).or_default().confirmed = false;
            }
            Entry::Payout(PayoutEntry::PayoutEnded { purpose, denomination, pieces, end, .. }) => {
                let (proven, doubtful) = end.paid_and_doubtful(*pieces);
                let told = told.entry(purpose.payment()).or_default();
                add(&mut told.proven, *denomination, proven);
                add(&mut told.doubtful, *denomination, doubtful);
            }
            _ => {}
        }
    }
    told
}

fn add(pile: &mut CashCount, kind: Denomination, pieces: u32) {
    pile.add(kind, pieces).expect("a payment has few pieces");
}
