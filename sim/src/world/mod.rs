//! The whole machine in one thread and virtual time: engine, drivers, lines, models, journal, billing, people.
//!
//! Nothing here knows the real time, and nothing is random but what the seed says: the same seed is the same run.

mod agenda;
mod billing;
pub mod check;
mod disk;
mod reached;
pub mod soak;
mod station;
mod traffic;

use std::time::Duration;

use api::{Button, DeskAnswer, KioskView, PaymentId, Touch, WallTime};
use devices::cctalk::CoinUnit;
use devices::escpos::ReceiptPrinter;
use devices::id003::NoteUnit;
use devices::port::LineSettings;
use devices::scanner::Scanner;
use document::Stationery;
use engine::ledger::postings;
use engine::{DeskAction, Draft, Entry, Input, Now, Policy, Recorded, Service, Step};
use fastrand::Rng;
use journal::{AppendError, MemoryJournal, Record};
use money::CashCount;
use serde_json::Value;
use settings::{CoinUnitProfile, Machine};
use wire::Moment;

use self::agenda::{Agenda, Kills};
use self::billing::FakeBilling;
pub use self::disk::Disk;
use self::disk::Written;
use self::reached::Observer;
pub use self::reached::Reached;
pub use self::station::Towards;
use self::station::{Station, earlier};
use crate::cabinet::Cabinet;
use crate::carrier::LineFault;
use crate::models::cctalk::CoinUnitModel;
use crate::models::escpos::PrinterModel;
use crate::models::id003::NoteUnitModel;
use crate::models::scanner::ScannerModel;
use crate::planted::{AtWork, PlantedBug};
use crate::scenario::{BillingAct, Device};

/// 2026-11-22 10:00 in Japan.
const MORNING: i64 = 1_795_309_200;

/// Things that can happen at one moment without time going on. More is a loop that never ends.
const STEPS_AT_ONCE_MAX: u32 = 10_000;

/// A machine and everything around it.
pub struct World {
    settings: Machine,
    stationery: Stationery,
    now: Moment,
    /// Draws what the machine takes for chance.
    die: Rng,
    engine: Service,
    journal: MemoryJournal,
    disk: Disk,
    /// What was appended to the journal, as the engine wrote it.
    written: Vec<Entry>,
    notes: Station<NoteUnit, NoteUnitModel>,
    coins: Station<CoinUnit, CoinUnitModel>,
    printer: Station<ReceiptPrinter, PrinterModel>,
    scanner: Station<Scanner, ScannerModel>,
    billing: FakeBilling,
    answer: Option<DeskAnswer>,
    happened: Vec<Value>,
    pending: Vec<Input>,
    /// What had been paid out in all when each payment was opened.
    paid_out_before: Vec<(PaymentId, CashCount)>,
    /// The coin unit or the program began anew: a coin may have fallen in of which the machine was not told.
    coins_unheard: bool,
    /// What the checks keep in mind from step to step.
    watch: check::Watch,
    kills: Kills,
    agenda: Agenda,
    observer: Observer,
    planted: AtWork,
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
    pub fn new(settings: &Machine, cabinet: &Cabinet, seed: u64) -> Result<World, AppendError> {
        World::with_bug(settings, cabinet, seed, None)
    }

    /// The same with a bug in it, to see whether it is found.
    pub fn with_bug(
        settings: &Machine,
        cabinet: &Cabinet,
        seed: u64,
        bug: Option<PlantedBug>,
    ) -> Result<World, AppendError> {
        let devices = &settings.devices;
        let (note_unit, printer, scanner) =
            (&devices.note_unit.profile, &devices.printer.profile, &devices.scanner.profile);
        let coin_unit = coin_unit(settings);
        let now = Moment::START;
        let mut die = Rng::with_seed(seed);
        let (engine, step) = Service::recover(Policy::of(settings), Vec::new(), clocks(now, &mut die));
        let mut world = World {
            now,
            die,
            engine,
            journal: MemoryJournal::new(),
            disk: Disk::Sound,
            written: Vec::new(),
            notes: Station::new(
                NoteUnit::new(note_unit.clone()),
                cabinet.note_unit(note_unit),
                LineSettings::from(note_unit).baud,
            )
            .overheard(check::line::is_weighty_for_notes)
            .tampered_with(bug.and_then(PlantedBug::with_notes)),
            coins: Station::new(
                CoinUnit::new(coin_unit.clone()),
                cabinet.coin_unit(coin_unit),
                LineSettings::from(coin_unit).baud,
            )
            .overheard(check::line::is_weighty_for_coins)
            .tampered_with(bug.and_then(PlantedBug::with_coins)),
            printer: Station::new(
                ReceiptPrinter::new(printer.clone()),
                Cabinet::printer(printer),
                LineSettings::from(printer).baud,
            )
            .overheard(check::line::is_weighty_for_printer),
            scanner: Station::new(
                Scanner::new(scanner.clone()),
                Cabinet::scanner(scanner),
                LineSettings::from(scanner).baud,
            ),
            settings: settings.clone(),
            stationery: Stationery::of(settings),
            billing: FakeBilling::default(),
            answer: None,
            happened: Vec::new(),
            pending: Vec::new(),
            paid_out_before: Vec::new(),
            coins_unheard: false,
            watch: check::Watch::default(),
            kills: Kills::default(),
            agenda: Agenda::default(),
            observer: Observer::default(),
            planted: AtWork::of(bug),
        };
        world.billing.greet(now);
        world.carry_out(step)?;
        world.notes.start(now);
        world.coins.start(now);
        world.printer.start(now);
        world.scanner.start(now);
        Ok(world)
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
        let done = match device {
            Device::Id003 => self.notes.act(self.now, command),
            Device::Cctalk => self.coins.act(self.now, command),
            Device::Escpos => self.printer.act(self.now, command),
            Device::Scanner => self.scanner.act(self.now, command),
        };
        if device == Device::Cctalk && command.starts_with("power cut") {
            self.coins_unheard = true;
            self.planted.coins_without_power();
        }
        if done.is_ok() {
            self.observer.done(device, command);
        }
        done
    }

