//! The loop: read the clock once, ask the engine, make its entries durable, then let its outputs go.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use api::{DeskAnswer, JournalTrouble, KioskView, PaperName, QuoteOutcome, ToBridge, WallTime};
use device_api::{CashCommand, CashEvent, CoinCommand, CoinEvent, PrintCause, PrinterCommand, PrinterEvent};
use devices::Clock;
use document::Stationery;
use engine::{BillingEvent, Draft, Input, Now, Output, PaperFacts, Policy, PrintRequest, Service, Step};
use money::DenominationSet;
use settings::Machine;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep_until, timeout};
use tracing::{error, info, warn};

use crate::Stop;
use crate::desk::{DeskCall, Route, look, route};
use crate::halted::{Start, Tried, Try};
use crate::ports::{self, Ports};
use crate::records::{Records, RecordsError};
use crate::sockets::{FromSocket, Sockets};

/// How long the slots may take to close before the program stops all the same. The note unit needs a few polls; the coin
/// acceptor knows that no coin is under way in it after a second without one.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);

/// Inputs that wait for the loop. Each takes one commit at most, so this is a second's worth on a slow disk.
const INPUTS_MAX: usize = 256;

/// Everything that wakes the loop.
enum Wakeup {
    Device(Input),
    Socket(FromSocket),
    Deadline,
    JournalTried(Tried),
    DriverEnded,
    Stop,
}

pub(crate) struct Shell {
    pub(crate) clock: Clock,
    pub(crate) service: Service,
    pub(crate) journal: PathBuf,
    /// Closed while the machine stands still.
    pub(crate) records: Option<Records>,
    /// The newest entry that is known to be in the journal that could not be written.
    pub(crate) known: Option<journal::Head>,
    /// Why it stands still.
    pub(crate) trouble: Option<JournalTrouble>,
    /// The try that is under way to open the journal again.
    pub(crate) trying: Option<Try>,
    pub(crate) devices: settings::Devices,
    pub(crate) ports: Ports,
    pub(crate) inputs: mpsc::Receiver<Input>,
    views: watch::Sender<KioskView>,
    pub(crate) bridge: Option<mpsc::Sender<ToBridge>>,
    pub(crate) asking: Option<oneshot::Sender<DeskAnswer>>,
    stationery: Stationery,
    /// Inputs that the outputs of a step led to at once, oldest first.
    pub(crate) echoes: VecDeque<Input>,
    /// A device's task takes no more commands.
    driver_hangs: bool,
}

/// Runs the machine until it is told to stop.
pub(crate) async fn run(machine: Machine) -> Result<(), Stop> {
    let clock = Clock::start();
    let started_at = now(&clock)?;
    let Start { service, step, records, trouble } =
        Start::of(Policy::of(&machine), &machine.journal, started_at).await?;
    let sockets = Sockets::bind(&machine.run)?;
    let stationery = Stationery::of(&machine);

    let (views, views_rx) = watch::channel(service.view().clone());
    let (from_sockets, from_sockets_rx) = mpsc::channel(INPUTS_MAX);
    let (ports, inputs) = open_ports(&machine.devices, clock);
    let mut shell = Shell {
        clock,
        service,
        journal: machine.journal,
        records,
        known: None,
        trouble,
        trying: None,
        devices: machine.devices,
        ports,
        inputs,
        views,
        bridge: None,
        asking: None,
        stationery,
        echoes: VecDeque::new(),
        driver_hangs: false,
    };
    shell.carry_out(started_at, step).await;
    sockets.serve(views_rx, &from_sockets);
    info!("the machine is running");
    let stopped = shell.run(from_sockets_rx).await;
    info!("stopped");
    stopped
}

pub(crate) fn open_ports(devices: &settings::Devices, clock: Clock) -> (Ports, mpsc::Receiver<Input>) {
    let (sender, inputs) = mpsc::channel(INPUTS_MAX);
    (ports::open(devices, clock, &sender), inputs)
}

