//! An entry as bytes. These bytes are what is stored and what is hashed, whole.

use engine::Entry;
use serde::{Deserialize, Serialize};

use crate::chain::Digest;

/// Counts up when the bytes of an entry change their meaning. All versions from 2 on stay readable; 1 was written by no
/// machine of a clinic.
const VERSION: u32 = 2;

/// An entry read back from its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The entry.
    pub(crate) entry: Entry,
    /// The salted hash of its private part, if it had one.
    pub(crate) commitment: Option<Digest>,
}

/// Why bytes are not an entry that this program could have written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A newer program wrote it.
    #[error(
        "it is of version {found}, and this program knows version {VERSION} only: install a newer seisankid"
    )]
    Version {
        /// The version that it states.
        found: u32,
    },
    /// No version, no JSON, no such entry, or a field is missing. The place, but never the text, is told.
    #[error("it cannot be read from byte {column} on")]
    Malformed {
        /// The byte at which reading stopped, from 1.
        column: usize,
    },
    /// It can be read, but this program would write other bytes: an unknown field, other order, white space.
    #[error("it is not in the form in which this program writes")]
    NotCanonical,
}

/// The stored form. Field order is part of it: version, entry, commitment.
#[derive(Serialize, Deserialize)]
struct Line<E> {
    v: u32,
    #[serde(flatten)]
    entry: E,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    private: Option<Digest>,
}

/// What every version of the stored form begins with.
#[derive(Deserialize)]
struct Versioned {
    v: u32,
}

/// The canonical bytes of `entry`.
pub(crate) fn encode(entry: &Entry, commitment: Option<Digest>) -> Vec<u8> {
    let line = Line { v: VERSION, entry, private: commitment };
    serde_json::to_vec(&line).expect("an entry is made of structs, sequences, texts and whole numbers only")
}

/// The entry of which `body` are the canonical bytes, and only the canonical ones: any other text with the same
/// meaning was not written by this program.
pub(crate) fn decode(body: &[u8]) -> Result<Decoded, DecodeError> {
    let line = serde_json::from_slice::<Line<Entry>>(body);
    let found = match &line {
        Ok(line) => line.v,
        // A newer program may have written what this one cannot read.
        Err(_) => version_of(body)?,
    };
    if found != VERSION {
        return Err(DecodeError::Version { found });
    }
    let Line { entry, private: commitment, .. } = line?;
    if encode(&entry, commitment) != body {
        return Err(DecodeError::NotCanonical);
    }
    Ok(Decoded { entry, commitment })
}

/// The entry of which `body` are the stored bytes, without the chain that vouches for them: for a look at single bodies,
/// and for fuzzing. A program reads entries with [`Record::replay`](crate::Record::replay).
pub fn read_entry(body: &[u8]) -> Result<Entry, DecodeError> {
    decode(body).map(|decoded| decoded.entry)
}

fn version_of(body: &[u8]) -> Result<u32, DecodeError> {
    let Versioned { v } = serde_json::from_slice(body)?;
    Ok(v)
}

/// The message of a JSON error may quote what was read, so only the place is kept.
impl From<serde_json::Error> for DecodeError {
    fn from(error: serde_json::Error) -> DecodeError {
        DecodeError::Malformed { column: error.column() }
    }
}
