//! The loop: carries bytes, entries and messages between the machine and the world. What is decided, and in what order
//! things happen, is `machine`'s.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use api::{
    FromDesk, JournalChecked, JournalTrouble, KioskView, Question, QuoteOutcome, Refusal, ToBridge, ToDesk,
    WallTime,
};
use devices::Clock;
use devices::port::Happened;
use engine::{BillingEvent, Draft, Now, Policy, Recovery, Reply};
use machine::{Effect, LineId, Machine, Notice, Seamless, Told, Wakeup};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep_until};
use tracing::{error, info, warn};

use crate::Stop;
use crate::desk::{DeskCall, look};
use crate::feed::Feed;
use crate::leisure::{Leisure, PAUSE};
use crate::ports::Ports;
use crate::records::{Head, Records, RecordsError, Reopened};
use crate::run_folder::RunFolder;
use crate::service_manager::ServiceManager;
use crate::sockets::{FromSocket, Sockets};

/// Messages of clients that wait for the loop. Each takes one commit at most, so this is a second's worth on a slow disk.
const MESSAGES_MAX: usize = 256;

/// Everything that wakes the loop.
enum Woken {
    Line(LineId, Happened),
    Socket(FromSocket),
    Appended(Result<(), RecordsError>),
    JournalTried(Result<Reopened, RecordsError>),
    Deadline,
    AliveDue,
    PortEnded,
    Stop,
}

/// The signals by which the program is told to end: by a service manager, and from a keyboard. Killed in another way, it
/// leaves its slots open.
struct Endings {
    terminate: Option<Signal>,
    interrupt: Option<Signal>,
}

struct Shell {
    clock: Clock,
    machine: Machine<Seamless>,
    devices: settings::Devices,
    ports: Ports,
    journal: PathBuf,
    policy: Policy,
    /// Closed while the machine stands still.
    records: Option<Records>,
    /// The newest entry that is known to be in the journal that could not be written.
    known: Option<Head>,
    /// Why it stands still.
    trouble: Option<JournalTrouble>,
    /// The commit that is under way.
    appending: Option<JoinHandle<Result<(), RecordsError>>>,
    /// The try that is under way to open the journal again. It may wait long for a disk that fails.
    trying: Option<JoinHandle<Result<Reopened, RecordsError>>>,
    views: watch::Sender<KioskView>,
    /// How far the journal goes, for those who follow it.
    newest: watch::Sender<u64>,
    /// How far it was checked at leisure.
    checked: watch::Receiver<Option<JournalChecked>>,
    bridge: Option<mpsc::Sender<ToBridge>>,
    asking: Option<oneshot::Sender<ToDesk>>,
    service_manager: ServiceManager,
    is_stopped: bool,
}

/// Runs the machine until it is told to stop.
pub(crate) async fn run(settings: settings::Machine) -> Result<(), Stop> {
    let clock = Clock::start();
    // From the beginning: whoever ends it in the first moment ends it in order, too.
    let endings = Endings::watch();
    let run = RunFolder::take(&settings.run)?;
    let started_at = now(&clock)?;
    let policy = Policy::of(&settings);
    let (records, recovery, trouble) = read(&settings.journal, policy.clone(), started_at).await?;
    let machine = Machine::start(&settings, recovery.map(|boxed| *boxed), started_at, Seamless);
    let sockets = Sockets::bind(&run)?;

    let (views, views_rx) = watch::channel(machine.view().clone());
    let (newest, newest_rx) = watch::channel(records.as_ref().map_or(0, |records| records.head().seq()));
    let feed = Feed { journal: settings.journal.clone(), machine: policy.machine.clone(), newest: newest_rx };
    let (from_sockets, from_sockets_rx) = mpsc::channel(MESSAGES_MAX);
    let at_leisure = Leisure { journal: feed.clone(), views: views_rx.clone(), pause: PAUSE };
    let checked = at_leisure.begin(from_sockets.clone());
    let mut shell = Shell {
        clock,
        machine,
        devices: settings.devices,
        ports: Ports::closed(),
        journal: settings.journal,
        policy,
        records,
        known: None,
        trouble,
        appending: None,
        trying: None,
        views,
        newest,
        checked,
        bridge: None,
        asking: None,
        service_manager: ServiceManager::from_environment(),
        is_stopped: false,
    };
    sockets.serve(views_rx, feed, &from_sockets);
    shell.service_manager.ready();
    info!("the machine is running");
    let stopped = shell.run(from_sockets_rx, endings).await;
    info!("stopped");
    stopped
}

