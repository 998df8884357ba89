use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AmountOverflow, Denomination, Yen};

/// Pieces per denomination: what somebody inserted, what a drum holds.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(Denomination, u32)>", into = "Vec<(Denomination, u32)>")]
pub struct CashCount([u32; Denomination::ALL.len()]);

impl CashCount {
    /// No piece at all.
    pub const EMPTY: CashCount = CashCount([0; Denomination::ALL.len()]);

    /// How many pieces of `kind` there are.
    pub const fn pieces(&self, kind: Denomination) -> u32 {
        self.0[kind.index()]
    }

    /// Whether there is no piece at all.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&pieces| pieces == 0)
    }

    /// Adds `pieces` of `kind`.
    pub fn add(&mut self, kind: Denomination, pieces: u32) -> Result<(), AmountOverflow> {
        let slot = &mut self.0[kind.index()];
        *slot = slot.checked_add(pieces).ok_or(AmountOverflow)?;
        Ok(())
    }

    /// The kinds of which there is at least one piece, smallest first, with their number.
    pub fn iter(&self) -> impl Iterator<Item = (Denomination, u32)> + '_ {
        Denomination::ALL.into_iter().map(|kind| (kind, self.pieces(kind))).filter(|(_, pieces)| *pieces > 0)
    }

    /// What all pieces are worth together.
    pub fn total(&self) -> Result<Yen, AmountOverflow> {
        self.iter().try_fold(Yen::ZERO, |sum, (kind, pieces)| sum.plus(kind.value().times(pieces)?))
    }
}

impl TryFrom<Vec<(Denomination, u32)>> for CashCount {
    type Error = AmountOverflow;

    fn try_from(pairs: Vec<(Denomination, u32)>) -> Result<CashCount, AmountOverflow> {
        let mut count = CashCount::EMPTY;
        for (kind, pieces) in pairs {
            count.add(kind, pieces)?;
        }
        Ok(count)
    }
}

impl From<CashCount> for Vec<(Denomination, u32)> {
    fn from(count: CashCount) -> Vec<(Denomination, u32)> {
        count.iter().collect()
    }
}

impl fmt::Debug for CashCount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(self.iter().map(|(kind, pieces)| (i64::from(kind), pieces))).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_total_is_the_sum_of_the_pieces(pieces in proptest::array::uniform10(0_u32..1_000)) {
            let pairs = Denomination::ALL.into_iter().zip(pieces).collect::<Vec<_>>();
            let expected: i64 = pairs.iter().map(|(kind, n)| i64::from(*kind) * i64::from(*n)).sum();
            let count = CashCount::try_from(pairs).unwrap();
            prop_assert_eq!(count.total(), Ok(Yen::new(expected)));
        }
    }
}
