//! The way back: what is stored is believed only once its hash, its postings and its private part fit.

use engine::{Private, Recorded, Subject};

use crate::books::{self, Accounts, Line};
use crate::chain::Head;
use crate::encode::{Decoded, decode};
use crate::private::SealedPrivate;
use crate::seal::Stored;
use crate::{ChainError, Flaw, genesis};

/// The entry of `stored`, if it is the one that followed `head`, and the head after it.
pub(crate) fn follow(head: Head, stored: &Stored) -> Result<(Head, Decoded), ChainError> {
    let next = head.link(stored.at, &stored.body);
    if stored.seq != next.seq {
        return Err(ChainError { seq: next.seq, what: Flaw::Missing });
    }
    if stored.hash != next.hash {
        return Err(ChainError { seq: next.seq, what: Flaw::Hash });
    }
    let decoded = decode(&stored.body).map_err(|error| ChainError { seq: next.seq, what: error.into() })?;
    genesis::check(next.seq, &decoded.entry).map_err(|what| ChainError { seq: next.seq, what })?;
    Ok((next, decoded))
}

/// The chain that was followed to `reached` must end where it says that it ends.
pub(crate) fn check_end(reached: Head, stated: Head) -> Result<(), ChainError> {
    if reached == stated {
        return Ok(());
    }
    Err(ChainError { seq: reached.seq + 1, what: Flaw::End { stated: stated.seq } })
}

/// The stored lines of an entry must be those that follow from it.
pub(crate) fn check_lines(stored: &Stored, decoded: &Decoded, lines: &[Line]) -> Result<(), ChainError> {
    match books::lines(&decoded.entry) {
        Ok(expected) if expected == lines => Ok(()),
        Ok(_) | Err(_) => Err(ChainError { seq: stored.seq, what: Flaw::Postings }),
    }
}

/// The running accounts must be what all lines up to `last` come to.
pub(crate) fn check_accounts(last: Head, summed: &Accounts, stated: &Accounts) -> Result<(), ChainError> {
    if summed == stated {
        return Ok(());
    }
    Err(ChainError { seq: last.seq, what: Flaw::Accounts })
}

/// Opens the private part of an entry, if it is still there. Whether one that is gone was erased by the machine
/// or by somebody else cannot be told: erasing is what that table is for.
pub(crate) fn check_private(
    stored: &Stored,
    decoded: &Decoded,
    private: Option<&SealedPrivate>,
) -> Result<Option<Private>, ChainError> {
    let unseal = |private: &SealedPrivate| private.unseal(decoded.commitment, decoded.entry.subject());
    let unsealed = private.map(unseal).transpose();
    unsealed.map_err(|what| ChainError { seq: stored.seq, what })
}

/// Checks the private part of an entry, without opening books: an older or newer program may have carried them forward in
/// another shape.
pub(crate) fn check_sealed(
    stored: &Stored,
    decoded: &Decoded,
    private: &SealedPrivate,
) -> Result<(), ChainError> {
    let subject = decoded.entry.subject();
    let right = match subject {
        Some(Subject::Books) => private.fits(decoded.commitment, subject),
        Some(Subject::Payment(_)) | None => private.unseal(decoded.commitment, subject).map(drop),
    };
    right.map_err(|what| ChainError { seq: stored.seq, what })
}

/// The entry that follows `head`, with the books that were carried forward in it.
pub(crate) fn with_books(
    head: Head,
    stored: &Stored,
    books: Option<&SealedPrivate>,
) -> Result<(Head, Recorded), ChainError> {
    let (next, decoded) = follow(head, stored)?;
    let private = check_private(stored, &decoded, books)?;
    Ok((next, Recorded { seq: stored.seq, at: stored.at, entry: decoded.entry, private }))
}

/// What the journal gives back of one entry. Books that were carried forward are of no use to whoever has read what they
/// come to.
pub(crate) fn recorded(
    stored: &Stored,
    decoded: Decoded,
    private: Option<&SealedPrivate>,
) -> Result<Recorded, ChainError> {
    let private = private.filter(|private| private.subject != Subject::Books);
    let private = check_private(stored, &decoded, private)?;
    Ok(Recorded { seq: stored.seq, at: stored.at, entry: decoded.entry, private })
}
