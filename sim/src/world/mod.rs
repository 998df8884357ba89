//! The whole machine in one thread and virtual time: engine, drivers, lines, models, journal, billing, people.
//!
//! Nothing here knows the real time, and nothing is random but what the seed says: the same seed is the same run.

mod agenda;
mod append;
mod billing;
mod carrying;
mod cash_units;
pub mod check;
mod disk;
mod inside;
mod put_back;
mod reached;
pub mod soak;
mod station;
mod stop;
mod wall_clock;

use std::time::Duration;

use api::{Button, Done, KioskView, NewestNumbers, Order, PaymentId, Refusal, Touch};
use devices::port::LineSettings;
use engine::{Entry, Now, Policy, Recovery, Service};
use fastrand::Rng;
use journal::{AppendError, MemoryJournal, begun_in_simulation};
use machine::{Machine, Told, Wakeup};
use money::CashCount;
use serde_json::Value;
use wire::Moment;

use self::agenda::Agenda;
use self::append::UnderWay;
use self::billing::FakeBilling;
use self::cash_units::{CoinUnit, NoteUnit};
use self::inside::Inside;
use self::reached::Observer;
pub use self::reached::Reached;
use self::station::Station;
pub use self::station::Towards;
use crate::cabinet::Cabinet;
use crate::carrier::LineFault;
use crate::models::escpos::PrinterModel;
use crate::models::scanner::ScannerModel;
use crate::planted::{AtWork, PlantedBug};
use crate::surroundings::{BillingAct, ClockSays, Device, Disk};

/// 2026-11-22 10:00 in Japan.
const MORNING: i64 = 1_795_309_200;

/// Things that can happen at one moment without time going on. More is a loop that never ends.
const STEPS_AT_ONCE_MAX: u32 = 10_000;

/// A machine and everything around it.
pub struct World {
    settings: settings::Machine,
    now: Moment,
    /// Draws what the machine takes for chance.
    die: Rng,
    machine: Machine<Inside>,
    /// The program is there.
    is_running: bool,
    screen: KioskView,
    journal: MemoryJournal,
    disk: Disk,
    /// How long an append takes.
    append_takes: Duration,
    /// The one that has not ended.
    under_way: Option<UnderWay>,
    /// When the machine last could write again what it had to keep.
    caught_up_at: Option<Moment>,
    /// The program is told to end, and is started again so long after it has.
    stopping: Option<Duration>,
    /// What the computer's clock says.
    clock: ClockSays,
    /// What was appended to the journal, as the engine wrote it.
    written: Vec<Entry>,
    /// In the order of the configuration.
    notes: Vec<NoteUnit>,
    coins: Vec<CoinUnit>,
    printer: Station<PrinterModel>,
    scanner: Station<ScannerModel>,
    billing: FakeBilling,
    answer: Option<Result<Done, Refusal>>,
    happened: Vec<Value>,
    /// What had been paid out in all when each payment was opened.
    paid_out_before: Vec<(PaymentId, CashCount)>,
    /// The coin unit or the program began anew: a coin may have fallen in of which the machine was not told.
    coins_unheard: bool,
    /// Notes that somebody put into drums and told nobody of, ever.
    put_in_by_hand: CashCount,
    /// How much was written each time when all of it was brought into the file.
    in_file: Vec<usize>,
    /// What was lost with the newest entries, if ever an older journal was put back.
    lost_numbers: Option<NewestNumbers>,
    /// What the checks keep in mind from step to step.
    watch: check::Watch,
    agenda: Agenda,
    observer: Observer,
}

/// Where in a step of the engine the program is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KilledAt {
    /// Nothing of the step is written.
    BeforeAppend,
    /// All of it is written, and nothing has left.
    AfterAppend,
    /// The first output has left, and no other.
    AfterOutput,
}

impl World {
    /// A new machine with an empty journal, its devices just switched on. What it takes for chance comes from `seed`.
    pub fn new(settings: &settings::Machine, cabinet: &Cabinet, seed: u64) -> Result<World, AppendError> {
        World::with_bug(settings, cabinet, seed, None)
    }

