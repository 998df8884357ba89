//! Where notes and coins are: I1 and I3.

use device_api::{Place, StoreId, UnitId};
use engine::ledger::Account;
use engine::{CashEntry, Entry, PayoutEntry};
use money::{CashCount, Denomination, Yen};

use super::apart::Apart;
use super::elsewhere::Elsewhere;
use super::{Violation, ensure};
use crate::models::cctalk::CoinUnitTruth;
use crate::models::id003::NoteUnitTruth;
use crate::world::World;

/// Where everything truly is, unit by unit.
#[derive(Clone, Debug)]
pub(in crate::world) struct Truth(Vec<(UnitId, UnitTruth)>);

/// Where everything of one unit truly is.
#[derive(Clone, Debug)]
pub(in crate::world) enum UnitTruth {
    Notes(NoteUnitTruth),
    Coins(CoinUnitTruth),
}

impl UnitTruth {
    /// Pieces that went in, and pieces that are somewhere now.
    fn conservation(&self, kind: Denomination) -> (u32, u32) {
        let inside = self.inside(kind) + self.moving(kind);
        match self {
            UnitTruth::Coins(truth) => {
                let taken = truth.taken_by_patient.pieces(kind) + truth.emptied_by_staff.pieces(kind);
                let gone_in = truth.inserted.pieces(kind) + truth.filled_by_staff.pieces(kind);
                (gone_in, inside + truth.tray.pieces(kind) + taken)
            }
            UnitTruth::Notes(truth) => {
                let by_staff = truth.emptied_by_staff.pieces(kind) + truth.taken_from_drums.pieces(kind);
                let taken = truth.returned_to_patient.pieces(kind) + truth.paid_out.pieces(kind) + by_staff;
                (truth.inserted.pieces(kind) + truth.filled_by_staff.pieces(kind), inside + taken)
            }
        }
    }

    /// Pieces at rest in the unit.
    fn inside(&self, kind: Denomination) -> u32 {
        match self {
            UnitTruth::Notes(truth) => truth.drums.pieces(kind) + truth.cash_box.pieces(kind),
            UnitTruth::Coins(truth) => truth.hoppers.pieces(kind) + truth.coin_box.pieces(kind),
        }
    }

    /// Pieces that are not at rest, or can be taken out of a mouth.
    fn moving(&self, kind: Denomination) -> u32 {
        match self {
            UnitTruth::Notes(truth) => {
                u32::from(truth.mouth == Some(kind)) + u32::from(truth.path == Some(kind))
            }
            UnitTruth::Coins(truth) => truth.in_transit.pieces(kind),
        }
    }

    /// Pieces of a kind that patients let go of and that did not come back to them.
    fn kept(&self, kind: Denomination) -> u32 {
        match self {
            UnitTruth::Coins(truth) => {
                let has_left = truth.dispensed.pieces(kind) + truth.emptied_by_staff.pieces(kind);
                self.inside(kind) + self.moving(kind) + has_left - truth.filled_by_staff.pieces(kind)
            }
            UnitTruth::Notes(truth) => truth.inserted.pieces(kind) - truth.returned_to_patient.pieces(kind),
        }
    }

    /// Pieces in drum or hopper, and in cash box or coin box as far as they were counted on their way there.
    pub(super) fn by_place(&self, kind: Denomination) -> (i64, i64) {
        let (store, aside) = match self {
            UnitTruth::Coins(truth) => {
                let counted = truth.coin_box.pieces(kind) - truth.uncounted_in.pieces(kind);
                (truth.hoppers.pieces(kind), counted)
            }
            UnitTruth::Notes(truth) => (truth.drums.pieces(kind), truth.cash_box.pieces(kind)),
        };
        (store.into(), aside.into())
    }

    /// Of those, what does not move any more, and the unit has counted.
    pub(super) fn at_rest(&self, kind: Denomination) -> u32 {
        let uncounted = match self {
            UnitTruth::Coins(truth) => truth.uncounted_in.pieces(kind),
            UnitTruth::Notes(_) => 0,
        };
        self.kept(kind).saturating_sub(self.moving(kind) + uncounted)
    }

