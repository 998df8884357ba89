//! Where notes and coins are: I1 and I3.

use device_api::Place;
use engine::ledger::Account;
use engine::{CashEntry, Entry, PayoutEntry};
use money::{CashCount, Denomination, Yen};

use super::apart::Apart;
use super::{Violation, ensure};
use crate::models::cctalk::{CoinUnitModel, CoinUnitTruth};
use crate::models::id003::{NoteUnitModel, NoteUnitTruth};
use crate::world::World;

/// Where everything truly is.
pub(in crate::world) struct Truth {
    notes: NoteUnitTruth,
    coins: CoinUnitTruth,
}

impl Truth {
    pub(in crate::world) fn of(notes: &NoteUnitModel, coins: &CoinUnitModel) -> Truth {
        Truth { notes: notes.truth(), coins: coins.truth() }
    }

    /// Pieces that went in, and pieces that are somewhere now.
    fn conservation(&self, kind: Denomination) -> (u32, u32) {
        let inside = self.inside(kind);
        if kind.is_coin() {
            let truth = &self.coins;
            let taken = truth.taken_by_patient.pieces(kind) + truth.emptied_by_staff.pieces(kind);
            let gone_in = truth.inserted.pieces(kind) + truth.filled_by_staff.pieces(kind);
            let moving = truth.in_transit.pieces(kind) + truth.tray.pieces(kind);
            return (gone_in, inside + moving + taken);
        }
        let truth = &self.notes;
        let by_staff = truth.emptied_by_staff.pieces(kind) + truth.taken_from_drums.pieces(kind);
        let taken = truth.returned_to_patient.pieces(kind) + truth.paid_out.pieces(kind) + by_staff;
        let gone_in = truth.inserted.pieces(kind) + truth.filled_by_staff.pieces(kind);
        (gone_in, inside + self.moving_notes(kind) + taken)
    }

    /// Pieces at rest in the machine.
    fn inside(&self, kind: Denomination) -> u32 {
        match kind.is_coin() {
            true => self.coins.hoppers.pieces(kind) + self.coins.coin_box.pieces(kind),
            false => self.notes.drums.pieces(kind) + self.notes.cash_box.pieces(kind),
        }
    }

    fn moving_notes(&self, kind: Denomination) -> u32 {
        u32::from(self.notes.mouth == Some(kind)) + u32::from(self.notes.path == Some(kind))
    }

    /// Pieces of a kind that patients let go of and that did not come back to them.
    pub(super) fn kept(&self, kind: Denomination) -> u32 {
        if kind.is_coin() {
            let truth = &self.coins;
            let has_left = truth.dispensed.pieces(kind) + truth.emptied_by_staff.pieces(kind);
            let held = self.inside(kind) + truth.in_transit.pieces(kind) + has_left;
            return held - truth.filled_by_staff.pieces(kind);
        }
        self.notes.inserted.pieces(kind) - self.notes.returned_to_patient.pieces(kind)
    }

    /// Of those, what does not move any more, and a unit has counted.
    pub(super) fn at_rest(&self, kind: Denomination) -> u32 {
        let untold = match kind.is_coin() {
            true => self.coins.in_transit.pieces(kind) + self.coins.uncounted_in.pieces(kind),
            false => self.moving_notes(kind),
        };
        self.kept(kind).saturating_sub(untold)
    }

    /// Of those, coins that nobody can know of yet: they came to rest since their acceptor was last asked.
    pub(super) fn unasked(&self, kind: Denomination) -> u32 {
        self.coins.unasked.pieces(kind)
    }

    /// What has left by being paid out, as far as units have counted it (K28).
    pub(in crate::world) fn paid_out(&self) -> CashCount {
        let all = self.notes.paid_out.plus(&self.coins.dispensed).expect("a cabinet holds few pieces");
        let uncounted = self.notes.uncounted_out.plus(&self.coins.uncounted_out);
        all.minus(&uncounted.expect("a cabinet holds few pieces")).expect("uncounted is a part of all")
    }

    /// What was moved into and out of drum or hopper behind the machine's back, ever.
    pub(super) fn apart(&self, kind: Denomination) -> Apart {
        let (coins, notes) = (&self.coins, &self.notes);
        let (filled, emptied, uncounted) = match kind.is_coin() {
            true => (&coins.filled_by_staff, &coins.emptied_by_staff, &coins.uncounted_out),
            false => (&notes.filled_by_staff, &notes.taken_from_drums, &notes.uncounted_out),
        };
        Apart {
            filled: filled.pieces(kind),
            emptied: emptied.pieces(kind),
            uncounted: uncounted.pieces(kind),
        }
    }
}

