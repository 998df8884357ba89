//! A driver and a model on a line of 9600 baud, in virtual time, with a machine that decides at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use device_api::{
    CountedBefore, DepositCommand, Deposited, Dispense, DispenseEnd, DispenseId, Disturbance, Driver,
    DriverOutput, ExitBlock, Paid, PayoutCommand, Place, ShortCause, Stated, UnitCommand, UnitEvent,
    UnitPart, UnitTrouble,
};
use devices::id003::NoteUnit;
use money::{CashCount, Denomination, DenominationSet};
use settings::{DrumProfile, NoteUnitProfile};
use wire::Moment;

use crate::model::{Model, ModelOutput};
use crate::models::id003::{DrumConfig, NoteUnitModel, NoteUnitModelConfig};

/// 11 bits at 9600 baud.
const BYTE_TIME: Duration = Duration::from_micros(1_146);

/// How each PAY OUT begins.
const PAY_OUT: [u8; 5] = [0xFC, 0x09, 0xF0, 0x20, 0x4A];

pub(super) const NOTES: [Denomination; 4] =
    [Denomination::Yen1000, Denomination::Yen2000, Denomination::Yen5000, Denomination::Yen10000];

/// The unit works.
pub(super) const READY: UnitEvent = UnitEvent::State(Stated::Ready { part: UnitPart::Acceptor });

/// The unit does not work.
pub(super) fn troubled(trouble: UnitTrouble) -> UnitEvent {
    UnitEvent::trouble(UnitPart::Acceptor, trouble)
}

pub(super) struct Bench {
    pub(super) now: Moment,
    pub(super) driver: NoteUnit,
    pub(super) model: NoteUnitModel,
    pub(super) events: Vec<UnitEvent>,
    /// What stuck out of the exit, one after the other.
    pub(super) exit: Vec<Option<ExitBlock>>,
    pub(super) happened: Vec<String>,
    pub(super) decision: UnitCommand,
    /// Whether the machine acknowledges credits.
    pub(super) acknowledges: bool,
    /// How long a note that is paid out sticks out before somebody takes it; `None` if nobody does.
    pub(super) taken_after: Option<Duration>,
    take_at: Option<Moment>,
    /// What lies in the drums.
    drums: Vec<Denomination>,
    plugged: bool,
    requests_damaged: u32,
    requests_lost: u32,
    /// The next PAY OUTs do not arrive.
    pub(super) lose_payouts: u32,
    /// The dispenses that have not ended, and what was counted before them.
    journal: BTreeMap<DispenseId, (Dispense, Option<CountedBefore>)>,
    /// What happened to them since.
    disturbances: BTreeSet<Disturbance>,
    /// What the device has answered.
    pub(super) replies: usize,
    to_device: VecDeque<(Moment, Vec<u8>)>,
    to_host: VecDeque<(Moment, Vec<u8>)>,
}

impl Bench {
    /// Both ends connected, nothing said yet.
    pub(super) fn new(config: NoteUnitModelConfig) -> Bench {
        let driver = NoteUnit::new(profile_for(&config));
        Bench::with_driver(driver, config)
    }

    pub(super) fn with_driver(driver: NoteUnit, config: NoteUnitModelConfig) -> Bench {
        let mut bench = Bench {
            now: Moment::START,
            driver,
            drums: config.drums.iter().map(|drum| drum.denomination).collect(),
            model: NoteUnitModel::new(config),
            events: Vec::new(),
            exit: Vec::new(),
            happened: Vec::new(),
            decision: UnitCommand::In(DepositCommand::Stack),
            acknowledges: true,
            taken_after: Some(Duration::from_millis(700)),
            take_at: None,
            plugged: true,
            requests_damaged: 0,
            requests_lost: 0,
            lose_payouts: 0,
            journal: BTreeMap::new(),
            disturbances: BTreeSet::new(),
            replies: 0,
            to_device: VecDeque::new(),
            to_host: VecDeque::new(),
        };
        bench.model.start(bench.now);
        bench.driver.line_opened(bench.now);
        bench.settle();
        bench
    }

