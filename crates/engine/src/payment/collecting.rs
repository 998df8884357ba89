//! Notes and coins come in until the patient confirms.

use std::time::Duration;

use api::{Bill, Button, CancelEffect, Page, PaymentId};
use device_api::{CashCommand, CashEvent, CoinDevice, CoinEvent, DeviceCounts, Moment};
use money::Denomination;
use settings::Times;

use super::counters::book_left_on_its_way;
use super::{Fixing, Issuing, Leaving, Suspended, coin_in_payment, credit, open};
use crate::turn::Turn;
use crate::visit::{Scene, Stage, Visit, book_returned, book_stored, refuse};
use crate::{BillRef, CallReason, Entry, Private, RefusalReason};

/// A note in escrow waits this long for the patient's answer (K9). The device would give it back after ten seconds.
const QUESTION_MAX: Duration = Duration::from_secs(9);

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
    /// The patient is asked about the note in escrow.
    question: Option<Question>,
    /// The patient knows that staff would have to give the money back.
    agreed: bool,
}

/// 「このお札を入れると、途中でやめるときは受付での返金になります。続けますか?」
#[derive(Clone, Copy, Debug)]
struct Question {
    note: Denomination,
    since: Moment,
}

impl Question {
    fn expires_at(self) -> Moment {
        self.since.after(QUESTION_MAX)
    }
}

impl Collecting {
    /// Opens a payment and lets the units take what fits. A payment of nothing is paid at once.
    pub(crate) fn begin(turn: &mut Turn<'_>, bills: Vec<Bill>, counts_before: DeviceCounts) -> Visit {
        book_left_on_its_way(turn, counts_before);
        let payment = open_payment(turn, bills, counts_before);
        if open(turn).due.is_zero() {
            return Issuing::nothing_due(turn, payment);
        }
        if turn.till().has_to_be_counted() {
            turn.call_staff(CallReason::Stock);
        }
        Collecting::resume(turn, payment)
    }

    /// Lets the units take what fits.
    pub(super) fn resume(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        accept_what_fits(turn);
        let active_at = turn.now.at;
        Collecting {
            payment,
            active_at,
            refused: false,
            called: false,
            note_inside: false,
            question: None,
            agreed: false,
        }
        .into()
    }

    fn active(mut self, turn: &Turn<'_>) -> Collecting {
        self.active_at = turn.now.at;
        self.called = false;
        self
    }

    /// K9: a note leaves escrow only if change and the return of everything are payable with it; if only change is,
    /// the patient decides, once.
    fn decide(self, turn: &mut Turn<'_>, note: Denomination) -> Visit {
        let mut this = self.active(turn);
        this.note_inside = true;
        this.question = None;
        let payment = open(turn);
        let acceptable = !payment.missing().is_zero() && turn.till().is_acceptable(payment, note);
        if !acceptable {
            this.refused = true;
            refuse(turn, note, RefusalReason::DoesNotFit);
        } else if this.agreed || turn.till().is_returnable_with(payment, note) {
            this.stack(turn, note);
        } else {
            turn.cash(CashCommand::Hold);
            this.question = Some(Question { note, since: turn.now.at });
        }
        this.into()
    }

    fn stack(&self, turn: &mut Turn<'_>, note: Denomination) {
        turn.record(Entry::StackIntended { payment: self.payment, denomination: note });
        turn.cash(CashCommand::Stack);
    }

    fn answer(mut self, turn: &mut Turn<'_>, keep: bool) -> Visit {
        if let Some(Question { note, .. }) = self.question.take() {
            self.agreed |= keep;
            match keep {
                true => self.stack(turn, note),
                false => refuse(turn, note, RefusalReason::PatientTookBack),
            }
        }
        self.into()
    }

