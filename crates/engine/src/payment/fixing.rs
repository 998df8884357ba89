//! Confirmed, or given up: nothing more is accepted, the note unit's own counters are compared with what was
//! credited, and only then is anything paid out.

use api::{Page, PaymentId};
use device_api::{CashCommand, CashEvent, CashTrouble, CoinEvent, DeviceCounts, Moment};
use settings::Times;

use super::counters::{book_what_counters_prove, expected_counts};
use super::settling::Settling;
use super::{Collecting, PayingOut, Suspended, cash_while_ending, coin_in_payment, open};
use crate::turn::Turn;
use crate::visit::{Scene, Stage, Visit};
use crate::{Discrepancy, Entry};

/// Fixing the deposit, in UnifiedPOS' word.
#[derive(Debug)]
pub(crate) struct Fixing {
    payment: PaymentId,
    settling: Settling,
}

impl Fixing {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        turn.record(Entry::PaymentConfirmed { payment });
        Visit::Fixing(Fixing { payment, settling: Settling::begin(turn) })
    }

    /// The patient wants the money back, and both units are at rest already.
    pub(super) fn enter_returning(turn: &mut Turn<'_>, payment: PaymentId, settling: Settling) -> Visit {
        if !open(turn).returning {
            turn.record(Entry::ReturnDecided { payment });
        }
        turn.cash(CashCommand::ReadCounts);
        Visit::Fixing(Fixing { payment, settling })
    }

    /// The program was away for a moment. If the counters agree, the payment goes on where it was.
    pub(super) fn resume(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        Visit::Fixing(Fixing { payment, settling: Settling::begin(turn) })
    }

    fn compare(self, turn: &mut Turn<'_>, reported: DeviceCounts) -> Visit {
        book_what_counters_prove(turn, self.payment, reported);
        let payment = open(turn);
        let expected = expected_counts(payment);
        if reported != expected {
            return Suspended::enter(turn, self.payment, Discrepancy::CountsDiffer { expected, reported });
        }
        if payment.stacking.is_some() {
            let trouble = CashTrouble::NoteOfUnknownFate;
            return Suspended::enter(turn, self.payment, Discrepancy::NoteUnit { trouble });
        }
        match payment.confirmed || payment.returning {
            true => PayingOut::enter(turn, self.payment),
            false => Collecting::resume(turn, self.payment),
        }
    }
}

impl Stage for Fixing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        Settling::page(scene)
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.settling.deadline(times))
    }

    fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        if let Err(discrepancy) = cash_while_ending(turn, self.payment, &event) {
            return Suspended::enter(turn, self.payment, discrepancy);
        }
        if self.settling.note_unit_said(&event) {
            turn.cash(CashCommand::ReadCounts);
        }
        if let CashEvent::Counts(reported) = event {
            return self.compare(turn, reported);
        }
        self.into()
    }

    fn coin(mut self, turn: &mut Turn<'_>, event: CoinEvent) -> Visit {
        if let Err(discrepancy) = coin_in_payment(turn, self.payment, &event) {
            return Suspended::enter(turn, self.payment, discrepancy);
        }
        if self.settling.coin_unit_said(&event) {
            turn.cash(CashCommand::ReadCounts);
        }
        self.into()
    }

    fn tick(mut self, turn: &mut Turn<'_>) -> Visit {
        if !self.settling.is_given_up(turn) {
            return self.into();
        }
        Suspended::enter(turn, self.payment, self.settling.who_does_not_answer())
    }
}
