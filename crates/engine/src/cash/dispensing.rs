//! Pieces go out again: notes first, then hopper by hopper, one unproven movement at a time (K13).

use std::collections::VecDeque;

use device_api::{
    CountedBefore, Deposited, DeviceCounts, Dispense, DispenseEnd, DispenseId, Disturbance, Moment, Paid,
    PartId, PayoutCommand, ShortCause, Stated, StoreId, UnitCommand, UnitEvent, UnitId, UnitPart,
    UnitTrouble,
};
use money::{CashCount, Denomination, Yen};
use settings::Times;

use super::counters::book_drawn_back;
use super::deposit::stray_lost;
use super::till::Portion;
use super::{Progress, Till, deposit, failed, while_ending};
use crate::books::{Deposit, Payout};
use crate::turn::Turn;
use crate::{CallReason, Discrepancy, PayoutEntry, Purpose, comparing, incident};

/// The first plan, and two more when a unit pays less than it should. A machine whose third plan fails is not to be
/// trusted with a fourth: the rest is owed.
const PLANS_MAX: u8 = 3;

/// Why what is shown can always be counted.
const A_PART: &str = "no more is paid out than was inserted";

/// What a deposit has too much is to be paid out, or is on its way.
#[derive(Debug)]
pub(crate) struct Dispensing {
    /// What the units are still to be told.
    portions: VecDeque<Portion>,
    plans_left: u8,
    /// A payout fell short, and this unit is asked where the pieces are.
    recounting: Option<UnitId>,
    /// A note is in the exit, for the patient to take.
    presented: bool,
    /// How many notes of the payout under way were taken.
    taken: u32,
    /// When something was last seen to happen.
    since: Moment,
    staff_called: bool,
    /// The note unit that is to pay does not answer.
    is_silent: bool,
}

/// What comes out now, for the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Showing {
    /// Nothing yet, or nobody knows.
    Nothing,
    /// Coins fall into the tray; this many yen in all.
    Coins(Yen),
    /// Notes, this many yen and pieces in all; perhaps one of them sticks out. `nth` is the one that does or comes next.
    Notes { amount: Yen, presented: bool, nth: u32, notes: u32 },
}

impl Dispensing {
    pub(crate) fn begin(turn: &mut Turn<'_>) -> Progress<Dispensing> {
        Dispensing {
            portions: VecDeque::new(),
            plans_left: PLANS_MAX,
            recounting: None,
            presented: false,
            taken: 0,
            since: turn.now.at,
            staff_called: false,
            is_silent: false,
        }
        .go_on(turn)
    }

    /// Tells a unit what comes next. What is left is planned anew each time nothing is planned any more: a unit may
    /// have paid less than it should, or a coin may have fallen in late.
    fn go_on(mut self, turn: &mut Turn<'_>) -> Progress<Dispensing> {
        // A unit may have begun anew meanwhile, and be another one.
        if comparing::stops_payment(turn) {
            return Progress::InDoubt(Discrepancy::UnitInDoubt);
        }
        // Whoever did not take a note is not there to take the coins either (K13).
        let is_somebody_there = !deposit(turn).not_taken;
        if self.portions.is_empty() && self.plans_left > 0 && is_somebody_there {
            self.plans_left -= 1;
            self.portions = Till::of(turn).plan(deposit(turn).to_pay_out()).into();
        }
        match self.portions.pop_front() {
            Some(portion) => Progress::On(self.pay(turn, portion)),
            None => Progress::Done(()),
        }
    }

    fn pay(mut self, turn: &mut Turn<'_>, portion: Portion) -> Dispensing {
        let Portion { store, denomination, pieces } = portion;
        let (purpose, id) = (deposit(turn).purpose, turn.books.next_dispense());
        turn.record(PayoutEntry::PayoutIntended { purpose, dispense: id, store, denomination, pieces });
        let dispense = Dispense { id, place: store.place, denomination, pieces };
        turn.ask_payer(store.unit, PayoutCommand::Dispense(dispense));
        self.since = turn.now.at;
        (self.presented, self.taken, self.is_silent) = (false, 0, false);
        self
    }