    /// Something goes wrong on the line of a device.
    pub fn disturb(&mut self, device: Device, towards: Towards, fault: LineFault) {
        match device {
            Device::Id003 => self.notes.disturb(towards, fault),
            Device::Cctalk => self.coins.disturb(towards, fault),
            Device::Escpos => self.printer.disturb(towards, fault),
            Device::Scanner => self.scanner.disturb(towards, fault),
        }
    }

    /// A patient touches a button of the page on screen.
    pub fn touch(&mut self, button: Button) {
        self.watch.people_act(self.now);
        self.pending.push(Input::Touch(Touch { seq: self.view().seq, button }));
    }

    /// Staff do something. Nobody pulls the plug under their hands.
    pub fn desk(&mut self, action: DeskAction) -> Result<DeskAnswer, AppendError> {
        let kills = std::mem::take(&mut self.kills);
        self.watch.people_act(self.now);
        self.handle(Input::Desk(action))?;
        self.kills = kills;
        Ok(self.answer.take().unwrap_or_else(|| DeskAnswer::Refused("the machine did not answer".to_owned())))
    }

    /// The program is killed, and started again after a while; the devices do not notice.
    pub fn restart(&mut self, away: Duration) -> Result<(), AppendError> {
        self.watch.stops(self.now);
        self.be_without_program(away);
        if let Some(left) = self.planted.restarted() {
            self.journal = left;
        }
        let now = self.clocks();
        let step = self.read_journal(now);
        self.begin_anew(step)
    }

    /// What the program makes of its journal when it can read it.
    fn records(&mut self) -> Vec<Recorded> {
        let records = self.journal.replay().expect("a journal in memory can always be read");
        self.watch.finds(records.len(), self.written.len());
        self.watch.begins(self.now, self.settings.times.resume_within_s);
        self.planted.read_back(wall(self.now), records)
    }

    /// The drivers are new, and the machine has decided what to do first.
    fn begin_anew(&mut self, step: Step) -> Result<(), AppendError> {
        // The machine asks the acceptor for what came after the last coin that it knows; before the first it cannot.
        self.coins_unheard |= !self
            .written
            .iter()
            .any(|entry| matches!(entry, Entry::CoinCredited { .. } | Entry::CoinFound { .. }));
        self.pending.clear();
        self.billing.greet(self.now);
        let devices = &self.settings.devices;
        self.notes.restart_driver(self.now, NoteUnit::new(devices.note_unit.profile.clone()));
        self.coins.restart_driver(self.now, CoinUnit::new(coin_unit(&self.settings).clone()));
        self.printer.restart_driver(self.now, ReceiptPrinter::new(devices.printer.profile.clone()));
        self.scanner.restart_driver(self.now, Scanner::new(devices.scanner.profile.clone()));
        self.carry_out(step)
    }

