//! What calls are about that name a thing of their own, as the books see it.

use api::{CallReason, PaymentId};
use money::{Denomination, Yen};
use serde::{Deserialize, Serialize};

use crate::{CallEntry, CashEntry, Entry, PaymentEntry};

/// Slips that somebody comes for and pieces that were found, since somebody last answered a call for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CalledFor {
    slips: Since<(PaymentId, Yen)>,
    found: Since<Option<Denomination>>,
}

/// Things that are forgotten with the first of them after somebody has answered: until then the call is still listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Since<T> {
    things: Vec<T>,
    is_answered: bool,
}

impl<T> Default for Since<T> {
    fn default() -> Since<T> {
        Since { things: Vec::new(), is_answered: false }
    }
}

impl<T> Since<T> {
    fn add(&mut self, thing: T) {
        if std::mem::take(&mut self.is_answered) {
            self.things.clear();
        }
        self.things.push(thing);
    }
}

impl CalledFor {
    pub(super) fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Payment(PaymentEntry::PaymentClosed { payment, slip: Some(slip), .. }) => {
                self.slips.add((*payment, slip.amount));
            }
            Entry::Cash(CashEntry::NoteFound { denomination, .. }) => self.found.add(*denomination),
            Entry::Cash(CashEntry::CoinFound { denomination, .. }) => self.found.add(Some(*denomination)),
            Entry::Call(CallEntry::CallAnswered { reason, .. }) => self.answered(*reason),
            Entry::Machine(_)
            | Entry::Cash(_)
            | Entry::Payout(_)
            | Entry::Payment(_)
            | Entry::Tender(_)
            | Entry::Paper(_)
            | Entry::Call(CallEntry::StaffCalled { .. })
            | Entry::Doubt(_)
            | Entry::Incident(_) => {}
        }
    }

    fn answered(&mut self, reason: Option<CallReason>) {
        self.slips.is_answered |= reason.is_none_or(|reason| reason == CallReason::Owed);
        self.found.is_answered |= reason.is_none_or(|reason| reason == CallReason::FoundMoney);
    }

    /// The payments whose slips are to be paid, with their amounts.
    pub(crate) fn slips(&self) -> &[(PaymentId, Yen)] {
        &self.slips.things
    }

    /// What was found, as far as units said so.
    pub(crate) fn found(&self) -> &[Option<Denomination>] {
        &self.found.things
    }
}

/// Whether what it is about is found again after a start and calls then, as a suspended payment, a paper in doubt, a doubt
/// and trouble with the billing system do as long as there are any.
pub(super) fn calls_again_by_itself(reason: CallReason) -> bool {
    match reason {
        CallReason::Suspended
        | CallReason::Paper
        | CallReason::Billing
        | CallReason::Doubt
        | CallReason::OutOfOrder => true,
        CallReason::Patient
        | CallReason::Waiting
        | CallReason::Stuck
        | CallReason::FoundMoney
        | CallReason::Owed
        | CallReason::Stock
        | CallReason::Records => false,
    }
}
