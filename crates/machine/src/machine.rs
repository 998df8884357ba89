use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use api::{KioskView, PaperName, Refusal, ToBridge};
use device_api::{
    DepositCommand, DriverOutput, Moment, PrintCause, PrinterCommand, PrinterEvent, UnitCommand, UnitEvent,
    UnitId,
};
use document::Stationery;
use engine::{Draft, Input, Now, Output, PaperFacts, Policy, PrintRequest, Recovery, Service, Step};
use money::DenominationSet;
use settings::Devices;

use crate::journal_log::JournalLog;
use crate::line::Lines;
use crate::slots::{self, Slots};
use crate::stop::Stop;
use crate::{Effect, Notice, Seams, Told, Turned, Wakeup};

/// How long an append may take. A commit takes milliseconds, and on a worn card a second or two. Whoever stands before a
/// machine that does nothing for longer has to be told why, and the desk has to know.
pub(crate) const APPEND_MAX: Duration = Duration::from_secs(10);

/// After so long without an end to an append nothing more is taken that would have to be written: an acceptor remembers the
/// last five coins, and of those before them a program that starts can only say that they are lost. A coin takes a second.
pub(crate) const APPEND_SLOW: Duration = Duration::from_millis(1_500);

/// Inputs that wait for the engine. While an append is under way drivers go on polling, and what they tell waits here; a
/// unit tells a handful of things a second, so this is more than an append may take. When it is full no driver is
/// asked or called any more: each keeps what it knows, and asks its device for nothing new.
pub(crate) const INPUTS_MAX: usize = 256;

/// Engine, drivers and papers of one machine.
///
/// A carrier calls [`handle`](Machine::handle) with what happens; then, until there is neither effect nor decision, it
/// carries out all effects that [`poll`](Machine::poll) returns and calls [`turn`](Machine::turn) if
/// [`wants_turn`](Machine::wants_turn); then it waits for what happens next, or for [`deadline`](Machine::deadline).
///
/// What the engine decides leaves only when its entries are durable. Meanwhile drivers go on with what they were told,
/// and nothing else is decided.
pub struct Machine<S> {
    service: Service,
    devices: Devices,
    lines: Lines,
    pub(crate) slots: Slots,
    stationery: Stationery,
    inputs: VecDeque<Happened>,
    /// The step that is decided and not known to be durable.
    writing: Option<Writing>,
    /// An append was given up and has not ended. Until it has, nobody opens the journal anew.
    overdue: bool,
    log: JournalLog,
    /// The lines wait for the first step: before it is durable no driver may act, because it does not know yet what was
    /// under way in its device.
    lines_wait: bool,
    effects: VecDeque<Effect>,
    /// The view that is shown.
    shown: Option<u64>,
    stop: Stop,
    seams: S,
}

/// Something that the engine has to be told.
enum Happened {
    Input(Input),
    /// It stood still, and can go on.
    JournalOpened(Box<Recovery>),
}

impl Happened {
    fn is_counted(&self) -> bool {
        matches!(self, Happened::Input(input) if is_counted(input))
    }

    fn is_by_people(&self) -> bool {
        matches!(self, Happened::Input(Input::Touch(_) | Input::Desk(_)))
    }
}

struct Writing {
    now: Now,
    /// The coin that it is about, or something else that an acceptor has counted. If it is not written, the coin is inside all
    /// the same.
    counted: Option<Input>,
    entries: Arc<Vec<Draft>>,
    /// Not let go before.
    outputs: Vec<Output>,
    /// It takes so long that the slots for coins are closed meanwhile.
    is_slow: bool,
}

impl Writing {
    fn given_up_at(&self) -> Moment {
        self.now.at.after(APPEND_MAX)
    }

    fn slow_at(&self) -> Option<Moment> {
        (!self.is_slow).then(|| self.now.at.after(APPEND_SLOW))
    }

    fn begins_to_be_slow(&self, now: Moment) -> bool {
        self.slow_at().is_some_and(|at| at <= now)
    }

    fn deadline(&self) -> Moment {
        self.slow_at().unwrap_or_else(|| self.given_up_at())
    }
}

impl<S: Seams> Machine<S> {
    /// A machine as its journal left it; without what the journal holds, one that stands still until it can be opened. Its
    /// lines are closed.
    pub fn start(settings: &settings::Machine, journal: Option<Recovery>, now: Now, seams: S) -> Machine<S> {
        let policy = Policy::of(settings);
        let (service, step) = match journal {
            Some(journal) => Service::recover(policy, journal, now),
            None => (Service::halted(policy, now), Step::default()),
        };
        let mut machine = Machine {
            service,
            devices: settings.devices.clone(),
            lines: Lines::new(&settings.devices),
            slots: Slots::default(),
            stationery: Stationery::of(settings),
            inputs: VecDeque::new(),
            writing: None,
            overdue: false,
            log: JournalLog::default(),
            lines_wait: true,
            effects: VecDeque::new(),
            shown: None,
            stop: Stop::NotAsked,
            seams,
        };
        machine.carry_out(now, step);
        machine
    }

