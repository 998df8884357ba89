//! Notes and coins come in until the patient confirms.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{Bill, Button, Page, PatientNumber, PaymentId, QuoteOutcome, Refused, Takes};
use device_api::{
    DepositCommand, Deposited, DeviceCounts, ExitBlock, Moment, RejectCause, Stated, StoreId, UnitCommand,
    UnitEvent, UnitId,
};
use money::Denomination;
use settings::Times;

use super::{Fixing, Issuing, Leaving, Scene, Stage, Suspended, Visit, cancel_effect};
use crate::cash::{
    DrawnIn, Till, accept_what_fits, book_left_on_its_way, book_lost, book_returned, book_stored, credit,
    credit_fallen, deposit, refuse, stack, stops_deposit,
};
use crate::payment::{BillWatch, Finding, open};
use crate::turn::Turn;
use crate::{CallReason, Discrepancy, Line, Means, PaymentEntry, Private, RefusalReason, TenderEntry, Whose};

/// A note in escrow waits this long for the patient's answer (K9). The device would give it back after ten seconds.
const QUESTION_MAX: Duration = Duration::from_secs(9);

/// From the slot to escrow and from there into a drum takes two seconds each; a unit of which nothing is heard for so long
/// makes no progress.
const NOTE_MOVES_MAX: Duration = Duration::from_secs(10);

/// How long the screen says that another card has to wait (K16).
const OTHER_CARD_SHOWN: Duration = Duration::from_secs(8);

/// Acceptance is on.
#[derive(Debug)]
pub(crate) struct Collecting {
    payment: PaymentId,
    /// When the patient last did something.
    active_at: Moment,
    /// A piece was pushed back since the last one that was taken, and why.
    refused: Option<Refused>,
    /// When another card was held to the reader.
    other_card_at: Option<Moment>,
    /// Whether the billing system still asks for the same.
    bills: BillWatch,
    /// Staff were told that nothing happens.
    called: bool,
    drawn_in: DrawnIn,
    /// Staff were told that what was drawn in does not move.
    stuck_called: bool,
    /// The patient is asked about the note in escrow.
    question: Option<Question>,
    /// The patient knows that staff would have to give the money back.
    agreed: bool,
}

/// 「このお札を入れると、途中でやめるときは受付での返金になります。続けますか?」
#[derive(Clone, Copy, Debug)]
struct Question {
    unit: UnitId,
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
    pub(crate) fn begin(
        turn: &mut Turn<'_>,
        bills: Vec<Bill>,
        takes: Takes,
        counts_before: BTreeMap<UnitId, DeviceCounts>,
    ) -> Visit {
        book_left_on_its_way(turn, &counts_before);
        let payment = open_payment(turn, bills);
        if open(turn).due().is_zero() {
            return Issuing::nothing_due(turn, payment);
        }
        intend_cash(turn, takes, counts_before);
        if Till::of(turn).has_to_be_counted() {
            turn.call_staff(CallReason::Stock);
        }
        Collecting::resume(turn, payment)
    }

    /// Lets the units take what fits.
    pub(super) fn resume(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        let Some(patients) = open(turn).patients() else {
            return Suspended::enter(turn, payment, Discrepancy::BillsMissing);
        };
        accept_what_fits(turn);
        let active_at = turn.now.at;
        Collecting {
            payment,
            active_at,
            refused: None,
            other_card_at: None,
            bills: BillWatch::begin(active_at, patients),
            called: false,
            drawn_in: DrawnIn::default(),
            stuck_called: false,
            question: None,
            agreed: false,
        }
        .into()
    }

    /// When staff have to know that a note inside does not move. One that waits for the patient is prompted for instead.
    fn stuck_at(&self) -> Option<Moment> {
        let since = self.drawn_in.since().filter(|_| !self.stuck_called && self.question.is_none());
        since.map(|since| since.after(NOTE_MOVES_MAX))
    }

    /// A note that nobody hears of is noticed in seconds, not when the patient has walked away.
    fn look_after_note(&mut self, turn: &mut Turn<'_>) {
        let waits_for_patient = turn.health.exit().is_some() || !turn.books.refused.is_empty();
        if !waits_for_patient && self.stuck_at().is_some_and(|at| turn.now.at >= at) {
            self.stuck_called = true;
            turn.call_staff(CallReason::Stuck);
        }
    }