impl Shell {
    async fn run(&mut self, mut sockets: mpsc::Receiver<FromSocket>) -> Result<(), Stop> {
        let mut terminate = signal(SignalKind::terminate()).ok();
        loop {
            while let Some(input) = self.echoes.pop_front() {
                self.handle(input).await?;
            }
            if self.driver_hangs {
                return Err(Stop::Driver);
            }
            self.try_journal_if_due().await;
            let deadline = self.clock.instant(self.service.deadline(self.clock.now()));
            let wakeup = tokio::select! {
                Some(input) = self.inputs.recv() => Wakeup::Device(input),
                Some(said) = sockets.recv() => Wakeup::Socket(said),
                Some(_) = self.ports.tasks.join_next() => Wakeup::DriverEnded,
                tried = tried(&mut self.trying) => Wakeup::JournalTried(tried),
                () = sleep_until(deadline.into()) => Wakeup::Deadline,
                () = stop(&mut terminate) => Wakeup::Stop,
            };
            match wakeup {
                Wakeup::Device(input) => self.handle(input).await?,
                Wakeup::Socket(said) => self.socket_said(said).await?,
                Wakeup::Deadline => self.handle(Input::Tick).await?,
                Wakeup::JournalTried(tried) => self.journal_tried(tried).await?,
                Wakeup::DriverEnded => return Err(Stop::Driver),
                Wakeup::Stop => return self.close_slots().await,
            }
        }
    }

    /// Nobody will poll the devices any more, so they must not draw another note or coin in.
    async fn close_slots(&mut self) -> Result<(), Stop> {
        self.accept_nothing();
        let mut notes_closed = false;
        let mut coins_closed = self.ports.coin_unit.is_none();
        let closing = async {
            while !(notes_closed && coins_closed)
                && let Some(input) = self.inputs.recv().await
            {
                match input {
                    Input::Cash(CashEvent::Inhibited) => notes_closed = true,
                    Input::Coin(CoinEvent::Inhibited) => coins_closed = true,
                    input => {
                        self.handle(input).await?;
                        // What came late may have been answered by opening the slots again.
                        self.accept_nothing();
                    }
                }
            }
            Ok(())
        };
        if let Ok(closed) = timeout(STOP_TIMEOUT, closing).await {
            return closed;
        }
        if !notes_closed {
            warn!("the note unit did not say that it is closed");
        }
        if !coins_closed {
            warn!("the coin acceptor did not say that it is closed");
        }
        Ok(())
    }

    async fn socket_said(&mut self, said: FromSocket) -> Result<(), Stop> {
        match said {
            FromSocket::Touched(touch) => self.handle(Input::Touch(touch)).await,
            FromSocket::BridgeConnected(to_bridge) => {
                self.bridge = Some(to_bridge);
                self.handle(Input::Billing(BillingEvent::Connected)).await
            }
            FromSocket::BridgeGone => {
                self.bridge = None;
                self.handle(Input::Billing(BillingEvent::Disconnected)).await
            }
            FromSocket::BridgeSaid(said) => self.handle(Input::Billing(billing_event(said))).await,
            FromSocket::Desk(call) => self.desk_asked(call).await,
        }
    }

    async fn desk_asked(&mut self, DeskCall { request, answer }: DeskCall) -> Result<(), Stop> {
        match route(request) {
            Route::Act(action) => {
                self.asking = Some(answer);
                self.handle(Input::Desk(action)).await?;
            }
            Route::Look(question) => {
                let found = match (self.service.working(), &self.records) {
                    (Some(engine), Some(records)) => look(question, engine, records).await,
                    _ => Ok(self.look_while_halted(&question)),
                };
                reply(answer, found.unwrap_or_else(|error| DeskAnswer::Refused(error.to_string())));
            }
        }
        Ok(())
    }

    async fn handle(&mut self, input: Input) -> Result<(), Stop> {
        let now = now(&self.clock)?;
        let step = self.service.handle(now, input);
        self.carry_out(now, step).await;
        Ok(())
    }

    /// What cannot be written does not happen.
    pub(crate) async fn carry_out(&mut self, now: Now, Step { entries, outputs }: Step) {
        let entries = Arc::new(entries);
        let outputs = match self.append(now.wall, &entries).await {
            Ok(()) => outputs,
            Err(error) => self.halt(now, &entries, &error),
        };
        self.let_all_go(outputs).await;
        let view = self.service.view();
        self.views.send_if_modified(|shown| {
            let changed = shown != view;
            if changed {
                shown.clone_from(view);
            }
            changed
        });
    }