    /// The unit has counted. From here on it may be asked, even by another driver, what became of the payout.
    fn prepared(
        mut self,
        turn: &mut Turn<'_>,
        id: DispenseId,
        before: CountedBefore,
    ) -> Progress<Dispensing> {
        let expected = deposit(turn).paying.filter(|payout| payout.dispense == id);
        let Some(payout) = expected.filter(|_| deposit(turn).counted_before.is_none()) else {
            return Progress::On(self);
        };
        if !comparing::fits_before_payout(turn, payout, &before) {
            // It is not told to proceed, and gives up.
            give_up_payout(turn);
            return Progress::InDoubt(Discrepancy::UnitInDoubt);
        }
        let purpose = deposit(turn).purpose;
        turn.record(PayoutEntry::PayoutPrepared { purpose, dispense: id, before });
        turn.ask_payer(payout.store.unit, PayoutCommand::Proceed(id));
        self.since = turn.now.at;
        Progress::On(self)
    }

    /// Books how a payout ended. One of an earlier time changes nothing here.
    fn dispensed(self, turn: &mut Turn<'_>, id: DispenseId, end: DispenseEnd) -> Progress<Dispensing> {
        let payout = deposit(turn).paying.filter(|payout| payout.dispense == id);
        book_payout(turn, id, end);
        match payout {
            Some(payout) => self.ended(turn, payout.store, end),
            None => Progress::On(self),
        }
    }

    fn ended(mut self, turn: &mut Turn<'_>, store: StoreId, end: DispenseEnd) -> Progress<Dispensing> {
        match end {
            DispenseEnd::Complete => return self.go_on(turn),
            DispenseEnd::Unknown { .. } => return Progress::InDoubt(Discrepancy::PayoutUnknown),
            DispenseEnd::Short { .. } => self.portions.clear(),
        }
        if !turn.policy.who_counts_stores().any(|unit| unit == store.unit) {
            return self.go_on(turn);
        }
        turn.ask_counts(store.part());
        self.recounting = Some(store.unit);
        self.since = turn.now.at;
        Progress::On(self)
    }

    /// What this step pays: what came out already, what is on its way, and what is planned.
    fn pieces(&self, deposit: &Deposit) -> CashCount {
        let mut pieces = deposit.paid_out_or_on_its_way();
        for portion in &self.portions {
            pieces.add(portion.denomination, portion.pieces).expect(A_PART);
        }
        pieces
    }

    pub(crate) fn shows(&self, deposit: &Deposit) -> Showing {
        let Some(payout) = deposit.paying.filter(|_| !self.is_silent) else { return Showing::Nothing };
        let amount = |pieces: CashCount| pieces.total().expect(A_PART);
        match payout.denomination.is_coin() {
            true => Showing::Coins(amount(self.pieces(deposit).only(Denomination::is_coin))),
            false => {
                let coming = self.pieces(deposit).only(Denomination::is_note);
                let notes = coming.number();
                let nth = deposit.paid_out.only(Denomination::is_note).number() + self.taken + 1;
                let presented = self.presented;
                Showing::Notes { amount: amount(coming), presented, nth: nth.min(notes), notes }
            }
        }
    }

    pub(crate) fn deadline(&self, times: &Times) -> Moment {
        self.since.after(times.payout_timeout())
    }

    /// Nothing is said that is not so: a unit that cannot pay is staff's matter at once. One that only does not answer may
    /// be back before anybody comes, and tells what it did.
    fn failed(mut self, turn: &mut Turn<'_>, unit: UnitId, trouble: UnitTrouble) -> Progress<Dispensing> {
        if trouble != UnitTrouble::NotResponding {
            return Progress::InDoubt(failed(turn, unit, trouble));
        }
        self.is_silent = true;
        self.staff_called = true;
        self.since = turn.now.at;
        turn.call_staff(CallReason::Stuck);
        Progress::On(self)
    }

    pub(crate) fn unit(
        mut self,
        turn: &mut Turn<'_>,
        unit: UnitId,
        event: UnitEvent,
    ) -> Progress<Dispensing> {
        match event {
            UnitEvent::Out(paid) => self.paid(turn, paid),
            UnitEvent::Counts(counted) if self.recounting == Some(unit) => {
                let Some(reported) = DeviceCounts::of(&counted) else { return Progress::On(self) };
                self.recounting = None;
                book_drawn_back(turn, unit, reported);
                self.go_on(turn)
            }
            // How the payout ended is told all the same, once the unit knows.
            UnitEvent::State(Stated::Trouble { part, trouble }) if presents(turn, unit, part) => {
                self.failed(turn, unit, trouble)
            }
            // The slot is closed: this is of a time before, and nothing that stops a payout.
            UnitEvent::In(Deposited::EventsLost { count, event_no }) => {
                stray_lost(turn, unit, count, event_no);
                Progress::On(self)
            }
            UnitEvent::State(_) | UnitEvent::Counts(_) => Progress::On(self),
            UnitEvent::In(_) => Progress::unless(while_ending(turn, unit, &event), self),
        }
    }

