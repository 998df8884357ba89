use money::{CashCount, Denomination};

/// Where every coin is that ever was in this unit. The daemon never sees it; checkers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoinUnitTruth {
    /// What patients have pushed in, wherever it went.
    pub inserted: CashCount,
    /// What staff have filled into the hoppers, at first or later.
    pub filled_by_staff: CashCount,
    /// Coins inside that have not come to rest.
    pub in_transit: CashCount,
    /// Coins that came to rest since the acceptor was last asked about them.
    pub unasked: CashCount,
    /// What lies in the hoppers.
    pub hoppers: CashCount,
    /// What lies in the coin box.
    pub coin_box: CashCount,
    /// What lies in the tray: refused, returned or paid out.
    pub tray: CashCount,
    /// What patients have taken out of the tray.
    pub taken_by_patient: CashCount,
    /// What staff have taken out of the hoppers.
    pub emptied_by_staff: CashCount,
    /// What hoppers have paid out into the tray.
    pub dispensed: CashCount,
    /// Of those, what no hopper has counted.
    pub uncounted_out: CashCount,
    /// What fell into the coin box past the credit sensor.
    pub uncounted_in: CashCount,
}

/// The inside of the unit, but for hoppers and what is on its way.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) inserted: CashCount,
    pub(super) filled: CashCount,
    pub(super) coin_box: CashCount,
    pub(super) tray: CashCount,
    pub(super) taken: CashCount,
    pub(super) emptied: CashCount,
    pub(super) dispensed: CashCount,
    pub(super) uncounted_out: CashCount,
    pub(super) uncounted_in: CashCount,
}

/// Adds `pieces` to `pile`.
pub(super) fn add(pile: &mut CashCount, denomination: Denomination, pieces: u32) {
    pile.add(denomination, pieces).expect("a unit holds few coins");
}