    /// What has left by being paid out, as far as the unit has counted it (K28).
    fn paid_out(&self) -> CashCount {
        let (all, uncounted) = match self {
            UnitTruth::Notes(truth) => (&truth.paid_out, &truth.uncounted_out),
            UnitTruth::Coins(truth) => (&truth.dispensed, &truth.uncounted_out),
        };
        all.minus(uncounted).expect("uncounted is a part of all")
    }

    /// What was moved into and out of drum or hopper behind the machine's back, ever.
    fn apart(&self, kind: Denomination) -> Apart {
        let (filled, emptied, uncounted) = match self {
            UnitTruth::Coins(truth) => {
                (&truth.filled_by_staff, &truth.emptied_by_staff, &truth.uncounted_out)
            }
            UnitTruth::Notes(truth) => {
                (&truth.filled_by_staff, &truth.taken_from_drums, &truth.uncounted_out)
            }
        };
        Apart {
            filled: filled.pieces(kind),
            emptied: emptied.pieces(kind),
            uncounted: uncounted.pieces(kind),
        }
    }
}

impl Truth {
    pub(in crate::world) fn of(units: impl IntoIterator<Item = (UnitId, UnitTruth)>) -> Truth {
        Truth(units.into_iter().collect())
    }

    /// Unit by unit.
    pub(super) fn units(&self) -> impl Iterator<Item = (UnitId, &UnitTruth)> {
        self.0.iter().map(|(unit, truth)| (*unit, truth))
    }

    fn unit(&self, unit: UnitId) -> Option<&UnitTruth> {
        self.units().find(|(known, _)| *known == unit).map(|(_, truth)| truth)
    }

    /// What patients let go of into this unit and did not get back.
    pub(super) fn kept_in(&self, unit: UnitId, kind: Denomination) -> u32 {
        self.unit(unit).map_or(0, |truth| truth.kept(kind))
    }

    /// Of those, what does not move any more, and the unit has counted.
    pub(super) fn at_rest_in(&self, unit: UnitId, kind: Denomination) -> u32 {
        self.unit(unit).map_or(0, |truth| truth.at_rest(kind))
    }

    /// What lies in a unit's cash box, or in its coin box as far as it was counted.
    pub(super) fn in_box_of(&self, unit: UnitId, kind: Denomination) -> i64 {
        self.unit(unit).map_or(0, |truth| truth.by_place(kind).1)
    }

    fn sum(&self, of: impl Fn(&UnitTruth) -> u32) -> u32 {
        self.0.iter().map(|(_, unit)| of(unit)).sum()
    }

    /// Pieces of a kind that patients let go of and that did not come back to them.
    pub(super) fn kept(&self, kind: Denomination) -> u32 {
        self.sum(|unit| unit.kept(kind))
    }

    /// Of those, what does not move any more, and a unit has counted.
    pub(super) fn at_rest(&self, kind: Denomination) -> u32 {
        self.sum(|unit| unit.at_rest(kind))
    }

    /// Of those, coins that nobody can know of yet: they came to rest since their acceptor was last asked.
    pub(super) fn unasked(&self, kind: Denomination) -> u32 {
        self.sum(|unit| match unit {
            UnitTruth::Notes(_) => 0,
            UnitTruth::Coins(truth) => truth.unasked.pieces(kind),
        })
    }

    /// What has left by being paid out, as far as units have counted it (K28).
    pub(in crate::world) fn paid_out(&self) -> CashCount {
        let sum = |all: CashCount, (_, unit): &(UnitId, UnitTruth)| {
            all.plus(&unit.paid_out()).expect("a cabinet holds few pieces")
        };
        self.0.iter().fold(CashCount::EMPTY, sum)
    }

    /// What was moved into and out of a unit's drum or hopper behind the machine's back, ever.
    pub(super) fn apart(&self, unit: UnitId, kind: Denomination) -> Apart {
        self.unit(unit).map_or_else(Apart::default, |truth| truth.apart(kind))
    }
}

/// I1: every note and coin that a person let go of is in exactly one place.
pub(super) fn conserved(truth: &Truth) -> Result<(), Violation> {
    for (unit, truth) in &truth.0 {
        for kind in Denomination::ALL {
            let (gone_in, is_somewhere) = truth.conservation(kind);
            ensure("I1", gone_in == is_somewhere, || {
                format!("of {kind} {gone_in} went into {unit}, {is_somewhere} are there")
            })?;
        }
    }
    Ok(())
}

