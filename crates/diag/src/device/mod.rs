//! One driver alone: its events as JSON lines on standard output, commands on standard input.

mod accepting;
mod coin_unit;
mod note_unit;
mod printer;
mod scanner;
mod silence;

use std::io::{BufRead, IsTerminal};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use device_api::Driver;
use devices::Clock;
use devices::port::{Direction, Line, LineSettings, NeverOpened, Trace, run as run_port};
use serde_json::{Value, json};
use settings::{
    CoinUnitProfile, DeviceProfile, NoteUnitProfile, PrinterProfile, ScannerProfile, choose_profile,
};
use tokio::sync::mpsc;

use self::accepting::Accepting;
use self::silence::{Heard, Silence};
use crate::print_json;

/// Lines from the keyboard and events from one device; nobody types faster.
const QUEUE_MAX: usize = 64;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    device: Device,
    /// The serial port, or a simulated device: tcp:HOST:PORT.
    #[arg(long, value_name = "PATH|tcp:HOST:PORT")]
    port: String,
    /// What is particular to the device: `full` (the usual one) or `vending`, as in the two usual cabinets; id003 and
    /// cctalk also `shuffled`, as the simulator plays it. Or the name of a shipped profile, or the path of a profile file,
    /// as in config/profiles. seisanki-sim device takes the same.
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// Show every frame on standard error, decoded, with the time in seconds.
    #[arg(long)]
    trace: bool,
    /// Allow commands that pay money out. The journal of seisankid does not learn of it.
    #[arg(long)]
    outside_the_books: bool,
    /// Show what a scanner reads, to set up the format of the clinic's cards. Use a card of nobody.
    #[arg(long)]
    show_codes: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Device {
    /// ccTalk coin unit. Commands: accept on|off, status, and outside the books: dispense VALUE PIECES.
    Cctalk,
    /// JCM ID-003 note unit. Commands: accept on|off, stack, return, hold, counts, status, and outside the books, after
    /// accept off: payout VALUE PIECES.
    Id003,
    /// ESC/POS receipt printer. Commands: print BILL.json, status.
    Escpos,
    /// Serial scanner. It only speaks; codes are shown by their length, unless --show-codes is given.
    Scanner,
}

/// A driver as a technician uses it.
trait Bench {
    type Driver: Driver;

    /// What `line` asks of the device. The error is a sentence.
    fn command(&mut self, line: &str) -> Result<Ask<<Self::Driver as Driver>::Command>, String>;

    /// What the device said, for people and programs, and what it calls for at once.
    fn event(&mut self, event: &<Self::Driver as Driver>::Event) -> Told<<Self::Driver as Driver>::Command>;

    /// A frame in words.
    fn describe(direction: Direction, bytes: &[u8]) -> String;
}

/// What a line asks for.
enum Ask<C> {
    /// Send this to the driver.
    Command(C),
    /// Print this.
    Show(Value),
}

/// What an event leads to.
struct Told<C> {
    show: Value,
    then: Option<C>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    // Why a port cannot be opened is for people, like everything else on standard error.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    let outside_the_books = arguments.outside_the_books;
    match arguments.device {
        Device::Cctalk => {
            let profile: CoinUnitProfile = profile(arguments)?;
            let settings = LineSettings::from(&profile);
            let bench = coin_unit::CoinUnitBench::new(outside_the_books, &profile);
            serve(arguments, settings, devices::cctalk::CoinUnit::new(profile), bench)
        }
        Device::Id003 => {
            let profile: NoteUnitProfile = profile(arguments)?;
            let settings = LineSettings::from(&profile);
            let bench = note_unit::NoteUnitBench::new(outside_the_books, &profile);
            serve(arguments, settings, devices::id003::NoteUnit::new(profile), bench)
        }
        Device::Escpos => {
            let profile: PrinterProfile = profile(arguments)?;
            let settings = LineSettings::from(&profile);
            let bench = printer::PrinterBench::new(profile.columns.count().into());
            serve(arguments, settings, devices::escpos::ReceiptPrinter::new(profile), bench)
        }
        Device::Scanner => {
            let profile: ScannerProfile = profile(arguments)?;
            let settings = LineSettings::from(&profile);
            let bench = scanner::ScannerBench { show_codes: arguments.show_codes };
            serve(arguments, settings, devices::scanner::Scanner::new(profile), bench)
        }
    }
}

