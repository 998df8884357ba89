//! Which pieces to pay change or a return with, from the pieces that are there.
//!
//! Taking the largest piece first, which every cashier does, fails on a real stock: 6,000 yen with one note of
//! 5,000, three of 2,000 and nothing else is three notes of 2,000. So [`plan`] weighs every way to pay (rule
//! E.35). The machine never rounds (K7): what cannot be paid exactly is a [`Shortage`].

mod cheapest;
#[cfg(test)]
mod tests;

use crate::{AmountOverflow, CashCount, Denomination, Yen};

/// More pieces of one kind than this are never planned for one payment, however many there are.
///
/// A return of 200,000 yen in notes of 1,000 takes 200. The limit bounds the work whatever a device reports as
/// its count: a plan weighs at most some million ways. Beyond it the answer is a [`Shortage`].
pub const PIECES_OF_A_KIND_MAX: u32 = 1_000;

/// The pieces that may be paid out now.
///
/// Whoever makes it leaves out what is never paid out (notes of 2,000 and 10,000 as a rule), units that are
/// out of order, and pieces whose number nobody can vouch for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock(CashCount);

impl Stock {
    /// The pieces of all units together; several units may hold the same denomination.
    pub fn of(units: impl IntoIterator<Item = (Denomination, u32)>) -> Result<Stock, AmountOverflow> {
        let mut pieces = CashCount::EMPTY;
        units.into_iter().try_for_each(|(kind, more)| pieces.add(kind, more))?;
        Ok(Stock(pieces))
    }

    /// The pieces.
    pub const fn pieces(&self) -> &CashCount {
        &self.0
    }

    /// How many pieces of `kind` one plan may take.
    fn available(&self, kind: Denomination) -> u32 {
        self.0.pieces(kind).min(PIECES_OF_A_KIND_MAX)
    }
}

impl From<CashCount> for Stock {
    fn from(pieces: CashCount) -> Stock {
        Stock(pieces)
    }
}

/// What makes one way to pay better than another: the sum of the costs of its pieces is smaller.
///
/// The rule in words: everybody gets as few pieces as possible; only the last ones of each kind stay for later patients, as
/// long as a few smaller pieces can stand in for each. So a piece costs `piece`, and `scarcity` more if fewer than `keep`
/// of its kind would stay behind. Of plans that cost the same, the one with more of the largest kind is taken, then with
/// more of the next, and so on: no two plans are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What each piece costs.
    pub piece: u32,
    /// What one of the last pieces of a kind costs beyond that.
    pub scarcity: u32,
    /// The last pieces of each kind, which should stay. Of a kind with none, no piece is scarce.
    pub keep: CashCount,
}

const PIECE: u32 = 10;

/// One of the last pieces is worth six others: more than the five hundreds that stand in for a 500, or the five notes for a
/// 5,000; never as much as the ten tens for a 100, a hand full that nobody wants.
const SCARCITY: u32 = 5 * PIECE;

impl Default for Policy {
    fn default() -> Policy {
        let mut keep = CashCount::EMPTY;
        for kind in Denomination::ALL {
            keep.add(kind, last_ones(kind)).expect("a few pieces fit");
        }
        Policy { piece: PIECE, scarcity: SCARCITY, keep }
    }
}

/// An amount that the stock cannot pay exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{amount} yen cannot be paid exactly from the stock, at most {payable} yen of it")]
pub struct Shortage {
    /// What was to be paid.
    pub amount: Yen,
    /// The largest sum up to `amount` that can be paid exactly; the rest would have to be owed.
    pub payable: Yen,
}

/// The best way under `policy` to pay exactly `amount`. A negative amount cannot be paid.
pub fn plan(amount: Yen, stock: &Stock, policy: &Policy) -> Result<CashCount, Shortage> {
    let payable = largest_payable(amount, stock);
    if payable != amount {
        return Err(Shortage { amount, payable });
    }
    let pieces = cheapest::pieces(amount, stock, policy);
    // Checked in the field too: what is dispensed on a wrong plan does not come back.
    assert_eq!(pieces.total(), Ok(amount), "the plan pays another sum: {pieces:?}");
    assert!(stock.0.contains(&pieces), "the plan takes what is not there: {pieces:?}");
    Ok(pieces)
}

/// The best way to pay as much of `amount` as can be paid, and the rest, which is owed to the patient.
pub fn plan_up_to(amount: Yen, stock: &Stock, policy: &Policy) -> (CashCount, Yen) {
    let payable = largest_payable(amount, stock);
    let pieces = plan(payable, stock, policy).expect("the largest payable sum is payable");
    (pieces, amount.minus(payable).expect("a part of a sum is not below zero"))
}

/// Whether [`plan`] would find a way. Cheap enough to ask for every denomination after every credit.
pub fn can_pay(amount: Yen, stock: &Stock) -> bool {
    largest_payable(amount, stock) == amount
}

/// The largest sum up to `amount` that can be paid exactly.
///
/// Apart from 2,000 every denomination divides the next, and then largest-first is right; so it is enough to
/// try every number of notes of 2,000.
fn largest_payable(amount: Yen, stock: &Stock) -> Yen {
    if amount.is_negative() {
        return Yen::ZERO;
    }
    let twos = Denomination::Yen2000;
    let twos_max = pieces_within(amount.amount(), twos, stock);
    let payable = (0..=twos_max)
        .map(|pieces| pieces * i64::from(twos))
        .map(|in_twos| in_twos + payable_without_twos(amount.amount() - in_twos, stock));
    Yen::new(payable.max().unwrap_or(0))
}

/// Largest-first, which reaches as far as any other way does where each kind divides the next: smaller pieces
/// worth one larger piece or more always include some worth exactly that one, and it can stand in for them; if
/// they are worth less than it and it still fits, it gets further than all of them.
fn payable_without_twos(amount: i64, stock: &Stock) -> i64 {
    let chain = Denomination::ALL.into_iter().rev().filter(|kind| *kind != Denomination::Yen2000);
    let rest = chain.fold(amount, |rest, kind| rest - pieces_within(rest, kind, stock) * i64::from(kind));
    amount - rest
}

/// How many pieces of `kind` can be paid towards `amount`.
fn pieces_within(amount: i64, kind: Denomination, stock: &Stock) -> i64 {
    (amount / i64::from(kind)).min(stock.available(kind).into())
}

/// Half of what one change takes at most on a full machine, which pays neither 2,000 nor 10,000: the next patient gets some
/// of it at least, and nobody gets coins while there are notes to spare.
const fn last_ones(kind: Denomination) -> u32 {
    match kind {
        Denomination::Yen1 | Denomination::Yen10 | Denomination::Yen100 | Denomination::Yen1000 => 2,
        Denomination::Yen5 | Denomination::Yen50 | Denomination::Yen500 | Denomination::Yen5000 => 1,
        Denomination::Yen2000 | Denomination::Yen10000 => 0,
    }
}