/// What the journal holds or, if the disk cannot be read or written for now, why not. A journal that is missing, foreign,
/// changed or in use is no matter of waiting: the program does not begin.
async fn read(
    journal: &std::path::Path,
    policy: Policy,
    now: Now,
) -> Result<(Option<Records>, Option<Box<Recovery>>, Option<JournalTrouble>), RecordsError> {
    match Records::open_and_replay(journal, policy).await {
        Ok((records, recovery)) => Ok((Some(records), Some(recovery), None)),
        Err(error) if error.may_pass() => Ok((None, None, Some(trouble(now.wall, journal, &error)))),
        Err(error) => Err(error),
    }
}

impl Shell {
    async fn run(
        &mut self,
        mut sockets: mpsc::Receiver<FromSocket>,
        mut endings: Endings,
    ) -> Result<(), Stop> {
        let mut alive = self.service_manager.alive_every().map(interval);
        alive.iter_mut().for_each(|alive| alive.set_missed_tick_behavior(MissedTickBehavior::Delay));
        loop {
            self.carry_out().await;
            while self.machine.wants_turn() {
                self.machine.turn(now(&self.clock)?);
                self.carry_out().await;
            }
            if self.is_stopped {
                return Ok(());
            }
            let woken = self.wait(&mut sockets, &mut endings, &mut alive).await;
            self.wake(woken)?;
        }
    }

    /// Devices are heard while a commit is under way, sockets are not: what they ask could not be answered.
    async fn wait(
        &mut self,
        sockets: &mut mpsc::Receiver<FromSocket>,
        endings: &mut Endings,
        alive: &mut Option<Interval>,
    ) -> Woken {
        let deadline = self.clock.instant(self.machine.deadline(self.clock.now()));
        tokio::select! {
            Some((line, happened)) = self.ports.news.recv(), if self.machine.has_room() => {
                Woken::Line(line, happened)
            }
            Some(said) = sockets.recv(), if self.machine.is_at_rest() => Woken::Socket(said),
            appended = ended(&mut self.appending) => Woken::Appended(appended),
            tried = ended(&mut self.trying) => Woken::JournalTried(tried),
            Some(_) = self.ports.tasks.join_next() => Woken::PortEnded,
            () = sleep_until(deadline.into()) => Woken::Deadline,
            () = due(alive) => Woken::AliveDue,
            () = endings.come() => Woken::Stop,
        }
    }

    fn wake(&mut self, woken: Woken) -> Result<(), Stop> {
        match woken {
            Woken::Line(line, happened) => self.line_said(line, happened),
            Woken::Socket(said) => self.socket_said(said),
            Woken::Appended(Ok(())) => {
                self.tell_followers();
                self.tell(Wakeup::Appended);
            }
            Woken::Appended(Err(error)) => {
                self.trouble = Some(trouble(wall_time(), &self.journal, &error));
                self.tell(Wakeup::NotAppended);
            }
            Woken::JournalTried(tried) => self.journal_tried(tried),
            Woken::Deadline => {
                self.tell(Wakeup::Timeout);
                self.may_be_overdue();
            }
            Woken::AliveDue => self.service_manager.alive(),
            Woken::PortEnded => return Err(Stop::Port),
            Woken::Stop => {
                self.service_manager.stopping();
                self.tell(Wakeup::Stop);
            }
        }
        Ok(())
    }

    fn may_be_overdue(&mut self) {
        if self.machine.waits_for_overdue_append() && self.trouble.is_none() {
            self.trouble = Some(trouble(wall_time(), &self.journal, &RecordsError::Overdue));
        }
    }

    fn tell(&mut self, wakeup: Wakeup<'_>) {
        self.machine.handle(self.clock.now(), wakeup);
    }