/// I3 while things move: the books do not say that more is inside a unit than there is, but for what the payout under way
/// has paid and what staff took and have not told of; and no more is inside than they say but for one note on its way in,
/// coins that are not told of yet, what staff put in, and what is doubtful.
pub(super) fn not_misled(world: &World, truth: &Truth) -> Result<(), Violation> {
    let paid_out = truth.paid_out();
    for (unit, truth) in &truth.0 {
        let all_booked = booked_by_kind(world, *unit);
        for (kind, booked) in Denomination::ALL.into_iter().zip(all_booked) {
            let elsewhere = elsewhere(world, *unit, kind);
            let there = i64::from(truth.inside(kind)) - elsewhere.in_all() + elsewhere.told_again;
            let before = world.watch.left_before.map(|left| left.pieces(kind));
            let just_left = before.map_or(0, |before| i64::from(paid_out.pieces(kind) - before));
            let apart = truth.apart(kind).since(world.watch.counted.get(&(*unit, kind)));
            let (box_emptied, moving) = match truth {
                UnitTruth::Coins(_) => (0, 0),
                UnitTruth::Notes(notes) => (notes.emptied_by_staff.pieces(kind), truth.moving(kind)),
            };
            let most = there + just_left + i64::from(apart.emptied + apart.uncounted + box_emptied);
            let said = || format!("of {kind} in {unit} the books say {booked}, there are {there}");
            ensure("I3", booked <= most + i64::from(moving), said)?;
            let untold = i64::from(apart.filled) + i64::from(world.watch.doubtful.pieces(kind));
            let least = there - untold - ON_ITS_WAY_IN;
            ensure("I3", kind.is_coin() || least <= booked, said)?;
        }
    }
    Ok(())
}

/// A note that is stored before the machine was told of it.
const ON_ITS_WAY_IN: i64 = 1;

