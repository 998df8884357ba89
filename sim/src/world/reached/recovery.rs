//! What became of what was under way when the program ended.

use api::{Outcome, PaymentId};
use device_api::{DispenseEnd, DispenseId, PrintJobId};
use engine::{CashEntry, Discrepancy, Entry, MachineEntry, PaperEntry, PaymentEntry, PayoutEntry};

use super::Reached;

/// What is under way by the newest entries, and what was so at the last start of the program.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    open: Option<Open>,
    paper: Option<PrintJobId>,
    undelivered: Vec<PaymentId>,
    /// What the program found when it began.
    found: Found,
}

/// A payment that has not ended.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    /// Something was inserted.
    has_money: bool,
    /// A note in escrow is to be stacked.
    stacking: bool,
    payout: Option<Payout>,
    suspended: bool,
}

#[derive(Clone, Copy, Debug)]
struct Payout {
    dispense: DispenseId,
    /// The unit was told to proceed.
    let_go: bool,
}

/// Unfinished things of the time before the start; each is struck out once it is known what became of it.
#[derive(Debug, Default)]
struct Found {
    /// A payment of which it was not known yet whether it goes on.
    open: bool,
    untouched: bool,
    stacking: bool,
    payout: Option<Payout>,
    /// A payout proved that it did not pay everything.
    unpaid: bool,
    paper: Option<PrintJobId>,
    undelivered: Vec<PaymentId>,
}

impl Recovery {
    pub(super) fn written(&mut self, entry: &Entry, reached: &mut Reached) {
        for path in self.found.became(entry).into_iter().flatten() {
            reached.count(path, 1);
        }
        self.follow(entry);
    }

    fn follow(&mut self, entry: &Entry) {
        match entry {
            Entry::Machine(MachineEntry::MachineStarted) => self.found = self.find(),
            Entry::Payment(PaymentEntry::PaymentOpened { .. }) => self.open = Some(Open::default()),
            Entry::Payment(PaymentEntry::PaymentClosed { payment, .. }) => {
                self.open = None;
                self.undelivered.push(*payment);
            }
            Entry::Payment(PaymentEntry::ResultDelivered { payment }) => {
                self.undelivered.retain(|one| one != payment)
            }
            Entry::Paper(PaperEntry::PrintIntended { job, .. }) => self.paper = Some(*job),
            Entry::Paper(PaperEntry::Printed { .. })
            | Entry::Paper(PaperEntry::PrintNotStarted { .. })
            | Entry::Paper(PaperEntry::PrintUnknown { .. }) => self.paper = None,
            _ => self.open.iter_mut().for_each(|open| open.follow(entry)),
        }
    }

    /// What is not finished when the program begins.
    fn find(&self) -> Found {
        let open = self.open.unwrap_or_default();
        let is_nothing = !open.has_money && !open.stacking && !open.suspended;
        Found {
            open: self.open.is_some() && !open.suspended,
            untouched: self.open.is_some() && is_nothing,
            stacking: open.stacking,
            payout: open.payout,
            unpaid: false,
            paper: self.paper,
            undelivered: self.undelivered.clone(),
        }
    }
}

impl Open {
    fn follow(&mut self, entry: &Entry) {
        match entry {
            Entry::Cash(CashEntry::StackIntended { .. }) => self.stacking = true,
            Entry::Cash(CashEntry::NoteCredited { .. }) => (self.stacking, self.has_money) = (false, true),
            Entry::Cash(CashEntry::CoinCredited { .. }) => self.has_money = true,
            Entry::Cash(CashEntry::NoteReturned { .. }) | Entry::Cash(CashEntry::NoteRefused { .. }) => {
                self.stacking = false
            }
            Entry::Payout(PayoutEntry::PayoutIntended { dispense, .. }) => {
                self.payout = Some(Payout { dispense: *dispense, let_go: false });
            }
            Entry::Payout(PayoutEntry::PayoutPrepared { .. }) => {
                self.payout.iter_mut().for_each(|payout| payout.let_go = true)
            }
            Entry::Payout(PayoutEntry::PayoutEnded { .. }) => self.payout = None,
            Entry::Payment(PaymentEntry::PaymentSuspended { .. }) => self.suspended = true,
            Entry::Payment(PaymentEntry::PaymentDecided { .. }) => self.suspended = false,
            _ => {}
        }
    }
}

