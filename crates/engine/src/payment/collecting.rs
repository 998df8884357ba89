//! Notes come in, one at a time, until the exact sum is inside.

use api::{Bill, Button, CancelEffect, Page, PaymentId};
use device_api::{CashCommand, CashEvent, DeviceCounts, Moment};
use money::{Denomination, DenominationSet, Yen};
use settings::Times;

use super::{Fixing, Leaving, Suspended, credit, open};
use crate::books::OpenPayment;
use crate::turn::Turn;
use crate::visit::{Scene, Stage, Visit, book_returned, book_stored, refuse};
use crate::{BillRef, CallReason, Entry, Private, RefusalReason};

/// Acceptance is on.
#[derive(Debug)]
pub(crate) struct Collecting {
    payment: PaymentId,
    /// When the patient last did something.
    active_at: Moment,
    /// A piece was pushed back since the last one that was taken.
    refused: bool,
    /// Staff were told that nothing happens.
    called: bool,
    /// A note was drawn in and not heard of since.
    note_inside: bool,
}

impl Collecting {
    /// Opens a payment and lets the note unit take what fits.
    pub(crate) fn begin(turn: &mut Turn<'_>, bills: Vec<Bill>, counts_before: DeviceCounts) -> Visit {
        let payment = turn.books.next_payment();
        let refs = bills
            .iter()
            .map(|bill| BillRef { bill: bill.id.clone(), revision: bill.revision, due: bill.due })
            .collect();
        turn.record_private(Entry::PaymentOpened { payment, bills: refs, counts_before }, Private { bills });
        accept_what_fits(turn);
        Collecting { payment, active_at: turn.now.at, refused: false, called: false, note_inside: false }
            .into()
    }

    fn active(mut self, turn: &Turn<'_>) -> Collecting {
        self.active_at = turn.now.at;
        self.called = false;
        self
    }

    fn decide(self, turn: &mut Turn<'_>, note: Denomination) -> Visit {
        let mut this = self.active(turn);
        this.note_inside = true;
        if acceptable(open(turn), turn.health.values).contains(note) {
            turn.record(Entry::StackIntended { payment: this.payment, denomination: note });
            turn.cash(CashCommand::Stack);
        } else {
            this.refused = true;
            refuse(turn, note, RefusalReason::DoesNotFit);
        }
        this.into()
    }

    fn take(self, turn: &mut Turn<'_>, reported: Option<Denomination>) -> Visit {
        let mut this = self.active(turn);
        match credit(turn, this.payment, reported) {
            Ok(()) => {
                this.refused = false;
                this.note_inside = false;
                accept_what_fits(turn);
                this.into()
            }
            Err(discrepancy) => Suspended::enter(turn, this.payment, discrepancy),
        }
    }

    fn confirm(self, turn: &mut Turn<'_>) -> Visit {
        let payment = open(turn);
        // A note on its way in or out is waited for: its fate belongs to this payment.
        if payment.missing().is_zero() && payment.stacking.is_none() && !self.note_inside {
            return Fixing::enter(turn, self.payment);
        }
        self.into()
    }

    fn walked_away(mut self, turn: &mut Turn<'_>) -> Visit {
        if open(turn).holds_nothing() {
            return Leaving::enter(turn, self.payment, self.note_inside);
        }
        if !self.called {
            self.called = true;
            turn.call_staff(CallReason::Waiting);
        }
        self.into()
    }
}

impl Stage for Collecting {
    fn page(&self, scene: &Scene<'_>) -> Page {
        let payment = scene.books.open.as_ref().expect("the payment is open while money comes in");
        Page::InsertCash {
            due: payment.due,
            inserted: payment.inserted_yen(),
            missing: payment.missing(),
            accepting: acceptable(payment, scene.health.values),
            refused: self.refused,
            take_back: scene.books.refused.is_some(),
            prompt: scene.now >= self.active_at.after(scene.times.prompt_after()),
            cancel: match payment.holds_nothing() {
                true => CancelEffect::BackToStart,
                false => CancelEffect::StaffReturnMoney,
            },
        }
    }

    /// First the prompt, then the call, then nothing: money stays inside and acceptance on (K16).
    fn deadline(&self, now: Moment, times: &Times) -> Option<Moment> {
        let prompt = self.active_at.after(times.prompt_after());
        let away = self.active_at.after(times.walked_away());
        match now < prompt {
            true => Some(prompt),
            false => (!self.called).then_some(away),
        }
    }

    fn touched(self, turn: &mut Turn<'_>, button: Button) -> Visit {
        let this = self.active(turn);
        match button {
            Button::Confirm => this.confirm(turn),
            Button::Cancel => Leaving::enter(turn, this.payment, this.note_inside),
            Button::Yes | Button::No | Button::PayCash | Button::CallStaff => this.into(),
        }
    }

    fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        match event {
            CashEvent::NoteArriving => {
                self.note_inside = true;
                return self.active(turn).into();
            }
            CashEvent::Escrowed { denomination } => return self.decide(turn, denomination),
            CashEvent::Stacked { denomination } => return self.take(turn, denomination),
            CashEvent::Stored { place } => book_stored(turn, place),
            CashEvent::Returned => {
                self.note_inside = false;
                book_returned(turn);
            }
            CashEvent::Rejected { .. } => {
                self.note_inside = false;
                self.refused = true;
            }
            CashEvent::Trouble(trouble) => {
                return Suspended::after_trouble(turn, self.payment, trouble, self.note_inside);
            }
            // The device began anew and takes nothing until it is told again.
            CashEvent::Ready => accept_what_fits(turn),
            CashEvent::Identified { .. }
            | CashEvent::Inhibited
            | CashEvent::Counts(_)
            | CashEvent::Presented
            | CashEvent::Taken
            | CashEvent::Dispensed { .. } => {}
        }
        self.into()
    }

    fn tick(self, turn: &mut Turn<'_>) -> Visit {
        if turn.now.at >= self.active_at.after(turn.policy.times.walked_away()) {
            return self.walked_away(turn);
        }
        self.into()
    }
}

/// What may be inserted: with it the exact sum must still be within reach, for nothing can be changed.
fn acceptable(payment: &OpenPayment, values: DenominationSet) -> DenominationSet {
    let reachable = |note: &Denomination| {
        let rest = payment.missing().minus(note.value());
        rest.is_ok_and(|rest| rest >= Yen::ZERO && values.can_make(rest))
    };
    values.iter().filter(reachable).collect()
}

fn accept_what_fits(turn: &mut Turn<'_>) {
    let set = acceptable(open(turn), turn.health.values);
    turn.cash(CashCommand::Accept(set));
}
