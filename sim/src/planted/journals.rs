use std::collections::VecDeque;

use api::WallTime;
use engine::{CarriedBooks, Draft, Private, Step};
use journal::{AppendError, MemoryJournal, Record};

use super::at_work::Bug;

/// Appends that have not reached the disk although it was said.
const NOT_ON_DISK: usize = 3;

/// Entries are said to be on disk before they are.
#[derive(Debug, Default)]
pub(super) struct FsyncLies {
    /// What a kill leaves.
    journal: MemoryJournal,
    under_way: VecDeque<(WallTime, Vec<Draft>)>,
}

impl Bug for FsyncLies {
    fn appended(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError> {
        if self.journal.is_blank() {
            // The file was made by hand, and whose it is lies on the disk.
            return self.journal.append(at, drafts);
        }
        self.under_way.push_back((at, drafts.to_vec()));
        if self.under_way.len() > NOT_ON_DISK
            && let Some((at, drafts)) = self.under_way.pop_front()
        {
            self.journal.append(at, &drafts)?;
        }
        Ok(())
    }

    fn restarted(&mut self) -> Option<MemoryJournal> {
        self.under_way.clear();
        Some(self.journal.clone())
    }
}

/// Entries are dated by whatever the computer's clock says.
#[derive(Debug, Default)]
pub(super) struct ClockBelieved;

impl Bug for ClockBelieved {
    fn dated(&self, _at: WallTime, says: WallTime) -> WallTime {
        says
    }
}

/// As if each append were two transactions, and the second a little late: a kill leaves the journal without the last
/// entry of the newest append.
#[derive(Debug, Default)]
pub(super) struct Torn {
    journal: MemoryJournal,
    /// Of the newest append.
    late: Option<(WallTime, Draft)>,
}

impl Bug for Torn {
    fn appended(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError> {
        if self.journal.is_blank() {
            return self.journal.append(at, drafts);
        }
        if let Some((at, late)) = self.late.take() {
            self.journal.append(at, &[late])?;
        }
        let Some((late, others)) = drafts.split_last() else { return Ok(()) };
        self.late = Some((at, late.clone()));
        self.journal.append(at, others)
    }

    fn restarted(&mut self) -> Option<MemoryJournal> {
        self.late = None;
        Some(self.journal.clone())
    }
}

/// Books are carried forward in which the newest 領収証 is missing.
#[derive(Debug)]
pub(super) struct BooksLackReceipt;

impl Bug for BooksLackReceipt {
    fn step(&mut self, mut step: Step) -> Step {
        for draft in &mut step.entries {
            if let Some(Private::Books(books)) = &mut draft.private {
                **books = with_one_receipt_fewer(books);
            }
        }
        step
    }
}

fn with_one_receipt_fewer(books: &CarriedBooks) -> CarriedBooks {
    let mut json = serde_json::to_value(books).expect("books are written as JSON");
    let last = json["books"]["last_receipt"].as_u64().expect("a number");
    json["books"]["last_receipt"] = last.saturating_sub(1).into();
    serde_json::from_value(json).expect("books of the same shape")
}