impl Found {
    /// What the machine came to with this entry.
    fn became(&mut self, entry: &Entry) -> [Option<&'static str>; 2] {
        let first = match entry {
            Entry::Payment(PaymentEntry::PaymentResumed { .. }) if std::mem::take(&mut self.open) => {
                Some("recovery.short_break.goes_on")
            }
            Entry::Payment(PaymentEntry::PaymentSuspended { discrepancy, .. })
                if std::mem::take(&mut self.open) =>
            {
                Some(match discrepancy {
                    Discrepancy::Interrupted => "recovery.long_break.person_decides",
                    _ => "recovery.not_proven.person_decides",
                })
            }
            Entry::Payment(PaymentEntry::PaymentClosed { outcome: Outcome::Cancelled { .. }, .. })
                if self.untouched =>
            {
                self.untouched = false;
                Some("recovery.accepting.nothing_came.closed")
            }
            Entry::Payout(PayoutEntry::PayoutEnded { dispense, end, .. }) => {
                self.payout_ended(*dispense, *end)
            }
            Entry::Payout(PayoutEntry::PayoutIntended { .. }) if std::mem::take(&mut self.unpaid) => {
                Some("recovery.payout.planned_anew")
            }
            Entry::Payment(PaymentEntry::ResultDelivered { payment }) => self.told(*payment),
            Entry::Paper(PaperEntry::Printed { job })
            | Entry::Paper(PaperEntry::PrintNotStarted { job, .. })
            | Entry::Paper(PaperEntry::PrintUnknown { job, .. }) => self.paper_ended(*job, entry),
            _ => None,
        };
        [first, self.note_ended(entry)]
    }

    /// A note was to be stacked when the program ended.
    fn note_ended(&mut self, entry: &Entry) -> Option<&'static str> {
        let path = match entry {
            _ if !self.stacking => return None,
            Entry::Cash(CashEntry::NoteCredited { .. }) => "recovery.stacking.credited",
            Entry::Cash(CashEntry::NoteReturned { .. }) => "recovery.stacking.came_back",
            Entry::Cash(CashEntry::NoteRefused { .. }) => "recovery.stacking.given_back_from_escrow",
            Entry::Cash(CashEntry::StackIntended { .. }) => "recovery.stacking.stacked_from_escrow",
            Entry::Payment(PaymentEntry::PaymentSuspended { .. }) => "recovery.stacking.person_decides",
            _ => return None,
        };
        self.stacking = false;
        Some(path)
    }

    fn payout_ended(&mut self, dispense: DispenseId, end: DispenseEnd) -> Option<&'static str> {
        let payout = self.payout.take_if(|payout| payout.dispense == dispense)?;
        self.unpaid = matches!(end, DispenseEnd::Short { .. });
        Some(match end {
            _ if !payout.let_go => "recovery.payout.never_let_go",
            DispenseEnd::Complete => "recovery.payout.complete",
            DispenseEnd::Short { paid: 0, .. } => "recovery.payout.nothing_moved",
            DispenseEnd::Short { .. } => "recovery.payout.partial",
            DispenseEnd::Unknown { .. } => "recovery.payout.unknown",
        })
    }

    fn told(&mut self, payment: PaymentId) -> Option<&'static str> {
        let index = self.undelivered.iter().position(|one| *one == payment)?;
        self.undelivered.swap_remove(index);
        Some("recovery.result.told_again")
    }

    fn paper_ended(&mut self, job: PrintJobId, entry: &Entry) -> Option<&'static str> {
        self.paper.take_if(|paper| *paper == job)?;
        Some(match entry {
            Entry::Paper(PaperEntry::PrintUnknown { .. }) => "recovery.paper.unknown",
            Entry::Paper(PaperEntry::PrintNotStarted { .. }) => "recovery.paper.not_started",
            _ => "recovery.paper.printed",
        })
    }
}