    fn active(mut self, turn: &Turn<'_>) -> Collecting {
        self.active_at = turn.now.at;
        self.called = false;
        self
    }

    /// K9: a note leaves escrow only if change and the return of everything are payable with it; if only change is,
    /// the patient decides, once.
    fn decide(self, turn: &mut Turn<'_>, unit: UnitId, note: Denomination) -> Visit {
        let mut this = self.active(turn);
        if this.is_deciding_elsewhere(turn, unit) {
            this.refused = Some(Refused::NotWanted);
            refuse(turn, unit, note, RefusalReason::OneAtATime);
            return this.into();
        }
        this.question = None;
        let deposit = deposit(turn);
        let is_enough = deposit.missing().is_zero();
        if is_enough || !Till::of(turn).is_acceptable(deposit, unit, note) {
            this.refused = Some(if is_enough { Refused::NotWanted } else { Refused::NoChange });
            refuse(turn, unit, note, RefusalReason::DoesNotFit);
        } else if this.agreed || Till::of(turn).is_returnable_with(deposit, unit, note) {
            stack(turn, unit, note);
        } else {
            turn.ask(unit, UnitCommand::In(DepositCommand::Hold));
            this.question = Some(Question { unit, note, since: turn.now.at });
        }
        this.into()
    }

    /// A piece in another unit is to be stacked, or waits for the patient's answer: until it is credited or given back,
    /// nobody knows what may come in beside it.
    fn is_deciding_elsewhere(&self, turn: &Turn<'_>, unit: UnitId) -> bool {
        deposit(turn).stacking.keys().any(|other| *other != unit)
            || self.question.is_some_and(|question| question.unit != unit)
    }

    fn answer(mut self, turn: &mut Turn<'_>, keep: bool) -> Visit {
        if let Some(Question { unit, note, .. }) = self.question.take() {
            self.agreed |= keep;
            match keep {
                true => stack(turn, unit, note),
                false => refuse(turn, unit, note, RefusalReason::PatientTookBack),
            }
        }
        self.into()
    }

    fn take(self, turn: &mut Turn<'_>, unit: UnitId, reported: Option<Denomination>) -> Visit {
        let mut this = self.active(turn);
        this.question.take_if(|question| question.unit == unit);
        match credit(turn, unit, reported) {
            Ok(()) => {
                this.refused = None;
                accept_what_fits(turn);
                this.into()
            }
            Err(discrepancy) => Suspended::enter(turn, this.payment, discrepancy),
        }
    }

    /// The billing system is asked once more, just before money can move (K6).
    fn confirm(mut self, turn: &mut Turn<'_>) -> Visit {
        if self.may_confirm(turn) {
            self.bills.ask_to_confirm(turn);
        }
        self.into()
    }

    /// A note on its way in or out is waited for: its fate belongs to this payment.
    fn may_confirm(&self, turn: &Turn<'_>) -> bool {
        open(turn).missing().is_zero() && deposit(turn).stacking.is_empty() && self.drawn_in.is_empty()
    }

    fn look_at(self, turn: &mut Turn<'_>, finding: Finding) -> Visit {
        match finding {
            Finding::Nothing => self.into(),
            // Another piece may have begun to come in meanwhile.
            Finding::Confirmed if self.may_confirm(turn) => Fixing::enter(turn, self.payment),
            Finding::Confirmed => self.into(),
            Finding::Changed => self.bill_changed(turn),
        }
    }

    /// The old amount is never silently kept (K6).
    fn bill_changed(mut self, turn: &mut Turn<'_>) -> Visit {
        if let Some(Question { unit, note, .. }) = self.question.take() {
            refuse(turn, unit, note, RefusalReason::NoLongerAccepting);
        }
        Suspended::after_bill_change(turn, self.payment, self.drawn_in)
    }

