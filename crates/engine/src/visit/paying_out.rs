//! Change, or the money of a payment that the patient gave up, comes out (K13, K14).

use api::{Outcome, Page, PaymentId};
use device_api::{Moment, UnitEvent, UnitId};
use money::Denomination;
use settings::Times;

use super::{Issuing, Scene, Stage, Suspended, Visit};
use crate::cash::{Dispensing, Progress, Showing, deposit};
use crate::payment::close;
use crate::turn::Turn;

/// Something is to be paid out, or is on its way.
#[derive(Debug)]
pub(crate) struct PayingOut {
    payment: PaymentId,
    dispensing: Dispensing,
}

impl PayingOut {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        let progress = Dispensing::begin(turn);
        PayingOut::follow(turn, payment, progress)
    }

    fn follow(turn: &mut Turn<'_>, payment: PaymentId, progress: Progress<Dispensing>) -> Visit {
        match progress {
            Progress::On(dispensing) => PayingOut { payment, dispensing }.into(),
            Progress::Done(()) => finish(turn, payment),
            Progress::InDoubt(discrepancy) => Suspended::enter(turn, payment, discrepancy),
        }
    }
}

/// Nothing more can be paid out. What is left is owed, on a slip (K15).
fn finish(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
    let deposit = deposit(turn);
    let owed_to_patient = deposit.to_pay_out();
    let coins = deposit.paid_out_of(Denomination::is_coin);
    let purpose = deposit.payout_purpose();
    let outcome = match (deposit.returning, owed_to_patient.is_zero()) {
        (true, _) => Outcome::Cancelled { returned: deposit.paid_out_yen(), owed_to_patient },
        (false, true) => Outcome::Paid,
        (false, false) => Outcome::PaidShort { owed_to_patient },
    };
    close(turn, payment, outcome);
    Issuing::enter(turn, payment, (!coins.is_zero()).then_some((coins, purpose)))
}

impl Stage for PayingOut {
    fn page(&self, scene: &Scene<'_>) -> Page {
        let Some(deposit) = scene.books.deposit() else { return Page::Counting };
        let purpose = deposit.payout_purpose();
        match self.dispensing.shows(deposit) {
            Showing::Nothing => Page::Counting,
            Showing::Coins(amount) => Page::TakeCoins { falling: true, amount, purpose },
            Showing::Notes { amount, presented, nth, notes } => {
                Page::TakeNotes { amount, purpose, presented, nth: Some(nth), notes }
            }
        }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.dispensing.deadline(times))
    }

    fn unit(self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        let progress = self.dispensing.unit(turn, unit, event);
        PayingOut::follow(turn, self.payment, progress)
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        let progress = self.dispensing.expired(turn);
        PayingOut::follow(turn, self.payment, progress)
    }
}