#[cfg(test)]
mod tests {
    use api::TenderId;
    use device_api::{CountedBefore, Place, ShortCause, StoreId};
    use engine::Purpose;
    use money::Denomination;

    use super::*;
    use crate::cabinet::NOTES;

    const PAYMENT: PaymentId = PaymentId(1);
    const PURPOSE: Purpose = Purpose::Tender(TenderId { payment: PAYMENT, number: 1 });
    const NOTE: Denomination = Denomination::Yen1000;
    const STORE: StoreId = StoreId { unit: NOTES, place: Place::Drum(1) };
    const STACK: Entry =
        Entry::Cash(CashEntry::StackIntended { purpose: PURPOSE, unit: NOTES, denomination: NOTE });
    const CREDITED: Entry =
        Entry::Cash(CashEntry::NoteCredited { purpose: PURPOSE, unit: NOTES, denomination: NOTE });
    const RESUMED: Entry = Entry::Payment(PaymentEntry::PaymentResumed { payment: PAYMENT });

    fn opened() -> Entry {
        Entry::Payment(PaymentEntry::PaymentOpened { payment: PAYMENT, lines: Vec::new() })
    }

    fn intended(id: u64) -> Entry {
        let dispense = DispenseId(id);
        Entry::Payout(PayoutEntry::PayoutIntended {
            purpose: PURPOSE,
            dispense,
            store: STORE,
            denomination: NOTE,
            pieces: 2,
        })
    }

    fn prepared(id: u64) -> Entry {
        let before = CountedBefore::Drums { notes: vec![5], paid_out_total: None };
        Entry::Payout(PayoutEntry::PayoutPrepared { purpose: PURPOSE, dispense: DispenseId(id), before })
    }

    fn ended(id: u64, end: DispenseEnd) -> Entry {
        let dispense = DispenseId(id);
        Entry::Payout(PayoutEntry::PayoutEnded {
            purpose: PURPOSE,
            dispense,
            store: STORE,
            denomination: NOTE,
            pieces: 2,
            end,
        })
    }

    #[track_caller]
    fn check(before: &[Entry], after: &[Entry], expected: &[&'static str]) {
        let (mut recovery, mut reached) = (Recovery::default(), Reached::default());
        for entry in [before, &[Entry::Machine(MachineEntry::MachineStarted)], after].concat() {
            recovery.written(&entry, &mut reached);
        }
        assert_eq!(reached.0.into_keys().collect::<Vec<_>>(), expected);
    }

    /// Without an interruption nothing is a recovery.
    #[test]
    fn each_way_out_of_an_interruption_is_told_from_the_others() {
        let short = |paid| DispenseEnd::Short { paid, cause: ShortCause::Empty };
        let goes_on = "recovery.short_break.goes_on";
        check(&[opened(), STACK, CREDITED, intended(1), prepared(1), ended(1, short(1))], &[], &[]);
        check(&[opened(), STACK], &[RESUMED, CREDITED], &[goes_on, "recovery.stacking.credited"]);
        check(&[opened(), STACK, CREDITED], &[RESUMED, STACK, CREDITED], &[goes_on]);
        let under_way = [opened(), CREDITED, intended(1), prepared(1)];
        let again = ["recovery.payout.partial", "recovery.payout.planned_anew"];
        check(&under_way, &[ended(1, short(1)), intended(2), ended(2, short(0))], &again);
        check(&under_way, &[ended(1, DispenseEnd::Unknown { paid: 0 })], &["recovery.payout.unknown"]);
        check(&under_way[..3], &[ended(1, short(0))], &["recovery.payout.never_let_go"]);
    }
}
