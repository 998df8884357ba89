//! The private part of an entry: kept beside the chain, where it can be erased without breaking it.

use std::fmt;

use engine::{Private, Subject};

use crate::Flaw;
use crate::chain::Digest;

/// Without a salt, whoever has the chain could try names until one hash fits. 128 bits cannot be tried.
pub(crate) type Salt = [u8; 16];

/// Makes the salt for the entry of this number.
pub(crate) type SaltSource = fn(seq: u64) -> Result<Salt, getrandom::Error>;

/// A private part as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SealedPrivate {
    /// What it is about: all private parts of one subject are erased together.
    pub(crate) subject: Subject,
    /// Hashed before the body.
    pub(crate) salt: Salt,
    /// The JSON of [`Private`].
    pub(crate) body: Vec<u8>,
}

impl SealedPrivate {
    pub(crate) fn seal(subject: Subject, private: &Private, salt: Salt) -> SealedPrivate {
        let body =
            serde_json::to_vec(private).expect("bills are made of structs, sequences, texts and numbers");
        SealedPrivate { subject, salt, body }
    }

    /// What the chain holds of it.
    pub(crate) fn commitment(&self) -> Digest {
        Digest::of(&[&self.salt, &self.body])
    }

    /// Whether it is the one that the chain holds `commitment` of, in an entry that is about `subject`.
    pub(crate) fn fits(&self, commitment: Option<Digest>, subject: Option<Subject>) -> Result<(), Flaw> {
        let fits = commitment == Some(self.commitment()) && subject == Some(self.subject);
        fits.then_some(()).ok_or(Flaw::Private)
    }

    /// What it says, if it fits.
    pub(crate) fn unseal(
        &self,
        commitment: Option<Digest>,
        subject: Option<Subject>,
    ) -> Result<Private, Flaw> {
        self.fits(commitment, subject)?;
        // The JSON error is dropped because it may quote a name.
        serde_json::from_slice(&self.body).map_err(|_| Flaw::Private)
    }
}

/// Shows neither names nor the salt.
impl fmt::Debug for SealedPrivate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SealedPrivate({}, {} bytes)", self.subject, self.body.len())
    }
}

/// The salt of a real machine.
pub(crate) fn random_salt(_seq: u64) -> Result<Salt, getrandom::Error> {
    let mut salt = Salt::default();
    getrandom::fill(&mut salt)?;
    Ok(salt)
}

/// The salt of a simulated machine, where a run must give the same chain again and nobody's name is real.
pub(crate) fn counted_salt(seq: u64) -> Result<Salt, getrandom::Error> {
    Ok(u128::from(seq).to_be_bytes())
}
