//! What fell in and nobody can tell any more.

use money::{CashCount, Denomination};

/// Coins that came in of which the machine cannot have been told.
#[derive(Debug, Default)]
pub(super) struct Unheard {
    /// The acceptor or the program began anew in this payment: what fell in meanwhile may be lost.
    pub(super) may_be_more: bool,
    /// Lost so.
    pub(super) excused: CashCount,
    /// What the acceptor itself reported as forgotten, of whatever kind.
    pub(super) lost_events: u32,
}

impl Unheard {
    pub(super) fn excused(&self, kind: Denomination) -> u32 {
        self.excused.pieces(kind)
    }

    /// So many coins of a kind can be in the machine untold.
    pub(super) fn most(&self, kind: Denomination) -> i64 {
        i64::from(self.excused(kind)) + i64::from(self.lost_events)
    }
}
