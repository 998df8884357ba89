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
    #[inline]
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

    /// Both together.
    pub fn plus(&self, other: &CashCount) -> Result<CashCount, AmountOverflow> {
        self.each_with(other, u32::checked_add)
    }

    /// What is left when `other` is taken out; refused unless `self` contains it.
    pub fn minus(&self, other: &CashCount) -> Result<CashCount, AmountOverflow> {
        self.each_with(other, u32::checked_sub)
    }

    /// Whether every piece of `other` is there.
    pub fn contains(&self, other: &CashCount) -> bool {
        self.minus(other).is_ok()
    }

    /// The kinds of which there is at least one piece, smallest first, with their number.
    pub fn iter(&self) -> impl Iterator<Item = (Denomination, u32)> + '_ {
        Denomination::ALL.into_iter().map(|kind| (kind, self.pieces(kind))).filter(|(_, pieces)| *pieces > 0)
    }

    /// The pieces of those kinds only.
    #[must_use]
    pub fn only(&self, belongs: impl Fn(Denomination) -> bool) -> CashCount {
        let mut kept = CashCount::EMPTY;
        self.iter()
            .filter(|(kind, _)| belongs(*kind))
            .for_each(|(kind, pieces)| kept.0[kind.index()] = pieces);
        kept
    }

    /// How many pieces there are, of whatever kind.
    pub fn number(&self) -> u32 {
        self.0.iter().sum()
    }

    /// What all pieces are worth together.
    pub fn total(&self) -> Result<Yen, AmountOverflow> {
        self.iter().try_fold(Yen::ZERO, |sum, (kind, pieces)| sum.plus(kind.value().times(pieces)?))
    }

    fn each_with(
        &self,
        other: &CashCount,
        combine: impl Fn(u32, u32) -> Option<u32>,
    ) -> Result<CashCount, AmountOverflow> {
        let mut combined = *self;
        for (slot, &pieces) in combined.0.iter_mut().zip(&other.0) {
            *slot = combine(*slot, pieces).ok_or(AmountOverflow)?;
        }
        Ok(combined)
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

        #[test]
        fn what_is_put_in_can_be_taken_out(
            left in proptest::array::uniform10(0_u32..4),
            taken in proptest::array::uniform10(0_u32..4),
        ) {
            let (left, taken) = (CashCount(left), CashCount(taken));
            let both = left.plus(&taken).unwrap();
            prop_assert!(both.contains(&left) && both.contains(&taken));
            prop_assert_eq!(both.minus(&taken), Ok(left));
            let enough = Denomination::ALL.into_iter().all(|kind| left.pieces(kind) >= taken.pieces(kind));
            prop_assert_eq!(left.contains(&taken), enough);
            prop_assert_eq!(left.minus(&taken).is_ok(), enough);
        }
    }

    #[test]
    fn counts_refuse_to_wrap() {
        let full = CashCount([u32::MAX; Denomination::ALL.len()]);
        let one = CashCount::try_from(vec![(Denomination::Yen500, 1)]).unwrap();
        assert_eq!(full.plus(&one), Err(AmountOverflow));
        assert_eq!(CashCount::EMPTY.minus(&one), Err(AmountOverflow));
        assert_eq!(full.minus(&full), Ok(CashCount::EMPTY));
    }
}
