//! The only code that opens a serial port: [`carry`] hands its bytes to whoever has the drivers, [`run`] to a single
//! driver.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use device_api::{Driver, DriverOutput, Moment};
use settings::{CoinUnitProfile, NoteUnitProfile, PrinterProfile, ScannerProfile};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};
use tokio_serial::{DataBits, FlowControl, Parity, SerialPortBuilderExt, SerialStream, StopBits};

use crate::Clock;

/// A port that cannot be opened is tried again this often: quick enough for somebody who plugs a cable in and
/// looks at the screen, slow enough to cost nothing.
const REOPEN_EVERY: Duration = Duration::from_secs(1);

/// A write of a few hundred bytes at 9600 baud lasts under a second; one that lasts longer hangs, because
/// nobody reads the other end.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// The kernel hands over what came since the last read; frames are at most 255 bytes.
const READ_BYTES: usize = 512;

/// Messages that wait for a line. A driver asks one thing at a time and waits for the answer, so more than a few are those
/// of a line that hangs, which counts as lost within [`WRITE_TIMEOUT`].
const MESSAGES_MAX: usize = 64;

/// Where a device hangs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A serial port.
    Serial {
        /// Its path, best under `/dev/serial/by-id/`.
        path: PathBuf,
        /// How it is set.
        settings: LineSettings,
    },
    /// A simulated device, for technicians and tests only.
    Tcp(SocketAddr),
}

impl fmt::Display for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Line::Serial { path, .. } => path.display().fmt(out),
            Line::Tcp(address) => write!(out, "tcp:{address}"),
        }
    }
}

/// How a serial port is set. A pseudo-terminal ignores it, so tests look at this value instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSettings {
    /// Bits a second.
    pub baud: u32,
    /// Whether each byte carries an even parity bit.
    pub even_parity: bool,
}

/// 9600 8E1 or 19200 8E1 (docs/protocols/id003.md §1).
impl From<&NoteUnitProfile> for LineSettings {
    fn from(profile: &NoteUnitProfile) -> LineSettings {
        LineSettings { baud: profile.baud, even_parity: true }
    }
}

/// 8N1 (docs/protocols/cctalk.md §1).
impl From<&CoinUnitProfile> for LineSettings {
    fn from(profile: &CoinUnitProfile) -> LineSettings {
        LineSettings { baud: profile.baud, even_parity: false }
    }
}

/// 8N1; the printer's switches say how fast (docs/protocols/escpos.md §1).
impl From<&PrinterProfile> for LineSettings {
    fn from(profile: &PrinterProfile) -> LineSettings {
        LineSettings { baud: profile.baud.get(), even_parity: false }
    }
}

/// 8N1 (docs/protocols/scanner.md).
impl From<&ScannerProfile> for LineSettings {
    fn from(profile: &ScannerProfile) -> LineSettings {
        LineSettings { baud: profile.baud.get(), even_parity: false }
    }
}

/// Which way bytes went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the device.
    Sent,
    /// From the device.
    Received,
}

/// Watches the bytes of a line.
pub type Trace = Box<dyn FnMut(Moment, Direction, &[u8]) + Send>;

/// A line that could not be opened in all its time.
#[derive(Debug, thiserror::Error)]
#[error("{line} could not be opened: {source}")]
pub struct NeverOpened {
    /// Which.
    pub line: Line,
    /// Why the last attempt failed.
    pub source: io::Error,
}

/// What happens on a line.
pub enum Happened {
    /// It is open (again), and this is how it is written to.
    Opened(Sender),
    /// It is gone, or cannot be opened. It is tried again all the time.
    Lost,
    /// Bytes have come from the device.
    Received(Vec<u8>),
}

/// Writes to a line as long as it is open this once: what waits when it is lost is never sent to a device that comes back.
pub struct Sender(mpsc::Sender<Vec<u8>>);

impl Sender {
    /// Sends `bytes` after all others, as soon as the line takes them. What a line that hangs does not take is lost, as it
    /// would be on a wire; [`Happened::Lost`] follows.
    pub fn send(&self, bytes: Vec<u8>) {
        drop(self.0.try_send(bytes));
    }
}

/// Carries the bytes of `line` until nobody listens any more. A line that is lost is opened again.
pub async fn carry<T>(line: Line, clock: Clock, wrap: impl Fn(Happened) -> T, happened: mpsc::Sender<T>) {
    let mut port = Port::new(line, clock, None);
    let (_closed, mut messages) = mpsc::channel::<Vec<u8>>(MESSAGES_MAX);
    loop {
        let news = tokio::select! {
            news = port.next() => news,
            Some(bytes) = messages.recv() => match port.transmit(&bytes).await {
                Ok(()) => continue,
                Err(Gone) => News::Lost,
            },
        };
        let told = match news {
            News::Opened => {
                let (sender, opened) = mpsc::channel(MESSAGES_MAX);
                messages = opened;
                Happened::Opened(Sender(sender))
            }
            News::Lost => Happened::Lost,
            News::Received(bytes) => Happened::Received(bytes),
        };
        if happened.send(wrap(told)).await.is_err() {
            return;
        }
    }
}

/// Runs `driver` over `line` until nobody sends commands any more, but for one attempt to open it at least. A line that
/// is lost is opened again.
pub async fn run<D: Driver>(
    line: Line,
    mut driver: D,
    clock: Clock,
    mut commands: mpsc::Receiver<D::Command>,
    events: mpsc::Sender<D::Event>,
    trace: Option<Trace>,
) -> Result<(), NeverOpened> {
    let mut port = Port::new(line, clock, trace);
    let first = port.next().await;
    tell(&mut driver, clock.now(), first);
    while carry_out(&mut driver, &mut port, &events).await {
        let wake_at = clock.instant(driver.deadline());
        tokio::select! {
            news = port.next() => tell(&mut driver, clock.now(), news),
            command = commands.recv() => match command {
                Some(command) => driver.command(clock.now(), command),
                None => break,
            },
            () = sleep_until(wake_at.into()) => driver.handle_timeout(clock.now()),
        }
    }
    match port.refusal {
        Some(source) if !port.was_open => Err(NeverOpened { line: port.line, source }),
        Some(_) | None => Ok(()),
    }
}

