//! The machine while nothing can be written down. It takes nothing, lets nothing go, says so, and rings.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api::{
    Act, Answer, CallProgress, CallReason, CallView, ClosedReason, Done, DoubtView, DoubtfulPrint,
    IncidentView, JournalTrouble, KioskView, MachineView, Offer, Order, Page, PageName, PaymentId,
    PaymentSummary, Question, Refusal, Staff, WallTime,
};
use device_api::{DepositCommand, Deposited, Moment, Stated, UnitCommand, UnitEvent, UnitId, UnitPart};
use money::DenominationSet;

use crate::calls::Calls;
use crate::health::Health;
use crate::turn::Turn;
use crate::{
    BillingEvent, CallEntry, Draft, Input, MachineEntry, Now, Output, Policy, Recovery, Reply, Step,
};

/// How often the journal is tried again. A patient may stand there, so it is soon; each try writes some megabytes, so
/// it is not all the time.
const TRY_EVERY: Duration = Duration::from_secs(5);

/// The counter of an acceptor tells so many events apart.
const COUNTED_MAX: usize = 255;

/// A machine that stands still because an entry could not be written. What it had decided last is not known to be in the
/// journal, so nothing is kept of it but what is for people: who calls, and what is said on screen.
#[derive(Debug)]
pub struct Halt {
    pub(crate) policy: Policy,
    health: Health,
    calls: Calls,
    /// Who answered the calls last. Written down as soon as that is possible.
    answered: Option<Staff>,
    since: WallTime,
    pub(crate) stood: Stood,
    /// The units that have not said that they take nothing.
    open: BTreeSet<UnitId>,
    /// What acceptors counted and is not known to be written, in this order. An acceptor remembers the last five events, so
    /// that they are kept here: while the disk hung more may have been told.
    counted: Vec<(UnitId, UnitEvent)>,
    /// `None` while a try is under way.
    try_at: Option<Moment>,
    view: KioskView,
}

/// Where the machine stood.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stood {
    /// The payment that may be open: by the journal, or by what could not be written.
    pub(crate) payment: Option<PaymentId>,
    pub(crate) last_payment: Option<PaymentId>,
    /// Somebody may stand before it who has begun something.
    pub(crate) with_patient: bool,
    /// Questions asked of the billing system.
    pub(crate) requests: u64,
    pub(crate) billing_connected: bool,
    /// The drivers were told up to where the journal knows what units count, and what they tell follows on that.
    pub(crate) units_were_told: bool,
    /// The view that was shown last.
    pub(crate) seq: u64,
}

impl Halt {
    /// Stands still from now on; the outputs close the slots.
    pub(crate) fn begin(now: Now, policy: Policy, health: Health, calls: Calls, stood: Stood) -> Halt {
        let reason = if stood.with_patient { ClosedReason::Halted } else { ClosedReason::Records };
        let open = policy.units.iter().map(|unit| unit.id).collect();
        let mut halt = Halt {
            policy,
            health,
            calls,
            answered: None,
            since: now.wall,
            stood,
            open,
            counted: Vec::new(),
            try_at: Some(now.at.after(TRY_EVERY)),
            view: KioskView::new(stood.seq + 1, Page::Closed { reason }, CallProgress::None),
        };
        halt.calls.ring(now, CallReason::Records);
        halt.calls.show(CallReason::Records);
        halt.draw(now.at);
        halt
    }

    /// The program began, and could not read or write its journal. Nobody knows what was open.
    pub(crate) fn from_the_start(policy: Policy, now: Now) -> Halt {
        let health = Health::new(&policy);
        let stood = Stood {
            payment: None,
            last_payment: None,
            with_patient: true,
            requests: 0,
            billing_connected: false,
            units_were_told: false,
            seq: 0,
        };
        Halt::begin(now, policy, health, Calls::default(), stood)
    }

