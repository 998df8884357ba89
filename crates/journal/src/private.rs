//! The private part of an entry: kept beside the chain, where it can be erased without breaking it.

use std::fmt;

use api::PaymentId;
use engine::{Entry, PaymentEntry, Private};

use crate::Flaw;
use crate::chain::Digest;

/// Without a salt, whoever has the chain could try names until one hash fits. 128 bits cannot be tried.
pub(crate) type Salt = [u8; 16];

/// Makes the salt for the entry of this number.
pub(crate) type SaltSource = fn(seq: u64) -> Result<Salt, getrandom::Error>;

/// A private part as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SealedPrivate {
    /// The payment whose bills these are.
    pub(crate) payment: PaymentId,
    /// Hashed before the body.
    pub(crate) salt: Salt,
    /// The JSON of [`Private`].
    pub(crate) body: Vec<u8>,
}

impl SealedPrivate {
    pub(crate) fn seal(payment: PaymentId, private: &Private, salt: Salt) -> SealedPrivate {
        let body =
            serde_json::to_vec(private).expect("bills are made of structs, sequences, texts and numbers");
        SealedPrivate { payment, salt, body }
    }

    /// What the chain holds of it.
    pub(crate) fn commitment(&self) -> Digest {
        Digest::of(&[&self.salt, &self.body])
    }

    /// The private part, if it is the one that the chain holds `commitment` of.
    pub(crate) fn unseal(&self, commitment: Option<Digest>) -> Result<Private, Flaw> {
        if commitment != Some(self.commitment()) {
            return Err(Flaw::Private);
        }
        // The JSON error is dropped because it may quote a name.
        serde_json::from_slice(&self.body).map_err(|_| Flaw::Private)
    }
}

/// Shows neither names nor the salt.
impl fmt::Debug for SealedPrivate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SealedPrivate(payment {}, {} bytes)", self.payment, self.body.len())
    }
}

/// The payment under which the private part of `entry` is stored; `None` if such an entry has none.
pub(crate) fn owner(entry: &Entry) -> Option<PaymentId> {
    let Entry::Payment(PaymentEntry::PaymentOpened { payment, .. }) = entry else { return None };
    Some(*payment)
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
