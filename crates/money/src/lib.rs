//! Yen, the denominations that exist, and counts of their pieces.
//!
//! Every amount in the workspace is a [`Yen`]: a checked integer, never a float and never a bare number.

mod count;
mod denomination;
mod yen;

pub use count::CashCount;
pub use denomination::{Denomination, DenominationSet, NotADenomination};
pub use yen::{AmountOverflow, Yen};