    /// Nothing is decided; what concerns people and slots is heard.
    pub(crate) fn handle(&mut self, now: Now, input: Input) -> Vec<Output> {
        let outputs = match input {
            Input::Unit(unit, event) => {
                self.health.unit_said(unit, &event);
                self.unit_said(unit, &event);
                self.keep_counted(unit, event);
                Vec::new()
            }
            Input::Printer(event) => {
                self.health.printer_said(&event);
                Vec::new()
            }
            Input::Scanner(event) => {
                self.health.scanner_said(&event);
                Vec::new()
            }
            Input::Touch(touch) if touch.button == api::Button::CallStaff => {
                self.calls.ring(now, CallReason::Patient);
                Vec::new()
            }
            Input::Billing(BillingEvent::Connected) => {
                self.stood.billing_connected = true;
                Vec::new()
            }
            Input::Billing(BillingEvent::Disconnected) => {
                self.stood.billing_connected = false;
                Vec::new()
            }
            Input::JournalBroken(found) => {
                self.health.journal = Some(found);
                Vec::new()
            }
            Input::Desk(order) => vec![Output::Answer(Box::new(self.ordered(now, order)))],
            Input::Touch(_)
            | Input::Billing(
                BillingEvent::Quoted { .. }
                | BillingEvent::Delivered { .. }
                | BillingEvent::NotDelivered { .. }
                | BillingEvent::Troubles(_),
            )
            | Input::Tick => Vec::new(),
        };
        if self.calls.answered_long_ago(now.at).contains(&CallReason::Records) {
            self.calls.ring(now, CallReason::Records);
            self.calls.show(CallReason::Records);
        }
        self.draw(now.at);
        outputs
    }

    /// A unit that began anew, or has moved something, may have its slot open. A payout that was disturbed is not noted, so
    /// that the unit keeps in mind what a new driver will have to see.
    fn unit_said(&mut self, unit: UnitId, event: &UnitEvent) {
        match event {
            UnitEvent::In(Deposited::Inhibited) => {
                self.open.remove(&unit);
            }
            UnitEvent::State(Stated::Ready { part: UnitPart::Acceptor })
            | UnitEvent::In(Deposited::Arriving | Deposited::Escrowed { .. } | Deposited::Inserted { .. }) => {
                self.open.insert(unit);
            }
            UnitEvent::In(
                Deposited::Stacked { .. }
                | Deposited::Stored { .. }
                | Deposited::Returned
                | Deposited::EventsLost { .. }
                | Deposited::ToldUpTo { .. }
                | Deposited::Rejected { .. }
                | Deposited::ExitBlocked(_)
                | Deposited::ReturnPressed,
            )
            | UnitEvent::State(
                Stated::Ready { part: UnitPart::Hopper(_) }
                | Stated::Identified { .. }
                | Stated::Trouble { .. },
            )
            | UnitEvent::Out(_)
            | UnitEvent::Counts(_) => {}
        }
    }

    /// Drivers that were told nothing begin wherever a unit stands: what they tell would hide what happened before. The ones that
    /// come after them are told, and tell all.
    fn keep_counted(&mut self, unit: UnitId, event: UnitEvent) {
        let is_kept = self.stood.units_were_told && event.event_no().is_some();
        if is_kept && self.counted.len() < COUNTED_MAX {
            self.counted.push((unit, event));
        }
    }

    /// What is to be written of it when the newest that the journal knows of each unit has this number. Of what is kept only
    /// the first was in a step that may have been written.
    pub(crate) fn counted_after(&self, written: &BTreeMap<UnitId, u8>) -> &[(UnitId, UnitEvent)] {
        match self.counted.split_first() {
            Some(((unit, first), others)) if first.event_no().as_ref() == written.get(unit) => others,
            _ => &self.counted,
        }
    }

    /// Up to which of a unit's events everything is told then.
    pub(crate) fn told_up_to(&self, unit: UnitId, written: &BTreeMap<UnitId, u8>) -> Option<u8> {
        let mut newest_first = self.counted_after(written).iter().rev();
        let newest = newest_first.find(|(of, _)| *of == unit);
        newest.map_or(written.get(&unit).copied(), |(_, event)| event.event_no())
    }

    /// Somebody may answer the call; everything else would have to be written down first.
    fn ordered(&mut self, now: Now, Order { staff, act }: Order) -> Result<Done, Refusal> {
        match act {
            Act::AnswerCalls { reason } => match self.calls.answer(now.at, reason, &staff) {
                true => {
                    self.answered = Some(staff);
                    Ok(Done::CallsAnswered)
                }
                false => Err(Refusal::NobodyCalls),
            },
            Act::TakeOver { .. }
            | Act::Decide { .. }
            | Act::SetStock { .. }
            | Act::SettleDoubt { .. }
            | Act::SettleIncident { .. }
            | Act::ConfirmClock
            | Act::AnswerPaper { .. } => Err(Refusal::Halted),
        }
    }