    fn line_said(&mut self, line: LineId, happened: Happened) {
        match happened {
            Happened::Opened(sender) => {
                self.ports.opened(line, sender);
                self.tell(Wakeup::LineOpened(line));
            }
            Happened::Lost => {
                self.ports.lost(line);
                self.tell(Wakeup::LineLost(line));
            }
            Happened::Received(bytes) => self.tell(Wakeup::Bytes(line, &bytes)),
        }
    }

    fn socket_said(&mut self, said: FromSocket) {
        let told = match said {
            FromSocket::Touched(touch) => Told::Touch(touch),
            FromSocket::BridgeConnected(to_bridge) => {
                self.bridge = Some(to_bridge);
                Told::Billing(BillingEvent::Connected)
            }
            FromSocket::BridgeGone => {
                self.bridge = None;
                Told::Billing(BillingEvent::Disconnected)
            }
            FromSocket::JournalBroken(found) => Told::JournalBroken(found),
            FromSocket::BridgeSaid(said) => Told::Billing(billing_event(said)),
            FromSocket::Desk(DeskCall { said: FromDesk::Order(order), answer }) => {
                self.asking = Some(answer);
                Told::Desk(order)
            }
            FromSocket::Desk(DeskCall { said: FromDesk::Ask(question), answer }) => {
                return self.answer(question, answer);
            }
        };
        self.tell(Wakeup::Told(told));
    }

    fn answer(&self, question: Question, to: oneshot::Sender<ToDesk>) {
        match (self.machine.service().answer(question, self.trouble.as_ref()), &self.records) {
            (Ok(Reply::Now(answer)), _) => reply(to, ToDesk::Answer(answer)),
            (Ok(Reply::Look(question)), Some(records)) => {
                look(question, records.clone(), *self.checked.borrow(), to);
            }
            (Ok(Reply::Look(_)), None) => reply(to, ToDesk::Refused(Refusal::Halted)),
            (Err(refusal), _) => reply(to, ToDesk::Refused(refusal)),
        }
    }

    fn tell_followers(&self) {
        if let Some(records) = &self.records {
            self.newest.send_replace(records.head().seq());
        }
    }

    /// Does what the machine asks for.
    async fn carry_out(&mut self) {
        while let Some(effect) = self.machine.poll() {
            match effect {
                Effect::Append { at, entries } => self.appending = Some(self.append(at, entries)),
                Effect::OpenLines => self.open_lines().await,
                Effect::Transmit(line, bytes) => self.ports.transmit(line, bytes),
                Effect::AnswerDesk(answer) => {
                    if let Some(asking) = self.asking.take() {
                        reply(asking, answer.map_or_else(ToDesk::Refused, ToDesk::Done));
                    }
                }
                Effect::ToBridge(message) => self.tell_bridge(*message),
                Effect::CutBridge => self.bridge = None,
                Effect::View(view) => drop(self.views.send_replace(*view)),
                Effect::EmptyJournalLog => self.empty_log(),
                Effect::TryJournal => self.try_journal(),
                Effect::Log(notice) => log(&notice),
                Effect::Stopped(open) => {
                    open.iter().for_each(|unit| warn!(%unit, "did not say that its slot is closed"));
                    self.is_stopped = true;
                }
            }
        }
    }

    fn append(&self, at: WallTime, entries: Arc<Vec<Draft>>) -> JoinHandle<Result<(), RecordsError>> {
        let records = self.records.clone();
        tokio::spawn(async move {
            match records {
                Some(records) => records.append(at, entries).await,
                None => Err(RecordsError::Closed),
            }
        })
    }

    /// What the old ports had to tell and nobody has heard goes with them.
    async fn open_lines(&mut self) {
        self.ports.tasks.shutdown().await;
        self.ports = Ports::open(&self.devices, self.clock);
    }

    /// One that reads nothing is cut off. A result is sent again when a bridge comes.
    fn tell_bridge(&mut self, message: ToBridge) {
        let request = match &message {
            ToBridge::Quote { request, .. } => Some(*request),
            ToBridge::Deliver(_) => None,
        };
        if self.bridge.as_ref().is_some_and(|bridge| bridge.try_send(message).is_ok()) {
            return;
        }
        self.bridge = None;
        if let Some(request) = request {
            let outcome = QuoteOutcome::Unavailable;
            self.tell(Wakeup::Told(Told::Billing(BillingEvent::Quoted { request, outcome })));
        }
    }