    fn take(self, turn: &mut Turn<'_>, reported: Option<Denomination>) -> Visit {
        let mut this = self.active(turn);
        this.question = None;
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

    /// The note in escrow comes back first (K14).
    fn cancel(mut self, turn: &mut Turn<'_>) -> Visit {
        if let Some(Question { note, .. }) = self.question.take() {
            refuse(turn, note, RefusalReason::PatientTookBack);
        }
        Leaving::enter(turn, self.payment, self.note_inside)
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
        if let Some(Question { note, .. }) = self.question {
            return Page::KeepNote { denomination: note };
        }
        let payment = scene.books.open.as_ref().expect("the payment is open while money comes in");
        let acceptance = scene.till().acceptance(payment);
        Page::InsertCash {
            due: payment.due,
            inserted: payment.inserted_yen(),
            missing: payment.missing(),
            change: payment.change(),
            accepting: acceptance.notes.union(acceptance.coins),
            refused: self.refused,
            coins_limit: acceptance.coins_limit,
            take_back: scene.books.refused.is_some(),
            prompt: scene.now >= self.active_at.after(scene.policy.times.prompt_after()),
            cancel: match payment.holds_nothing() {
                true => CancelEffect::BackToStart,
                false if scene.till().is_returnable(payment) => CancelEffect::MachineReturnsMoney,
                false => CancelEffect::StaffReturnMoney,
            },
        }
    }

    /// First the prompt, then the call, then nothing: money stays inside and acceptance on (K16).
    fn deadline(&self, now: Moment, times: &Times) -> Option<Moment> {
        if let Some(question) = self.question {
            return Some(question.expires_at());
        }
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
            Button::Cancel => this.cancel(turn),
            Button::Yes => this.answer(turn, true),
            Button::No => this.answer(turn, false),
            Button::PayCash | Button::Digit(_) | Button::Delete | Button::CallStaff => this.into(),
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
                self.question = None;
                book_returned(turn);
            }
            CashEvent::Rejected { .. } => {
                self.note_inside = false;
                self.question = None;
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
            | CashEvent::Prepared { .. }
            | CashEvent::Dispensed { .. } => {}
        }
        self.into()
    }

    fn coin(mut self, turn: &mut Turn<'_>, event: CoinEvent) -> Visit {
        if let CoinEvent::Trouble { device: CoinDevice::Acceptor, trouble } = event {
            return Suspended::after_coin_trouble(turn, self.payment, trouble, self.note_inside);
        }
        if let Err(discrepancy) = coin_in_payment(turn, self.payment, &event) {
            return Suspended::enter(turn, self.payment, discrepancy);
        }
        match event {
            CoinEvent::Inserted { .. } => {
                let mut this = self.active(turn);
                this.refused = false;
                accept_what_fits(turn);
                return this.into();
            }
            CoinEvent::Rejected { .. } => self.refused = true,
            // It began anew and takes nothing until it is told again; or a hopper can be paid from again.
            CoinEvent::Ready { .. } => accept_what_fits(turn),
            CoinEvent::Identified { .. }
            | CoinEvent::EventsLost { .. }
            | CoinEvent::ReturnPressed
            | CoinEvent::Inhibited
            | CoinEvent::Prepared { .. }
            | CoinEvent::Dispensed { .. }
            | CoinEvent::Trouble { .. } => {}
        }
        self.into()
    }

    fn tick(self, turn: &mut Turn<'_>) -> Visit {
        if let Some(question) = self.question {
            return match turn.now.at >= question.expires_at() {
                true => self.answer(turn, false),
                false => self.into(),
            };
        }
        if turn.now.at >= self.active_at.after(turn.policy.times.walked_away()) {
            return self.walked_away(turn);
        }
        self.into()
    }
}

fn open_payment(turn: &mut Turn<'_>, bills: Vec<Bill>, counts_before: DeviceCounts) -> PaymentId {
    let payment = turn.books.next_payment();
    let refs = bills
        .iter()
        .map(|bill| BillRef { bill: bill.id.clone(), revision: bill.revision, due: bill.due })
        .collect();
    turn.record_private(Entry::PaymentOpened { payment, bills: refs, counts_before }, Private { bills });
    payment
}

fn accept_what_fits(turn: &mut Turn<'_>) {
    let acceptance = turn.till().acceptance(open(turn));
    turn.accept(acceptance);
}