/// I1: every note and coin that a person let go of is in exactly one place.
pub(super) fn conserved(truth: &Truth) -> Result<(), Violation> {
    for kind in Denomination::ALL {
        let (gone_in, is_somewhere) = truth.conservation(kind);
        ensure("I1", gone_in == is_somewhere, || {
            format!("of {kind} {gone_in} went in, {is_somewhere} are there")
        })?;
    }
    Ok(())
}

/// I3 while things move: the books do not say that more is inside than there is, but for what the payout under way has
/// paid and what staff took and have not told of; and no more is inside than they say but for one note on its way in,
/// coins that are not told of yet, what staff put in, and what is doubtful.
pub(super) fn not_misled(world: &World, truth: &Truth) -> Result<(), Violation> {
    let (booked, paid_out) = (booked_by_kind(world), truth.paid_out());
    for (kind, booked) in Denomination::ALL.into_iter().zip(booked) {
        let there = i64::from(truth.inside(kind));
        let before = world.watch.left_before.map(|left| left.pieces(kind));
        let just_left = before.map_or(0, |before| i64::from(paid_out.pieces(kind) - before));
        let apart = truth.apart(kind).since(world.watch.counted.get(&kind));
        let box_emptied = i64::from(truth.notes.emptied_by_staff.pieces(kind));
        let most = there + just_left + i64::from(apart.emptied + apart.uncounted) + box_emptied;
        let moving = if kind.is_coin() { 0 } else { i64::from(truth.moving_notes(kind)) };
        let said = || format!("of {kind} the books say {booked}, there are {there}");
        ensure("I3", booked <= most + moving, said)?;
        let untold = i64::from(apart.filled) + i64::from(world.watch.doubtful.pieces(kind));
        let least = there - untold - ON_ITS_WAY_IN;
        ensure("I3", kind.is_coin() || least <= booked, said)?;
    }
    Ok(())
}

/// A note that is stored before the machine was told of it.
const ON_ITS_WAY_IN: i64 = 1;

/// What the books say is inside, in the order of [`Denomination::ALL`].
fn booked_by_kind(world: &World) -> [i64; Denomination::ALL.len()] {
    let mut booked = [0; Denomination::ALL.len()];
    for (account, amount) in &world.watch.balances {
        if let Account::Cash { denomination, .. } = account
            && let Some(index) = Denomination::ALL.iter().position(|kind| kind == denomination)
        {
            booked[index] += amount.amount() / i64::from(*denomination);
        }
    }
    booked
}

/// I3: what the books say lies in a place is what lies there, but for what they say is still on its way, for payouts
/// that ended unknown, and for what the machine cannot have noticed.
pub(super) fn agree(world: &World, balances: &[(Account, Yen)]) -> Result<(), Violation> {
    for kind in Denomination::ALL {
        let said = || format!("of {kind} the books say {:?}", booked(balances, kind, |_| true));
        if kind.is_coin() {
            let (held, truth) = (coins_agree(world, balances, kind), world.coin_unit().truth());
            ensure("I3", held, || format!("{}; there is {truth:?}", said()))?;
        } else {
            let (held, truth) = (notes_agree(world, balances, kind), world.note_unit().truth());
            ensure("I3", held, || format!("{}; there is {truth:?}", said()))?;
        }
    }
    Ok(())
}

fn notes_agree(world: &World, balances: &[(Account, Yen)], kind: Denomination) -> bool {
    let truth = world.note_unit().truth();
    let apart = apart(world, kind);
    let on_its_way = total(&booked(balances, kind, |place| place == Place::Transport));
    let in_drums = total(&booked(balances, kind, |place| matches!(place, Place::Drum(_))));
    let in_box = total(&booked(balances, kind, |place| place == Place::CashBox));
    let in_drums = i64::from(truth.drums.pieces(kind)) - in_drums - apart;
    let in_box = i64::from(truth.cash_box.pieces(kind)) - in_box;
    // A note that got stuck on its way out is still booked to its drum.
    let stuck = i64::from(truth.path == Some(kind) || truth.mouth == Some(kind));
    let doubtful = doubtful(world, kind);
    // A note that is drawn back while somebody takes one out of its drum is booked to the box: no counter tells them apart.
    let taken = i64::from(Truth::of(world.note_unit(), world.coin_unit()).apart(kind).emptied);
    in_drums >= -stuck
        && in_drums <= on_its_way + doubtful.since_count + taken
        && in_box >= -taken
        && (-stuck..=doubtful.ever).contains(&(in_drums + in_box - on_its_way))
}

