//! Change, or the money of a payment that the patient gave up, comes out: notes first, then hopper by hopper, one
//! unproven movement at a time (K13, K14).

use std::collections::VecDeque;

use api::{Outcome, Page, PaymentId};
use device_api::{
    CashCommand, CashEvent, CoinCommand, CoinDevice, CoinEvent, CountedBefore, Dispense, DispenseEnd,
    DispenseId, Moment, Place,
};
use money::{Denomination, Yen};
use settings::Times;

use super::counters::book_drawn_back;
use super::{
    Issuing, Suspended, book_payout, cash_while_ending, close, coin_in_payment, deposit, give_up_payout,
};
use crate::books::Deposit;
use crate::stock::Portion;
use crate::turn::Turn;
use crate::visit::{Scene, Stage, Visit, stray_coin};
use crate::{CallReason, Discrepancy, PayoutEntry, comparing};

/// The first plan, and two more when a unit pays less than it should. A machine whose third plan fails is not to be
/// trusted with a fourth: the rest is owed.
const PLANS_MAX: u8 = 3;

/// Something is to be paid out, or is on its way.
#[derive(Debug)]
pub(crate) struct PayingOut {
    payment: PaymentId,
    /// What the units are still to be told.
    portions: VecDeque<Portion>,
    plans_left: u8,
    /// A note payout fell short, and the device is asked where the notes are.
    recounting: bool,
    /// A note sticks out of the mouth.
    presented: bool,
    /// When something was last seen to happen.
    since: Moment,
    staff_called: bool,
    /// The unit that is to pay cannot.
    is_stuck: bool,
}

impl PayingOut {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        PayingOut {
            payment,
            portions: VecDeque::new(),
            plans_left: PLANS_MAX,
            recounting: false,
            presented: false,
            since: turn.now.at,
            staff_called: false,
            is_stuck: false,
        }
        .go_on(turn)
    }

    /// Tells a unit what comes next. What is left is planned anew each time nothing is planned any more: a unit may
    /// have paid less than it should, or a coin may have fallen in late.
    fn go_on(mut self, turn: &mut Turn<'_>) -> Visit {
        // A unit may have begun anew meanwhile, and be another one.
        if !turn.books.units.doubts.is_empty() {
            return Suspended::enter(turn, self.payment, Discrepancy::UnitInDoubt);
        }
        // Whoever did not take a note is not there to take the coins either (K13).
        let is_somebody_there = !deposit(turn).not_taken;
        if self.portions.is_empty() && self.plans_left > 0 && is_somebody_there {
            self.plans_left -= 1;
            self.portions = turn.till().plan(deposit(turn).to_pay_out()).into();
        }
        match self.portions.pop_front() {
            Some(portion) => self.pay(turn, portion),
            None => self.finish(turn),
        }
    }

    fn pay(mut self, turn: &mut Turn<'_>, portion: Portion) -> Visit {
        let Portion { place, denomination, pieces } = portion;
        let (purpose, id) = (deposit(turn).purpose, turn.books.next_dispense());
        turn.record(PayoutEntry::PayoutIntended { purpose, dispense: id, place, denomination, pieces });
        let dispense = Dispense { id, denomination, pieces };
        match denomination.is_coin() {
            true => turn.coin(CoinCommand::Dispense(dispense)),
            false => turn.cash(CashCommand::Dispense(dispense)),
        }
        self.since = turn.now.at;
        (self.presented, self.is_stuck) = (false, false);
        self.into()
    }

    /// The unit has counted. From here on it may be asked, even by another driver, what became of the payout.
    fn prepared(mut self, turn: &mut Turn<'_>, id: DispenseId, before: CountedBefore) -> Visit {
        let expected = deposit(turn).paying.filter(|payout| payout.dispense == id);
        let Some(payout) = expected.filter(|_| deposit(turn).counted_before.is_none()) else {
            return self.into();
        };
        if !comparing::fits_before_payout(turn, payout, &before) {
            // It is not told to proceed, and gives up.
            give_up_payout(turn);
            return Suspended::enter(turn, self.payment, Discrepancy::UnitInDoubt);
        }
        let purpose = deposit(turn).purpose;
        turn.record(PayoutEntry::PayoutPrepared { purpose, dispense: id, before });
        match payout.denomination.is_coin() {
            true => turn.coin(CoinCommand::Proceed(id)),
            false => turn.cash(CashCommand::Proceed(id)),
        }
        self.since = turn.now.at;
        self.into()
    }

    /// Books how a payout ended. One of an earlier time changes nothing here.
    fn dispensed(self, turn: &mut Turn<'_>, id: DispenseId, end: DispenseEnd) -> Visit {
        let payout = deposit(turn).paying.filter(|payout| payout.dispense == id);
        book_payout(turn, id, end);
        match payout {
            Some(payout) => self.ended(turn, payout.denomination.is_coin(), end),
            None => self.into(),
        }
    }

    fn ended(mut self, turn: &mut Turn<'_>, of_coins: bool, end: DispenseEnd) -> Visit {
        match end {
            DispenseEnd::Complete => return self.go_on(turn),
            DispenseEnd::Unknown { .. } => {
                return Suspended::enter(turn, self.payment, Discrepancy::PayoutUnknown);
            }
            DispenseEnd::Short { .. } => self.portions.clear(),
        }
        if of_coins {
            return self.go_on(turn);
        }
        turn.cash(CashCommand::ReadCounts);
        self.recounting = true;
        self.since = turn.now.at;
        self.into()
    }

    /// Nothing more can be paid out. What is left is owed, on a slip (K15).
    fn finish(self, turn: &mut Turn<'_>) -> Visit {
        let deposit = deposit(turn);
        let owed_to_patient = deposit.to_pay_out();
        let coins = deposit.paid_out_of(Denomination::is_coin);
        let purpose = deposit.payout_purpose();
        let outcome = match (deposit.returning, owed_to_patient.is_zero()) {
            (true, _) => Outcome::Cancelled { returned: deposit.paid_out_yen(), owed_to_patient },
            (false, true) => Outcome::Paid,
            (false, false) => Outcome::PaidShort { owed_to_patient },
        };
        close(turn, self.payment, outcome);
        Issuing::enter(turn, self.payment, (!coins.is_zero()).then_some((coins, purpose)))
    }

    /// What this step pays: what came out already, what is on its way, and what is planned.
    fn amount(&self, deposit: &Deposit, belongs: fn(Denomination) -> bool) -> Yen {
        let under_way = deposit.paying.map(|payout| (payout.denomination, payout.pieces));
        let planned = self.portions.iter().map(|portion| (portion.denomination, portion.pieces));
        let coming = under_way.into_iter().chain(planned).filter(|(kind, _)| belongs(*kind));
        let coming =
            coming.map(|(kind, pieces)| kind.value().times(pieces).expect("a part of what was inserted"));
        Yen::sum(coming.chain([deposit.paid_out_of(belongs)])).expect("no more than was inserted")
    }

    /// Nothing is said that is not so: a unit that cannot pay is staff's matter at once.
    fn stuck(mut self, turn: &mut Turn<'_>) -> Visit {
        self.is_stuck = true;
        turn.call_staff(CallReason::Stuck);
        self.into()
    }
}