    /// Nothing waits for it: what is left in the log goes into the file when it is opened the next time.
    fn empty_log(&self) {
        let Some(records) = self.records.clone() else { return };
        tokio::spawn(async move {
            if let Err(error) = records.empty_log().await {
                warn!("the journal's log could not be emptied into its file: {error}");
            }
        });
    }

    fn try_journal(&mut self) {
        let failed = self.records.take();
        let known = self.known.or_else(|| failed.as_ref().map(Records::head));
        self.known = known;
        let journal = self.journal.clone();
        self.trying = Some(tokio::spawn(Records::open_again(journal, self.policy.clone(), failed, known)));
    }

    /// The machine goes on, or waits for the next try.
    fn journal_tried(&mut self, tried: Result<Reopened, RecordsError>) {
        match tried {
            Ok((records, recovery)) => {
                info!("the journal can be written again, the machine goes on");
                self.records = Some(records);
                self.tell_followers();
                (self.trouble, self.known) = (None, None);
                self.tell(Wakeup::JournalOpened(recovery));
            }
            Err(error) => {
                self.still_halted(&error);
                self.tell(Wakeup::JournalNotOpened);
            }
        }
    }

    /// Said once, and again when it is something else: a full disk may be full of logs.
    fn still_halted(&mut self, error: &RecordsError) {
        let (fault, said) = error.fault();
        if let Some(trouble) = self.trouble.as_mut().filter(|trouble| trouble.said != said) {
            error!("the journal still cannot be written: {error}");
            (trouble.fault, trouble.said) = (fault, said);
        }
    }
}

fn now(clock: &Clock) -> Result<Now, getrandom::Error> {
    Ok(Now { at: clock.now(), wall: wall_time(), chance: getrandom::u64()? })
}

#[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
pub(crate) fn wall_time() -> WallTime {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    WallTime(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX))
}

fn trouble(since: WallTime, journal: &std::path::Path, error: &RecordsError) -> JournalTrouble {
    error!("the journal cannot be written, the machine stands still: {error}");
    let (fault, said) = error.fault();
    JournalTrouble { since, file: journal.display().to_string(), fault, said }
}

fn log(notice: &Notice) {
    match notice {
        Notice::CharactersReplaced { paper, count } => {
            warn!(%paper, replaced = count, "characters that the printer does not have");
        }
        Notice::NotLaidOut { paper, error } => error!(%paper, "the paper cannot be laid out: {error}"),
    }
}

fn billing_event(said: api::FromBridge) -> BillingEvent {
    match said {
        api::FromBridge::Quoted { request, outcome } => BillingEvent::Quoted { request, outcome },
        api::FromBridge::Delivered { payment } => BillingEvent::Delivered { payment },
        api::FromBridge::NotDelivered { payment, cause } => BillingEvent::NotDelivered { payment, cause },
        api::FromBridge::Troubles(troubles) => BillingEvent::Troubles(troubles),
    }
}

pub(crate) fn reply(to: oneshot::Sender<ToDesk>, answer: ToDesk) {
    // A client that left before its answer has no use for it.
    drop(to.send(answer));
}

impl Endings {
    fn watch() -> Endings {
        let watch = |kind| signal(kind).ok();
        Endings { terminate: watch(SignalKind::terminate()), interrupt: watch(SignalKind::interrupt()) }
    }

    /// A second one says nothing new: the machine closes its slots, which takes three seconds at most.
    async fn come(&mut self) {
        tokio::select! {
            () = comes(&mut self.terminate) => {}
            () = comes(&mut self.interrupt) => {}
        }
    }
}

async fn comes(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

async fn due(interval: &mut Option<Interval>) {
    match interval {
        Some(interval) => drop(interval.tick().await),
        None => std::future::pending().await,
    }
}

/// The end of the work on the journal that is under way; never, if there is none.
async fn ended<T>(work: &mut Option<JoinHandle<Result<T, RecordsError>>>) -> Result<T, RecordsError> {
    match work {
        Some(under_way) => {
            let ended = under_way.await.unwrap_or_else(|error| Err(error.into()));
            *work = None;
            ended
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
