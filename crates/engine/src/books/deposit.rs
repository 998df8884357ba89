//! Pieces that come in on one account, and what of them goes out again. It knows no visit and no bill.

use std::collections::{BTreeMap, BTreeSet};

use api::{PayoutPurpose, Takes};
use device_api::{
    CountedBefore, DeviceCounts, DispenseEnd, DispenseId, Disturbance, Place, ShortCause, StoreId, UnitId,
};
use money::{CashCount, Denomination, Yen};
use serde::{Deserialize, Serialize};

use crate::Purpose;

/// Pieces that came in on one account and are not settled yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deposit {
    /// Whose account it is.
    pub(crate) purpose: Purpose,
    /// What is to come in; what is more goes out again.
    asked: Yen,
    /// Credited notes and coins.
    pub(crate) inserted: CashCount,
    /// What can be inserted.
    pub(crate) takes: Takes,
    /// What must have moved in each unit that counts its stores and has a part in it.
    pub(crate) counting: BTreeMap<UnitId, Counting>,
    /// In each unit, the note that was to be stacked and of which nothing was heard since.
    pub(crate) stacking: BTreeMap<UnitId, Denomination>,
    /// Everything is to go out again.
    pub(crate) returning: bool,
    /// What was paid out again, as far as it is proven.
    pub(crate) paid_out: CashCount,
    /// The payout that was begun and has not ended.
    pub(crate) paying: Option<Payout>,
    /// What the unit counted before it was told to go on with this payout.
    pub(crate) counted_before: Option<CountedBefore>,
    /// What happened to it since that the counters will not tell.
    pub(crate) disturbances: BTreeSet<Disturbance>,
    /// Notes that the newest payout did not pay.
    pub(crate) unpaid: Option<Unpaid>,
    /// A note that came out was not taken.
    pub(crate) not_taken: bool,
    /// It was interrupted, or suspended, at least once: the books may lack what happened meanwhile.
    pub(crate) was_stopped: bool,
    /// A part of a unit ceased to fit the books while it was open.
    pub(crate) was_doubted: bool,
}

/// What a unit that counts its stores had counted before anything came in, and what moved in it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counting {
    before: DeviceCounts,
    /// What its drums must count now.
    pub(crate) drums: CashCount,
    /// Notes that were credited in it.
    pub(super) stacked: u32,
    /// Notes that it paid out, as far as that is proven.
    paid_out: u32,
    /// Notes of which it counted another number than the books before anything was inserted.
    pub(crate) miscounted: BTreeSet<Denomination>,
}

/// One command to one unit to pay pieces out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Payout {
    pub(crate) dispense: DispenseId,
    pub(crate) store: StoreId,
    pub(crate) denomination: Denomination,
    pub(crate) pieces: u32,
}

/// Notes that should have come out and did not: they lie in their drum again, or were drawn back into the cash box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unpaid {
    pub(crate) store: StoreId,
    pub(crate) denomination: Denomination,
    pub(crate) pieces: u32,
    /// What the drum must count with them.
    pub(crate) drum: u32,
}

impl Deposit {
    pub(super) fn new(
        purpose: Purpose,
        asked: Yen,
        takes: Takes,
        counting: BTreeMap<UnitId, Counting>,
    ) -> Deposit {
        Deposit {
            purpose,
            asked,
            inserted: CashCount::EMPTY,
            takes,
            counting,
            stacking: BTreeMap::new(),
            returning: false,
            paid_out: CashCount::EMPTY,
            paying: None,
            counted_before: None,
            disturbances: BTreeSet::new(),
            unpaid: None,
            not_taken: false,
            was_stopped: false,
            was_doubted: false,
        }
    }

    /// What all credited pieces are worth.
    pub(crate) fn inserted_yen(&self) -> Yen {
        self.inserted.total().expect("pieces were each credited within a sum that fits")
    }

    /// What has come out again.
    pub(crate) fn paid_out_yen(&self) -> Yen {
        self.paid_out.total().expect("no more is paid out than fits into a sum")
    }

    /// What is left of it: what came in, less what went out again.
    pub(crate) fn kept(&self) -> Yen {
        self.inserted_yen().minus(self.paid_out_yen()).expect("two sums that fit differ by one that fits")
    }

    /// What has come out again in pieces of some kinds.
    pub(crate) fn paid_out_of(&self, belongs: fn(Denomination) -> bool) -> Yen {
        self.paid_out.only(belongs).total().expect("no more is paid out than fits into a sum")
    }

    /// What has come out again, and what was told to.
    pub(crate) fn paid_out_or_on_its_way(&self) -> CashCount {
        let mut pieces = self.paid_out;
        if let Some(payout) = self.paying {
            pieces.add(payout.denomination, payout.pieces).expect("no more is paid out than was inserted");
        }
        pieces
    }

    /// What money that comes out now is.
    pub(crate) fn payout_purpose(&self) -> PayoutPurpose {
        if self.returning { PayoutPurpose::Return } else { PayoutPurpose::Change }
    }