    /// Started, open for every note, idle; what was said until then is forgotten.
    pub(super) fn open(config: NoteUnitModelConfig) -> Bench {
        let mut bench = Bench::new(config);
        bench.open_for_all();
        bench
    }

    pub(super) fn open_for_all(&mut self) {
        self.run_until("ready", |bench| bench.events.contains(&READY));
        self.accept_all();
        self.run(1_000);
        self.events.clear();
    }

    /// Started, closed, at rest, with 20 notes in each drum; what was said until then is forgotten.
    pub(super) fn loaded(config: NoteUnitModelConfig) -> Bench {
        Bench::filled(config, 20)
    }

    /// Like [`Bench::loaded`], with so many notes in each drum.
    pub(super) fn filled(config: NoteUnitModelConfig, pieces: u16) -> Bench {
        let drums = config.drums.iter().map(|drum| DrumConfig { pieces, ..*drum }).collect();
        let mut bench = Bench::new(NoteUnitModelConfig { drums, ..config });
        bench.run_until("ready", |bench| bench.events.contains(&READY));
        bench.run(1_000);
        bench.events.clear();
        bench
    }

    pub(super) fn dispense(&mut self, id: u64, denomination: Denomination, pieces: u32) {
        let drum = self.drums.iter().position(|kind| *kind == denomination).map_or(0, |index| index + 1);
        let place = Place::Drum(u8::try_from(drum).expect("there are two drums"));
        let dispense = Dispense { id: DispenseId(id), place, denomination, pieces };
        self.journal.insert(dispense.id, (dispense, None));
        self.command(UnitCommand::Out(PayoutCommand::Dispense(dispense)));
    }

    /// How each dispense ended, in the order they were told.
    pub(super) fn ends(&self) -> Vec<(u64, DispenseEnd)> {
        let end = |event: &UnitEvent| match event {
            UnitEvent::Out(Paid::Dispensed { id, end }) => Some((id.0, *end)),
            _ => None,
        };
        self.events.iter().filter_map(end).collect()
    }

    pub(super) fn run_until_dispensed(&mut self, times: usize) {
        self.run_until("the end of a dispense", |bench| bench.ends().len() >= times);
    }

    pub(super) fn accept_all(&mut self) {
        self.command(UnitCommand::In(DepositCommand::Accept(NOTES.into_iter().collect())));
    }

    pub(super) fn inhibit(&mut self) {
        self.command(UnitCommand::In(DepositCommand::Accept(DenominationSet::EMPTY)));
    }

    pub(super) fn command(&mut self, command: UnitCommand) {
        self.driver.command(self.now, command);
        self.settle();
    }

    pub(super) fn act(&mut self, command: &str) {
        self.model.act(self.now, command).unwrap_or_else(|error| panic!("{command}: {error}"));
        self.settle();
    }

    /// Like [`Bench::act`], where it does not matter whether it is possible just now.
    pub(super) fn model_act(&mut self, command: &str) -> Result<(), String> {
        let outcome = self.model.act(self.now, command);
        self.settle();
        outcome
    }

    /// Takes the note that sticks out, if there is one.
    pub(super) fn model_take(&mut self) -> Result<(), String> {
        self.model_act("take")
    }

    pub(super) fn act_wrongly(&mut self, command: &str) -> String {
        self.model.act(self.now, command).expect_err(command)
    }

    pub(super) fn unplug(&mut self) {
        self.plugged = false;
        self.to_device.clear();
        self.to_host.clear();
        self.driver.line_lost(self.now);
        self.settle();
    }

    pub(super) fn is_plugged(&self) -> bool {
        self.plugged
    }

    pub(super) fn plug(&mut self) {
        self.plugged = true;
        self.driver.line_opened(self.now);
        self.settle();
    }

    /// The next requests arrive with a flipped bit.
    pub(super) fn damage_requests(&mut self, times: u32) {
        self.requests_damaged = times;
    }

    /// The next requests do not arrive.
    pub(super) fn lose_requests(&mut self, times: u32) {
        self.requests_lost = times;
    }