    /// The same with a bug in it, to see whether it is found.
    pub fn with_bug(
        settings: &settings::Machine,
        cabinet: &Cabinet,
        seed: u64,
        bug: Option<PlantedBug>,
    ) -> Result<World, AppendError> {
        let devices = &settings.devices;
        let (printer, scanner) = (&devices.printer.profile, &devices.scanner.profile);
        let now = Moment::START;
        let mut die = Rng::with_seed(seed);
        let inside = Inside::with(AtWork::of(bug));
        let first = Now { at: now, wall: ClockSays::Right.at(now), chance: die.u64(..) };
        let empty = Recovery::begin(&Policy::of(settings));
        let machine = Machine::start(settings, Some(empty), first, inside);
        let mut world = World {
            now,
            die,
            screen: machine.view().clone(),
            machine,
            is_running: true,
            journal: MemoryJournal::new(),
            disk: Disk::Sound,
            append_takes: Duration::ZERO,
            under_way: None,
            caught_up_at: None,
            stopping: None,
            clock: ClockSays::Right,
            written: Vec::new(),
            notes: NoteUnit::all(settings, cabinet, bug),
            coins: CoinUnit::all(settings, cabinet, bug),
            printer: Station::new(Cabinet::printer(printer), LineSettings::from(printer).baud)
                .overheard(check::line::is_weighty_for_printer),
            scanner: Station::new(Cabinet::scanner(scanner), LineSettings::from(scanner).baud),
            settings: settings.clone(),
            billing: FakeBilling::default(),
            answer: None,
            happened: Vec::new(),
            paid_out_before: Vec::new(),
            coins_unheard: false,
            put_in_by_hand: CashCount::EMPTY,
            in_file: Vec::new(),
            lost_numbers: None,
            watch: check::Watch::over(Policy::of(settings).stores),
            agenda: Agenda::default(),
            observer: Observer::default(),
        };
        world.write(ClockSays::Right.at(now), &[begun_in_simulation(&Policy::of(settings).machine)])?;
        world.switch_on();
        world.carry_out()?;
        Ok(world)
    }

    fn switch_on(&mut self) {
        self.billing.greet(self.now);
        self.notes.iter_mut().for_each(|unit| unit.station.start(self.now));
        self.coins.iter_mut().for_each(|unit| unit.station.start(self.now));
        self.printer.start(self.now);
        self.scanner.start(self.now);
    }

    /// The billing system writes a bill.
    pub fn put_bill(&mut self, text: &str) -> Result<(), String> {
        self.billing.put(text)
    }

    /// Something goes wrong on the side of the billing system, or is over.
    pub fn act_billing(&mut self, act: &BillingAct) {
        self.watch.people_act(self.now);
        self.billing.act(self.now, act);
        self.observer.billing(act);
    }

    /// Somebody does something with a device.
    pub fn act(&mut self, device: Device, command: &str) -> Result<(), String> {
        self.watch.people_act(self.now);
        let (line, done) = match device {
            Device::Id003 | Device::SecondId003 => {
                let now = self.now;
                let unit = self.note_station(device).ok_or("this cabinet has one note unit")?;
                (unit.line, unit.station.act(now, command))
            }
            Device::Cctalk | Device::SecondCctalk => {
                let now = self.now;
                let unit = self.coin_station(device).ok_or("this cabinet has one coin unit")?;
                (unit.line, unit.station.act(now, command))
            }
            Device::Escpos => (self.printer_line(), self.printer.act(self.now, command)),
            Device::Scanner => (self.scanner_line(), self.scanner.act(self.now, command)),
        };
        let coin_unit = self.coin_station(device).map(|unit| unit.id);
        if coin_unit.is_some() && command.starts_with("power cut") {
            self.coins_unheard = true;
            self.machine.seams_mut().planted.coins_without_power();
        }
        if let Some(cable) = done?.filter(|_| self.is_running) {
            self.tell_of_cable(line, cable);
        }
        if let Some(unit) = coin_unit {
            self.watch.tampers(unit, command);
        }
        self.observer.done(device, command);
        Ok(())
    }

    /// Something goes wrong on the line of a device.
    pub fn disturb(&mut self, device: Device, towards: Towards, fault: LineFault) {
        match device {
            Device::Id003 | Device::SecondId003 => {
                if let Some(unit) = self.note_station(device) {
                    unit.station.disturb(towards, fault);
                }
            }
            Device::Cctalk | Device::SecondCctalk => {
                if let Some(unit) = self.coin_station(device) {
                    unit.station.disturb(towards, fault);
                }
            }
            Device::Escpos => self.printer.disturb(towards, fault),
            Device::Scanner => self.scanner.disturb(towards, fault),
        }
    }

    /// The adapters of all lines hand on each byte by itself from now on.
    pub fn hand_on_each_byte(&mut self) {
        self.notes.iter_mut().for_each(|unit| unit.station.hand_on_each_byte());
        self.coins.iter_mut().for_each(|unit| unit.station.hand_on_each_byte());
        self.printer.hand_on_each_byte();
        self.scanner.hand_on_each_byte();
    }

    /// A patient touches a button of the page on screen.
    pub fn touch(&mut self, button: Button) {
        self.watch.people_act(self.now);
        let touch = Touch { seq: self.screen.seq, button };
        self.machine.handle(self.now, Wakeup::Told(Told::Touch(touch)));
    }

    /// Staff do something. Nobody pulls the plug under their hands.
    pub fn order(&mut self, order: Order) -> Result<Result<Done, Refusal>, AppendError> {
        let kills = std::mem::take(&mut self.machine.seams_mut().kills);
        self.watch.people_act(self.now);
        self.wait_for_disk()?;
        self.machine.handle(self.now, Wakeup::Told(Told::Desk(order)));
        self.decide()?;
        self.wait_for_disk()?;
        self.machine.seams_mut().kills = kills;
        Ok(self.answer.take().unwrap_or(Err(Refusal::Halted)))
    }

