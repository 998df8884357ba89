//! Pieces that come in on one account, and what of them goes out again. It knows no visit and no bill.

use std::collections::BTreeSet;

use api::{PayoutPurpose, Takes};
use device_api::{CountedBefore, DeviceCounts, DispenseEnd, DispenseId, Disturbance, Place, ShortCause};
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
    /// What the note unit counted before it took anything, if it has a part in it.
    pub(crate) counts_before: Option<DeviceCounts>,
    /// What the note unit's drums must count now.
    pub(crate) drums: CashCount,
    /// Notes of which the device counted another number than the books before anything was inserted.
    pub(crate) miscounted: BTreeSet<Denomination>,
    /// The note that was to be stacked and of which nothing was heard since.
    pub(crate) stacking: Option<Denomination>,
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
}

/// One command to one unit to pay pieces out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Payout {
    pub(crate) dispense: DispenseId,
    pub(crate) place: Place,
    pub(crate) denomination: Denomination,
    pub(crate) pieces: u32,
}

/// Notes that should have come out and did not: they lie in their drum again, or were drawn back into the cash box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unpaid {
    pub(crate) place: Place,
    pub(crate) denomination: Denomination,
    pub(crate) pieces: u32,
}

impl Deposit {
    pub(super) fn new(
        purpose: Purpose,
        asked: Yen,
        takes: Takes,
        counts_before: Option<DeviceCounts>,
        drums: CashCount,
        miscounted: BTreeSet<Denomination>,
    ) -> Deposit {
        Deposit {
            purpose,
            asked,
            inserted: CashCount::EMPTY,
            takes,
            counts_before,
            drums,
            miscounted,
            stacking: None,
            returning: false,
            paid_out: CashCount::EMPTY,
            paying: None,
            counted_before: None,
            disturbances: BTreeSet::new(),
            unpaid: None,
            not_taken: false,
            was_stopped: false,
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
        self.inserted.is_empty() && self.stacking.is_none()
    }

    /// What a payout did not pay, as far as it is not known where it lies, and what its drum must have counted.
    pub(super) fn left_unpaid(&self) -> Option<(Unpaid, u32)> {
        self.unpaid.map(|unpaid| (unpaid, self.drums.pieces(unpaid.denomination)))
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
        let Payout { place, denomination, pieces, .. } = payout;
        if !denomination.is_coin() {
            self.left_drum(denomination, paid);
        }
        if let DispenseEnd::Short { cause, .. } = end {
            self.not_taken |= cause == ShortCause::NotTaken;
            self.unpaid =
                (!denomination.is_coin()).then_some(Unpaid { place, denomination, pieces: pieces - paid });
        }
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
