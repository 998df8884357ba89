use std::fmt;
use std::path::Path;

use api::{FeedEntry, JournalEpoch, MachineId, PaymentId, PaymentSummary};
use engine::{Entry, Inquiry, PaymentEntry};
use rusqlite::Connection;

use crate::rows::Rows;
use crate::verify::recorded;
use crate::verifying::Verifying;
use crate::{OpenError, ReadError, Verified, open};

/// Entries that are handed on at once: some hundred kilobytes, read in a few milliseconds. As long as they are read, the log
/// cannot be emptied.
const SLICE_ENTRIES: u32 = 256;

/// Entries that are checked at once, in about as much time.
const PIECE_ENTRIES: u32 = 256;

/// A payment has some twenty entries, so that the next one is mostly found among so many.
const OPENING_ENTRIES: u32 = 32;

/// A journal that is only read, with a connection of its own: neither waits for the one that writes nor makes it wait. Each
/// question sees the journal as it was when the question was asked.
pub struct Reader {
    pub(crate) connection: Connection,
}

/// Some entries, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The hash of the entry after which they come, if it is there.
    pub after: Option<String>,
    /// The entries, without their private parts.
    pub entries: Vec<FeedEntry>,
    /// The newest entry of the journal.
    pub newest: u64,
}

impl Reader {
    /// Opens a journal beside the program that writes it, or alone.
    pub fn open(path: &Path, machine: &MachineId) -> Result<Reader, OpenError> {
        let connection = open::open_to_read(path)?;
        Rows(&connection).check_owner(machine)?;
        Ok(Reader { connection })
    }

    /// Which journal it is.
    pub fn epoch(&self) -> Result<JournalEpoch, ReadError> {
        let (_, epoch) = self.at_one_moment(|rows| rows.begun())?;
        Ok(epoch)
    }

    /// The next entries after that one. Only what the chain vouches for is handed on.
    pub fn after(&self, seq: u64) -> Result<Slice, ReadError> {
        self.at_one_moment(|rows| {
            let newest = rows.stated_head()?.seq;
            if seq > newest {
                return Ok(Slice { after: None, entries: Vec::new(), newest });
            }
            let begin = rows.head_at(seq)?;
            let mut entries = Vec::new();
            rows.walk_some(begin, Some(SLICE_ENTRIES), |stored, _| {
                entries.push(stored.to_feed());
                Ok(())
            })?;
            Ok(Slice { after: Some(begin.hash.to_string()), entries, newest })
        })
    }

    /// The newest entries, as [`Journal::show`](crate::Journal::show).
    pub fn show(&self, last: u32) -> Result<Vec<serde_json::Value>, ReadError> {
        self.at_one_moment(|rows| rows.show(last))
    }

    /// Checks everything.
    pub fn verify(&self) -> Result<Verified, ReadError> {
        self.at_one_moment(Verifying::all)
    }

    /// Checks the next piece; true if that was the last.
    pub fn verify_on(&self, verifying: &mut Verifying) -> Result<bool, ReadError> {
        self.at_one_moment(|rows| verifying.go_on(rows, Some(PIECE_ENTRIES)))
    }

    /// What became of a payment. Its entries alone are read, however long the journal is.
    pub fn payment(&self, payment: PaymentId) -> Result<Option<PaymentSummary>, ReadError> {
        self.at_one_moment(|rows| {
            let Some(opened) = opening_of(rows, payment)? else { return Ok(None) };
            let mut inquiry = Inquiry::about(payment);
            let mut begin = rows.head_at(opened - 1)?;
            let newest = rows.stated_head()?;
            while begin != newest && !inquiry.has_ended() {
                begin = rows.walk_some(begin, Some(SLICE_ENTRIES), |stored, decoded| {
                    inquiry.take_in(&recorded(&stored, decoded, None)?);
                    Ok(())
                })?;
            }
            Ok(inquiry.answer())
        })
    }

    fn at_one_moment<T>(&self, read: impl FnOnce(Rows<'_>) -> Result<T, ReadError>) -> Result<T, ReadError> {
        let moment = self.connection.unchecked_transaction()?;
        let found = read(Rows(&self.connection))?;
        moment.finish()?;
        Ok(found)
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Reader")
    }
}

/// The entry that opened the payment. Numbers of payments only grow, so half of the journal is left out with each look.
fn opening_of(rows: Rows<'_>, wanted: PaymentId) -> Result<Option<u64>, ReadError> {
    let (mut low, mut high) = (0, rows.stated_head()?.seq);
    while low <= high {
        let middle = low + (high - low) / 2;
        match opened_after(rows, middle)? {
            Some((seq, payment)) if payment == wanted => return Ok(Some(seq)),
            Some((seq, payment)) if payment < wanted => low = seq,
            Some(_) | None if middle == low => return Ok(None),
            Some(_) | None => high = middle,
        }
    }
    Ok(None)
}

/// The first payment that was opened after that entry.
fn opened_after(rows: Rows<'_>, seq: u64) -> Result<Option<(u64, PaymentId)>, ReadError> {
    let mut begin = rows.head_at(seq)?;
    let newest = rows.stated_head()?;
    while begin != newest {
        let mut found = None;
        begin = rows.walk_some(begin, Some(OPENING_ENTRIES), |stored, decoded| {
            if let Entry::Payment(PaymentEntry::PaymentOpened { payment, .. }) = decoded.entry {
                found.get_or_insert((stored.seq, payment));
            }
            Ok(())
        })?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
