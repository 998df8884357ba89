//! The machine as one value.

mod asked;

use api::{
    CallProgress, CallView, ClosedReason, DoubtView, DoubtfulPrint, IncidentView, KioskView, Page, PaymentId,
    PaymentSummary, Touch, WallTime,
};
use device_api::{
    DepositCommand, Deposited, Moment, Paid, ScannedCode, ScannerEvent, UnitCommand, UnitEvent,
};

use crate::billing::Billing;
use crate::books::Books;
use crate::calls::{self, Calls};
use crate::card::Cards;
use crate::clock::{self, Clock};
use crate::fitted::Fitted;
use crate::halt::{Halt, Stood};
use crate::health::Health;
use crate::input::Happening;
use crate::turn::Turn;
use crate::upkeep::{self, Upkeep};
use crate::visit::{Idle, Issuing, Recalling, Scene, Suspended, Visit, Waking};
use crate::{
    BillingEvent, CallReason, CashEntry, Discrepancy, Draft, Entry, Input, MachineEntry, Now, PaymentEntry,
    Policy, Recovery, Step, billing, cash, comparing, incident, papers, payment,
};

/// All decisions of the machine. Feed it with [`handle`](Engine::handle); wake it at
/// [`deadline`](Engine::deadline); draw [`view`](Engine::view).
#[derive(Debug)]
pub struct Engine {
    policy: Policy,
    books: Books,
    health: Health,
    calls: Calls,
    visit: Visit,
    billing: Billing,
    upkeep: Upkeep,
    cards: Cards,
    clock: Clock,
    fitted: Fitted,
    view: KioskView,
    /// The first view of the page that is on screen: touches on it are meant for this page.
    page_seq: u64,
    now: Moment,
    deadline: Option<Moment>,
}

impl Engine {
    /// The machine as the journal left it. The returned step is to be carried out like any other.
    pub fn recover(policy: Policy, journal: Recovery, now: Now) -> (Engine, Step) {
        Engine::begin(policy, journal, now, None)
    }

    /// The machine goes on after it stood still, with what the journal holds.
    pub(crate) fn after_halt(halt: &Halt, journal: Recovery, now: Now) -> (Engine, Step) {
        Engine::begin(halt.policy.clone(), journal, now, Some(halt))
    }

    fn begin(policy: Policy, journal: Recovery, now: Now, halt: Option<&Halt>) -> (Engine, Step) {
        let Recovery { books, break_length } = journal;
        let clock = Clock::begin(break_length.last_at(), now);
        let was_short = !break_length.was_long(now.wall) && !clock.was_behind();
        let health = Health::new(&policy);
        let seq = halt.map_or(0, |halt| halt.view().seq + 1);
        let mut engine = Engine {
            policy,
            books,
            health,
            calls: Calls::default(),
            visit: Visit::Idle(Idle),
            // Screen and bridge are still there after a halt, and know the old numbers.
            billing: Billing::new(now.at, halt.map_or(0, |halt| halt.stood.requests)),
            upkeep: Upkeep::default(),
            cards: Cards::default(),
            clock,
            fitted: Fitted::default(),
            view: KioskView::new(seq, Page::Closed { reason: ClosedReason::Starting }, CallProgress::None),
            page_seq: seq,
            now: now.at,
            deadline: None,
        };
        let step = engine.turn(now, |turn, _| resume(turn, was_short, halt));
        (engine, step)
    }

    /// Handles one input. First the entries have to be durable, then the outputs may go.
    pub fn handle(&mut self, now: Now, input: Input) -> Step {
        let happening = self.accept(&input);
        if let Some(Happening::Scanned(number)) = &happening {
            self.cards.read(now.at, &self.view.page, self.books.open.as_ref(), number.as_ref());
        }
        self.turn(now, |turn, visit| {
            note_that_the_exit_is_free(turn, &input);
            note_events_told(turn, &input);
            if let Input::Unit(unit, UnitEvent::Counts(counted)) = &input {
                cash::book_left_unpaid(turn, *unit, counted);
            }
            comparing::look(turn, &input);
            if let Input::Unit(unit, UnitEvent::Out(Paid::Disturbed { id, what })) = input {
                cash::note_disturbance(turn, unit, id, what);
            }
            let happening = handle_common(turn, input).or(happening);
            let visit = match happening {
                Some(happening) => visit.on(turn, happening),
                None => visit,
            };
            // What has just become lasting is known to the visit before its page is drawn.
            upkeep::look_after(turn);
            let visit = visit.on(turn, Happening::Tick);
            billing::look_after(turn);
            calls::call_again(turn);
            visit
        })
    }

