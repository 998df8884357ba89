//! The lines of a machine, each with its driver.

use std::path::PathBuf;

use device_api::{Driver, DriverOutput, Moment, PrinterCommand, UnitCommand, UnitEvent, UnitId};
use devices::cctalk::CoinUnit;
use devices::escpos::ReceiptPrinter;
use devices::id003::NoteUnit;
use devices::port::LineSettings;
use devices::scanner::Scanner;
use engine::Input;
use settings::{Device, Devices, UnitDevice};

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

/// Every line of a machine: its cash units in the order of the configuration, printer, scanner.
pub fn wiring(devices: &Devices) -> Vec<(LineId, Wiring)> {
    let Devices { units, printer, scanner } = devices;
    let units = units.iter().map(|unit| match &unit.device {
        UnitDevice::NoteRecycler(device) => Wiring::of(device),
        UnitDevice::CoinHoppers(device) => Wiring::of(device),
    });
    let lines = units.chain([Wiring::of(printer), Wiring::of(scanner)]);
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
    /// The driver has said so, and was asked for nothing since.
    due_is_known: bool,
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
    Unit(UnitId, UnitDriver),
    Printer(Box<ReceiptPrinter>),
    Scanner(Box<Scanner>),
}

type UnitDriver = Box<dyn Driver<Command = UnitCommand, Event = UnitEvent> + Send>;

fn driver_of(device: &UnitDevice) -> UnitDriver {
    match device {
        UnitDevice::NoteRecycler(device) => Box::new(NoteUnit::new(device.profile.clone())),
        UnitDevice::CoinHoppers(device) => Box::new(CoinUnit::new(device.profile.clone())),
    }
}

impl Lines {
    pub(crate) fn new(devices: &Devices) -> Lines {
        let Devices { units, printer, scanner } = devices;
        let drivers = units.iter().map(|unit| AnyDriver::Unit(unit.id, driver_of(&unit.device))).chain([
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
            line.due_is_known = true;
            line.time_passed(now);
        }
    }

    pub(crate) fn time_passed(&mut self, now: Moment) {
        if self.due.is_some_and(|at| at <= now) {
            self.stirred = true;
            self.all.iter_mut().for_each(|line| line.time_passed(now));
        }
    }

    pub(crate) fn ask_unit(&mut self, now: Moment, unit: UnitId, command: UnitCommand) {
        for line in &mut self.all {
            if let AnyDriver::Unit(id, driver) = &mut line.driver
                && *id == unit
            {
                driver.command(now, command);
                line.stir();
                self.stirred = true;
                return;
            }
        }
    }

    pub(crate) fn ask_printer(&mut self, now: Moment, command: PrinterCommand) {
        for line in &mut self.all {
            if let AnyDriver::Printer(printer) = &mut line.driver {
                printer.command(now, command);
                line.stir();
                self.stirred = true;
                return;
            }
        }
    }

    /// Everything that can take money in.
    pub(crate) fn units(&self) -> Vec<UnitId> {
        let units = self.all.iter().filter_map(|line| match line.driver {
            AnyDriver::Unit(unit, _) => Some(unit),
            AnyDriver::Printer(_) | AnyDriver::Scanner(_) => None,
        });
        units.collect()
    }

    /// The next thing that a driver asks for, until there is none. What is sent while a line is not open is lost, as it
    /// would be on a wire.
    #[inline]
    pub(crate) fn poll(&mut self) -> Option<(LineId, DriverOutput<Input>)> {
        if self.stirred { self.poll_stirred() } else { None }
    }

    fn poll_stirred(&mut self) -> Option<(LineId, DriverOutput<Input>)> {
        for (index, line) in self.all.iter_mut().enumerate().filter(|(_, line)| line.stirred) {
            while let Some(output) = line.driver.poll() {
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

    #[inline]
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.due
    }

    fn stir(&mut self, line: LineId) -> Option<&mut Line> {
        let line = self.all.get_mut(line.0)?;
        line.stir();
        self.stirred = true;
        Some(line)
    }
}

impl Line {
    fn new(driver: AnyDriver) -> Line {
        Line { driver, contact: Contact::Untold, due: None, due_is_known: false, stirred: false }
    }

    fn time_passed(&mut self, now: Moment) {
        if self.due.is_some_and(|at| at <= now) {
            self.driver.as_driver_mut().handle_timeout(now);
            self.stir();
        }
    }

    /// Everything that the driver asked for is done.
    fn come_to_rest(&mut self) {
        self.stirred = false;
        if self.due_is_known {
            return;
        }
        self.due = match self.contact {
            Contact::Untold => None,
            Contact::Open | Contact::Lost => self.driver.as_driver().deadline(),
        };
    }

    /// Something was done to the driver.
    fn stir(&mut self) {
        (self.stirred, self.due_is_known) = (true, false);
    }
}

impl AnyDriver {
    fn as_driver(&self) -> &dyn Heard {
        match self {
            AnyDriver::Unit(_, unit) => unit,
            AnyDriver::Printer(printer) => printer.as_ref(),
            AnyDriver::Scanner(scanner) => scanner.as_ref(),
        }
    }

    fn as_driver_mut(&mut self) -> &mut dyn Heard {
        match self {
            AnyDriver::Unit(_, unit) => unit,
            AnyDriver::Printer(printer) => printer.as_mut(),
            AnyDriver::Scanner(scanner) => scanner.as_mut(),
        }
    }

    /// What it asks for. What it tells is an input of the engine.
    fn poll(&mut self) -> Option<DriverOutput<Input>> {
        match self {
            AnyDriver::Unit(id, unit) => {
                let id = *id;
                heard(unit.poll(), |event| Input::Unit(id, event))
            }
            AnyDriver::Printer(printer) => heard(printer.poll(), Input::Printer),
            AnyDriver::Scanner(scanner) => heard(scanner.poll(), Input::Scanner),
        }
    }
}

fn heard<E>(output: Option<DriverOutput<E>>, input: impl FnOnce(E) -> Input) -> Option<DriverOutput<Input>> {
    output.map(|output| match output {
        DriverOutput::Transmit(bytes) => DriverOutput::Transmit(bytes),
        DriverOutput::Event(event) => DriverOutput::Event(input(event)),
    })
}

/// What all drivers have in common, whatever they command and tell.
trait Heard {
    fn line_opened(&mut self, now: Moment);
    fn line_lost(&mut self, now: Moment);
    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]);
    fn handle_timeout(&mut self, now: Moment);
    fn deadline(&self) -> Option<Moment>;
}

impl<D: Driver> Heard for D {
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

    fn deadline(&self) -> Option<Moment> {
        Driver::deadline(self)
    }
}
