//! The loop: read the clock once, ask the engine, make its entries durable, then let its outputs go.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use api::{
    CallProgress, ClosedReason, DeskAnswer, KioskView, Page, PaperName, QuoteOutcome, ToBridge, WallTime,
};
use device_api::{CashCommand, CashEvent, CoinCommand, CoinEvent, PrintCause, PrinterCommand, PrinterEvent};
use devices::Clock;
use document::Stationery;
use engine::{BillingEvent, Engine, Input, Now, Output, PaperFacts, Policy, PrintRequest, Step};
use money::DenominationSet;
use settings::Machine;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep_until, timeout};
use tracing::{error, info, warn};

use crate::Stop;
use crate::desk::{DeskCall, Route, look, route};
use crate::ports::{self, Ports};
use crate::records::{Records, RecordsError};
use crate::sockets::{FromSocket, Sockets};

/// What the desk is told when nothing can be written down.
const HALTED: &str = "The journal cannot be written, so nothing can be done. Look at the log.";

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
    DriverEnded,
    Stop,
}

struct Shell {
    clock: Clock,
    engine: Engine,
    records: Records,
    ports: Ports,
    views: watch::Sender<KioskView>,
    bridge: Option<mpsc::Sender<ToBridge>>,
    asking: Option<oneshot::Sender<DeskAnswer>>,
    stationery: Stationery,
    /// The journal failed: nothing is decided any more.
    halted: bool,
    /// Inputs that the outputs of a step led to at once, oldest first.
    echoes: VecDeque<Input>,
    /// A device's task takes no more commands.
    driver_hangs: bool,
}

/// Runs the machine until it is told to stop.
pub(crate) async fn run(machine: Machine) -> Result<(), Stop> {
    let clock = Clock::start();
    let records = Records::open(&machine.journal)?;
    let sockets = Sockets::bind(&machine.run)?;
    let stationery = Stationery::of(&machine);
    let recovered_at = now(&clock)?;
    let (engine, step) = Engine::recover(Policy::of(&machine), records.replay().await?, recovered_at);

    let (views, views_rx) = watch::channel(engine.view().clone());
    let (inputs, inputs_rx) = mpsc::channel(INPUTS_MAX);
    let (from_sockets, from_sockets_rx) = mpsc::channel(INPUTS_MAX);
    let ports = ports::open(machine.devices, clock, &inputs);
    let mut shell = Shell {
        clock,
        engine,
        records,
        ports,
        views,
        bridge: None,
        asking: None,
        stationery,
        halted: false,
        echoes: VecDeque::new(),
        driver_hangs: false,
    };
    shell.carry_out(recovered_at.wall, step).await;
    sockets.serve(views_rx, &from_sockets);
    info!("the machine is running");
    let stopped = shell.run(inputs_rx, from_sockets_rx).await;
    info!("stopped");
    stopped
}

impl Shell {
    async fn run(
        &mut self,
        mut inputs: mpsc::Receiver<Input>,
        mut sockets: mpsc::Receiver<FromSocket>,
    ) -> Result<(), Stop> {
        let mut terminate = signal(SignalKind::terminate()).ok();
        loop {
            while let Some(input) = self.echoes.pop_front() {
                self.handle(input).await?;
            }
            if self.driver_hangs {
                return Err(Stop::Driver);
            }
            let deadline = self.engine.deadline().filter(|_| !self.halted);
            let deadline = self.clock.instant(deadline);
            let wakeup = tokio::select! {
                Some(input) = inputs.recv() => Wakeup::Device(input),
                Some(said) = sockets.recv() => Wakeup::Socket(said),
                Some(_) = self.ports.tasks.join_next() => Wakeup::DriverEnded,
                () = sleep_until(deadline.into()) => Wakeup::Deadline,
                () = stop(&mut terminate) => Wakeup::Stop,
            };
            match wakeup {
                Wakeup::Device(input) => self.handle(input).await?,
                Wakeup::Socket(said) => self.socket_said(said).await?,
                Wakeup::Deadline => self.handle(Input::Tick).await?,
                Wakeup::DriverEnded => return Err(Stop::Driver),
                Wakeup::Stop => return self.close_slots(inputs).await,
            }
        }
    }

    /// Nobody will poll the devices any more, so they must not draw another note or coin in.
    async fn close_slots(&mut self, mut inputs: mpsc::Receiver<Input>) -> Result<(), Stop> {
        self.accept_nothing();
        let mut notes_closed = false;
        let mut coins_closed = self.ports.coin_unit.is_none();
        let closing = async {
            while !(notes_closed && coins_closed)
                && let Some(input) = inputs.recv().await
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
            Route::Act(_) if self.halted => {
                reply(answer, DeskAnswer::Refused(HALTED.to_owned()));
            }
            Route::Act(action) => {
                self.asking = Some(answer);
                self.handle(Input::Desk(action)).await?;
            }
            Route::Look(question) => match look(question, &self.engine, &self.records).await {
                Ok(found) => reply(answer, found),
                Err(error) => reply(answer, DeskAnswer::Refused(error.to_string())),
            },
        }
        Ok(())
    }

    async fn handle(&mut self, input: Input) -> Result<(), Stop> {
        if !self.halted {
            let now = now(&self.clock)?;
            let step = self.engine.handle(now, input);
            self.carry_out(now.wall, step).await;
        }
        Ok(())
    }

    /// What cannot be written does not happen.
    async fn carry_out(&mut self, at: WallTime, step: Step) {
        if !step.entries.is_empty()
            && let Err(error) = self.records.append(at, step.entries).await
        {
            return self.halt(&error);
        }
        for output in step.outputs {
            self.let_go(output).await;
        }
        let view = self.engine.view();
        self.views.send_if_modified(|shown| {
            let changed = shown != view;
            if changed {
                shown.clone_from(view);
            }
            changed
        });
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
                if let Err(error) = self.records.erase_private(payment).await {
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

    /// Takes nothing more and says so, for ever: only a person can look after the disk.
    fn halt(&mut self, error: &RecordsError) {
        error!("the journal cannot be written, the machine is out of service: {error}");
        self.halted = true;
        self.accept_nothing();
        if let Some(asking) = self.asking.take() {
            reply(asking, DeskAnswer::Refused(HALTED.to_owned()));
        }
        self.views.send_modify(|view| {
            let page = Page::Closed { reason: ClosedReason::Records };
            *view = KioskView::new(view.seq + 1, page, CallProgress::Unanswered);
        });
    }
}

fn now(clock: &Clock) -> Result<Now, getrandom::Error> {
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

fn reply(to: oneshot::Sender<DeskAnswer>, answer: DeskAnswer) {
    // A client that left before its answer has no use for it.
    drop(to.send(answer));
}

async fn stop(terminate: &mut Option<tokio::signal::unix::Signal>) {
    match terminate {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}
