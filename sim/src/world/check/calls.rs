//! Whether staff are called for what needs them, in the same moment: I10. A call that is not written is forgotten by the
//! next start.

use std::collections::BTreeSet;

use device_api::{DispenseEnd, ShortCause};
use engine::{CallEntry, CallReason, CashEntry, Entry, PaperEntry, PaymentEntry, PayoutEntry};

use super::{Violation, ensure};

/// What rings, by the entries.
#[derive(Debug, Default)]
pub(super) struct Ringing(BTreeSet<CallReason>);

impl Ringing {
    /// Takes entries into account that were written in one step.
    pub(super) fn apply(&mut self, written: &[Entry]) -> Result<(), Violation> {
        written.iter().for_each(|entry| self.follow(entry));
        for entry in written {
            if let Some(reason) = calls_for(entry) {
                ensure("I10", self.0.contains(&reason), || {
                    format!("{entry:?}, and no {reason:?} call rings")
                })?;
            }
        }
        Ok(())
    }

    fn follow(&mut self, entry: &Entry) {
        match entry {
            Entry::Call(CallEntry::StaffCalled { reason }) => drop(self.0.insert(*reason)),
            Entry::Call(CallEntry::CallAnswered { reason: None, .. }) => self.0.clear(),
            Entry::Call(CallEntry::CallAnswered { reason: Some(reason), .. }) => drop(self.0.remove(reason)),
            // The next doubt of a payment has to ring anew.
            Entry::Payment(PaymentEntry::PaymentDecided { .. })
            | Entry::Payment(PaymentEntry::ReturnDecided { .. }) => {
                self.0.remove(&CallReason::Suspended);
            }
            _ => {}
        }
    }
}

/// Whom an entry calls by what it says.
fn calls_for(entry: &Entry) -> Option<CallReason> {
    match entry {
        Entry::Payment(PaymentEntry::PaymentSuspended { .. }) => Some(CallReason::Suspended),
        Entry::Payment(PaymentEntry::PaymentClosed { slip: Some(_), .. }) => Some(CallReason::Owed),
        Entry::Cash(CashEntry::NoteFound { .. }) | Entry::Cash(CashEntry::CoinFound { .. }) => {
            Some(CallReason::FoundMoney)
        }
        Entry::Paper(PaperEntry::PrintUnknown { .. }) | Entry::Paper(PaperEntry::PrintNotStarted { .. }) => {
            Some(CallReason::Paper)
        }
        Entry::Payout(PayoutEntry::PayoutEnded {
            end: DispenseEnd::Short { cause: ShortCause::Empty, .. },
            ..
        }) => Some(CallReason::Stock),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(steps: &[&[&Entry]], right: bool) {
        let mut ringing = Ringing::default();
        let found = steps.iter().try_for_each(|written| {
            let written: Vec<Entry> = written.iter().copied().cloned().collect();
            ringing.apply(&written)
        });
        assert_eq!(found.is_ok(), right, "{found:?}");
    }

    #[test]
    fn what_needs_somebody_calls_in_the_same_step() {
        let found = Entry::Cash(CashEntry::NoteFound { unit: crate::cabinet::NOTES, denomination: None });
        let called = Entry::Call(CallEntry::StaffCalled { reason: CallReason::FoundMoney });
        let other = Entry::Call(CallEntry::StaffCalled { reason: CallReason::Owed });
        let answered = Entry::Call(CallEntry::CallAnswered { reason: None, by: "staff".parse().unwrap() });
        check(&[&[&found]], false);
        check(&[&[&found, &called]], true);
        check(&[&[&found, &other]], false);
        check(&[&[&found], &[&called]], false);
        check(&[&[&called], &[&found]], true);
        check(&[&[&called], &[&answered], &[&found]], false);
    }
}