    /// Closes every slot whose unit has not said that it is closed.
    pub(crate) fn close_slots(&self) -> Vec<Output> {
        let closed = UnitCommand::In(DepositCommand::Accept(DenominationSet::EMPTY));
        let units = self.policy.units.iter().map(|unit| unit.id).filter(|unit| self.open.contains(unit));
        units.map(|unit| Output::Unit(unit, closed.clone())).collect()
    }

    /// Whether the journal is to be tried now. Once it says so, the try counts as begun.
    pub(crate) fn begins_to_try(&mut self, now: Moment) -> bool {
        self.try_at.take_if(|at| *at <= now).is_some()
    }

    /// The journal still cannot be used.
    pub(crate) fn failed_again(&mut self, now: Moment) {
        self.try_at = Some(now.after(TRY_EVERY));
    }

    pub(crate) fn deadline(&self, now: Moment) -> Option<Moment> {
        let deadlines = [self.try_at, self.calls.deadline(now, &self.policy.times)];
        deadlines.into_iter().flatten().min()
    }

    pub(crate) fn view(&self) -> &KioskView {
        &self.view
    }

    pub(crate) fn calls(&self) -> Vec<CallView> {
        self.calls.list()
    }

    /// What the units say of themselves is known; what lies in them is the journal's to say.
    fn status(&self, trouble: JournalTrouble) -> MachineView {
        MachineView {
            journal: Some(trouble),
            page: PageName::Closed,
            offer: Offer::nothing(ClosedReason::Records),
            units: self.health.view(),
            billing_connected: self.stood.billing_connected,
            billing_troubles: Vec::new(),
            open_payment: self.stood.payment,
            last_payment: self.stood.last_payment,
            undelivered_results: None,
            doubts: Vec::new(),
            incidents: Vec::new(),
            stores: Vec::new(),
            elsewhere: Vec::new(),
            ledger_balanced: None,
            journal_checked: None,
        }
    }

    fn answer(&self, question: Question, trouble: Option<&JournalTrouble>) -> Result<Answer, Refusal> {
        match (question, trouble) {
            (Question::Calls, _) => Ok(Answer::Calls(self.calls())),
            (Question::Status, Some(trouble)) => Ok(Answer::Status(Box::new(self.status(trouble.clone())))),
            (
                Question::Status
                | Question::JournalVerify
                | Question::JournalShow { .. }
                | Question::Payment { .. }
                | Question::Doubts
                | Question::Incidents
                | Question::Incident { .. }
                | Question::Papers,
                _,
            ) => Err(Refusal::Halted),
        }
    }

    /// What happened meanwhile and could not be written: first the calls that somebody has answered, then the others.
    pub(crate) fn write_down(&self, turn: &mut Turn<'_>) {
        turn.record(MachineEntry::MachineHalted { since: self.since });
        let (answered, ringing) = self.calls.reasons();
        answered.into_iter().for_each(|reason| turn.call_staff(reason));
        if let Some(by) = &self.answered
            && turn.calls.answer(turn.now.at, None, by)
        {
            turn.record(CallEntry::CallAnswered { reason: None, by: by.clone() });
        }
        ringing.into_iter().for_each(|reason| turn.call_staff(reason));
    }

    fn draw(&mut self, now: Moment) {
        let call = self.calls.progress(now, &self.policy.times);
        if call != self.view.call {
            self.view = KioskView::new(self.view.seq + 1, self.view.page.clone(), call);
        }
    }
}

/// The machine, whether it works or stands still. What carries its decisions out asks this.
#[derive(Debug)]
pub enum Service {
    /// Its decisions can be written down.
    Working(Box<crate::Engine>),
    /// They cannot.
    Halted(Box<Halt>),
}

impl Service {
    /// As [`Engine::recover`](crate::Engine::recover).
    pub fn recover(policy: Policy, journal: Recovery, now: Now) -> (Service, Step) {
        let (engine, step) = crate::Engine::recover(policy, journal, now);
        (Service::Working(Box::new(engine)), step)
    }

    /// The program began, and its journal cannot be read or written for now.
    pub fn halted(policy: Policy, now: Now) -> Service {
        Service::Halted(Box::new(Halt::from_the_start(policy, now)))
    }

    /// Handles one input. First the entries have to be durable, then the outputs may go.
    pub fn handle(&mut self, now: Now, input: Input) -> Step {
        match self {
            Service::Working(engine) => engine.handle(now, input),
            Service::Halted(halt) => Step { entries: Vec::new(), outputs: halt.handle(now, input) },
        }
    }