    /// Devices go on alone with what they were told.
    fn be_without_program(&mut self, away: Duration) {
        let until = self.now.after(away);
        loop {
            let devices = [
                self.notes.run_alone(self.now, &mut self.happened),
                self.coins.run_alone(self.now, &mut self.happened),
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
            let next = earlier(self.next_happening(), self.agenda.next()).filter(|at| *at <= until);
            let Some(next) = next else { break };
            at_once = if next > self.now { 0 } else { at_once + 1 };
            assert!(
                at_once < STEPS_AT_ONCE_MAX,
                "time stands still at {:?}: engine {:?}, notes {:?}, coins {:?}, printer {:?}, scanner {:?}",
                self.now,
                self.engine.deadline(self.now),
                self.notes.next(),
                self.coins.next(),
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
        self.engine.view()
    }

    /// The machine's decisions.
    pub fn engine(&self) -> &Service {
        &self.engine
    }

    /// The machine's record.
    pub fn journal(&self) -> &MemoryJournal {
        &self.journal
    }

    /// What was appended to the journal, as the engine wrote it.
    pub fn written(&self) -> &[Entry] {
        &self.written
    }

    /// The note unit, to look at its truth.
    pub fn note_unit(&self) -> &NoteUnitModel {
        &self.notes.model
    }

    /// The coin unit, to look at its truth.
    pub fn coin_unit(&self) -> &CoinUnitModel {
        &self.coins.model
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
        let of_cash = earlier(self.notes.next(), self.coins.next());
        let of_paper = earlier(self.printer.next(), self.scanner.next());
        let of_billing = earlier(self.billing.next(), self.engine.deadline(self.now));
        earlier(earlier(of_cash, of_paper), of_billing)
    }

    /// Lets everything happen that is due now.
    fn settle(&mut self) -> Result<(), AppendError> {
        let mut told = Vec::new();
        self.notes.run(self.now, |event| told.push(Input::Cash(event)), &mut self.happened);
        self.coins.run(self.now, |event| told.push(Input::Coin(event)), &mut self.happened);
        self.printer.run(self.now, |event| told.push(Input::Printer(event)), &mut self.happened);
        self.scanner.run(self.now, |event| told.push(Input::Scanner(event)), &mut self.happened);
        // Before anything more is written.
        check::line::overhear(self);
        // Asked first, because mostly nothing is told.
        if !told.is_empty() {
            self.tell(told);
        }
        if self.engine.deadline(self.now).is_some_and(|at| at <= self.now) {
            self.pending.push(Input::Tick);
        }
        self.try_journal_if_due()?;
        loop {
            self.hear_billing();
            if self.pending.is_empty() {
                break;
            }
            let input = self.pending.remove(0);
            self.handle(input)?;
        }
        check::look(self);
        Ok(())
    }

    fn handle(&mut self, input: Input) -> Result<(), AppendError> {
        let now = self.clocks();
        let step = self.engine.handle(now, input);
        self.carry_out(step)
    }

    fn carry_out(&mut self, step: Step) -> Result<(), AppendError> {
        let Step { entries, mut outputs } = self.planted.step(step);
        let killed = self.killed_in_step_with(&entries);
        match killed {
            Some(KilledAt::BeforeAppend) => return self.restart(Duration::ZERO),
            Some(KilledAt::AfterAppend) => outputs.clear(),
            Some(KilledAt::AfterOutput) => outputs.truncate(1),
            None => {}
        }
        match self.write(&entries)? {
            Written::Yes => outputs.into_iter().for_each(|output| self.send(output)),
            Written::No => self.halt(&entries),
        }
        killed.map_or(Ok(()), |_| self.restart(Duration::ZERO))
    }

    fn write(&mut self, drafts: &[Draft]) -> Result<Written, AppendError> {
        if drafts.is_empty() {
            return Ok(Written::Yes);
        }
        if self.disk.takes_it() {
            self.journal.append(wall(self.now), drafts)?;
            self.planted.appended(wall(self.now), drafts)?;
            let before = self.written.len();
            drafts.iter().for_each(|draft| self.keep_written(draft.entry.clone()));
            self.watch.stepped(&self.written[before..]);
        }
        Ok(self.disk.says())
    }

    fn keep_written(&mut self, entry: Entry) {
        if let Entry::PaymentOpened { payment, .. } = &entry {
            self.paid_out_before.push((*payment, self.paid_out()));
        }
        self.coins_unheard &= !matches!(entry, Entry::PaymentOpened { .. });
        let (notes, coins) = (&self.notes.model, &self.coins.model);
        let posted = postings(&entry).map(|lines| self.planted.posted(&entry, lines)).unwrap_or_default();
        self.watch.apply(wall(self.now), &entry, &posted, || check::Truth::of(notes, coins));
        self.observer.written(&entry);
        self.written.push(entry);
    }

    /// What has left the machine in all by being paid out, by the devices' truth.
    fn paid_out(&self) -> CashCount {
        check::Truth::of(&self.notes.model, &self.coins.model).paid_out()
    }

    fn clocks(&mut self) -> Now {
        clocks(self.now, &mut self.die)
    }
}

/// What is wired to every simulated machine.
fn coin_unit(settings: &Machine) -> &CoinUnitProfile {
    let device = settings.devices.coin_unit.as_ref();
    device.map(|device| &device.profile).expect("every kind of cabinet has a coin unit")
}

fn clocks(now: Moment, die: &mut Rng) -> Now {
    Now { at: now, wall: wall(now), chance: die.u64(..) }
}

fn wall(now: Moment) -> WallTime {
    let seconds = i64::try_from(now.micros() / 1_000_000).unwrap_or(0);
    WallTime(MORNING + seconds)
}
