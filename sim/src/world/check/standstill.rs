//! Nothing moves by itself after a long break, or without proof: K17.

use api::PaymentId;
use engine::{CashEntry, Discrepancy, Entry, PaymentEntry, PayoutEntry};

use super::{Violation, ensure};

/// Why nothing may move in the open payment before a person has decided.
#[derive(Debug, Default)]
pub(super) struct Standstill {
    /// The program was away for long in the middle of this payment.
    after_break: Option<PaymentId>,
    /// This payment waits for a person.
    suspended: Option<(PaymentId, Discrepancy)>,
    open: Option<PaymentId>,
}

impl Standstill {
    /// The program starts after a break that was long.
    pub(super) fn was_away_for_long(&mut self) {
        self.after_break = self.open;
    }

    /// Takes an entry into account.
    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), Violation> {
        match entry {
            Entry::Payment(PaymentEntry::PaymentOpened { payment, .. }) => {
                *self = Standstill { open: Some(*payment), ..Standstill::default() }
            }
            Entry::Payment(PaymentEntry::PaymentClosed { .. }) => *self = Standstill::default(),
            Entry::Payment(PaymentEntry::PaymentDecided { .. }) => {
                (self.after_break, self.suspended) = (None, None)
            }
            Entry::Payment(PaymentEntry::PaymentSuspended { payment, discrepancy }) => {
                self.suspended = Some((*payment, discrepancy.clone()));
            }
            // Only the bill is another one: the patient may have the money back.
            Entry::Payment(PaymentEntry::ReturnDecided { .. }) if self.is_bill_changed() => {
                self.suspended = None
            }
            Entry::Payment(PaymentEntry::ReturnDecided { .. })
            | Entry::Cash(CashEntry::StackIntended { .. })
            | Entry::Payout(PayoutEntry::PayoutIntended { .. })
            | Entry::Payout(PayoutEntry::PayoutPrepared { .. })
            | Entry::Payment(PaymentEntry::PaymentConfirmed { .. }) => return self.allows(entry),
            _ => {}
        }
        Ok(())
    }

    fn is_bill_changed(&self) -> bool {
        self.after_break.is_none() && matches!(self.suspended, Some((_, Discrepancy::BillChanged)))
    }

    fn allows(&self, entry: &Entry) -> Result<(), Violation> {
        let waits = self.after_break.is_some() || self.suspended.is_some();
        ensure("K17", !waits, || format!("{entry:?}, and nobody has decided since {self:?}"))
    }
}

#[cfg(test)]
mod tests {
    use api::Decision;

    use super::*;

    const PAYMENT: PaymentId = PaymentId(1);

    fn check(was_away: bool, written: &[&Entry], right: bool) {
        let mut standstill = Standstill::default();
        standstill
            .apply(&Entry::Payment(PaymentEntry::PaymentOpened { payment: PAYMENT, lines: Vec::new() }))
            .unwrap();
        if was_away {
            standstill.was_away_for_long();
        }
        let found = written.iter().try_for_each(|entry| standstill.apply(entry));
        assert_eq!(found.is_ok(), right, "{found:?}");
    }

    #[test]
    fn nothing_moves_before_a_person_has_decided() {
        let suspended =
            |discrepancy| Entry::Payment(PaymentEntry::PaymentSuspended { payment: PAYMENT, discrepancy });
        let decided = Entry::Payment(PaymentEntry::PaymentDecided {
            payment: PAYMENT,
            decision: Decision::Return,
            by: "staff".parse().unwrap(),
        });
        let returned = Entry::Payment(PaymentEntry::ReturnDecided { payment: PAYMENT });
        check(false, &[&returned], true);
        check(true, &[&returned], false);
        check(true, &[&decided, &returned], true);
        check(false, &[&suspended(Discrepancy::PayoutUnknown), &returned], false);
        check(false, &[&suspended(Discrepancy::PayoutUnknown), &decided, &returned], true);
        check(false, &[&suspended(Discrepancy::BillChanged), &returned], true);
        check(true, &[&suspended(Discrepancy::BillChanged), &returned], false);
    }
}
