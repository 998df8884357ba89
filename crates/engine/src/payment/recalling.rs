//! A payout was under way when the program ended: the unit that did it is asked what became of it. What can be proven
//! is booked however long the break was; money moves by itself only after a short one (K17).

use api::{Page, PaymentId};
use device_api::{CashCommand, CashEvent, CoinCommand, CoinEvent, Dispense, DispenseEnd, DispenseId, Moment};
use settings::Times;

use super::{
    NOTHING_MOVED, Suspended, Waking, book_payout, cash_while_ending, coin_in_payment, deposit, open,
};
use crate::books::Payout;
use crate::turn::Turn;
use crate::visit::{Idle, Scene, Stage, Visit};
use crate::{CallReason, Discrepancy};

/// Waiting for the unit's answer. Nothing is commanded meanwhile, but a unit that was told to pay two notes goes on
/// with the second by itself.
#[derive(Debug)]
pub(crate) struct Recalling {
    payment: PaymentId,
    /// The break was short, and nobody had to do with the payment before.
    may_go_on: bool,
    /// A note sticks out of the mouth.
    presented: bool,
    since: Moment,
}

impl Recalling {
    /// `payout` had not ended when the program did.
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId, payout: Payout, was_short: bool) -> Visit {
        if open(turn).suspended.is_some() {
            turn.call_staff(CallReason::Suspended);
        }
        let may_go_on = was_short && open(turn).suspended.is_none();
        let recalling = Recalling { payment, may_go_on, presented: false, since: turn.now.at };
        let Payout { dispense: id, denomination, pieces, .. } = payout;
        let dispense = Dispense { id, denomination, pieces };
        let deposit = deposit(turn);
        match deposit.counted_before.clone() {
            Some(before) if denomination.is_coin() => turn.coin(CoinCommand::Recall { dispense, before }),
            Some(before) => {
                let disturbances = deposit.disturbances.clone();
                turn.cash(CashCommand::Recall { dispense, before, disturbances });
            }
            None => return recalling.ended(turn, id, NOTHING_MOVED),
        }
        recalling.into()
    }

    /// Books how the payout ended. The end of another one changes nothing here.
    fn ended(self, turn: &mut Turn<'_>, id: DispenseId, end: DispenseEnd) -> Visit {
        book_payout(turn, id, end);
        if deposit(turn).paying.is_some() {
            return self.into();
        }
        let nothing_left = deposit(turn).to_pay_out().is_zero();
        match end {
            DispenseEnd::Unknown { .. } => {
                Suspended::after_restart(turn, self.payment, Discrepancy::PayoutUnknown)
            }
            _ if self.may_go_on || (nothing_left && open(turn).suspended.is_none()) => {
                Waking::enter(turn, self.payment)
            }
            DispenseEnd::Complete | DispenseEnd::Short { .. } => {
                Suspended::after_restart(turn, self.payment, Discrepancy::Interrupted)
            }
        }
    }
}

impl Stage for Recalling {
    fn page(&self, scene: &Scene<'_>) -> Page {
        match scene.books.deposit() {
            Some(deposit) if self.presented => Page::TakeNotes {
                amount: deposit.paid_out_of(|kind| !kind.is_coin()),
                purpose: deposit.payout_purpose(),
                presented: true,
            },
            Some(_) if self.may_go_on => Page::Counting,
            Some(_) | None => Page::Suspended,
        }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.payout_timeout()))
    }

    fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        match event {
            CashEvent::Dispensed { id, end } => return self.ended(turn, id, end),
            CashEvent::Presented | CashEvent::Taken => {
                self.presented = event == CashEvent::Presented;
                self.since = turn.now.at;
            }
            // How the payout ended is told all the same, once the unit knows.
            CashEvent::Trouble(_) => {}
            _ => {
                if let Err(discrepancy) = cash_while_ending(turn, &event) {
                    return Suspended::after_restart(turn, self.payment, discrepancy);
                }
            }
        }
        self.into()
    }

    fn coin(self, turn: &mut Turn<'_>, event: CoinEvent) -> Visit {
        match event {
            CoinEvent::Dispensed { id, end } => self.ended(turn, id, end),
            CoinEvent::Trouble { .. } => self.into(),
            _ => match coin_in_payment(turn, &event) {
                Err(discrepancy) => Suspended::after_restart(turn, self.payment, discrepancy),
                Ok(()) => self.into(),
            },
        }
    }

    fn taken_over(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }

    /// The unit does not answer. When it does, that is still booked.
    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Suspended::after_restart(turn, self.payment, Discrepancy::PayoutUnknown)
    }
}
