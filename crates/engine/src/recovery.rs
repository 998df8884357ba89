use std::fmt;

use crate::books::Books;
use crate::break_length::BreakLength;
use crate::{Draft, Policy, Private, Recorded};

/// What the journal says of the machine. It is taken in entry by entry, so that a journal of years needs no more room than
/// what it comes to.
pub struct Recovery {
    pub(crate) books: Books,
    pub(crate) break_length: BreakLength,
}

impl Recovery {
    /// Nothing is taken in yet.
    pub fn begin(policy: &Policy) -> Recovery {
        Recovery {
            books: Books::new(policy.machine.clone()),
            break_length: BreakLength::new(policy.times.resume_within_s),
        }
    }

    /// Takes in the next entry. The first may hold what all before it come to.
    pub fn take_in(&mut self, recorded: Recorded) {
        let Recorded { at, entry, mut private, .. } = recorded;
        if self.books.units.entries() == 0
            && let Some(Private::Books(carried)) =
                private.take_if(|private| matches!(private, Private::Books(_)))
        {
            self.books = carried.go_on();
        }
        self.break_length.apply(at, &entry);
        self.books.apply(at, &Draft { entry, private });
    }

    /// Whether the books are the same, entry by entry or with what was carried forward.
    pub fn comes_to_the_same(&self, other: &Recovery) -> bool {
        self.books == other.books
    }

    /// All of them, oldest first.
    pub fn of(policy: &Policy, records: impl IntoIterator<Item = Recorded>) -> Recovery {
        let mut recovery = Recovery::begin(policy);
        records.into_iter().for_each(|recorded| recovery.take_in(recorded));
        recovery
    }
}

/// Shows no bill.
impl fmt::Debug for Recovery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Recovery(of {} entries)", self.books.units.entries())
    }
}
