//! Yen, the denominations that exist, counts of their pieces, and which pieces to pay a sum with.
//!
//! Every amount in the workspace is a [`Yen`]: a checked integer, never a float and never a bare number.

pub mod change;
mod count;
mod denomination;
mod yen;

pub use count::CashCount;
pub use denomination::{Denomination, DenominationSet, NotADenomination};
pub use yen::{AmountOverflow, Yen};