    /// `entries` could not be written, or may not have been: what was to follow them is not let go. What is returned is.
    pub fn halt(&mut self, now: Now, entries: &[Draft]) -> Vec<Output> {
        if let Service::Working(engine) = self {
            *self = Service::Halted(Box::new(engine.halt(now, entries)));
        }
        match self {
            Service::Working(_) => Vec::new(),
            Service::Halted(halt) => halt.close_slots(),
        }
    }

    /// Whether the journal is to be opened anew and tried, and what is to be done meanwhile. Says so once a try.
    pub fn begins_to_try(&mut self, now: Moment) -> Option<Vec<Output>> {
        match self {
            Service::Working(_) => None,
            Service::Halted(halt) => halt.begins_to_try(now).then(|| halt.close_slots()),
        }
    }

    /// It was tried in vain.
    pub fn failed_again(&mut self, now: Moment) {
        match self {
            Service::Working(_) => {}
            Service::Halted(halt) => halt.failed_again(now),
        }
    }

    /// It can be written again, and this is what it holds: the machine begins anew, as after a restart. Its drivers have
    /// to be new ones. What acceptors counted meanwhile is written in the same step.
    pub fn begin_anew(&mut self, journal: Recovery, now: Now) -> Step {
        match self {
            Service::Working(_) => Step::default(),
            Service::Halted(halt) => {
                let counted = halt.counted_after(&journal.books.last_events).to_vec();
                let (mut engine, mut step) = crate::Engine::after_halt(halt, journal, now);
                for (unit, event) in counted {
                    let Step { entries, outputs } = engine.handle(now, Input::Unit(unit, event));
                    step.entries.extend(entries);
                    step.outputs.extend(outputs);
                }
                *self = Service::Working(Box::new(engine));
                step
            }
        }
    }

    /// What the kiosk screen shows now.
    #[inline]
    pub fn view(&self) -> &KioskView {
        match self {
            Service::Working(engine) => engine.view(),
            Service::Halted(halt) => halt.view(),
        }
    }

    /// What time entries of the step that was handled last are written beside.
    pub fn wall(&self, now: Now) -> WallTime {
        match self {
            Service::Working(engine) => engine.wall(),
            Service::Halted(_) => now.wall,
        }
    }

    /// When [`Input::Tick`] is due, if nothing comes before.
    #[inline]
    pub fn deadline(&self, now: Moment) -> Option<Moment> {
        match self {
            Service::Working(engine) => engine.deadline(),
            Service::Halted(halt) => halt.deadline(now),
        }
    }

    /// The calls for staff that are not over.
    pub fn calls(&self) -> Vec<CallView> {
        match self {
            Service::Working(engine) => engine.calls(),
            Service::Halted(halt) => halt.calls(),
        }
    }

    /// The payment whose money part has not ended, or may not have.
    pub fn open_payment(&self) -> Option<PaymentId> {
        match self {
            Service::Working(engine) => engine.open_payment(),
            Service::Halted(halt) => halt.stood.payment,
        }
    }

    /// What the desk is answered. `trouble` says why nothing can be written, if the machine stands still.
    pub fn answer(&self, question: Question, trouble: Option<&JournalTrouble>) -> Result<Reply, Refusal> {
        match self {
            Service::Working(engine) => engine.answer(question),
            Service::Halted(halt) => halt.answer(question, trouble).map(Reply::Now),
        }
    }

    /// What became of a payment, if it is one of the newest and the books can be asked.
    pub fn payment(&self, id: PaymentId) -> Option<&PaymentSummary> {
        self.working()?.payment(id)
    }

    /// What units say of themselves and does not fit the journal, if the books can be asked.
    pub fn doubts(&self) -> Vec<DoubtView> {
        self.working().map_or_else(Vec::new, crate::Engine::doubts)
    }

    /// Money of which something is not known, if the books can be asked.
    pub fn incidents(&self) -> Vec<IncidentView> {
        self.working().map_or_else(Vec::new, crate::Engine::incidents)
    }

    /// The papers that a person has to look at, if the books can be asked.
    pub fn papers_in_doubt(&self) -> Vec<DoubtfulPrint> {
        self.working().map_or_else(Vec::new, crate::Engine::papers_in_doubt)
    }

    /// The machine at work; `None` while it stands still.
    pub fn working(&self) -> Option<&crate::Engine> {
        match self {
            Service::Working(engine) => Some(engine),
            Service::Halted(_) => None,
        }
    }
}
