//! Confirmed: nothing more is accepted, the device's own counters are compared with what was credited, and only
//! then is the payment closed.

use api::{Outcome, Page, PaymentId};
use device_api::{CashCommand, CashEvent, CashTrouble, DeviceCounts, Moment};
use settings::Times;

use super::settling::Settling;
use super::{Issuing, Suspended, cash_while_ending, close, open};
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

    fn compare(self, turn: &mut Turn<'_>, reported: DeviceCounts) -> Visit {
        let expected = expected_counts(open(turn));
        if reported != expected {
            return Suspended::enter(turn, self.payment, Discrepancy::CountsDiffer { expected, reported });
        }
        close(turn, self.payment, Outcome::Paid);
        Issuing::enter(turn, self.payment)
    }
}

impl Stage for Fixing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        Settling::page(scene)
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.settling.deadline(times))
    }

    fn cash(self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        if let Err(discrepancy) = cash_while_ending(turn, self.payment, &event) {
            return Suspended::enter(turn, self.payment, discrepancy);
        }
        match event {
            CashEvent::Inhibited => {
                turn.cash(CashCommand::ReadCounts);
                self.into()
            }
            CashEvent::Counts(reported) => self.compare(turn, reported),
            CashEvent::Identified { .. }
            | CashEvent::NoteArriving
            | CashEvent::Escrowed { .. }
            | CashEvent::Stacked { .. }
            | CashEvent::Stored { .. }
            | CashEvent::Returned
            | CashEvent::Rejected { .. }
            | CashEvent::Presented
            | CashEvent::Taken
            | CashEvent::Dispensed { .. }
            | CashEvent::Trouble(_)
            | CashEvent::Ready => self.into(),
        }
    }

    fn tick(mut self, turn: &mut Turn<'_>) -> Visit {
        if !self.settling.is_given_up(turn) {
            return self.into();
        }
        let trouble = CashTrouble::NotResponding;
        Suspended::enter(turn, self.payment, Discrepancy::NoteUnit { trouble })
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
    let notes = payment.inserted.iter().map(|(_, pieces)| pieces).sum();
    let stacked_total = payment.counts_before.stacked_total.map(|before: u32| before.saturating_add(notes));
    DeviceCounts { drums, stacked_total }
}
