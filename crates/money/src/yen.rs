use std::fmt;

use serde::{Deserialize, Serialize};

/// A sum of money in whole yen. May be negative (a bill in the patient's favour, a ledger posting).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Yen(i64);

/// A sum that no longer fits: some input was absurd, and nothing may be booked from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sum of money is out of range")]
pub struct AmountOverflow;

impl Yen {
    /// Nothing.
    pub const ZERO: Yen = Yen(0);

    /// An amount of `yen` whole yen.
    pub const fn new(yen: i64) -> Yen {
        Yen(yen)
    }

    /// The number of whole yen.
    pub const fn amount(self) -> i64 {
        self.0
    }

    /// Whether nothing is owed either way.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether this is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The amount without its sign.
    pub const fn abs(self) -> Yen {
        Yen(self.0.saturating_abs())
    }

    /// `self + other`, refusing to wrap.
    pub fn plus(self, other: Yen) -> Result<Yen, AmountOverflow> {
        self.0.checked_add(other.0).map(Yen).ok_or(AmountOverflow)
    }

    /// `self - other`, refusing to wrap.
    pub fn minus(self, other: Yen) -> Result<Yen, AmountOverflow> {
        self.0.checked_sub(other.0).map(Yen).ok_or(AmountOverflow)
    }

    /// `self` taken `pieces` times, refusing to wrap.
    pub fn times(self, pieces: u32) -> Result<Yen, AmountOverflow> {
        self.0.checked_mul(i64::from(pieces)).map(Yen).ok_or(AmountOverflow)
    }

    /// The sum of all amounts, refusing to wrap.
    pub fn sum(amounts: impl IntoIterator<Item = Yen>) -> Result<Yen, AmountOverflow> {
        amounts.into_iter().try_fold(Yen::ZERO, Yen::plus)
    }
}

/// Digits grouped by three with commas, without a unit: `1,230`.
impl fmt::Display for Yen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.unsigned_abs().to_string();
        let sign = if self.0 < 0 { "-" } else { "" };
        let grouped = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| group.iter().map(|&byte| char::from(byte)).collect::<String>())
            .collect::<Vec<_>>()
            .join(",");
        out.pad(&format!("{sign}{grouped}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        let cases = [(0, "0"), (7, "7"), (999, "999"), (1_230, "1,230"), (-1_000_000, "-1,000,000")];
        for (amount, shown) in cases {
            assert_eq!(Yen::new(amount).to_string(), shown);
        }
    }

    #[test]
    fn sums_refuse_to_wrap() {
        assert_eq!(Yen::new(i64::MAX).plus(Yen::new(1)), Err(AmountOverflow));
        assert_eq!(Yen::new(i64::MIN).minus(Yen::new(1)), Err(AmountOverflow));
        assert_eq!(Yen::new(i64::MAX).times(2), Err(AmountOverflow));
        assert_eq!(Yen::sum([Yen::new(1), Yen::new(2)]), Ok(Yen::new(3)));
    }
}
