//! An older journal that takes the place of the newest one.

use std::time::Duration;

use api::{NewestNumbers, PaymentId, ReceiptNumber};
use engine::{CashEntry, Draft, Entry, PaymentEntry, PayoutEntry, Recorded};
use journal::{AppendError, MemoryJournal, Record};

use super::World;
use super::agenda::Happening;
use crate::models::id003::NoteUnitModel;

/// What lies in the place of the journal when the program begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum PutBack {
    /// The file without its log: what was brought into it when the last payment had ended.
    WithoutLog,
    /// A copy from before that.
    Copy,
}

/// Who has looked so often and found it busy leaves it alone.
pub(in crate::world) const TRIES: u32 = 60;

/// Somebody who puts a journal back waits so long until nobody is being served.
const TRY_AGAIN: Duration = Duration::from_secs(5);

impl World {
    /// What was written until now lies in the file itself.
    pub(in crate::world) fn empty_log(&mut self) {
        if self.in_file.last() != Some(&self.written.len()) {
            self.in_file.push(self.written.len());
        }
    }

    /// Whether entries were ever lost.
    pub(in crate::world) fn journal_was_put_back(&self) -> bool {
        self.lost_numbers.is_some()
    }

    /// An older journal is put in the place of the newest, once nobody is being served. The file holds what it held, or less.
    pub(super) fn put_back(&mut self, what: PutBack, tries: u32) -> Result<(), AppendError> {
        if self.is_busy() {
            if let Some(tries) = tries.checked_sub(1) {
                self.plan(TRY_AGAIN, Happening::PutBack { what, tries });
            }
            return Ok(());
        }
        let older = self.in_file.iter().rev().filter(|entries| **entries < self.written.len());
        let kept = match what {
            PutBack::WithoutLog => older.copied().next(),
            PutBack::Copy => older.copied().nth(1),
        };
        let Some(kept) = kept else { return Ok(()) };
        let mut records = Vec::new();
        self.journal.replay(|record| records.push(record)).expect("a journal in memory can always be read");
        records.truncate(kept);
        let Some(journal) = written_anew(&records) else { return Ok(()) };
        let lost = self.written.split_off(kept);
        self.lost_numbers = Some(self.newest_numbers(&lost));
        self.journal = journal;
        self.in_file.retain(|entries| *entries <= kept);
        let shown = lost.iter().any(is_counted_by_a_unit);
        let truth = self.truth();
        let shown = self.watch.begin_anew(records, shown, truth);
        self.paid_out_before = vec![(PaymentId(0), self.paid_out())];
        self.observer.put_back(what, shown);
        self.restart(Duration::from_secs(1))
    }

    /// Something is under way that an older journal knows nothing of.
    fn is_busy(&self) -> bool {
        let holds_a_note = |model: &NoteUnitModel| {
            let truth = model.truth();
            truth.path.is_some() || truth.mouth.is_some()
        };
        !matches!(self.screen.page, api::Page::Idle { .. })
            || self.engine().open_payment().is_some()
            || !self.machine.is_at_rest()
            || self.is_behind()
            || self.note_units().any(|(_, model)| holds_a_note(model))
            || self.coin_units().any(|(_, model)| !model.truth().in_transit.is_empty())
    }

    /// The newest numbers that anybody has seen: those that `entries` gave, and those that are not in the journal any more.
    pub(in crate::world) fn newest_numbers(&self, entries: &[Entry]) -> NewestNumbers {
        let given = given_by(entries);
        self.lost_numbers.map_or(given, |lost| NewestNumbers {
            receipt: lost.receipt.max(given.receipt),
            payment: lost.payment.max(given.payment),
        })
    }
}

fn given_by(entries: &[Entry]) -> NewestNumbers {
    let closed = entries.iter().filter_map(|entry| match entry {
        Entry::Payment(PaymentEntry::PaymentClosed { payment, receipts, .. }) => {
            Some((receipts.last().map(|one| one.number), *payment))
        }
        _ => None,
    });
    let (receipts, payments): (Vec<_>, Vec<_>) = closed.unzip();
    let newest = receipts.into_iter().flatten().max();
    NewestNumbers {
        receipt: newest.unwrap_or(ReceiptNumber(0)),
        payment: payments.into_iter().max().unwrap_or(PaymentId(0)),
    }
}

/// A journal that ends with these entries; nothing if one of them cannot be written without what was erased.
fn written_anew(records: &[Recorded]) -> Option<MemoryJournal> {
    let mut journal = MemoryJournal::new();
    for Recorded { at, entry, private, .. } in records {
        journal.append(*at, &[Draft { entry: entry.clone(), private: private.clone() }]).ok()?;
    }
    Some(journal)
}

/// Whether a unit's own counter shows that this happened.
fn is_counted_by_a_unit(entry: &Entry) -> bool {
    match entry {
        Entry::Cash(CashEntry::NoteStored { .. }) => true,
        Entry::Payout(PayoutEntry::PayoutEnded { pieces, end, .. }) => end.paid_and_doubtful(*pieces).0 > 0,
        _ => false,
    }
}