    /// Takes in something that has happened.
    pub fn handle(&mut self, now: Moment, wakeup: Wakeup<'_>) {
        if self.stop.is_stopped() {
            return;
        }
        match wakeup {
            // Of a line from before: the carrier opens all of them anew when the first step is durable.
            Wakeup::LineOpened(_) | Wakeup::LineLost(_) | Wakeup::Bytes(..) if self.lines_wait => {}
            Wakeup::LineOpened(line) => self.at_line(now, |lines| lines.opened(now, line)),
            Wakeup::LineLost(line) => self.at_line(now, |lines| lines.lost(now, line)),
            Wakeup::Bytes(line, bytes) => self.at_line(now, |lines| lines.received(now, line, bytes)),
            Wakeup::Told(Told::Billing(event)) => self.tell(now, Input::Billing(event)),
            Wakeup::Told(told @ (Told::Touch(_) | Told::Desk(_) | Told::JournalBroken(_))) => {
                self.put(told.into());
            }
            Wakeup::Appended => {
                self.overdue = false;
                self.appended(now);
            }
            Wakeup::NotAppended => {
                self.overdue = false;
                self.not_appended(now);
            }
            Wakeup::JournalOpened(journal) => self.inputs.push_back(Happened::JournalOpened(journal)),
            Wakeup::JournalNotOpened => self.service.failed_again(now),
            Wakeup::Timeout => self.time_passed(now),
            Wakeup::Stop => self.begin_to_stop(now),
        }
        self.listen_if_decided(now);
        self.stop_if_closed(now);
    }

    /// The next thing for the carrier to do, until there is none.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Whether something waits to be decided and may be.
    pub fn wants_turn(&self) -> bool {
        self.writing.is_none() && !self.inputs.is_empty() && !self.stop.is_stopped()
    }

    /// Decides on one thing that waits. Both clocks and chance are read for it alone.
    pub fn turn(&mut self, now: Now) {
        if !self.wants_turn() {
            return;
        }
        match self.inputs.pop_front() {
            Some(Happened::Input(input)) if self.stop.hears(&input) => {}
            Some(Happened::Input(input)) => {
                let counted = is_counted(&input).then(|| input.clone());
                let step = self.service.handle(now, input);
                self.carry_out(now, step);
                if let Some(writing) = &mut self.writing {
                    writing.counted = counted;
                }
            }
            // A machine that is to end does not begin anew.
            Some(Happened::JournalOpened(_)) if self.stop.is_asked() => {}
            Some(Happened::JournalOpened(journal)) => self.begin_anew(now, *journal),
            None => {}
        }
        self.listen_if_decided(now.at);
        self.stop_if_closed(now.at);
    }

    /// When [`Wakeup::Timeout`] is due, if nothing comes before.
    pub fn deadline(&self, now: Moment) -> Option<Moment> {
        if self.stop.is_stopped() {
            return None;
        }
        let of_drivers = if self.has_room() { self.lines.deadline() } else { None };
        let other = match (self.stop.until(), &self.writing) {
            (Some(until), _) => Some(until),
            (None, Some(writing)) => Some(writing.deadline()),
            (None, None) => self.service.deadline(now),
        };
        Moment::earlier(of_drivers, other)
    }

    /// Whether what devices say can be taken in. If not, it is to wait on the line.
    pub fn has_room(&self) -> bool {
        self.inputs.len() < INPUTS_MAX
    }

    /// Whether it stands still because of an append that has not ended yet.
    pub fn waits_for_overdue_append(&self) -> bool {
        self.overdue
    }

    /// Whether nothing is being decided or written. What [`service`](Machine::service) says is durable then, and only then
    /// may sockets be heard.
    pub fn is_at_rest(&self) -> bool {
        self.writing.is_none() && self.inputs.is_empty()
    }

    /// What the machine knows, to look at.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// What is on screen once everything that was decided is durable.
    pub fn view(&self) -> &KioskView {
        self.service.view()
    }

    /// What watches from inside.
    pub fn seams(&self) -> &S {
        &self.seams
    }

    /// The same, to change it.
    pub fn seams_mut(&mut self) -> &mut S {
        &mut self.seams
    }
}

