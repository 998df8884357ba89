use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Yen;

/// A kind of coin or note in circulation (通貨法5条; 日本銀行法46条).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
#[expect(missing_docs, reason = "each name says its value")]
pub enum Denomination {
    Yen1,
    Yen5,
    Yen10,
    Yen50,
    Yen100,
    Yen500,
    Yen1000,
    Yen2000,
    Yen5000,
    Yen10000,
}

/// A number of yen for which there is neither a coin nor a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no coin or note of {0} yen")]
pub struct NotADenomination(pub i64);

impl Denomination {
    /// Every denomination, smallest first.
    pub const ALL: [Denomination; 10] = [
        Denomination::Yen1,
        Denomination::Yen5,
        Denomination::Yen10,
        Denomination::Yen50,
        Denomination::Yen100,
        Denomination::Yen500,
        Denomination::Yen1000,
        Denomination::Yen2000,
        Denomination::Yen5000,
        Denomination::Yen10000,
    ];

    /// What one piece is worth.
    pub const fn value(self) -> Yen {
        Yen::new(match self {
            Denomination::Yen1 => 1,
            Denomination::Yen5 => 5,
            Denomination::Yen10 => 10,
            Denomination::Yen50 => 50,
            Denomination::Yen100 => 100,
            Denomination::Yen500 => 500,
            Denomination::Yen1000 => 1_000,
            Denomination::Yen2000 => 2_000,
            Denomination::Yen5000 => 5_000,
            Denomination::Yen10000 => 10_000,
        })
    }

    /// Whether it is a coin, and not a note.
    pub const fn is_coin(self) -> bool {
        self.value().amount() <= 500
    }

    /// Whether it is a note, and not a coin.
    pub const fn is_note(self) -> bool {
        !self.is_coin()
    }

    /// The position in [`Denomination::ALL`].
    #[inline]
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl TryFrom<i64> for Denomination {
    type Error = NotADenomination;

    fn try_from(yen: i64) -> Result<Denomination, NotADenomination> {
        let found = Denomination::ALL.into_iter().find(|kind| kind.value().amount() == yen);
        found.ok_or(NotADenomination(yen))
    }
}

impl From<Denomination> for i64 {
    fn from(kind: Denomination) -> i64 {
        kind.value().amount()
    }
}

impl fmt::Display for Denomination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(out)
    }
}

/// Some of the denominations, for instance those that may be inserted now.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Denomination>", into = "Vec<Denomination>")]
pub struct DenominationSet(u16);

impl DenominationSet {
    /// No denomination.
    pub const EMPTY: DenominationSet = DenominationSet(0);

    /// Whether `kind` is in the set.
    pub const fn contains(self, kind: Denomination) -> bool {
        self.0 & (1 << kind.index()) != 0
    }

    /// Whether the set holds nothing.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether some pieces of these denominations sum to exactly `amount`, however many it takes.
    ///
    /// Among the yen only 2,000 does not divide all larger ones, and 5,000 is the only one that it does not
    /// divide: so every reachable sum is at most one piece away from a multiple of the smallest denomination.
    pub fn can_make(self, amount: Yen) -> bool {
        let Some(smallest) = self.iter().next() else { return amount.is_zero() };
        let made_of_smallest = |rest: i64| rest >= 0 && rest % i64::from(smallest) == 0;
        made_of_smallest(amount.amount())
            || self.iter().any(|one| made_of_smallest(amount.amount().saturating_sub(i64::from(one))))
    }

    /// The members of either.
    #[must_use]
    pub const fn union(self, other: DenominationSet) -> DenominationSet {
        DenominationSet(self.0 | other.0)
    }

    /// The members that are in both.
    #[must_use]
    pub const fn intersection(self, other: DenominationSet) -> DenominationSet {
        DenominationSet(self.0 & other.0)
    }

    /// The members, smallest first.
    pub fn iter(self) -> impl Iterator<Item = Denomination> {
        Denomination::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<Denomination> for DenominationSet {
    fn from_iter<I: IntoIterator<Item = Denomination>>(kinds: I) -> DenominationSet {
        DenominationSet(kinds.into_iter().fold(0, |bits, kind| bits | (1 << kind.index())))
    }
}

impl From<Vec<Denomination>> for DenominationSet {
    fn from(kinds: Vec<Denomination>) -> DenominationSet {
        kinds.into_iter().collect()
    }
}

impl From<DenominationSet> for Vec<Denomination> {
    fn from(set: DenominationSet) -> Vec<Denomination> {
        set.iter().collect()
    }
}

impl fmt::Debug for DenominationSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.iter().map(|kind| kind.value().amount())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_no_denomination_is_refused() {
        for kind in Denomination::ALL {
            assert_eq!(Denomination::try_from(i64::from(kind)), Ok(kind));
        }
        for yen in [0, -1, 2, 20, 200, 999, 20_000] {
            assert_eq!(Denomination::try_from(yen), Err(NotADenomination(yen)));
        }
    }

    #[test]
    fn can_make_agrees_with_trying_every_sum() {
        for bits in 0..1_u16 << Denomination::ALL.len() {
            let set = DenominationSet(bits);
            let step = set.iter().next().map_or(1, i64::from);
            let mut reachable = vec![false; 32_001];
            reachable[0] = true;
            for sum in 0..reachable.len() {
                let before = |kind: Denomination| sum.checked_sub(usize::try_from(i64::from(kind)).unwrap());
                let made = set.iter().filter_map(before).any(|rest| reachable[rest]);
                reachable[sum] |= made;
            }
            // Sums off the smallest denomination's grid are all alike, so one neighbour stands for them.
            for sum in (0..32_000).step_by(usize::try_from(step).unwrap()).flat_map(|sum| [sum, sum + 1]) {
                let amount = Yen::new(i64::try_from(sum).unwrap());
                assert_eq!(set.can_make(amount), reachable[sum], "{set:?} {amount}");
            }
        }
    }

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        let set: DenominationSet = [Denomination::Yen5000, Denomination::Yen1].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Denomination::Yen1, Denomination::Yen5000]);
        assert!(!set.contains(Denomination::Yen1000) && DenominationSet::EMPTY.is_empty());
    }
}
