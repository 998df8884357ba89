use std::fmt;

use serde::{Deserialize, Serialize};

/// Digits and capital letters that nobody takes for one another: no 0 and O, no 1 and I, no U beside V. Their number
/// is a prime, which makes the check character below catch every single slip.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKLMNPQRSTVWXYZ";

/// Characters that are drawn; with 31 to choose from, some 2.5 * 10^16 codes.
const DRAWN: usize = 11;

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

    /// The twelve characters.
    pub fn as_str(&self) -> &str {
        &self.0
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

    fn digits_of(code: &str) -> Vec<usize> {
        let digit = |character| ALPHABET.iter().position(|known| *known == character).unwrap();
        code.bytes().map(digit).collect()
    }
}