    /// The daemon is killed and started again; the device notices nothing.
    pub(super) fn restart_driver(&mut self) {
        self.driver = NoteUnit::new(profile_for(&self.model.config));
        self.to_host.clear();
        self.driver.line_opened(self.now);
        self.settle();
    }

    /// The program is killed, and does not come back yet.
    pub(super) fn stop_driver(&mut self) {
        self.driver = NoteUnit::new(profile_for(&self.model.config));
        self.to_device.clear();
        self.to_host.clear();
    }

    /// Like [`Bench::restart_driver`]; the new driver is asked what became of each dispense.
    pub(super) fn restart_and_recall(&mut self) {
        self.restart_driver();
        for (id, (dispense, before)) in self.journal.clone() {
            match before {
                Some(before) => {
                    let disturbances = self.disturbances.clone();
                    self.command(UnitCommand::Out(PayoutCommand::Recall { dispense, before, disturbances }));
                }
                None => {
                    let end = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
                    self.decide(UnitEvent::Out(Paid::Dispensed { id, end }));
                }
            }
        }
    }

    pub(super) fn run(&mut self, millis: u64) {
        let end = self.now.after(Duration::from_millis(millis));
        while self.step(end) {}
    }

    /// Runs until `reached`, for a minute at most.
    pub(super) fn run_until(&mut self, what: &str, reached: impl Fn(&Bench) -> bool) {
        let end = self.now.after(Duration::from_secs(60));
        while !reached(self) {
            assert!(self.step(end), "{what} was not reached; {:?}; {:?}", self.events, self.model.truth());
        }
    }

    pub(super) fn credits(&self) -> Vec<Option<Denomination>> {
        let credit = |event: &UnitEvent| match event {
            UnitEvent::In(Deposited::Stacked { denomination }) => Some(*denomination),
            _ => None,
        };
        self.events.iter().filter_map(credit).collect()
    }

    pub(super) fn count(&self, event: &UnitEvent) -> usize {
        self.events.iter().filter(|one| *one == event).count()
    }

    /// Whether it works, as it said last; `None` if it never did.
    pub(super) fn last_word(&self) -> Option<&UnitEvent> {
        let is_about_it = |event: &&UnitEvent| {
            matches!(
                event,
                UnitEvent::State(
                    Stated::Ready { part: UnitPart::Acceptor }
                        | Stated::Trouble { part: UnitPart::Acceptor, .. }
                )
            )
        };
        self.events.iter().rfind(is_about_it)
    }

    /// Whether it said last that it works, or never said anything of it.
    pub(super) fn is_ready(&self) -> bool {
        self.last_word().is_none_or(|said| *said == READY)
    }

    pub(super) fn said_trouble(&self, said: &UnitTrouble) -> bool {
        self.events.contains(&troubled(said.clone()))
    }

    /// Every note is in exactly one place.
    pub(super) fn check_conservation(&self) {
        let truth = self.model.truth();
        let mut found = truth.returned_to_patient;
        let resting =
            [truth.drums, truth.cash_box, truth.emptied_by_staff, truth.taken_from_drums, truth.paid_out];
        for (note, pieces) in resting.iter().flat_map(CashCount::iter) {
            found.add(note, pieces).unwrap();
        }
        for note in [truth.mouth, truth.path].into_iter().flatten() {
            found.add(note, 1).unwrap();
        }
        let mut expected = truth.inserted;
        for (note, pieces) in truth.filled_by_staff.iter() {
            expected.add(note, pieces).unwrap();
        }
        for drum in &self.model.config.drums {
            expected.add(drum.denomination, drum.pieces.into()).unwrap();
        }
        assert_eq!(found, expected, "{truth:?}");
    }

