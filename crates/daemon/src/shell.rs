//! The loop: read the clock once, ask the engine, make its entries durable, then let its outputs go.

use std::time::SystemTime;

use api::{
    CallProgress, ClosedReason, DeskAnswer, KioskView, MachineId, Page, QuoteOutcome, ToBridge, WallTime,
};
use device_api::{CashCommand, PrintCause, PrinterCommand, PrinterEvent};
use devices::Clock;
use document::Stationery;
use engine::{BillingEvent, Engine, Input, Now, Output, Policy, PrintRequest, Step};
use money::DenominationSet;
use settings::Machine;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::sleep_until;
use tracing::{error, info, warn};

use crate::Stop;
use crate::desk::{DeskCall, Route, look, route};
use crate::ports::{self, Ports};
use crate::records::{Records, RecordsError};
use crate::sockets::{FromSocket, Sockets};

/// Inputs that wait for the loop. Each takes one commit at most, so this is a second's worth on a slow disk.
const INPUTS_MAX: usize = 256;

/// Everything that wakes the loop.
enum Wakeup {
    Device(Input),
    Socket(FromSocket),
    Deadline,
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
    /// Inputs that the outputs of a step led to at once.
    echoes: Vec<Input>,
}

/// Runs the machine until it is told to stop.
pub(crate) async fn run(machine: Machine) -> Result<(), Stop> {
    let clock = Clock::start();
    let records = Records::open(&machine.journal)?;
    let sockets = Sockets::bind(&machine.run)?;
    let stationery = Stationery::of(&machine);
    let policy = Policy { machine: MachineId(machine.id), times: machine.times, card: machine.card };
    let (engine, step) = Engine::recover(policy, records.replay().await?, now(&clock));

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
        echoes: Vec::new(),
    };
    shell.carry_out(now(&clock).wall, step).await;
    sockets.serve(views_rx, &from_sockets);
    info!("the machine is running");
    shell.run(inputs_rx, from_sockets_rx).await;
    info!("stopped");
    Ok(())
}

impl Shell {
    async fn run(&mut self, mut inputs: mpsc::Receiver<Input>, mut sockets: mpsc::Receiver<FromSocket>) {
        let mut terminate = signal(SignalKind::terminate()).ok();
        loop {
            let deadline = self.clock.instant(self.engine.deadline());
            let wakeup = tokio::select! {
                Some(input) = inputs.recv() => Wakeup::Device(input),
                Some(said) = sockets.recv() => Wakeup::Socket(said),
                () = sleep_until(deadline.into()) => Wakeup::Deadline,
                () = stop(&mut terminate) => Wakeup::Stop,
            };
            match wakeup {
                Wakeup::Device(input) => self.handle(input).await,
                Wakeup::Socket(said) => self.socket_said(said).await,
                Wakeup::Deadline => self.handle(Input::Tick).await,
                Wakeup::Stop => return,
            }
            while let Some(input) = self.echoes.pop() {
                self.handle(input).await;
            }
        }
    }

    async fn socket_said(&mut self, said: FromSocket) {
        match said {
            FromSocket::Touched(touch) => self.handle(Input::Touch(touch)).await,
            FromSocket::BridgeConnected(to_bridge) => {
                self.bridge = Some(to_bridge);
                self.handle(Input::Billing(BillingEvent::Connected)).await;
            }
            FromSocket::BridgeGone => {
                self.bridge = None;
                self.handle(Input::Billing(BillingEvent::Disconnected)).await;
            }
            FromSocket::BridgeSaid(said) => self.handle(Input::Billing(billing_event(said))).await,
            FromSocket::Desk(call) => self.desk_asked(call).await,
        }
    }

    async fn desk_asked(&mut self, DeskCall { request, answer }: DeskCall) {
        match route(request) {
            Route::Act(_) if self.halted => {
                let sentence = "The journal cannot be written, so nothing can be done. Look at the log.";
                reply(answer, DeskAnswer::Refused(sentence.to_owned()));
            }
            Route::Act(action) => {
                self.asking = Some(answer);
                self.handle(Input::Desk(action)).await;
            }
            Route::Look(request) => match look(request, &self.engine, &self.records).await {
                Ok(found) => reply(answer, found),
                Err(error) => reply(answer, DeskAnswer::Refused(error.to_string())),
            },
        }
    }

    async fn handle(&mut self, input: Input) {
        if self.halted {
            return;
        }
        let now = now(&self.clock);
        let step = self.engine.handle(now, input);
        self.carry_out(now.wall, step).await;
    }

    /// What cannot be written does not happen.
    async fn carry_out(&mut self, at: WallTime, step: Step) {
        if !step.entries.is_empty()
            && let Err(error) = self.records.append(at, step.entries).await
        {
            return self.halt(&error).await;
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
            Output::Cash(command) => send(&self.ports.note_unit, command).await,
            Output::Print(request) => self.print(&request).await,
            Output::Quote { request, patient } => {
                if !self.tell_bridge(ToBridge::Quote { request, patient }) {
                    let outcome = QuoteOutcome::Unavailable;
                    self.echoes.push(Input::Billing(BillingEvent::Quoted { request, outcome }));
                }
            }
            Output::Deliver(result) => drop(self.tell_bridge(ToBridge::Deliver(*result))),
            Output::Answer(answer) => {
                if let Some(asking) = self.asking.take() {
                    reply(asking, answer);
                }
            }
        }
    }

    async fn print(&mut self, request: &PrintRequest) {
        let PrintRequest { job, attempt, .. } = *request;
        let receipt = request.receipt.number;
        match document::receipt_page(request, &self.stationery) {
            Ok(page) => {
                if page.replaced > 0 {
                    warn!(%receipt, replaced = page.replaced, "characters that the printer does not have");
                }
                send(&self.ports.printer, PrinterCommand::Print { job, attempt, page: page.bytes }).await;
            }
            Err(error) => {
                error!(%receipt, "the receipt cannot be laid out: {error}");
                let cause = PrintCause::NotPrintable;
                self.echoes.push(Input::Printer(PrinterEvent::NotStarted { job, cause }));
            }
        }
    }

    /// False if no bridge is there, or it reads nothing. A result is sent again when a bridge comes.
    fn tell_bridge(&mut self, message: ToBridge) -> bool {
        self.bridge.as_ref().is_some_and(|bridge| bridge.try_send(message).is_ok())
    }

    /// Takes nothing more and says so, for ever: only a person can look after the disk.
    async fn halt(&mut self, error: &RecordsError) {
        error!("the journal cannot be written, the machine is out of service: {error}");
        self.halted = true;
        send(&self.ports.note_unit, CashCommand::Accept(DenominationSet::EMPTY)).await;
        self.views.send_modify(|view| {
            let page = Page::Closed { reason: ClosedReason::Records };
            *view = KioskView { seq: view.seq + 1, page, call: CallProgress::Unanswered };
        });
    }
}

fn now(clock: &Clock) -> Now {
    Now { at: clock.now(), wall: wall_time() }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
fn wall_time() -> WallTime {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    WallTime(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX))
}

fn billing_event(said: api::FromBridge) -> BillingEvent {
    match said {
        api::FromBridge::Quoted { request, outcome } => BillingEvent::Quoted { request, outcome },
        api::FromBridge::Delivered { payment } => BillingEvent::Delivered { payment },
    }
}

/// A port's task ends only with the program.
async fn send<C>(port: &mpsc::Sender<C>, command: C) {
    if port.send(command).await.is_err() {
        error!("a device's task has ended");
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