impl Stage for PayingOut {
    fn page(&self, scene: &Scene<'_>) -> Page {
        let Some((deposit, payout)) =
            scene.books.deposit().and_then(|deposit| Some((deposit, deposit.paying?)))
        else {
            return Page::Counting;
        };
        let purpose = deposit.payout_purpose();
        match payout.place {
            _ if self.is_stuck => Page::Suspended,
            Place::Hopper(_) => {
                Page::TakeCoins { amount: self.amount(deposit, Denomination::is_coin), purpose }
            }
            Place::Drum(_) | Place::CashBox | Place::CoinBox | Place::Transport => Page::TakeNotes {
                amount: self.amount(deposit, |kind| !kind.is_coin()),
                purpose,
                presented: self.presented,
            },
        }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.payout_timeout()))
    }

    fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        match event {
            CashEvent::Presented | CashEvent::Taken => {
                self.presented = event == CashEvent::Presented;
                self.is_stuck = false;
                self.since = turn.now.at;
                self.into()
            }
            CashEvent::Counts(reported) if self.recounting => {
                self.recounting = false;
                book_drawn_back(turn, reported);
                self.go_on(turn)
            }
            CashEvent::Prepared { id, before } => self.prepared(turn, id, before),
            CashEvent::Dispensed { id, end } => self.dispensed(turn, id, end),
            // How the payout ended is told all the same, once the unit knows.
            CashEvent::Trouble(_) if pays_notes(turn) => self.stuck(turn),
            CashEvent::Trouble(_) => self.into(),
            CashEvent::Identified { .. }
            | CashEvent::NoteArriving
            | CashEvent::Escrowed { .. }
            | CashEvent::Stacked { .. }
            | CashEvent::Stored { .. }
            | CashEvent::Returned
            | CashEvent::Rejected { .. }
            | CashEvent::Inhibited
            | CashEvent::Counts(_)
            | CashEvent::Disturbed { .. }
            | CashEvent::Ready => match cash_while_ending(turn, &event) {
                Ok(()) => self.into(),
                Err(discrepancy) => Suspended::enter(turn, self.payment, discrepancy),
            },
        }
    }

    fn coin(mut self, turn: &mut Turn<'_>, event: CoinEvent) -> Visit {
        match event {
            CoinEvent::Prepared { id, before } => self.prepared(turn, id, before),
            CoinEvent::Dispensed { id, end } => {
                self.since = turn.now.at;
                self.dispensed(turn, id, end)
            }
            // The slot is closed: this is of a time before, and nothing that stops a payout.
            CoinEvent::EventsLost { .. } | CoinEvent::Trouble { device: CoinDevice::Acceptor, .. } => {
                stray_coin(turn, &event);
                self.into()
            }
            CoinEvent::Inserted { .. }
            | CoinEvent::Identified { .. }
            | CoinEvent::Rejected { .. }
            | CoinEvent::ReturnPressed
            | CoinEvent::Inhibited
            | CoinEvent::Counts { .. }
            | CoinEvent::Trouble { .. }
            | CoinEvent::Ready { .. } => match coin_in_payment(turn, &event) {
                Ok(()) => self.into(),
                Err(discrepancy) => Suspended::enter(turn, self.payment, discrepancy),
            },
        }
    }

    /// Staff come first. If nothing happens after that either, a person has to find out what came out.
    fn expired(mut self, turn: &mut Turn<'_>) -> Visit {
        if std::mem::take(&mut self.recounting) {
            return self.go_on(turn);
        }
        if self.staff_called {
            return Suspended::enter(turn, self.payment, Discrepancy::PayoutUnknown);
        }
        match self.presented {
            true => turn.call_staff(CallReason::Waiting),
            false => turn.call_staff(CallReason::Stuck),
        }
        self.staff_called = true;
        self.since = turn.now.at;
        self.into()
    }
}

/// Whether it is the note unit's turn.
fn pays_notes(turn: &Turn<'_>) -> bool {
    deposit(turn).paying.is_some_and(|payout| !payout.denomination.is_coin())
}