/// What the books say is inside a unit, in the order of [`Denomination::ALL`].
fn booked_by_kind(world: &World, unit: UnitId) -> [i64; Denomination::ALL.len()] {
    let mut booked = [0; Denomination::ALL.len()];
    for (account, amount) in &world.watch.balances {
        if let Account::Cash { store, denomination } = account
            && store.unit == unit
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
    for (unit, truth) in &world.truth().0 {
        for kind in Denomination::ALL {
            let booked = Booked { balances, unit: *unit, kind };
            let knowable = knowable(world, truth, booked);
            let held = match truth {
                UnitTruth::Coins(coins) => coins_agree(world, coins, knowable, booked),
                UnitTruth::Notes(notes) => notes_agree(world, notes, knowable, booked),
            };
            ensure("I3", held, || {
                format!("of {kind} the books say {:?} in {unit}; there is {truth:?}", booked.stores())
            })?;
        }
    }
    Ok(())
}

/// What lies in a unit, less what the books cannot know of.
struct Knowable {
    /// In drum or hopper.
    in_store: i64,
    /// In cash box or coin box.
    in_box: i64,
    /// Coins of which the acceptor told once more, and nobody knows from which of both.
    told_again: i64,
}

fn knowable(world: &World, truth: &UnitTruth, booked: Booked<'_>) -> Knowable {
    let Booked { unit, kind, .. } = booked;
    let (in_store, in_box) = truth.by_place(kind);
    let apart = truth.apart(kind).since(world.watch.counted.get(&(unit, kind))).more();
    let elsewhere = elsewhere(world, unit, kind);
    Knowable {
        in_store: in_store - apart - elsewhere.in_store,
        in_box: in_box - elsewhere.in_box,
        told_again: elsewhere.told_again,
    }
}

/// What an older journal that was put back cannot know, nor anybody who counts drums only.
fn elsewhere(world: &World, unit: UnitId, kind: Denomination) -> Elsewhere {
    let mut elsewhere = world.watch.elsewhere.get(&(unit, kind)).copied().unwrap_or_default();
    elsewhere.in_box += world.watch.drawn_back.of(unit, kind).in_box;
    elsewhere
}

fn notes_agree(world: &World, truth: &NoteUnitTruth, there: Knowable, booked: Booked<'_>) -> bool {
    let kind = booked.kind;
    let on_its_way = booked.total(|place| place == Place::Transport);
    let in_drums = there.in_store - booked.in_store();
    let in_box = there.in_box - booked.in_box();
    // A note that got stuck on its way out is still booked to its drum.
    let stuck = i64::from(truth.path == Some(kind) || truth.mouth == Some(kind));
    let doubtful = doubtful(world, booked.unit, kind);
    // A note that somebody takes out of a drum while one may be drawn back is booked to the box, and one that went to the
    // box while somebody put one in to the drum: no counter tells them apart. If more are taken than can have been drawn
    // back, none of these is booked. Nobody counts the box.
    let taken = i64::from(truth.taken_from_drums.pieces(kind));
    let put_in = i64::from(world.put_in_by_hand.pieces(kind));
    let unpaid = if taken > 0 { world.watch.drawn_back.of(booked.unit, kind).unpaid } else { 0 };
    in_drums >= -stuck - put_in - unpaid
        && in_drums <= on_its_way + doubtful.since_count + taken
        && in_box >= -taken
        && (-stuck - put_in..=doubtful.ever + put_in).contains(&(in_drums + in_box - on_its_way))
}

fn coins_agree(world: &World, truth: &CoinUnitTruth, there: Knowable, booked: Booked<'_>) -> bool {
    let kind = booked.kind;
    let in_hopper = there.in_store - booked.in_store();
    let in_box = there.in_box - booked.in_box();
    let unheard = unheard(world, truth, booked.unit, kind);
    let unheard_is_explained = world.coins_unheard || unheard <= world.watch.unheard.most(kind);
    unheard >= 0
        && unheard_is_explained
        && (-there.told_again..=doubtful(world, booked.unit, kind).since_count + unheard).contains(&in_hopper)
        && (-there.told_again..=unheard).contains(&in_box)
}

/// Coins that came in and that the machine never was told of; fewer than none if it was told of more.
fn unheard(world: &World, truth: &CoinUnitTruth, unit: UnitId, kind: Denomination) -> i64 {
    let is_inside = truth.hoppers.pieces(kind) + truth.coin_box.pieces(kind);
    let has_left = truth.dispensed.pieces(kind) + truth.emptied_by_staff.pieces(kind);
    let counted = is_inside + has_left - truth.uncounted_in.pieces(kind);
    let came_in = i64::from(counted) - i64::from(truth.filled_by_staff.pieces(kind));
    let told = world.written().iter().filter(|entry| match entry {
        Entry::Cash(CashEntry::CoinCredited { store, denomination, .. })
        | Entry::Cash(CashEntry::CoinFound { store, denomination, .. }) => {
            (store.unit, *denomination) == (unit, kind)
        }
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

fn doubtful(world: &World, unit: UnitId, kind: Denomination) -> Doubtful {
    let mut doubtful = Doubtful { ever: 0, since_count: 0 };
    for entry in world.written() {
        match entry {
            Entry::Cash(CashEntry::StockSet { store, .. })
                if store.unit == unit && world.watch.held_in(*store).contains(kind) =>
            {
                doubtful.since_count = 0
            }
            Entry::Payout(PayoutEntry::PayoutEnded { store, denomination, pieces, end, .. })
                if (store.unit, *denomination) == (unit, kind) =>
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

/// What the books say lies in the places of a unit: pieces of `kind`.
#[derive(Clone, Copy)]
pub(super) struct Booked<'a> {
    pub(super) balances: &'a [(Account, Yen)],
    pub(super) unit: UnitId,
    pub(super) kind: Denomination,
}

impl Booked<'_> {
    fn stores(self) -> Vec<(StoreId, i64)> {
        let lines = self.balances.iter().filter_map(|(account, amount)| match account {
            Account::Cash { store, denomination }
                if (store.unit, *denomination) == (self.unit, self.kind) =>
            {
                Some((*store, amount.amount() / i64::from(self.kind)))
            }
            _ => None,
        });
        lines.collect()
    }

    /// In drum or hopper.
    pub(super) fn in_store(self) -> i64 {
        self.total(|place| matches!(place, Place::Drum(_) | Place::Hopper(_)))
    }

    /// In cash box or coin box.
    pub(super) fn in_box(self) -> i64 {
        self.total(|place| matches!(place, Place::CashBox | Place::CoinBox))
    }

    fn total(self, here: impl Fn(Place) -> bool) -> i64 {
        self.stores().iter().filter(|(store, _)| here(store.place)).map(|(_, pieces)| pieces).sum()
    }
}