    /// `entries` could not be written: what they decided does not happen, and nothing else may.
    pub(crate) fn halt(&self, now: Now, entries: &[Draft]) -> Halt {
        let closed = entries.iter().find_map(|draft| match &draft.entry {
            Entry::Payment(PaymentEntry::PaymentClosed { payment, .. }) => Some(*payment),
            _ => None,
        });
        let payment = self.open_payment().or(closed);
        let begins = |draft: &Draft| matches!(draft.entry, Entry::Machine(MachineEntry::MachineStarted));
        let stood = Stood {
            units_were_told: !entries.iter().any(begins),
            payment,
            last_payment: self.books.last_payment(),
            with_patient: payment.is_some() || !self.view.page.is_start(),
            requests: self.billing.requests(),
            billing_connected: self.billing.is_connected(),
            seq: self.view.seq,
        };
        Halt::begin(now, self.policy.clone(), self.health.clone(), self.calls.clone(), stood)
    }

    /// What time it is for people, by the step that was handled last. Its entries are written beside this.
    pub(crate) fn wall(&self) -> WallTime {
        self.clock.told()
    }

    /// What the kiosk screen shows now.
    #[inline]
    pub fn view(&self) -> &KioskView {
        &self.view
    }

    /// When [`Input::Tick`] is due, if nothing comes before.
    #[inline]
    pub fn deadline(&self) -> Option<Moment> {
        self.deadline
    }

    /// The calls for staff that are not over.
    pub fn calls(&self) -> Vec<CallView> {
        self.calls.list()
    }

    /// The papers that a person has to look at.
    pub fn papers_in_doubt(&self) -> Vec<DoubtfulPrint> {
        papers::in_doubt(&self.books)
    }

    /// What units say of themselves and does not fit the journal.
    pub fn doubts(&self) -> Vec<DoubtView> {
        comparing::list(&self.policy, &self.books)
    }

    /// Money of which something is not known.
    pub fn incidents(&self) -> Vec<IncidentView> {
        incident::list(&self.books)
    }

    /// The payment whose money part has not ended.
    pub fn open_payment(&self) -> Option<PaymentId> {
        self.books.open.as_ref().map(|open| open.id)
    }

    /// Whether a patient is paying now; not if the payment waits for a person.
    pub fn is_taking_money(&self) -> bool {
        self.books.open.as_ref().is_some_and(|open| open.suspended.is_none())
    }

    /// What became of a payment, if it is one of the newest.
    pub fn payment(&self, id: PaymentId) -> Option<&PaymentSummary> {
        self.books.summaries.get(id)
    }