    fn paid(mut self, turn: &mut Turn<'_>, paid: Paid) -> Progress<Dispensing> {
        match paid {
            Paid::Presented | Paid::Taken => {
                self.presented = paid == Paid::Presented;
                self.taken += u32::from(paid == Paid::Taken);
                self.is_silent = false;
                self.since = turn.now.at;
                Progress::On(self)
            }
            Paid::Prepared { id, before } => self.prepared(turn, id, before),
            Paid::Dispensed { id, end } => {
                self.since = turn.now.at;
                self.dispensed(turn, id, end)
            }
            Paid::Disturbed { .. } => Progress::On(self),
        }
    }

    /// Staff come first. If nothing happens after that either, a person has to find out what came out.
    pub(crate) fn expired(mut self, turn: &mut Turn<'_>) -> Progress<Dispensing> {
        if self.recounting.take().is_some() {
            return self.go_on(turn);
        }
        if self.staff_called {
            return Progress::InDoubt(Discrepancy::PayoutUnknown);
        }
        match self.presented {
            true => turn.call_staff(CallReason::Waiting),
            false => turn.call_staff(CallReason::Stuck),
        }
        self.staff_called = true;
        self.since = turn.now.at;
        Progress::On(self)
    }
}

/// Whether this part is to present pieces now. A hopper that fails says by itself how many it has paid.
fn presents(turn: &Turn<'_>, unit: UnitId, part: UnitPart) -> bool {
    let payer = deposit(turn).paying.map(|payout| payout.store.part());
    payer == Some(PartId { unit, part }) && turn.policy.can(unit).presents
}

/// Books how the payout that is under way has ended. Any other is of a time before, and was booked then.
pub(crate) fn book_payout(turn: &mut Turn<'_>, id: DispenseId, end: DispenseEnd) {
    let Some(deposit) = turn.books.deposit() else { return };
    let Some(payout) = deposit.paying.filter(|payout| payout.dispense == id) else { return };
    let (purpose, Payout { dispense, store, denomination, pieces }) = (deposit.purpose, payout);
    turn.record(PayoutEntry::PayoutEnded { purpose, dispense, store, denomination, pieces, end });
    let (_, doubtful) = end.paid_and_doubtful(pieces);
    let (Purpose::Tender(tender), value) = (purpose, denomination.value().times(doubtful));
    incident::payout_unknown(turn, tender, value.expect(A_PART));
    if let DispenseEnd::Short { cause: ShortCause::Empty, .. } = end {
        turn.call_staff(CallReason::Stock);
    }
}

/// Writes down what happened to a payout, in whichever state, and tells the unit that it may forget it. Of a payout that
/// has ended nothing is proven any more.
pub(crate) fn note_disturbance(turn: &mut Turn<'_>, unit: UnitId, id: DispenseId, what: Disturbance) {
    let is_under_way = |deposit: &&Deposit| deposit.paying.is_some_and(|payout| payout.dispense == id);
    let deposit = turn.books.deposit().filter(is_under_way);
    if let Some(deposit) = deposit.filter(|deposit| !deposit.disturbances.contains(&what)) {
        turn.record(PayoutEntry::PayoutDisturbed { purpose: deposit.purpose, dispense: id, what });
    }
    turn.ask(unit, UnitCommand::Out(PayoutCommand::Noted { id, what }));
}

/// A unit is told to proceed only after its counters were written; before that, nothing can have moved.
pub(super) const NOTHING_MOVED: DispenseEnd = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };

/// Nobody will tell any more how the payout ended that is under way, if there is one.
pub(crate) fn give_up_payout(turn: &mut Turn<'_>) {
    let Some(deposit) = turn.books.deposit() else { return };
    let Some(payout) = deposit.paying else { return };
    let end = match deposit.counted_before {
        Some(_) => DispenseEnd::Unknown { paid: 0 },
        None => NOTHING_MOVED,
    };
    book_payout(turn, payout.dispense, end);
}
