//! A payout was under way when the program ended. What can be proven is booked however long the break was; money moves by
//! itself only after a short one (K17).

use api::{Page, PaymentId};
use device_api::{DispenseEnd, Moment, UnitEvent, UnitId};
use money::Denomination;
use settings::Times;

use super::{Idle, Scene, Stage, Suspended, Visit, Waking, suspended_page};
use crate::books::{Deposit, Payout};
use crate::cash::{Progress, Recall, deposit};
use crate::payment::open;
use crate::turn::Turn;
use crate::{CallReason, Discrepancy};

/// The unit is asked.
#[derive(Debug)]
pub(crate) struct Recalling {
    payment: PaymentId,
    /// The break was short, and nobody had to do with the payment before.
    may_go_on: bool,
    recall: Recall,
}

impl Recalling {
    /// `payout` had not ended when the program did.
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId, payout: Payout, was_short: bool) -> Visit {
        let is_suspended = open(turn).suspended.is_some();
        if is_suspended {
            turn.call_staff(CallReason::Suspended);
        }
        let progress = Recall::begin(turn, payout);
        Recalling::follow(turn, payment, was_short && !is_suspended, progress)
    }

    fn follow(
        turn: &mut Turn<'_>,
        payment: PaymentId,
        may_go_on: bool,
        progress: Progress<Recall, DispenseEnd>,
    ) -> Visit {
        match progress {
            Progress::On(recall) => Recalling { payment, may_go_on, recall }.into(),
            Progress::Done(end) => ended(turn, payment, may_go_on, end),
            Progress::InDoubt(discrepancy) => Suspended::after_restart(turn, payment, discrepancy),
        }
    }
}

fn ended(turn: &mut Turn<'_>, payment: PaymentId, may_go_on: bool, end: DispenseEnd) -> Visit {
    let nothing_left = deposit(turn).to_pay_out().is_zero();
    match end {
        DispenseEnd::Unknown { .. } => Suspended::after_restart(turn, payment, Discrepancy::PayoutUnknown),
        DispenseEnd::Complete | DispenseEnd::Short { .. } => {
            match may_go_on || (nothing_left && open(turn).suspended.is_none()) {
                true => Waking::enter(turn, payment),
                false => Suspended::after_restart(turn, payment, Discrepancy::Interrupted),
            }
        }
    }
}

/// Which note of the payout it is nobody knows any more.
fn note_sticks_out(deposit: &Deposit) -> Page {
    let notes = deposit.paid_out_or_on_its_way().only(Denomination::is_note);
    let amount = notes.total().expect("no more is paid out than was inserted");
    let purpose = deposit.payout_purpose();
    Page::TakeNotes { amount, purpose, presented: true, nth: None, notes: notes.number() }
}

impl Stage for Recalling {
    fn page(&self, scene: &Scene<'_>) -> Page {
        let is_suspended = scene.books.open.as_ref().is_some_and(|open| open.suspended.is_some());
        match scene.books.deposit() {
            Some(deposit) if self.recall.presented => note_sticks_out(deposit),
            Some(_) | None if is_suspended => suspended_page(scene),
            Some(_) | None => Page::Counting,
        }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.recall.deadline(times))
    }

    fn unit(self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        let progress = self.recall.unit(turn, unit, &event);
        Recalling::follow(turn, self.payment, self.may_go_on, progress)
    }

    fn taken_over(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        let progress = self.recall.expired();
        Recalling::follow(turn, self.payment, self.may_go_on, progress)
    }
}
