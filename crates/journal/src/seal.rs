//! From a draft to what is written: numbered, encoded, linked, booked.

use api::{FeedEntry, WallTime};
use engine::{Draft, Subject};

use crate::books::{self, Line};
use crate::chain::{Digest, Head};
use crate::encode::{Decoded, decode, encode};
use crate::private::{SaltSource, SealedPrivate};
use crate::{AppendError, DraftError, genesis};

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Its number, from 1.
    pub(crate) seq: u64,
    /// When it was written.
    pub(crate) at: WallTime,
    /// Its canonical bytes.
    pub(crate) body: Vec<u8>,
    /// Links it to all before it.
    pub(crate) hash: Digest,
}

impl Stored {
    /// As it is handed on and shown. Its bytes were decoded before.
    pub(crate) fn to_feed(&self) -> FeedEntry {
        let entry = serde_json::from_slice(&self.body).expect("was decoded just now");
        FeedEntry { seq: self.seq, at: self.at, hash: self.hash.to_string(), entry }
    }
}

/// Everything that one draft adds to a journal.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    /// The entry.
    pub(crate) stored: Stored,
    /// Its postings.
    pub(crate) lines: Vec<Line>,
    /// Its private part.
    pub(crate) private: Option<SealedPrivate>,
    /// Whose private parts go with it.
    pub(crate) erases: Option<Subject>,
}

impl Sealed {
    /// The end of the chain once this is written.
    pub(crate) fn head(&self) -> Head {
        Head { seq: self.stored.seq, hash: self.stored.hash }
    }
}

/// Links `drafts` one after the other to `head`.
pub(crate) fn seal(
    mut head: Head,
    at: WallTime,
    drafts: &[Draft],
    salt: SaltSource,
) -> Result<Vec<Sealed>, AppendError> {
    let mut sealed = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let next = seal_one(head, at, draft, salt)?;
        head = next.head();
        sealed.push(next);
    }
    Ok(sealed)
}

fn seal_one(head: Head, at: WallTime, draft: &Draft, salt: SaltSource) -> Result<Sealed, AppendError> {
    genesis::check(head.seq + 1, &draft.entry).map_err(DraftError::Beginning)?;
    let lines = books::lines(&draft.entry)?;
    let private = seal_private(head.seq + 1, draft, salt)?;
    let commitment = private.as_ref().map(SealedPrivate::commitment);
    let body = encode(&draft.entry, commitment);
    // What cannot be read back would stop the machine at its next start, with money inside.
    let read_back = decode(&body).map_err(DraftError::Unreadable)?;
    if read_back != (Decoded { entry: draft.entry.clone(), commitment }) {
        return Err(DraftError::Changed.into());
    }
    let Head { seq, hash } = head.link(at, &body);
    let erases = draft.entry.erases();
    Ok(Sealed { stored: Stored { seq, at, body, hash }, lines, private, erases })
}

fn seal_private(seq: u64, draft: &Draft, salt: SaltSource) -> Result<Option<SealedPrivate>, AppendError> {
    let Some(private) = &draft.private else { return Ok(None) };
    let subject = draft.entry.subject().ok_or(DraftError::PrivateWithoutSubject)?;
    let salt = salt(seq).map_err(AppendError::Salt)?;
    Ok(Some(SealedPrivate::seal(subject, private, salt)))
}