/// Deciding and writing.
impl<S: Seams> Machine<S> {
    /// What cannot be written does not happen.
    fn carry_out(&mut self, now: Now, step: Step) {
        let Step { entries, outputs } = self.seams.decided(step);
        if entries.is_empty() {
            self.let_all_go(now.at, outputs);
            return;
        }
        let (entries, wall) = (Arc::new(entries), self.service.wall(now));
        self.effects.push_back(Effect::Append { at: wall, entries: Arc::clone(&entries) });
        self.writing =
            Some(Writing { now: Now { wall, ..now }, counted: None, entries, outputs, is_slow: false });
    }

    fn appended(&mut self, now: Moment) {
        if let Some(Writing { outputs, entries, is_slow, .. }) = self.writing.take() {
            self.log.written(&entries);
            // Before what the step itself asks for, which may be something else.
            if is_slow && !self.stop.is_asked() {
                self.slots.wanted().for_each(|(unit, coins)| self.lines.ask_unit(now, unit, accept(coins)));
            }
            self.let_all_go(now, outputs);
        }
    }

    /// What was decided does not happen. Where the journal ends is found out by opening it again.
    fn not_appended(&mut self, at: Moment) {
        let Some(Writing { now, counted, entries, outputs, .. }) = self.writing.take() else { return };
        if outputs.iter().any(|output| matches!(output, Output::Answer(_))) {
            self.effects.push_back(Effect::AnswerDesk(Box::new(Err(Refusal::Halted))));
        }
        let closing = self.service.halt(Now { at, ..now }, &entries);
        // Before those that were told after it.
        counted.into_iter().for_each(|event| self.inputs.push_front(Happened::Input(event)));
        self.let_all_go(at, closing);
    }

    /// As after a restart: what the journal holds is all that is known, and the devices are asked by new drivers.
    fn begin_anew(&mut self, now: Now, journal: Recovery) {
        self.lines = Lines::new(&self.devices);
        self.slots = Slots::default();
        // What the old drivers have told and nobody has heard goes with them, but for what acceptors count: they remember the
        // last five events. The bridge will say everything anew.
        let (counted, others): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.inputs).into_iter().partition(Happened::is_counted);
        for happened in counted {
            if let Happened::Input(event) = happened {
                self.service.handle(now, event);
            }
        }
        self.inputs = others.into_iter().filter(Happened::is_by_people).collect();
        self.effects.push_back(Effect::CutBridge);
        self.lines_wait = true;
        let step = self.service.begin_anew(journal, now);
        self.carry_out(now, step);
    }

    fn time_passed(&mut self, now: Moment) {
        if self.has_room() {
            self.at_line(now, |lines| lines.time_passed(now));
        }
        if self.stop.is_asked() {
            return;
        }
        if let Some(writing) = self.writing.as_mut().filter(|writing| writing.begins_to_be_slow(now)) {
            writing.is_slow = true;
            let nothing = || accept(DenominationSet::EMPTY);
            self.slots.wanted().for_each(|(unit, _)| self.lines.ask_unit(now, unit, nothing()));
        }
        if self.writing.as_ref().is_some_and(|writing| writing.given_up_at() <= now) {
            self.overdue = true;
            self.not_appended(now);
        }
        if self.writing.is_some() {
            return;
        }
        if self.service.deadline(now).is_some_and(|at| at <= now) {
            self.put(Input::Tick);
        }
        if let Some(closing) = self.service.begins_to_try(now) {
            self.let_all_go(now, closing);
            match self.overdue {
                true => self.service.failed_again(now),
                false => self.effects.push_back(Effect::TryJournal),
            }
        }
    }

    fn put(&mut self, input: Input) {
        self.inputs.push_back(Happened::Input(input));
    }
}

/// Drivers, and what they are asked and tell.
impl<S: Seams> Machine<S> {
    fn at_line(&mut self, now: Moment, happen: impl FnOnce(&mut Lines)) {
        happen(&mut self.lines);
        self.listen(now);
    }

    /// Takes up what drivers ask for and tell.
    fn listen(&mut self, now: Moment) {
        while self.has_room() {
            match self.lines.poll() {
                Some((line, DriverOutput::Transmit(bytes))) => {
                    self.effects.push_back(Effect::Transmit(line, bytes));
                }
                Some((_, DriverOutput::Event(input))) => self.tell(now, input),
                None => return,
            }
        }
    }

    /// A driver is asked what follows from a command only when everything that is known is decided: what follows from
    /// that, too, it has to know first.
    fn listen_if_decided(&mut self, now: Moment) {
        if !self.wants_turn() {
            self.listen(now);
        }
    }