fn tell<D: Driver>(driver: &mut D, now: Moment, news: News) {
    match news {
        News::Opened => driver.line_opened(now),
        News::Lost => driver.line_lost(now),
        News::Received(bytes) => driver.handle_bytes(now, &bytes),
    }
}

/// Does what the driver asks for. False if nobody listens to its events any more.
async fn carry_out<D: Driver>(driver: &mut D, port: &mut Port, events: &mpsc::Sender<D::Event>) -> bool {
    while let Some(output) = driver.poll() {
        match output {
            DriverOutput::Transmit(bytes) => {
                if let Err(Gone) = port.transmit(&bytes).await {
                    driver.line_lost(port.clock.now());
                }
            }
            DriverOutput::Event(event) => {
                if events.send(event).await.is_err() {
                    return false;
                }
            }
        }
    }
    true
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A line that is opened whenever it is not open.
struct Port {
    line: Line,
    clock: Clock,
    trace: Option<Trace>,
    stream: Option<Box<dyn Stream>>,
    reopen_at: Moment,
    /// It was told that there is no line.
    told_lost: bool,
    was_open: bool,
    /// Why the line could not be opened when that failed last.
    refusal: Option<io::Error>,
}

enum News {
    Opened,
    Lost,
    Received(Vec<u8>),
}

/// The line went away while it was written to.
struct Gone;

impl Port {
    fn new(line: Line, clock: Clock, trace: Option<Trace>) -> Port {
        let reopen_at = clock.now();
        Port { line, clock, trace, stream: None, reopen_at, told_lost: false, was_open: false, refusal: None }
    }

    /// What happens next. Nothing gets lost if it is not waited for to the end.
    async fn next(&mut self) -> News {
        let mut buffer = [0; READ_BYTES];
        loop {
            match &mut self.stream {
                Some(stream) => {
                    let read = stream.read(&mut buffer).await;
                    return self.received(read, &buffer);
                }
                None => {
                    sleep_until(self.clock.instant(Some(self.reopen_at)).into()).await;
                    let opened = open(&self.line).await;
                    if let Some(news) = self.opened(opened) {
                        return news;
                    }
                }
            }
        }
    }

    fn received(&mut self, read: io::Result<usize>, buffer: &[u8]) -> News {
        match read {
            // A pseudo-terminal whose other end is gone reads as an end of file, over and over.
            Ok(0) | Err(_) => {
                self.lose();
                News::Lost
            }
            Ok(count) => {
                if let Some(trace) = &mut self.trace {
                    trace(self.clock.now(), Direction::Received, &buffer[..count]);
                }
                News::Received(buffer[..count].to_vec())
            }
        }
    }

    /// That a line cannot be opened is told once.
    fn opened(&mut self, opened: io::Result<Box<dyn Stream>>) -> Option<News> {
        match opened {
            Ok(stream) => {
                self.stream = Some(stream);
                self.was_open = true;
                tracing::info!("{} is open", self.line);
                self.told_lost = false;
                Some(News::Opened)
            }
            Err(error) => {
                self.reopen_at = self.clock.now().after(REOPEN_EVERY);
                let is_news = !std::mem::replace(&mut self.told_lost, true);
                if is_news {
                    tracing::warn!("{} cannot be opened: {error}; trying again", self.line);
                }
                self.refusal = Some(error);
                is_news.then_some(News::Lost)
            }
        }
    }

    /// What is sent while the line is gone is lost, as it would be on a wire; that it is gone was told.
    async fn transmit(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        if let Some(trace) = &mut self.trace {
            trace(self.clock.now(), Direction::Sent, bytes);
        }
        // No flush: on a serial port that is tcdrain(3), which blocks the whole program until the last bit has left.
        if matches!(timeout(WRITE_TIMEOUT, stream.write_all(bytes)).await, Ok(Ok(()))) {
            return Ok(());
        }
        self.lose();
        Err(Gone)
    }

    fn lose(&mut self) {
        tracing::warn!("{} is gone", self.line);
        self.told_lost = true;
        self.stream = None;
        self.reopen_at = self.clock.now().after(REOPEN_EVERY);
    }
}

async fn open(line: &Line) -> io::Result<Box<dyn Stream>> {
    Ok(match line {
        Line::Serial { path, settings } => Box::new(open_serial(path, *settings)?),
        Line::Tcp(address) => Box::new(TcpStream::connect(address).await?),
    })
}

/// No modem line is touched: a pseudo-terminal has none, and no device here needs one.
fn open_serial(path: &std::path::Path, settings: LineSettings) -> io::Result<SerialStream> {
    let parity = if settings.even_parity { Parity::Even } else { Parity::None };
    let stream = tokio_serial::new(path.to_string_lossy(), settings.baud)
        .data_bits(DataBits::Eight)
        .parity(parity)
        .stop_bits(StopBits::One)
        .flow_control(FlowControl::None)
        .open_native_async()?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pseudo-terminal drops parity silently, so no test over one would notice that it is missing.
    #[test]
    fn a_note_unit_speaks_with_even_parity() {
        let profile = NoteUnitProfile::new("any", money::DenominationSet::EMPTY);
        let settings = LineSettings::from(&profile);
        assert_eq!(settings, LineSettings { baud: 9600, even_parity: true });
    }
}