    /// One happening on the line or at a deadline, if there is one before `end`.
    fn step(&mut self, end: Moment) -> bool {
        let arrivals =
            [self.to_device.front(), self.to_host.front()].into_iter().flatten().map(|(at, _)| *at);
        let deadlines = [self.driver.deadline(), self.model.deadline()].into_iter().flatten();
        let next = arrivals.chain(deadlines).chain(self.take_at).min();
        let Some(next) = next.filter(|next| *next <= end) else {
            self.now = end;
            return false;
        };
        self.now = self.now.max(next);
        if self.take_at.take_if(|at| *at <= self.now).is_some() {
            // A device may have drawn it back in between.
            let _ = self.model.act(self.now, "take");
        }
        if let Some((_, bytes)) = self.to_device.pop_front_if(|(at, _)| *at <= self.now) {
            self.model.handle_bytes(self.now, &bytes);
        }
        if let Some((_, bytes)) = self.to_host.pop_front_if(|(at, _)| *at <= self.now) {
            self.driver.handle_bytes(self.now, &bytes);
        }
        if self.model.deadline().is_some_and(|at| at <= self.now) {
            self.model.handle_timeout(self.now);
        }
        if self.driver.deadline().is_some_and(|at| at <= self.now) {
            self.driver.handle_timeout(self.now);
        }
        self.settle();
        true
    }

    fn settle(&mut self) {
        while let Some(output) = self.model.poll() {
            match output {
                ModelOutput::Transmit(bytes) if self.plugged => {
                    self.replies += 1;
                    self.to_host.push_back((self.arrival(&bytes), bytes));
                }
                ModelOutput::Transmit(_) => {}
                ModelOutput::Happened(what) => {
                    if what["happened"] == "dispensed" {
                        self.take_at = self.taken_after.map(|wait| self.now.after(wait));
                    }
                    self.happened.push(what.to_string());
                }
            }
        }
        while let Some(output) = self.driver.poll() {
            match output {
                DriverOutput::Transmit(bytes) => self.send(bytes),
                DriverOutput::Event(event) => self.decide(event),
            }
        }
    }

    fn send(&mut self, mut bytes: Vec<u8>) {
        if self.requests_lost > 0 {
            self.requests_lost -= 1;
            return;
        }
        if self.lose_payouts > 0 && bytes.starts_with(&PAY_OUT) {
            self.lose_payouts -= 1;
            return;
        }
        if self.requests_damaged > 0 {
            self.requests_damaged -= 1;
            bytes[2] ^= 0x10;
        }
        self.to_device.push_back((self.arrival(&bytes), bytes));
    }

    fn decide(&mut self, event: UnitEvent) {
        match &event {
            UnitEvent::In(Deposited::Escrowed { .. }) => self.driver.command(self.now, self.decision.clone()),
            UnitEvent::In(Deposited::Stacked { .. }) if self.acknowledges => {
                self.driver.command(self.now, UnitCommand::In(DepositCommand::AcknowledgeStacked));
            }
            UnitEvent::Out(Paid::Prepared { id, before }) => {
                self.journal.entry(*id).and_modify(|(_, saved)| *saved = Some(before.clone()));
                return self.driver.command(self.now, UnitCommand::Out(PayoutCommand::Proceed(*id)));
            }
            UnitEvent::Out(Paid::Disturbed { id, what }) => {
                self.disturbances.insert(*what);
                self.driver
                    .command(self.now, UnitCommand::Out(PayoutCommand::Noted { id: *id, what: *what }));
            }
            UnitEvent::Out(Paid::Dispensed { id, .. }) => {
                self.journal.remove(id);
                self.disturbances.clear();
            }
            // Told apart from what becomes of notes.
            UnitEvent::In(Deposited::ExitBlocked(block)) => return self.exit.push(*block),
            _ => {}
        }
        self.events.push(event);
    }

    fn arrival(&self, bytes: &[u8]) -> Moment {
        self.now.after(BYTE_TIME * u32::try_from(bytes.len()).unwrap())
    }
}

/// The profile that a technician would write for this device.
pub(super) fn profile_for(config: &NoteUnitModelConfig) -> NoteUnitProfile {
    let drum = |(number, denomination)| DrumProfile { number, denomination, capacity: None };
    NoteUnitProfile {
        drums: (1..).zip(config.drums.iter().map(|drum| drum.denomination)).map(drum).collect(),
        has_total_counter: config.has_total_counter,
        drum_counter_falls: config.drum_counter_falls,
        ..NoteUnitProfile::new("model", NOTES.into_iter().collect())
    }
}