    fn tell(&mut self, now: Moment, event: Input) {
        if self.writing.as_ref().is_some_and(|writing| writing.is_slow) && self.slots.is_own_doing(&event) {
            return;
        }
        let Turned { told, ordered } = self.seams.told(event);
        self.inputs.extend(told.into_iter().map(Happened::Input));
        ordered.into_iter().for_each(|output| self.let_go(now, output));
    }

    fn let_all_go(&mut self, now: Moment, outputs: Vec<Output>) {
        for output in outputs {
            let heard = self.seams.leaves(&output);
            self.inputs.extend(heard.map(Happened::Input));
            self.let_go(now, output);
        }
        if std::mem::take(&mut self.lines_wait) {
            self.effects.push_back(Effect::OpenLines);
        }
        let view = self.service.view();
        if self.shown.replace(view.seq) != Some(view.seq) {
            self.effects.push_back(Effect::View(Box::new(view.clone())));
        }
        if self.is_at_rest() && self.log.is_to_be_emptied(&self.service.view().page) {
            self.effects.push_back(Effect::EmptyJournalLog);
        }
    }

    fn let_go(&mut self, now: Moment, output: Output) {
        match output {
            // The unit has told what became of the piece, and the engine will hear it: this would befall the next piece.
            Output::Unit(unit, command) if slots::is_outdated(&command, self.told_by(unit)) => {}
            // A slot that has said it is closed is not asked again before the end.
            Output::Unit(_, command) if self.stop.is_asked() && slots::opens(&command) => {}
            Output::Unit(unit, command) => {
                self.slots.asked(unit, &command);
                self.lines.ask_unit(now, unit, command);
            }
            Output::Print(request) => self.print(now, &request),
            Output::Quote { request, patient } => self.tell_bridge(ToBridge::Quote { request, patient }),
            Output::Deliver(result) => self.tell_bridge(ToBridge::Deliver(*result)),
            Output::Answer(answer) => self.effects.push_back(Effect::AnswerDesk(answer)),
        }
    }

    /// What a unit has told and nobody has heard.
    fn told_by(&self, unit: UnitId) -> impl Iterator<Item = &UnitEvent> {
        self.inputs.iter().filter_map(move |happened| match happened {
            Happened::Input(Input::Unit(by, event)) if *by == unit => Some(event),
            Happened::Input(_) | Happened::JournalOpened(_) => None,
        })
    }

    fn tell_bridge(&mut self, message: ToBridge) {
        self.effects.push_back(Effect::ToBridge(Box::new(message)));
    }

    fn print(&mut self, now: Moment, request: &PrintRequest) {
        let PrintRequest { job, attempt, separate, .. } = *request;
        let paper = name_of(&request.paper);
        match document::page(request, &self.stationery) {
            Ok(page) => {
                if page.replaced > 0 {
                    let notice = Notice::CharactersReplaced { paper, count: page.replaced };
                    self.effects.push_back(Effect::Log(Box::new(notice)));
                }
                let page = page.bytes;
                self.lines.ask_printer(now, PrinterCommand::Print { job, attempt, separate, page });
            }
            Err(error) => {
                let notice = Notice::NotLaidOut { paper, error };
                self.effects.push_back(Effect::Log(Box::new(notice)));
                let cause = PrintCause::NotPrintable;
                self.put(Input::Printer(PrinterEvent::NotStarted { job, cause }));
            }
        }
    }
}

/// The end of the program.
impl<S: Seams> Machine<S> {
    fn begin_to_stop(&mut self, now: Moment) {
        if self.stop.is_asked() {
            return;
        }
        self.stop = Stop::begin(now, self.lines.units());
        for unit in self.lines.units() {
            self.lines.ask_unit(now, unit, accept(DenominationSet::EMPTY));
        }
    }

    fn stop_if_closed(&mut self, now: Moment) {
        let is_at_rest = self.is_at_rest();
        if let Some(open) = self.stop.end(now, is_at_rest) {
            self.effects.push_back(Effect::Stopped(open));
        }
    }
}

fn accept(pieces: DenominationSet) -> UnitCommand {
    UnitCommand::In(DepositCommand::Accept(pieces))
}

/// Whether a unit tells what it has counted, a coin that is inside above all, which it tells once.
fn is_counted(input: &Input) -> bool {
    matches!(input, Input::Unit(_, event) if event.event_no().is_some())
}

/// What the log calls a paper.
fn name_of(paper: &PaperFacts) -> PaperName {
    match paper {
        PaperFacts::Receipt(receipt) => PaperName::Receipt(receipt.number),
        PaperFacts::Slip(slip) => PaperName::Slip(slip.payment),
    }
}
