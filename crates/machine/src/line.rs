//! The lines of a machine, each with its driver.

use std::path::PathBuf;

use device_api::{CashCommand, CoinCommand, Driver, DriverOutput, Moment, PrinterCommand};
use devices::cctalk::CoinUnit;
use devices::escpos::ReceiptPrinter;
use devices::id003::NoteUnit;
use devices::port::LineSettings;
use devices::scanner::Scanner;
use engine::Input;
use settings::{Device, Devices};

/// A line of this machine, by its place in [`wiring`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineId(pub usize);

/// Where a line is, and how it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wiring {
    /// The serial port.
    pub port: PathBuf,
    /// How it is set.
    pub settings: LineSettings,
}

impl Wiring {
    fn of<P>(device: &Device<P>) -> Wiring
    where
        for<'a> LineSettings: From<&'a P>,
    {
        Wiring { port: device.port.clone(), settings: LineSettings::from(&device.profile) }
    }
}

/// Every line of a machine: note unit, coin unit if there is one, printer, scanner.
pub fn wiring(devices: &Devices) -> Vec<(LineId, Wiring)> {
    let Devices { note_unit, coin_unit, printer, scanner } = devices;
    let lines = std::iter::once(Wiring::of(note_unit))
        .chain(coin_unit.as_ref().map(Wiring::of))
        .chain([Wiring::of(printer), Wiring::of(scanner)]);
    lines.enumerate().map(|(index, wiring)| (LineId(index), wiring)).collect()
}

/// All lines, with new drivers. The order is that of [`wiring`].
pub(crate) struct Lines {
    all: Vec<Line>,
    /// Something was done to one of the drivers, and it was not asked since what follows.
    stirred: bool,
    /// When one of the drivers wants to be called. Asking them is dear, and the machine is asked after everything that
    /// happens anywhere.
    due: Option<Moment>,
}

struct Line {
    driver: AnyDriver,
    contact: Contact,
    /// When the driver wants to be called, if nothing comes before.
    due: Option<Moment>,
    stirred: bool,
}

/// What the driver knows of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contact {
    /// Nothing yet: it does not act by itself.
    Untold,
    Open,
    Lost,
}

/// A driver of a kind that the engine has a use for.
enum AnyDriver {
    Notes(Box<NoteUnit>),
    Coins(Box<CoinUnit>),
    Printer(Box<ReceiptPrinter>),
    Scanner(Box<Scanner>),
}

impl Lines {
    pub(crate) fn new(devices: &Devices) -> Lines {
        let Devices { note_unit, coin_unit, printer, scanner } = devices;
        let notes = AnyDriver::Notes(Box::new(NoteUnit::new(note_unit.profile.clone())));
        let coins = coin_unit.as_ref().map(|unit| CoinUnit::new(unit.profile.clone()));
        let drivers =
            std::iter::once(notes).chain(coins.map(|unit| AnyDriver::Coins(Box::new(unit)))).chain([
                AnyDriver::Printer(Box::new(ReceiptPrinter::new(printer.profile.clone()))),
                AnyDriver::Scanner(Box::new(Scanner::new(scanner.profile.clone()))),
            ]);
        Lines { all: drivers.map(Line::new).collect(), stirred: false, due: None }
    }

    pub(crate) fn opened(&mut self, now: Moment, line: LineId) {
        if let Some(line) = self.stir(line) {
            line.contact = Contact::Open;
            line.driver.as_driver_mut().line_opened(now);
        }
    }

    pub(crate) fn lost(&mut self, now: Moment, line: LineId) {
        if let Some(line) = self.stir(line) {
            line.contact = Contact::Lost;
            line.driver.as_driver_mut().line_lost(now);
        }
    }

    /// Bytes on a line of which the driver does not know that it is open were for another one.
    pub(crate) fn received(&mut self, now: Moment, line: LineId, bytes: &[u8]) {
        if let Some(line) = self.stir(line).filter(|line| line.contact == Contact::Open) {
            line.driver.as_driver_mut().handle_bytes(now, bytes);
            line.due = line.driver.as_driver().deadline();
            line.time_passed(now);
        }
    }

    pub(crate) fn time_passed(&mut self, now: Moment) {
        if self.due.is_some_and(|at| at <= now) {
            self.stirred = true;
            self.all.iter_mut().for_each(|line| line.time_passed(now));
        }
    }

    pub(crate) fn ask_note_unit(&mut self, now: Moment, command: CashCommand) {
        for line in &mut self.all {
            if let AnyDriver::Notes(unit) = &mut line.driver {
                (line.stirred, self.stirred) = (true, true);
                return unit.command(now, command);
            }
        }
    }