    /// The program is killed, and started again after a while; the devices do not notice.
    pub fn restart(&mut self, away: Duration) -> Result<(), AppendError> {
        // What was said by the one that ends is not said by the next.
        check::line::overhear(self);
        self.watch.stops(self.now);
        self.lose_sight_of_append()?;
        self.stopping = None;
        self.be_without_program(away);
        if let Some(left) = self.machine.seams_mut().planted.restarted() {
            self.journal = left;
        }
        let now = self.clocks();
        let recovery = self.open_journal();
        self.coins_may_be_unheard();
        self.billing.greet(self.now);
        let inside = std::mem::take(self.machine.seams_mut());
        self.machine = Machine::start(&self.settings, recovery, now, inside);
        self.is_running = true;
        self.carry_out()
    }

    /// Devices go on alone with what they were told.
    fn be_without_program(&mut self, away: Duration) {
        self.is_running = false;
        let until = self.now.after(away);
        loop {
            let notes = self.notes.iter_mut();
            let notes = notes.filter_map(|unit| unit.station.run_alone(self.now, &mut self.happened)).min();
            let coins = self.coins.iter_mut();
            let coins = coins.filter_map(|unit| unit.station.run_alone(self.now, &mut self.happened)).min();
            let devices = [
                notes,
                coins,
                self.printer.run_alone(self.now, &mut self.happened),
                self.scanner.run_alone(self.now, &mut self.happened),
            ];
            let next = devices.into_iter().flatten().chain(self.agenda.next()).min();
            let Some(next) = next.filter(|at| *at < until) else { break };
            self.now = self.now.max(next);
            self.happen_without_program();
        }
        self.now = until;
    }

    /// Lets `time` pass.
    pub fn run_for(&mut self, time: Duration) -> Result<(), AppendError> {
        let until = self.now.after(time);
        let mut at_once = 0;
        loop {
            self.happen_as_planned()?;
            self.settle()?;
            let planned = Moment::earlier(self.agenda.next(), self.append_ends());
            let next = Moment::earlier(self.next_happening(), planned).filter(|at| *at <= until);
            let Some(next) = next else { break };
            at_once = if next > self.now { 0 } else { at_once + 1 };
            assert!(
                at_once < STEPS_AT_ONCE_MAX,
                "time stands still at {:?}: machine {:?}, notes {:?}, coins {:?}, printer {:?}, scanner {:?}",
                self.now,
                self.machine.deadline(self.now),
                self.notes.iter().map(|unit| unit.station.next()).collect::<Vec<_>>(),
                self.coins.iter().map(|unit| unit.station.next()).collect::<Vec<_>>(),
                self.printer.next(),
                self.scanner.next()
            );
            self.now = self.now.max(next);
        }
        // A program that was away at the end was away for longer.
        self.now = self.now.max(until);
        Ok(())
    }

    /// What is on screen.
    pub fn view(&self) -> &KioskView {
        &self.screen
    }

    /// The machine's decisions.
    pub fn engine(&self) -> &Service {
        self.machine.service()
    }

    /// The machine's record.
    pub fn journal(&self) -> &MemoryJournal {
        &self.journal
    }

    /// What was appended to the journal, as the engine wrote it.
    pub fn written(&self) -> &[Entry] {
        &self.written
    }

    /// Where everything truly is.
    fn truth(&self) -> check::Truth {
        truth_of(&self.notes, &self.coins)
    }

    /// The printer, to look at its paper.
    pub fn printer(&self) -> &PrinterModel {
        &self.printer.model
    }

    /// What the billing system was told.
    pub fn results(&self) -> impl Iterator<Item = &api::PaymentResult> {
        self.billing.results()
    }

    /// Everything that came out of the devices so far.
    pub fn happened(&self) -> &[Value] {
        &self.happened
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        self.now
    }

    fn next_happening(&self) -> Option<Moment> {
        let of_notes = self.notes.iter().filter_map(|unit| unit.station.next()).min();
        let of_coins = self.coins.iter().filter_map(|unit| unit.station.next()).min();
        let of_cash = Moment::earlier(of_notes, of_coins);
        let of_paper = Moment::earlier(self.printer.next(), self.scanner.next());
        let of_billing = Moment::earlier(self.billing.next(), self.machine.deadline(self.now));
        Moment::earlier(Moment::earlier(of_cash, of_paper), of_billing)
    }
}

fn truth_of(notes: &[NoteUnit], coins: &[CoinUnit]) -> check::Truth {
    let notes = notes.iter().map(|unit| (unit.id, check::UnitTruth::Notes(unit.station.model.truth())));
    let coins = coins.iter().map(|unit| (unit.id, check::UnitTruth::Coins(unit.station.model.truth())));
    check::Truth::of(notes.chain(coins))
}
