//! Checks every stored byte: at one go, or piece by piece.

use api::WallTime;

use crate::books::Accounts;
use crate::chain::Head;
use crate::encode::Decoded;
use crate::rows::Rows;
use crate::seal::Stored;
use crate::verify::{check_accounts, check_end, check_lines, check_sealed};
use crate::{ChainError, Flaw, ReadError, Verified};

/// How far a journal was checked, from its first entry on.
#[derive(Clone, Debug)]
pub struct Verifying {
    head: Head,
    at: Option<WallTime>,
    accounts: Accounts,
    lines: u64,
    privates: u64,
}

impl Verifying {
    /// Nothing is checked yet.
    pub fn begin() -> Verifying {
        Verifying { head: Head::START, at: None, accounts: Accounts::default(), lines: 0, privates: 0 }
    }

    /// The last entry that was checked, and when it was written.
    pub fn reached(&self) -> Option<(u64, WallTime)> {
        self.at.map(|at| (self.head.seq, at))
    }

    /// Everything that there is, row by row and page by page.
    pub(crate) fn all(rows: Rows<'_>) -> Result<Verified, ReadError> {
        rows.check_pages()?;
        let mut verifying = Verifying::begin();
        verifying.go_on(rows, None)?;
        let Verifying { head, lines, privates, .. } = verifying;
        rows.check_no_strays("entries", head.seq, head)?;
        rows.check_no_strays("postings", lines, head)?;
        rows.check_no_strays("private", privates, head)?;
        Ok(Verified { entries: head.seq, head_hex: head.hash.to_string() })
    }

    /// Checks the next entries, all or at most so many. Says whether the end was reached; what is no row of an entry is not
    /// looked for.
    pub(crate) fn go_on(&mut self, rows: Rows<'_>, entries_max: Option<u32>) -> Result<bool, ReadError> {
        // A piece that could not be read to its end is read once more, and must not be counted twice.
        let mut next = self.clone();
        let begin = self.head;
        next.head =
            rows.walk_some(begin, entries_max, |stored, decoded| next.take(rows, &stored, &decoded))?;
        let is_piece = entries_max.is_some_and(|max| next.head.seq - begin.seq >= u64::from(max));
        if !is_piece {
            check_end(next.head, rows.stated_head()?)?;
            check_accounts(next.head, &next.accounts, &rows.accounts()?)?;
        }
        *self = next;
        Ok(!is_piece)
    }

    fn take(&mut self, rows: Rows<'_>, stored: &Stored, decoded: &Decoded) -> Result<(), ReadError> {
        let found = rows.lines_of(stored.seq)?;
        check_lines(stored, decoded, &found)?;
        let wrong = |_| ChainError { seq: stored.seq, what: Flaw::Postings };
        self.accounts.book(&found).map_err(wrong)?;
        self.lines += found.len() as u64;
        let private = rows.private_of(stored, decoded)?;
        private.as_ref().map(|private| check_sealed(stored, decoded, private)).transpose()?;
        self.privates += u64::from(private.is_some());
        self.at = Some(stored.at);
        Ok(())
    }
}
