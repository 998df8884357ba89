//! The hash chain: every entry's hash covers its own bytes and, through its predecessor's, all before it.

use std::fmt;

use api::WallTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Keeps these hashes apart from every other use of SHA-256; the number is that of the rule below.
const DOMAIN: &[u8] = b"seisanki journal 2\0";

/// A SHA-256 hash. Shown, and stored in JSON, as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Digest([u8; Digest::LENGTH]);

/// The end of a chain: where the next entry links on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry.
    pub(crate) seq: u64,
    /// Its hash.
    pub(crate) hash: Digest,
}

/// A text that is no hash.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a hash is 64 lower-case hexadecimal digits")]
pub(crate) struct NotADigest;

impl Digest {
    /// Bytes in a hash.
    pub(crate) const LENGTH: usize = 32;

    pub(crate) const fn new(bytes: [u8; Digest::LENGTH]) -> Digest {
        Digest(bytes)
    }

    /// The SHA-256 of these parts, one after the other.
    pub(crate) fn of(parts: &[&[u8]]) -> Digest {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Digest(hasher.finalize().into())
    }

    /// The bytes themselves.
    pub(crate) const fn bytes(&self) -> &[u8; Digest::LENGTH] {
        &self.0
    }
}

impl Head {
    /// The number of the last entry.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Before the first entry.
    pub(crate) const START: Head = Head { seq: 0, hash: Digest([0; Digest::LENGTH]) };

    /// The head once an entry of these bytes is linked on.
    ///
    /// The whole stored body is hashed, not a choice of its fields, so that no field can ever be left out.
    pub(crate) fn link(self, at: WallTime, body: &[u8]) -> Head {
        let seq = self.seq + 1;
        let hash = Digest::of(&[DOMAIN, &seq.to_be_bytes(), &at.0.to_be_bytes(), self.hash.bytes(), body]);
        Head { seq, hash }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = NotADigest;

    /// Only what would be written: no capital letters.
    fn try_from(text: String) -> Result<Digest, NotADigest> {
        let mut bytes = [0; Digest::LENGTH];
        hex::decode_to_slice(&text, &mut bytes).map_err(|_| NotADigest)?;
        let digest = Digest(bytes);
        if digest.to_string() == text { Ok(digest) } else { Err(NotADigest) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_back_from_its_digits() {
        let digest = Digest::of(&[b"abc"]);
        let digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest.to_string(), digits);
        assert_eq!(Digest::try_from(digits.to_owned()).unwrap(), digest);
        for wrong in ["", "0", &digits[1..], &digits[2..], &digits.to_uppercase(), &format!("{digits}00")] {
            assert!(Digest::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