    /// What is missing; zero once enough is inside.
    pub(crate) fn missing(&self) -> Yen {
        not_below_zero(self.asked, self.inserted_yen())
    }

    /// What more than was asked for would be inside with one more piece; `Err` with what would still be missing.
    pub(crate) fn with(&self, piece: Denomination) -> Result<Yen, Yen> {
        let inserted = self.inserted_yen().plus(piece.value());
        let inserted = inserted.expect("nobody inserts more than fits into a sum");
        let missing = not_below_zero(self.asked, inserted);
        if missing.is_zero() { Ok(not_below_zero(inserted, self.asked)) } else { Err(missing) }
    }

    /// What still has to be paid out: the rest of what is too much, or of everything.
    pub(crate) fn to_pay_out(&self) -> Yen {
        let stays = if self.returning { Yen::ZERO } else { self.asked };
        not_below_zero(not_below_zero(self.inserted_yen(), stays), self.paid_out_yen())
    }

    /// Whether nothing has come in and nothing is on its way.
    pub(crate) fn holds_nothing(&self) -> bool {
        self.inserted.is_empty() && self.stacking.is_empty()
    }

    /// Whether its unit counted another number of a kind than the books before anything was inserted.
    pub(crate) fn is_miscounted(&self, store: StoreId, kind: Denomination) -> bool {
        self.counting.get(&store.unit).is_some_and(|counting| counting.miscounted.contains(&kind))
    }

    pub(super) fn with_counting(&mut self, unit: UnitId, change: impl FnOnce(&mut Counting)) {
        if let Some(counting) = self.counting.get_mut(&unit) {
            change(counting);
        }
    }

    pub(super) fn credit(&mut self, piece: Denomination) {
        self.inserted.add(piece, 1).expect("nobody inserts four thousand million pieces");
    }

    pub(super) fn payout_begins(&mut self, payout: Payout) {
        self.paying = Some(payout);
        self.counted_before = None;
        self.disturbances.clear();
        self.unpaid = None;
    }

    pub(super) fn payout_ended(&mut self, dispense: DispenseId, end: DispenseEnd) {
        let Some(payout) = self.paying.take_if(|payout| payout.dispense == dispense) else { return };
        let (paid, _) = end.paid_and_doubtful(payout.pieces);
        self.paid_out.add(payout.denomination, paid).expect("no unit holds four thousand million pieces");
        let Payout { store, denomination, pieces, .. } = payout;
        self.with_counting(store.unit, |counting| {
            counting.paid_out += paid;
            counting.left_drum(denomination, paid);
        });
        if let DispenseEnd::Short { cause, .. } = end {
            self.not_taken |= cause == ShortCause::NotTaken;
            let drum = self.drum_after(store, paid);
            self.unpaid = drum.map(|drum| Unpaid { store, denomination, pieces: pieces - paid, drum });
        }
    }

    /// What a drum must count after it has paid so many; `None` if nobody counts, or if nothing was let go: the unit counts right
    /// before, and a note that never moved cannot be drawn back. That count tells more than what the drum must have counted by
    /// then: somebody may have put a hand in since the payment began.
    fn drum_after(&self, store: StoreId, paid: u32) -> Option<u32> {
        match (&self.counted_before, store.place) {
            (Some(CountedBefore::Drums { notes, .. }), Place::Drum(number)) => {
                let before = usize::from(number).checked_sub(1).and_then(|index| notes.get(index))?;
                Some(u32::from(*before).saturating_sub(paid))
            }
            _ => None,
        }
    }
}

impl Counting {
    pub(super) fn new(before: DeviceCounts, miscounted: BTreeSet<Denomination>) -> Counting {
        Counting { before, drums: before.drums, stacked: 0, paid_out: 0, miscounted }
    }

    /// What the unit's counters must say if it took and gave exactly what is in the books.
    pub(crate) fn expected(&self) -> DeviceCounts {
        let grown = |before: Option<u32>, by: u32| before.map(|before| before.saturating_add(by));
        DeviceCounts {
            drums: self.drums,
            stacked_total: grown(self.before.stacked_total, self.stacked),
            paid_out_total: grown(self.before.paid_out_total, self.paid_out),
        }
    }

    pub(super) fn in_drum(&mut self, note: Denomination) {
        self.drums.add(note, 1).expect("no drum holds four thousand million notes");
    }

    /// A drum that counted fewer before anything happened was miscounted, and is compared with what it counted.
    pub(super) fn left_drum(&mut self, note: Denomination, pieces: u32) {
        let gone = CashCount::try_from(vec![(note, pieces)]).expect("one kind fits");
        self.drums = self.drums.minus(&gone).unwrap_or(self.drums);
    }
}

/// `amount` less `less`, or nothing.
pub(super) fn not_below_zero(amount: Yen, less: Yen) -> Yen {
    let rest = amount.minus(less).expect("two sums that fit differ by one that fits");
    if rest.is_negative() { Yen::ZERO } else { rest }
}