    async fn append(&self, at: WallTime, entries: &Arc<Vec<Draft>>) -> Result<(), RecordsError> {
        match &self.records {
            _ if entries.is_empty() => Ok(()),
            Some(records) => records.append(at, Arc::clone(entries)).await,
            None => Err(RecordsError::Closed),
        }
    }

    pub(crate) async fn let_all_go(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            self.let_go(output).await;
        }
    }

    async fn let_go(&mut self, output: Output) {
        match output {
            Output::Cash(command) => self.send_cash(command),
            Output::Coin(command) => self.send_coin(command),
            Output::Print(request) => self.print(&request),
            Output::Quote { request, patient } => {
                if !self.tell_bridge(ToBridge::Quote { request, patient }) {
                    let outcome = QuoteOutcome::Unavailable;
                    self.echoes.push_back(Input::Billing(BillingEvent::Quoted { request, outcome }));
                }
            }
            Output::Deliver(result) => drop(self.tell_bridge(ToBridge::Deliver(*result))),
            Output::ErasePrivate(payment) => {
                if let Some(records) = &self.records
                    && let Err(error) = records.erase_private(payment).await
                {
                    error!(%payment, "names could not be erased: {error}");
                }
            }
            Output::Answer(answer) => {
                if let Some(asking) = self.asking.take() {
                    reply(asking, answer);
                }
            }
        }
    }

    fn print(&mut self, request: &PrintRequest) {
        let PrintRequest { job, attempt, .. } = *request;
        let paper = name_of(&request.paper);
        match document::page(request, &self.stationery) {
            Ok(page) => {
                if page.replaced > 0 {
                    warn!(%paper, replaced = page.replaced, "characters that the printer does not have");
                }
                let sent =
                    self.ports.printer.try_send(PrinterCommand::Print { job, attempt, page: page.bytes });
                self.driver_hangs |= sent.is_err();
            }
            Err(error) => {
                error!(%paper, "the paper cannot be laid out: {error}");
                let cause = PrintCause::NotPrintable;
                self.echoes.push_back(Input::Printer(PrinterEvent::NotStarted { job, cause }));
            }
        }
    }

    /// A port takes each command at once; one that does not hangs, and waiting for it would hang the machine.
    fn send_cash(&mut self, command: CashCommand) {
        self.driver_hangs |= self.ports.note_unit.try_send(command).is_err();
    }

    /// As [`Shell::send_cash`]. A machine without a coin unit has no slot for coins, and is asked for none.
    fn send_coin(&mut self, command: CoinCommand) {
        if let Some(coin_unit) = &self.ports.coin_unit {
            self.driver_hangs |= coin_unit.try_send(command).is_err();
        }
    }

    fn accept_nothing(&mut self) {
        self.send_cash(CashCommand::Accept(DenominationSet::EMPTY));
        self.send_coin(CoinCommand::Accept(DenominationSet::EMPTY));
    }

    /// False if no bridge is there. One that reads nothing is cut off. A result is sent again when a bridge comes.
    fn tell_bridge(&mut self, message: ToBridge) -> bool {
        let told = self.bridge.as_ref().is_some_and(|bridge| bridge.try_send(message).is_ok());
        if !told {
            self.bridge = None;
        }
        told
    }
}

pub(crate) fn now(clock: &Clock) -> Result<Now, getrandom::Error> {
    Ok(Now { at: clock.now(), wall: wall_time(), chance: getrandom::u64()? })
}

#[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
fn wall_time() -> WallTime {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    WallTime(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX))
}

/// What the log calls a paper: never the code of a slip, which is worth money.
fn name_of(paper: &PaperFacts) -> PaperName {
    match paper {
        PaperFacts::Receipt(receipt) => PaperName::Receipt(receipt.number),
        PaperFacts::Slip(slip) => PaperName::Slip(slip.payment),
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

pub(crate) fn reply(to: oneshot::Sender<DeskAnswer>, answer: DeskAnswer) {
    // A client that left before its answer has no use for it.
    drop(to.send(answer));
}

async fn stop(terminate: &mut Option<tokio::signal::unix::Signal>) {
    match terminate {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// The end of the try that is under way; never, if there is none.
async fn tried(trying: &mut Option<Try>) -> Tried {
    match trying {
        Some(under_way) => {
            let tried = under_way.await.unwrap_or_else(|error| Err(error.into()));
            *trying = None;
            tried
        }
        None => std::future::pending().await,
    }
}