    /// Where the clinic wants it, enough money is confirmed after a while without the button (K10).
    fn is_confirmed_by_itself(&self, turn: &Turn<'_>) -> bool {
        let after = turn.policy.times.auto_confirm();
        let is_due = after.is_some_and(|after| turn.now.at >= self.active_at.after(after));
        is_due && !self.bills.is_confirming() && self.may_confirm(turn)
    }

    /// The note in escrow comes back first (K14).
    fn cancel(mut self, turn: &mut Turn<'_>) -> Visit {
        if let Some(Question { unit, note, .. }) = self.question.take() {
            refuse(turn, unit, note, RefusalReason::PatientTookBack);
        }
        Leaving::enter(turn, self.payment, self.drawn_in)
    }

    fn walked_away(mut self, turn: &mut Turn<'_>) -> Visit {
        if open(turn).holds_nothing() {
            return Leaving::enter(turn, self.payment, self.drawn_in);
        }
        if !self.called {
            self.called = true;
            turn.call_staff(CallReason::Waiting);
        }
        self.into()
    }

    fn deposited(mut self, turn: &mut Turn<'_>, unit: UnitId, deposited: Deposited) -> Visit {
        self.drawn_in.unit_said(turn.now.at, unit, &deposited);
        self.stuck_called &= !self.drawn_in.is_empty();
        match deposited {
            Deposited::Arriving => return self.active(turn).into(),
            Deposited::Escrowed { denomination } => return self.decide(turn, unit, denomination),
            Deposited::Stacked { denomination } => return self.take(turn, unit, denomination),
            Deposited::Stored { place } => book_stored(turn, unit, place),
            Deposited::Returned => {
                self.question.take_if(|question| question.unit == unit);
                book_returned(turn, unit);
            }
            Deposited::Rejected { cause } => {
                self.question.take_if(|question| question.unit == unit);
                self.refused = Some(refused(cause));
            }
            Deposited::Inserted { denomination, place, event_no } => {
                credit_fallen(turn, StoreId { unit, place }, denomination, event_no);
                let mut this = self.active(turn);
                this.refused = None;
                accept_what_fits(turn);
                return this.into();
            }
            Deposited::EventsLost { count, event_no } => {
                let discrepancy = book_lost(turn, unit, count, event_no);
                return Suspended::enter(turn, self.payment, discrepancy);
            }
            Deposited::ToldUpTo { .. }
            | Deposited::ExitBlocked(_)
            | Deposited::ReturnPressed
            | Deposited::Inhibited => {}
        }
        self.into()
    }
}

impl Stage for Collecting {
    fn page(&self, scene: &Scene<'_>) -> Page {
        if scene.health.exit() == Some(ExitBlock::SecondNote) {
            return Page::TakeSecondNote;
        }
        if let Some(Question { note, .. }) = self.question {
            return Page::KeepNote { denomination: note };
        }
        if self.bills.is_confirming() {
            return Page::Counting;
        }
        let payment = scene.books.open.as_ref().expect("the payment is open while money comes in");
        let deposit = payment.deposit().expect("cash is intended before it comes in");
        let acceptance = scene.till().acceptance(deposit);
        let take_back = !scene.books.refused.is_empty() || scene.health.exit().is_some();
        Page::InsertCash {
            due: payment.due(),
            inserted: payment.brought(),
            missing: payment.missing(),
            change: payment.change(),
            accepting: acceptance.pieces(),
            reading: !self.drawn_in.is_empty() && !take_back,
            refused: self.refused,
            coins_limit: acceptance.coins_limit,
            take_back,
            other_card: self.other_card_at.is_some(),
            prompt: scene.now >= self.active_at.after(scene.policy.times.prompt_after()),
            cancel: cancel_effect(scene, deposit),
        }
    }

    /// First the prompt, then the call, then nothing: money stays inside and acceptance on (K16).
    fn deadline(&self, now: Moment, times: &Times) -> Option<Moment> {
        if let Some(question) = self.question {
            return Some(question.expires_at());
        }
        let prompt = self.active_at.after(times.prompt_after());
        let away = self.active_at.after(times.walked_away());
        let idle = match now < prompt {
            true => Some(prompt),
            false => (!self.called).then_some(away),
        };
        let other_card = self.other_card_at.map(|at| at.after(OTHER_CARD_SHOWN));
        let confirmed_by_itself = times.auto_confirm().map(|after| self.active_at.after(after));
        let due = confirmed_by_itself.filter(|due| now < *due);
        let stuck = self.stuck_at().filter(|at| now < *at);
        [idle, other_card, due, stuck, Some(self.bills.deadline(times))].into_iter().flatten().min()
    }