    fn scene(&self) -> Scene<'_> {
        let Engine { now, policy, books, health, billing, upkeep, .. } = self;
        Scene { now: *now, policy, books, health, billing, upkeep }
    }

    #[cfg(test)]
    pub(crate) fn books(&self) -> &Books {
        &self.books
    }

    /// What concerns every state alike is noted; what the visit has to react to is returned.
    fn accept(&mut self, input: &Input) -> Option<Happening> {
        match input {
            Input::Unit(unit, event) => {
                self.health.unit_said(*unit, event);
                Some(Happening::Unit(*unit, event.clone()))
            }
            Input::Printer(event) => {
                self.health.printer_said(event);
                None
            }
            Input::Scanner(ScannerEvent::Scanned(code)) => {
                let number = self.read_card(code);
                self.health.code_was_read(number.is_some());
                Some(Happening::Scanned(number))
            }
            Input::Scanner(ScannerEvent::Unreadable) => Some(Happening::Scanned(None)),
            Input::Touch(touch) if self.is_meant_for_this_page(*touch) => {
                Some(Happening::Touched(touch.button))
            }
            Input::JournalBroken(found) => {
                self.health.journal = Some(*found);
                None
            }
            Input::Billing(BillingEvent::Quoted { request, outcome }) => {
                self.health.patient_was_asked(outcome);
                Some(Happening::Quoted(*request, outcome.clone()))
            }
            Input::Scanner(event @ ScannerEvent::Connected(_)) => {
                self.health.scanner_said(event);
                None
            }
            Input::Touch(_)
            | Input::Billing(
                BillingEvent::Connected
                | BillingEvent::Disconnected
                | BillingEvent::Delivered { .. }
                | BillingEvent::NotDelivered { .. }
                | BillingEvent::Troubles(_),
            )
            | Input::Desk(_)
            | Input::Tick => None,
        }
    }

    fn read_card(&self, code: &ScannedCode) -> Option<api::PatientNumber> {
        self.policy.card.read(code.expose()).map(api::PatientNumber)
    }

    fn is_meant_for_this_page(&self, touch: Touch) -> bool {
        (self.page_seq..=self.view.seq).contains(&touch.seq)
    }

    /// Runs one transition and draws the view that follows from it.
    fn turn(&mut self, now: Now, transition: impl FnOnce(&mut Turn<'_>, Visit) -> Visit) -> Step {
        let mut step = Step::default();
        let was_believed = self.clock.doubt().is_none();
        let now = Now { wall: self.clock.read(now), ..now };
        self.health.clock = self.clock.doubt();
        // A transition that panics leaves the visit poisoned: nothing moves money from there.
        let visit = std::mem::replace(&mut self.visit, Visit::Poisoned);
        let mut turn = Turn {
            now,
            policy: &self.policy,
            health: &self.health,
            books: &mut self.books,
            calls: &mut self.calls,
            billing: &mut self.billing,
            upkeep: &mut self.upkeep,
            clock: &mut self.clock,
            fitted: &mut self.fitted,
            step: &mut step,
        };
        clock::note_doubt(&mut turn, was_believed);
        self.visit = transition(&mut turn, visit);
        let is_settled = self.health.clock.is_some() && self.clock.doubt().is_none();
        self.health.clock = self.clock.doubt();
        self.now = now.at;
        self.draw();
        self.set_deadline();
        if is_settled {
            // What waits for the clock goes on.
            self.deadline = Some(now.at);
        }
        step
    }

    fn set_deadline(&mut self) {
        let times = &self.policy.times;
        let idle = matches!(self.visit, Visit::Idle(_));
        let expiry = idle.then(|| self.calls.expiry(self.now, times)).flatten();
        let deadlines = [
            self.visit.deadline(self.now, times),
            self.calls.deadline(self.now, times),
            self.billing.deadline(self.now, times),
            self.upkeep.deadline(),
            self.cards.deadline(self.now),
            Some(self.clock.deadline(self.now)),
            expiry,
        ];
        self.deadline = deadlines.into_iter().flatten().min();
    }

    fn draw(&mut self) {
        let times = &self.policy.times;
        let page = self.visit.page(&self.scene());
        let call = self.calls.progress(self.now, times);
        let card = self.cards.answer(self.now);
        if page == self.view.page && call == self.view.call && card == self.view.card {
            return;
        }
        let seq = self.view.seq + 1;
        if !touches_carry_over(&self.view.page, &page) {
            self.page_seq = seq;
        }
        self.view = KioskView::answering(seq, page, call, card);
    }
}

/// After a restart the unit is asked for what came later.
fn note_events_told(turn: &mut Turn<'_>, input: &Input) {
    let &Input::Unit(unit, UnitEvent::In(Deposited::ToldUpTo { event_no })) = input else { return };
    if turn.books.last_events.get(&unit) != Some(&event_no) {
        turn.record(CashEntry::EventsTold { unit, event_no });
    }
}

