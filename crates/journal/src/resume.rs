//! Where a start begins to read: the same for a file and for its twin in memory.

use engine::Recorded;

use crate::chain::Head;
use crate::{ReadError, Resumed};

/// A journal that can be read from books that were carried forward.
pub(crate) trait Resume {
    /// The entry in which books were carried forward last.
    fn newest_books(&self) -> Result<Option<u64>, ReadError>;

    /// That entry with its books, and the head after it.
    fn books_at(&self, seq: u64) -> Result<(Head, Recorded), ReadError>;

    /// Visits every entry after `begin`.
    fn visit_from(&self, begin: Head, visit: impl FnMut(Recorded)) -> Result<(), ReadError>;
}

/// As [`Record::resume`](crate::Record::resume).
pub(crate) fn resume(journal: &impl Resume, mut visit: impl FnMut(Recorded)) -> Result<Resumed, ReadError> {
    let Some(seq) = journal.newest_books()? else {
        journal.visit_from(Head::START, visit)?;
        return Ok(Resumed::FromTheFirst);
    };
    let Ok((head, books)) = journal.books_at(seq) else {
        journal.visit_from(Head::START, visit)?;
        return Ok(Resumed::BooksRefused { seq });
    };
    visit(books);
    journal.visit_from(head, visit)?;
    Ok(Resumed::FromBooks { seq })
}