    /// It never mixes with the payment under way.
    fn scanned(mut self, turn: &mut Turn<'_>, number: Option<PatientNumber>) -> Visit {
        let is_of_this_payment =
            |number: &PatientNumber| open(turn).bills.iter().any(|bill| bill.patient.number == *number);
        if !number.as_ref().is_some_and(is_of_this_payment) {
            self.other_card_at = Some(turn.now.at);
        }
        self.into()
    }

    fn quoted(mut self, turn: &mut Turn<'_>, request: u64, outcome: QuoteOutcome) -> Visit {
        let finding = self.bills.answered(turn, request, &outcome);
        self.look_at(turn, finding)
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

    fn unit(self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        if let Some(trouble) = stops_deposit(turn, unit, &event) {
            return Suspended::after_trouble(turn, self.payment, unit, trouble, &self.drawn_in);
        }
        match event {
            UnitEvent::In(deposited) => self.deposited(turn, unit, deposited),
            // It began anew and takes nothing until it is told again; or a hopper can be paid from again, or not.
            UnitEvent::State(Stated::Ready { .. } | Stated::Trouble { .. }) => {
                accept_what_fits(turn);
                self.into()
            }
            UnitEvent::State(Stated::Identified { .. }) | UnitEvent::Out(_) | UnitEvent::Counts(_) => {
                self.into()
            }
        }
    }

    fn tick(mut self, turn: &mut Turn<'_>) -> Visit {
        if let Some(question) = self.question {
            return match turn.now.at >= question.expires_at() {
                true => self.answer(turn, false),
                false => self.into(),
            };
        }
        let now = turn.now.at;
        self.other_card_at = self.other_card_at.filter(|at| now < at.after(OTHER_CARD_SHOWN));
        self.look_after_note(turn);
        match self.bills.tick(turn) {
            Finding::Nothing => {}
            finding => return self.look_at(turn, finding),
        }
        if self.is_confirmed_by_itself(turn) {
            return self.confirm(turn);
        }
        if now >= self.active_at.after(turn.policy.times.walked_away()) {
            return self.walked_away(turn);
        }
        self.into()
    }
}

fn refused(cause: RejectCause) -> Refused {
    match cause {
        RejectCause::Unreadable => Refused::Unreadable,
        RejectCause::NotWanted => Refused::NotWanted,
    }
}

fn open_payment(turn: &mut Turn<'_>, bills: Vec<Bill>) -> PaymentId {
    let payment = turn.books.next_payment();
    let lines = lines_of(&bills);
    turn.record_private(PaymentEntry::PaymentOpened { payment, lines }, Private::Bills(bills));
    payment
}

/// The patients are numbered as they come.
fn lines_of(bills: &[Bill]) -> Vec<Line> {
    let mut patients: Vec<&PatientNumber> = Vec::new();
    let mut lines = Vec::new();
    for Bill { id, revision, due, patient, .. } in bills {
        if !patients.contains(&&patient.number) {
            patients.push(&patient.number);
        }
        let before = patients.iter().position(|known| **known == patient.number).unwrap_or_default();
        let whose = Whose(u8::try_from(before + 1).expect("nobody pays for 255 patients"));
        lines.push(Line { bill: id.clone(), revision: *revision, due: *due, whose });
    }
    lines
}

/// Written before the units are told to take anything.
fn intend_cash(turn: &mut Turn<'_>, takes: Takes, counts_before: BTreeMap<UnitId, DeviceCounts>) {
    let payment = open(turn);
    let (tender, asked) = (payment.next_tender(), payment.missing());
    turn.record(TenderEntry::TenderIntended { tender, asked, means: Means::Cash { takes, counts_before } });
}