fn coins_agree(world: &World, balances: &[(Account, Yen)], kind: Denomination) -> bool {
    let truth = world.coin_unit().truth();
    let in_hopper = total(&booked(balances, kind, |place| matches!(place, Place::Hopper(_))));
    let in_box = total(&booked(balances, kind, |place| place == Place::CoinBox));
    let in_hopper = i64::from(truth.hoppers.pieces(kind)) - in_hopper - apart(world, kind);
    let in_box = i64::from(truth.coin_box.pieces(kind) - truth.uncounted_in.pieces(kind)) - in_box;
    let unheard = unheard(world, kind);
    let unheard_is_explained = world.coins_unheard || unheard <= world.watch.unheard.most(kind);
    unheard >= 0
        && unheard_is_explained
        && (0..=doubtful(world, kind).since_count + unheard).contains(&in_hopper)
        && (0..=unheard).contains(&in_box)
}

/// So many pieces more lie in drum or hopper than any count or unit can say: what people moved, without what units let out
/// unseen, since a person counted (K28).
fn apart(world: &World, kind: Denomination) -> i64 {
    let truth = Truth::of(world.note_unit(), world.coin_unit());
    let apart = truth.apart(kind).since(world.watch.counted.get(&kind));
    i64::from(apart.filled) - i64::from(apart.emptied + apart.uncounted)
}

/// Coins that came in and that the machine never was told of; fewer than none if it was told of more.
fn unheard(world: &World, kind: Denomination) -> i64 {
    let truth = world.coin_unit().truth();
    let is_inside = truth.hoppers.pieces(kind) + truth.coin_box.pieces(kind);
    let has_left = truth.dispensed.pieces(kind) + truth.emptied_by_staff.pieces(kind);
    let counted = is_inside + has_left - truth.uncounted_in.pieces(kind);
    let came_in = i64::from(counted) - i64::from(truth.filled_by_staff.pieces(kind));
    let told = world.written().iter().filter(|entry| match entry {
        Entry::Cash(CashEntry::CoinCredited { denomination, .. })
        | Entry::Cash(CashEntry::CoinFound { denomination, .. }) => *denomination == kind,
        _ => false,
    });
    came_in - i64::try_from(told.count()).unwrap_or(i64::MAX)
}

/// Pieces of which nobody knows whether they were paid out. The books hold them in no place.
struct Doubtful {
    /// Nobody counts the cash box, to which they may have gone.
    ever: i64,
    /// What a person has counted is not doubtful any more.
    since_count: i64,
}

fn doubtful(world: &World, kind: Denomination) -> Doubtful {
    let mut doubtful = Doubtful { ever: 0, since_count: 0 };
    for entry in world.written() {
        match entry {
            Entry::Cash(CashEntry::StockSet { denomination, .. }) if *denomination == kind => {
                doubtful.since_count = 0
            }
            Entry::Payout(PayoutEntry::PayoutEnded { denomination, pieces, end, .. })
                if *denomination == kind =>
            {
                let (_, more) = end.paid_and_doubtful(*pieces);
                doubtful.ever += i64::from(more);
                doubtful.since_count += i64::from(more);
            }
            _ => {}
        }
    }
    doubtful
}

/// What the books say lies in some places: pieces of `kind` in each.
fn booked(
    balances: &[(Account, Yen)],
    kind: Denomination,
    here: impl Fn(Place) -> bool,
) -> Vec<(Place, i64)> {
    let lines = balances.iter().filter_map(|(account, amount)| match account {
        Account::Cash { place, denomination } if *denomination == kind && here(*place) => {
            Some((*place, amount.amount() / i64::from(kind)))
        }
        _ => None,
    });
    lines.collect()
}

fn total(places: &[(Place, i64)]) -> i64 {
    places.iter().map(|(_, pieces)| pieces).sum()
}
