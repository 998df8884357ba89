use std::fmt;

use api::PaymentId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Digits and capital letters that nobody takes for one another: no 0 and O, no 1 and I, no U beside V. Their number
/// is a prime, which makes the check character below catch every single slip.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKLMNPQRSTVWXYZ";

/// Characters that are drawn; with 31 to choose from, some 2.5 * 10^16 codes.
const DRAWN: usize = 11;

/// How often a code is hashed on. Twelve characters alone could be tried out of a copy of the journal within weeks on one
/// graphics card; so it takes decades, and still less than a millisecond for each slip.
const ROUNDS: u32 = 1_000;

/// Keeps these hashes apart from every other use of SHA-256.
const DOMAIN: &[u8] = b"seisanki slip 1\0";

/// What proves that an お釣り・ご返金 預り票 is the one that the machine printed: eleven characters that nobody can
/// guess and one that tells a mistyped code (K15).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SlipCode(String);

impl SlipCode {
    /// Made of a number that nobody can guess.
    pub fn of(chance: u64) -> SlipCode {
        let radix = ALPHABET.len() as u64;
        let mut rest = chance;
        let digits: Vec<usize> = (0..DRAWN)
            .map(|_| {
                let digit = rest % radix;
                rest /= radix;
                usize::try_from(digit).expect("a digit is below 31")
            })
            .collect();
        let check = check_digit(&digits);
        SlipCode(digits.into_iter().chain([check]).map(|digit| char::from(ALPHABET[digit])).collect())
    }

    /// What the journal keeps of it for good: enough to tell this code, and not to write it on a slip. One payment's seal
    /// says nothing about another's.
    pub fn seal(&self, payment: PaymentId) -> SlipSeal {
        let mut hash = Sha256::new_with_prefix(DOMAIN);
        hash.update(payment.0.to_be_bytes());
        hash.update(self.0.as_bytes());
        let mut sealed: [u8; 32] = hash.finalize().into();
        for _ in 1..ROUNDS {
            sealed = Sha256::digest(sealed).into();
        }
        SlipSeal(sealed)
    }

    /// The twelve characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the code of a slip comes to: whoever presents a slip has the code for it. In JSON, 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SlipSeal([u8; 32]);

/// A text that is no seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the seal of a slip is 64 lower-case hexadecimal digits")]
pub struct NotASeal;

impl fmt::Display for SlipSeal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for SlipSeal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SlipSeal({self})")
    }
}

impl From<SlipSeal> for String {
    fn from(seal: SlipSeal) -> String {
        seal.to_string()
    }
}

impl TryFrom<String> for SlipSeal {
    type Error = NotASeal;

    /// Only what would be written: no capital letters.
    fn try_from(text: String) -> Result<SlipSeal, NotASeal> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&text, &mut bytes).map_err(|_| NotASeal)?;
        let seal = SlipSeal(bytes);
        if seal.to_string() == text { Ok(seal) } else { Err(NotASeal) }
    }
}

/// As with ISBN-10: each place has another weight, so that a wrong character and two that are exchanged both show.
fn check_digit(digits: &[usize]) -> usize {
    (1..).zip(digits).map(|(weight, digit)| weight * digit).sum::<usize>() % ALPHABET.len()
}

impl fmt::Display for SlipCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Who holds the code gets the money: it stays out of logs.
impl fmt::Debug for SlipCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SlipCode(...)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_mistyped_code_is_told(chance in any::<u64>(), at in 0..DRAWN, other in 0..ALPHABET.len()) {
            let code = digits_of(SlipCode::of(chance).as_str());
            prop_assert_eq!(check_digit(&code[..DRAWN]), code[DRAWN]);
            let mut mistyped = code.clone();
            mistyped[at] = other;
            prop_assert_eq!(check_digit(&mistyped[..DRAWN]) == code[DRAWN], mistyped == code);
            let mut exchanged = code.clone();
            exchanged.swap(at, (at + 1) % DRAWN);
            prop_assert_eq!(check_digit(&exchanged[..DRAWN]) == code[DRAWN], exchanged == code);
        }
    }

    #[test]
    fn a_code_has_twelve_characters() {
        assert_eq!(SlipCode::of(0).as_str(), "222222222222");
        assert_eq!(SlipCode::of(u64::MAX).as_str().len(), DRAWN + 1);
    }

    /// Worked out with Python's `hashlib`. DO NOT CHANGE: slips in patients' hands are told by it.
    #[test]
    fn a_seal_tells_the_code_and_the_payment() {
        let code = SlipCode::of(1);
        let seal = code.seal(PaymentId(12));
        assert_eq!(seal.to_string(), "443000ff8b5b9a6aeaf74306276aa58494629810916e0022a78959377d2d0f49");
        assert_ne!(SlipCode::of(2).seal(PaymentId(12)), seal);
        assert_ne!(code.seal(PaymentId(13)), seal);
        assert_eq!(SlipSeal::try_from(seal.to_string()), Ok(seal));
        let digits = seal.to_string();
        for wrong in ["", "00", "é", &digits[1..], &digits.to_uppercase(), &format!("{digits}00")] {
            assert_eq!(SlipSeal::try_from(wrong.to_owned()), Err(NotASeal), "{wrong}");
        }
    }

    fn digits_of(code: &str) -> Vec<usize> {
        let digit = |character| ALPHABET.iter().position(|known| *known == character).unwrap();
        code.bytes().map(digit).collect()
    }
}