    /// A machine without a coin unit has no slot for coins, and is asked for none.
    pub(crate) fn ask_coin_unit(&mut self, now: Moment, command: CoinCommand) {
        for line in &mut self.all {
            if let AnyDriver::Coins(unit) = &mut line.driver {
                (line.stirred, self.stirred) = (true, true);
                return unit.command(now, command);
            }
        }
    }

    pub(crate) fn ask_printer(&mut self, now: Moment, command: PrinterCommand) {
        for line in &mut self.all {
            if let AnyDriver::Printer(printer) = &mut line.driver {
                (line.stirred, self.stirred) = (true, true);
                return printer.command(now, command);
            }
        }
    }

    pub(crate) fn has_coin_unit(&self) -> bool {
        self.all.iter().any(|line| matches!(line.driver, AnyDriver::Coins(_)))
    }

    /// The next thing that a driver asks for, until there is none. What is sent while a line is not open is lost, as it
    /// would be on a wire.
    pub(crate) fn poll(&mut self) -> Option<(LineId, DriverOutput<Input>)> {
        if !self.stirred {
            return None;
        }
        for (index, line) in self.all.iter_mut().enumerate().filter(|(_, line)| line.stirred) {
            while let Some(output) = line.driver.as_driver_mut().poll() {
                match output {
                    DriverOutput::Transmit(_) if line.contact != Contact::Open => {}
                    output => return Some((LineId(index), output)),
                }
            }
            line.come_to_rest();
        }
        self.stirred = false;
        self.due = self.all.iter().filter_map(|line| line.due).min();
        None
    }

    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.due
    }

    fn stir(&mut self, line: LineId) -> Option<&mut Line> {
        let line = self.all.get_mut(line.0)?;
        (line.stirred, self.stirred) = (true, true);
        Some(line)
    }
}

impl Line {
    fn new(driver: AnyDriver) -> Line {
        Line { driver, contact: Contact::Untold, due: None, stirred: false }
    }

    fn time_passed(&mut self, now: Moment) {
        if self.due.is_some_and(|at| at <= now) {
            self.driver.as_driver_mut().handle_timeout(now);
            self.stirred = true;
        }
    }

    /// Everything that the driver asked for is done.
    fn come_to_rest(&mut self) {
        self.stirred = false;
        self.due = match self.contact {
            Contact::Untold => None,
            Contact::Open | Contact::Lost => self.driver.as_driver().deadline(),
        };
    }
}

impl AnyDriver {
    fn as_driver(&self) -> &dyn Heard {
        match self {
            AnyDriver::Notes(unit) => unit.as_ref(),
            AnyDriver::Coins(unit) => unit.as_ref(),
            AnyDriver::Printer(printer) => printer.as_ref(),
            AnyDriver::Scanner(scanner) => scanner.as_ref(),
        }
    }

    fn as_driver_mut(&mut self) -> &mut dyn Heard {
        match self {
            AnyDriver::Notes(unit) => unit.as_mut(),
            AnyDriver::Coins(unit) => unit.as_mut(),
            AnyDriver::Printer(printer) => printer.as_mut(),
            AnyDriver::Scanner(scanner) => scanner.as_mut(),
        }
    }
}

/// What all drivers have in common, whatever they command: their events are inputs of the engine.
trait Heard {
    fn line_opened(&mut self, now: Moment);
    fn line_lost(&mut self, now: Moment);
    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]);
    fn handle_timeout(&mut self, now: Moment);
    fn poll(&mut self) -> Option<DriverOutput<Input>>;
    fn deadline(&self) -> Option<Moment>;
}

impl<D: Driver<Event: Into<Input>>> Heard for D {
    fn line_opened(&mut self, now: Moment) {
        Driver::line_opened(self, now);
    }

    fn line_lost(&mut self, now: Moment) {
        Driver::line_lost(self, now);
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        Driver::handle_bytes(self, now, bytes);
    }

    fn handle_timeout(&mut self, now: Moment) {
        Driver::handle_timeout(self, now);
    }

    fn poll(&mut self) -> Option<DriverOutput<Input>> {
        Driver::poll(self).map(|output| match output {
            DriverOutput::Transmit(bytes) => DriverOutput::Transmit(bytes),
            DriverOutput::Event(event) => DriverOutput::Event(event.into()),
        })
    }

    fn deadline(&self) -> Option<Moment> {
        Driver::deadline(self)
    }
}