/// A note that was given back is gone when the next one comes, or when the unit is at rest. A unit whose program began
/// anew meanwhile may not tell of it in any other way.
fn note_that_the_exit_is_free(turn: &mut Turn<'_>, input: &Input) {
    let Input::Unit(
        unit,
        UnitEvent::In(Deposited::Arriving | Deposited::Escrowed { .. } | Deposited::Inhibited),
    ) = input
    else {
        return;
    };
    let refused = turn.books.refused.get(unit).copied();
    if let (true, Some(denomination)) = (turn.policy.can(*unit).escrow, refused) {
        turn.record(CashEntry::NoteReturned { unit: *unit, denomination });
    }
}

/// What every state does alike. Returns what the visit has to react to besides.
fn handle_common(turn: &mut Turn<'_>, input: Input) -> Option<Happening> {
    match input {
        Input::Printer(event) => papers::printer_said(turn, &event).then_some(Happening::PapersChanged),
        Input::Touch(Touch { button: api::Button::CallStaff, .. }) => {
            turn.call_staff(CallReason::Patient);
            None
        }
        Input::Billing(event) => {
            billing::said(turn, event);
            None
        }
        Input::Desk(order) => crate::desk::carry_out(turn, order),
        Input::Unit(..) | Input::Scanner(_) | Input::Touch(_) | Input::JournalBroken(_) | Input::Tick => None,
    }
}

/// After a start: whatever was open was interrupted. Nothing moves by itself unless the break was short and nothing is
/// unproven (K17).
fn resume(turn: &mut Turn<'_>, was_short: bool, halt: Option<&Halt>) -> Visit {
    turn.record(MachineEntry::MachineStarted);
    clock::note_at_start(turn);
    if let Some(halt) = halt {
        halt.write_down(turn);
    }
    for unit in turn.policy.units.iter().filter(|unit| unit.can.numbers_deposits) {
        let written = &turn.books.last_events;
        let last = match halt {
            Some(halt) => halt.told_up_to(unit.id, written),
            None => written.get(&unit.id).copied(),
        };
        if let Some(last) = last {
            turn.ask(unit.id, UnitCommand::In(DepositCommand::ToldUpTo(last)));
        }
    }
    papers::interrupted(turn);
    let paper = turn.books.papers.values().next().map(|paper| paper.payment);
    for (&reason, &since) in &turn.books.unanswered {
        turn.calls.goes_on(turn.now, reason, since);
    }
    if !turn.books.units.doubts.is_empty() {
        turn.call_staff(CallReason::Doubt);
    }
    if !turn.books.refused.is_empty() {
        // Asked to take nothing, the unit says when its exit is free.
        turn.stop_accepting();
    }
    let Some(open) = &turn.books.open else {
        return match paper {
            Some(payment) => Issuing::resume(turn, payment),
            None => Idle::enter(turn),
        };
    };
    let (payment, suspended, holds_nothing) = (open.id, open.suspended.is_some(), open.holds_nothing());
    let Some(deposit) = open.deposit() else {
        // Nothing was intended yet, so nothing was sent on its account.
        payment::close_untouched(turn, payment);
        return Idle::enter(turn);
    };
    if let Some(payout) = deposit.paying {
        return Recalling::enter(turn, payment, payout, was_short);
    }
    match (suspended, holds_nothing) {
        // A coin that fell in just before is told once the acceptor is there.
        (false, _) if was_short => Waking::enter(turn, payment),
        (true, _) | (false, false) => Suspended::after_restart(turn, payment, Discrepancy::Interrupted),
        (false, true) => {
            payment::close_untouched(turn, payment);
            Idle::enter(turn)
        }
    }
}

/// A finger on its way to a button of a page whose figures change is still meant for that button, unless what
/// 「やめる」 does has changed under it.
fn touches_carry_over(before: &Page, after: &Page) -> bool {
    match (before, after) {
        (Page::InsertCash { cancel: before, .. }, Page::InsertCash { cancel: after, .. }) => before == after,
        (Page::ChooseMethod { takes: before, .. }, Page::ChooseMethod { takes: after, .. }) => {
            before == after
        }
        (before, after) => std::mem::discriminant(before) == std::mem::discriminant(after),
    }
}
