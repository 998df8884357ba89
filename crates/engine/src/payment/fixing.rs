//! Confirmed, or given up: nothing more is accepted, the note unit's own counters are compared with what was
//! credited, and only then is anything paid out.

use api::{Page, PaymentId};
use device_api::{CashCommand, CashEvent, CashTrouble, CoinEvent, DeviceCounts, Moment};
use settings::Times;

use super::settling::Settling;
use super::{PayingOut, Suspended, cash_while_ending, coin_in_payment, open};
use crate::books::OpenPayment;
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
        turn.record(Entry::ReturnDecided { payment });
        turn.cash(CashCommand::ReadCounts);
        Visit::Fixing(Fixing { payment, settling })
    }

    fn compare(self, turn: &mut Turn<'_>, reported: DeviceCounts) -> Visit {
        let expected = expected_counts(open(turn));
        if reported != expected {
            return Suspended::enter(turn, self.payment, Discrepancy::CountsDiffer { expected, reported });
        }
        if open(turn).stacking.is_some() {
            let trouble = CashTrouble::NoteOfUnknownFate;
            return Suspended::enter(turn, self.payment, Discrepancy::NoteUnit { trouble });
        }
        PayingOut::enter(turn, self.payment)
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

/// What the device's counters must say if it took exactly what was credited.
fn expected_counts(payment: &OpenPayment) -> DeviceCounts {
    let mut drums = payment.counts_before.drums;
    for (kind, pieces) in payment.stored_in_drums.iter() {
        if drums.add(kind, pieces).is_err() {
            // A counter at its end counts no further; what the device reports will differ from this.
            break;
        }
    }
    let notes = payment.inserted.iter().filter(|(kind, _)| !kind.is_coin()).map(|(_, pieces)| pieces).sum();
    let stacked_total = payment.counts_before.stacked_total.map(|before: u32| before.saturating_add(notes));
    DeviceCounts { drums, stacked_total }
}