fn serve<B: Bench>(
    arguments: &Arguments,
    settings: LineSettings,
    driver: B::Driver,
    bench: B,
) -> Result<(), String>
where
    <B::Driver as Driver>::Command: Send + 'static,
    <B::Driver as Driver>::Event: Send + 'static,
    B::Driver: Send + 'static,
{
    let line = line(&arguments.port, settings)?;
    let heard = Arc::new(Heard::default());
    let trace = trace::<B>(arguments.trace, Arc::clone(&heard));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(talk(line, driver, bench, trace, &heard)).map_err(|never| never_opened(&never))
}

/// Talks until nothing more is typed. The error is that there was nobody to talk to.
async fn talk<B: Bench>(
    line: Line,
    driver: B::Driver,
    mut bench: B,
    trace: Trace,
    heard: &Heard,
) -> Result<(), NeverOpened>
where
    <B::Driver as Driver>::Command: Send + 'static,
    <B::Driver as Driver>::Event: Send + 'static,
    B::Driver: Send + 'static,
{
    let (commands, commands_rx) = mpsc::channel(QUEUE_MAX);
    let (events_tx, mut events) = mpsc::channel(QUEUE_MAX);
    let (typed_tx, mut typed) = mpsc::channel(QUEUE_MAX);
    std::thread::spawn(move || read_keyboard(&typed_tx));
    let port = tokio::spawn(run_port(line, driver, Clock::start(), commands_rx, events_tx, Some(trace)));
    let mut silence = Silence::default();
    loop {
        let command = tokio::select! {
            Some(event) = events.recv() => {
                let told = bench.event(&event);
                silence.pass(told.show, heard).iter().for_each(print_json);
                told.then
            }
            () = silence.lasts() => {
                silence.told(heard).iter().for_each(print_json);
                None
            }
            line = typed.recv() => match line {
                Some(line) => match bench.command(&line) {
                    Ok(Ask::Command(command)) => Some(command),
                    Ok(Ask::Show(value)) => {
                        print_json(&value);
                        None
                    }
                    Err(sentence) => {
                        print_json(&json!({ "error": sentence }));
                        None
                    }
                },
                None => break,
            },
        };
        if let Some(command) = command
            && commands.send(command).await.is_err()
        {
            break;
        }
    }
    drop((commands, events));
    // It fails only by a panic, which has been told then.
    port.await.unwrap_or(Ok(()))
}

fn read_keyboard(typed: &mpsc::Sender<String>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let line = line.trim().to_owned();
        if !line.is_empty() && typed.blocking_send(line).is_err() {
            return;
        }
    }
}

fn line(port: &str, settings: LineSettings) -> Result<Line, String> {
    match port.strip_prefix("tcp:") {
        Some(address) => address
            .parse::<SocketAddr>()
            .map(Line::Tcp)
            .map_err(|_| format!("`{address}` is no address; write tcp:127.0.0.1:9100")),
        None => Ok(Line::Serial { path: PathBuf::from(port), settings }),
    }
}

fn trace<B: Bench>(shown: bool, heard: Arc<Heard>) -> Trace {
    Box::new(move |now, direction, bytes| {
        heard.count(direction, bytes.len());
        if !shown {
            return;
        }
        let arrow = match direction {
            Direction::Sent => ">",
            Direction::Received => "<",
        };
        let millis = now.micros() / 1_000;
        eprintln!("{:>6}.{:03} {arrow} {}", millis / 1_000, millis % 1_000, B::describe(direction, bytes));
    })
}

fn profile<P: DeviceProfile>(arguments: &Arguments) -> Result<P, String> {
    let chosen = choose_profile(arguments.profile.as_deref()).map_err(|error| error.to_string())?;
    Ok(chosen.profile)
}

fn never_opened(never: &NeverOpened) -> String {
    format!(
        "{never}. Look whether the device is plugged in and the name is right (ls /dev/serial/by-id), whether you may \
         use the port (group dialout), and whether another program has it: stop seisankid first"
    )
}
