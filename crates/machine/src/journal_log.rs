//! When the journal's log is emptied into its file.

use api::Page;
use engine::{Draft, Entry, PaymentEntry};

/// Whether the file lacks something that it ought to hold by itself.
#[derive(Debug, Default)]
pub(crate) struct JournalLog {
    is_due: bool,
}

impl JournalLog {
    /// These are in the journal now, and so in its log.
    pub(crate) fn written(&mut self, entries: &[Draft]) {
        self.is_due |= entries.iter().any(|draft| belongs_into_the_file(&draft.entry));
    }

    /// Whether it is to be emptied now. True once.
    pub(crate) fn is_to_be_emptied(&mut self, page: &Page) -> bool {
        let now = self.is_due && nobody_waits(page);
        self.is_due &= !now;
        now
    }
}

/// A payment that has ended, so that a file that is copied or found without its log knows of it; and what is erased, of
/// which the log still holds a copy.
fn belongs_into_the_file(entry: &Entry) -> bool {
    matches!(entry, Entry::Payment(PaymentEntry::PaymentClosed { .. })) || entry.erases().is_some()
}

/// Emptying takes the disk for some milliseconds, in which nothing can be written. On these pages nobody inserts money or
/// waits for any.
fn nobody_waits(page: &Page) -> bool {
    matches!(
        page,
        Page::Idle { .. }
            | Page::Closed { .. }
            | Page::Notice { .. }
            | Page::PaperTrouble
            | Page::Owed { .. }
            | Page::Thanks { .. }
    )
}

#[cfg(test)]
mod tests {
    use api::{ClosedReason, Offer, PaymentId};
    use engine::{CallEntry, CallReason, Subject};

    use super::*;

    fn written(entry: impl Into<Entry>) -> JournalLog {
        let mut log = JournalLog::default();
        log.written(&[Draft { entry: entry.into(), private: None }]);
        log
    }

    fn idle() -> Page {
        Page::Idle { offer: Offer::nothing(ClosedReason::Starting) }
    }

    #[test]
    fn it_is_emptied_once_and_only_while_nobody_waits() {
        let mut log = written(PaymentEntry::PrivateErased { subject: Subject::Payment(PaymentId(1)) });
        assert!(!log.is_to_be_emptied(&Page::Counting), "a patient waits for change");
        assert!(log.is_to_be_emptied(&idle()));
        assert!(!log.is_to_be_emptied(&idle()), "once is enough");
    }

    #[test]
    fn what_is_not_worth_it_stays_in_the_log() {
        let mut log = written(CallEntry::StaffCalled { reason: CallReason::Patient });
        assert!(!log.is_to_be_emptied(&idle()));
    }
}
