//! What must be true at every moment, also while money moves: I1, and as much of I4 and I5.

use engine::Entry;
use money::{CashCount, Denomination};

use super::{Violation, ensure, places};
use crate::world::World;

/// What the entries so far say that has come in, and allow to leave.
#[derive(Debug, Default)]
pub(in crate::world) struct Allowed {
    /// Credited or found, ever.
    told_in: CashCount,
    /// The newest payout.
    intended: Option<(Denomination, u32)>,
    /// What units were told to pay out in the newest payment.
    let_out: CashCount,
}

impl Allowed {
    /// Takes `entry` into account.
    pub(in crate::world) fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::PaymentOpened { .. } => self.let_out = CashCount::EMPTY,
            Entry::NoteCredited { denomination, .. }
            | Entry::NoteFound { denomination: Some(denomination) }
            | Entry::CoinCredited { denomination, .. }
            | Entry::CoinFound { denomination, .. } => add(&mut self.told_in, *denomination, 1),
            Entry::PayoutIntended { denomination, pieces, .. } => {
                self.intended = Some((*denomination, *pieces));
            }
            Entry::PayoutPrepared { .. } => {
                if let Some((denomination, pieces)) = self.intended.take() {
                    add(&mut self.let_out, denomination, pieces);
                }
            }
            _ => {}
        }
    }
}

/// I1; I4: nothing is credited that did not go in, or came back; I5: nothing leaves that was not let out.
pub(in crate::world) fn holds(world: &World) -> Result<(), Violation> {
    places::conserved(world)?;
    let Allowed { told_in, let_out, .. } = &world.allowed;
    let before = world.paid_out_before.last().map_or(CashCount::EMPTY, |(_, before)| *before);
    let paid_out = world.paid_out();
    for kind in Denomination::ALL {
        let (told, kept) = (told_in.pieces(kind), places::kept(world, kind));
        ensure("I4", told <= kept, || format!("{told} of {kind} were credited or found, {kept} went in"))?;
        let left = paid_out.pieces(kind) - before.pieces(kind);
        let most = let_out.pieces(kind);
        ensure("I5", left <= most, || format!("{left} of {kind} have left, {most} were let out"))?;
    }
    Ok(())
}

fn add(pile: &mut CashCount, kind: Denomination, pieces: u32) {
    pile.add(kind, pieces).expect("a cabinet holds few pieces");
}
