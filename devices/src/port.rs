//! The only code that opens a serial port, and the loop that runs a driver over it.

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

/// Runs `driver` over `line` until nobody sends commands any more, but for one attempt to open it at least. A line that
/// is lost is opened again.
pub async fn run<D: Driver>(
    line: Line,
    driver: D,
    clock: Clock,
    commands: mpsc::Receiver<D::Command>,
    events: mpsc::Sender<D::Event>,
    trace: Option<Trace>,
) -> Result<(), NeverOpened> {
    let mut port = Port {
        line,
        driver,
        clock,
        events,
        trace,
        stream: None,
        reopen_at: clock.now(),
        told_lost: false,
        was_open: false,
        refusal: None,
    };
    port.open().await;
    port.serve(commands).await;
    match port.refusal {
        Some(source) if !port.was_open => Err(NeverOpened { line: port.line, source }),
        Some(_) | None => Ok(()),
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

struct Port<D: Driver> {
    line: Line,
    driver: D,
    clock: Clock,
    events: mpsc::Sender<D::Event>,
    trace: Option<Trace>,
    stream: Option<Box<dyn Stream>>,
    reopen_at: Moment,
    /// The driver knows that there is no line.
    told_lost: bool,
    was_open: bool,
    /// Why the line could not be opened when that failed last.
    refusal: Option<io::Error>,
}

impl<D: Driver> Port<D> {
    async fn serve(&mut self, mut commands: mpsc::Receiver<D::Command>) {
        let mut buffer = [0; READ_BYTES];
        while self.carry_out().await {
            let wake_at = self.clock.instant(self.driver.deadline());
            let reopen_at = self.clock.instant(self.stream.is_none().then_some(self.reopen_at));
            tokio::select! {
                read = read(&mut self.stream, &mut buffer) => self.received(read, &buffer),
                command = commands.recv() => match command {
                    Some(command) => self.driver.command(self.clock.now(), command),
                    None => return,
                },
                () = sleep_until(wake_at.into()) => self.driver.handle_timeout(self.clock.now()),
                () = sleep_until(reopen_at.into()) => self.open().await,
            }
        }
    }

    /// Does what the driver asks for. False if nobody listens to its events any more.
    async fn carry_out(&mut self) -> bool {
        while let Some(output) = self.driver.poll() {
            match output {
                DriverOutput::Transmit(bytes) => self.transmit(&bytes).await,
                DriverOutput::Event(event) => {
                    if self.events.send(event).await.is_err() {
                        return false;
                    }
                }
            }
        }
        true
    }

    async fn transmit(&mut self, bytes: &[u8]) {
        // What is sent while the line is gone is lost, as it would be on a wire; the driver was told.
        let Some(stream) = &mut self.stream else { return };
        if let Some(trace) = &mut self.trace {
            trace(self.clock.now(), Direction::Sent, bytes);
        }
        // No flush: on a serial port that is tcdrain(3), which blocks the whole program until the last bit has left.
        if !matches!(timeout(WRITE_TIMEOUT, stream.write_all(bytes)).await, Ok(Ok(()))) {
            self.lost();
        }
    }

    fn received(&mut self, read: io::Result<usize>, buffer: &[u8]) {
        match read {
            // A pseudo-terminal whose other end is gone reads as an end of file, over and over.
            Ok(0) | Err(_) => self.lost(),
            Ok(count) => {
                let now = self.clock.now();
                if let Some(trace) = &mut self.trace {
                    trace(now, Direction::Received, &buffer[..count]);
                }
                self.driver.handle_bytes(now, &buffer[..count]);
            }
        }
    }

    async fn open(&mut self) {
        let now = self.clock.now();
        self.reopen_at = now.after(REOPEN_EVERY);
        match open(&self.line).await {
            Ok(stream) => {
                self.stream = Some(stream);
                self.was_open = true;
                tracing::info!("{} is open", self.line);
                self.driver.line_opened(now);
                self.told_lost = false;
            }
            Err(error) => {
                if !self.told_lost {
                    tracing::warn!("{} cannot be opened: {error}; trying again", self.line);
                    self.lost();
                }
                self.refusal = Some(error);
            }
        }
    }

    fn lost(&mut self) {
        let now = self.clock.now();
        if self.stream.is_some() {
            tracing::warn!("{} is gone", self.line);
        }
        self.told_lost = true;
        self.stream = None;
        self.reopen_at = now.after(REOPEN_EVERY);
        self.driver.line_lost(now);
    }
}

async fn read(stream: &mut Option<Box<dyn Stream>>, buffer: &mut [u8]) -> io::Result<usize> {
    match stream {
        Some(stream) => stream.read(buffer).await,
        None => std::future::pending().await,
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
