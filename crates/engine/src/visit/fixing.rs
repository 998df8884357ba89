//! Confirmed, or given up, or going on after a break: the deposit is fixed, and then it is seen what comes next.

use api::{Page, PaymentId};
use device_api::{Moment, UnitEvent, UnitId};
use settings::Times;

use super::{Collecting, PayingOut, Scene, Stage, Suspended, Visit, settling_page};
use crate::cash::{self, Fixed, Progress, Settling, deposit};
use crate::payment::open;
use crate::turn::Turn;
use crate::{Discrepancy, PaymentEntry};

/// The cash of a payment is being fixed.
#[derive(Debug)]
pub(crate) struct Fixing {
    payment: PaymentId,
    cash: cash::Fixing,
}

impl Fixing {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        turn.record(PaymentEntry::PaymentConfirmed { payment });
        Fixing::resume(turn, payment)
    }

    /// The patient wants the money back, and all units are at rest already.
    pub(super) fn enter_returning(turn: &mut Turn<'_>, payment: PaymentId, settling: Settling) -> Visit {
        if !deposit(turn).returning {
            turn.record(PaymentEntry::ReturnDecided { payment });
        }
        Fixing { payment, cash: cash::Fixing::at_rest(turn, settling) }.into()
    }

    /// If the counters agree, the payment goes on where it was.
    pub(super) fn resume(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        Fixing { payment, cash: cash::Fixing::begin(turn) }.into()
    }

    fn follow(turn: &mut Turn<'_>, payment: PaymentId, progress: Progress<cash::Fixing, Fixed>) -> Visit {
        match progress {
            Progress::On(cash) => Fixing { payment, cash }.into(),
            Progress::Done(fixed) => fixed_is(turn, payment, &fixed),
            Progress::InDoubt(discrepancy) => Suspended::enter(turn, payment, discrepancy),
        }
    }
}

fn fixed_is(turn: &mut Turn<'_>, payment: PaymentId, fixed: &Fixed) -> Visit {
    let (open, is_returning) = (open(turn), deposit(turn).returning);
    // Without its bills there is no 領収証; money can go back without them.
    if open.patients().is_none() && !is_returning {
        return Suspended::enter(turn, payment, Discrepancy::BillsMissing);
    }
    if !open.confirmed && !is_returning {
        return Collecting::resume(turn, payment);
    }
    match fixed.has_every_answer(turn) {
        Ok(()) => PayingOut::enter(turn, payment),
        Err(discrepancy) => Suspended::enter(turn, payment, discrepancy),
    }
}

impl Stage for Fixing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        settling_page(scene)
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.cash.deadline(times))
    }

    fn unit(self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        let progress = self.cash.unit(turn, unit, &event);
        Fixing::follow(turn, self.payment, progress)
    }

    fn tick(self, turn: &mut Turn<'_>) -> Visit {
        let progress = self.cash.tick(turn);
        Fixing::follow(turn, self.payment, progress)
    }
}
