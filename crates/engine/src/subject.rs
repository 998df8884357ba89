use std::fmt;

use api::PaymentId;
use serde::{Deserialize, Serialize};

use crate::{Entry, MachineEntry, PaymentEntry};

/// What private parts are about. Those of one subject are erased together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A payment: its bills, and the code of its slip.
    Payment(PaymentId),
    /// The books that were carried forward: only the newest are kept.
    Books,
}

/// A text that names no subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a private part is about `payment` and a number, or about `books`")]
pub struct NoSubject;

impl Entry {
    /// What the private part of such an entry is about; `None` if such an entry has none.
    pub fn subject(&self) -> Option<Subject> {
        let entry = match self {
            Entry::Machine(MachineEntry::BooksCarried) => return Some(Subject::Books),
            Entry::Payment(entry) => entry,
            Entry::Machine(_)
            | Entry::Cash(_)
            | Entry::Payout(_)
            | Entry::Paper(_)
            | Entry::Call(_)
            | Entry::Tender(_)
            | Entry::Doubt(_)
            | Entry::Incident(_) => return None,
        };
        match entry {
            PaymentEntry::PaymentOpened { payment, .. } | PaymentEntry::PaymentClosed { payment, .. } => {
                Some(Subject::Payment(*payment))
            }
            PaymentEntry::PaymentConfirmed { .. }
            | PaymentEntry::PaymentResumed { .. }
            | PaymentEntry::PaymentSuspended { .. }
            | PaymentEntry::ReturnDecided { .. }
            | PaymentEntry::PaymentDecided { .. }
            | PaymentEntry::ResultDelivered { .. }
            | PaymentEntry::PrivateErased { .. } => None,
        }
    }

    /// Whose private parts are gone once this is written: they go in the same transaction.
    pub fn erases(&self) -> Option<Subject> {
        match self {
            // Its own private part is written after that.
            Entry::Machine(MachineEntry::BooksCarried) => Some(Subject::Books),
            Entry::Payment(PaymentEntry::PrivateErased { subject }) => Some(*subject),
            Entry::Machine(_)
            | Entry::Cash(_)
            | Entry::Payout(_)
            | Entry::Payment(_)
            | Entry::Paper(_)
            | Entry::Call(_)
            | Entry::Tender(_)
            | Entry::Doubt(_)
            | Entry::Incident(_) => None,
        }
    }
}

/// As it is written: `payment 12`.
impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Payment(payment) => write!(out, "payment {}", payment.0),
            Subject::Books => out.write_str("books"),
        }
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> String {
        subject.to_string()
    }
}

impl TryFrom<String> for Subject {
    type Error = NoSubject;

    /// Only what would be written: not `payment 012`.
    fn try_from(text: String) -> Result<Subject, NoSubject> {
        if text == "books" {
            return Ok(Subject::Books);
        }
        let number = text.strip_prefix("payment ").and_then(|number| number.parse().ok());
        let subject = Subject::Payment(PaymentId(number.ok_or(NoSubject)?));
        if subject.to_string() == text { Ok(subject) } else { Err(NoSubject) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_back_from_what_is_written_and_from_nothing_else() {
        for subject in [Subject::Payment(PaymentId(12)), Subject::Books] {
            assert_eq!(Subject::try_from(subject.to_string()), Ok(subject));
        }
        for wrong in ["", "payment", "payment ", "payment x", "payment 012", "payment +12", "visit 12"] {
            assert_eq!(Subject::try_from(wrong.to_owned()), Err(NoSubject), "{wrong}");
        }
    }
}
