//! The devices: one task a port, its driver inside.

use device_api::{CashCommand, CoinCommand, Driver, PrinterCommand};
use devices::Clock;
use devices::cctalk::CoinUnit;
use devices::escpos::ReceiptPrinter;
use devices::id003::NoteUnit;
use devices::port::{Line, LineSettings, run};
use devices::scanner::Scanner;
use engine::Input;
use settings::Device;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Commands to a device. It takes each at once, so more than a few waiting means that its task hangs.
const COMMANDS_MAX: usize = 16;

/// Events from one device to the loop. A burst is a handful; a full queue slows the port down, and loses nothing.
const EVENTS_MAX: usize = 64;

/// Where the loop sends commands. The scanner only speaks.
pub(crate) struct Ports {
    /// The drivers' tasks: one that ends before the program does has a bug, and the machine must stop.
    pub(crate) tasks: JoinSet<()>,
    pub(crate) note_unit: mpsc::Sender<CashCommand>,
    /// A machine can be without.
    pub(crate) coin_unit: Option<mpsc::Sender<CoinCommand>>,
    pub(crate) printer: mpsc::Sender<PrinterCommand>,
    _scanner: mpsc::Sender<std::convert::Infallible>,
}

/// Opens all ports. What the devices say arrives as inputs.
pub(crate) fn open(devices: &settings::Devices, clock: Clock, inputs: &mpsc::Sender<Input>) -> Ports {
    let settings::Devices { note_unit: notes, coin_unit: coins, printer, scanner } = devices;
    let mut tasks = JoinSet::new();
    let note_unit = NoteUnit::new(notes.profile.clone());
    let note_unit = start(&mut tasks, line(notes), note_unit, clock, inputs, Input::Cash);
    let coin_unit = coins.as_ref().map(|coins| {
        let coin_unit = CoinUnit::new(coins.profile.clone());
        start(&mut tasks, line(coins), coin_unit, clock, inputs, Input::Coin)
    });
    let receipt_printer = ReceiptPrinter::new(printer.profile.clone());
    let printer = start(&mut tasks, line(printer), receipt_printer, clock, inputs, Input::Printer);
    let code_scanner = Scanner::new(scanner.profile.clone());
    let scanner = start(&mut tasks, line(scanner), code_scanner, clock, inputs, Input::Scanner);
    Ports { tasks, note_unit, coin_unit, printer, _scanner: scanner }
}

fn line<P>(device: &Device<P>) -> Line
where
    for<'a> LineSettings: From<&'a P>,
{
    Line::Serial { path: device.port.clone(), settings: LineSettings::from(&device.profile) }
}

fn start<D>(
    tasks: &mut JoinSet<()>,
    line: Line,
    driver: D,
    clock: Clock,
    inputs: &mpsc::Sender<Input>,
    to_input: fn(D::Event) -> Input,
) -> mpsc::Sender<D::Command>
where
    D: Driver + Send + 'static,
    D::Command: Send + 'static,
    D::Event: Send + 'static,
{
    let (commands, commands_rx) = mpsc::channel(COMMANDS_MAX);
    let (events, mut events_rx) = mpsc::channel(EVENTS_MAX);
    // A port that never opens is in the log, and the driver has told the machine that its device is silent.
    tasks.spawn(async move { drop(run(line, driver, clock, commands_rx, events, None).await) });
    let inputs = inputs.clone();
    tokio::spawn(async move {
        while let Some(event) = events_rx.recv().await {
            if inputs.send(to_input(event)).await.is_err() {
                return;
            }
        }
    });
    commands
}
