//! A driver and a model on a line of 9600 baud, in virtual time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use device_api::{
    CountedBefore, DepositCommand, Deposited, Dispense, DispenseEnd, DispenseId, Driver, DriverOutput, Paid,
    PayoutCommand, Place, ShortCause, Stated, UnitCommand, UnitEvent, UnitPart,
};
use devices::cctalk::CoinUnit;
use money::{CashCount, Denomination, DenominationSet};
use wire::Moment;

use crate::model::{Model, ModelOutput};
use crate::models::cctalk::{CoinUnitModel, CoinUnitModelConfig};

/// 10 bits at 9600 baud.
const BYTE_TIME: Duration = Duration::from_micros(1_042);

/// An address at which no hopper can be.
const NO_HOPPER: u8 = 1;

pub(super) struct Bench {
    pub(super) now: Moment,
    driver: CoinUnit,
    pub(super) model: CoinUnitModel,
    pub(super) events: Vec<UnitEvent>,
    pub(super) happened: Vec<String>,
    plugged: bool,
    requests_lost: u32,
    dispenses: u64,
    /// The orders that have not ended, and what was counted before them.
    journal: BTreeMap<DispenseId, (Dispense, Option<CountedBefore>)>,
    to_device: VecDeque<(Moment, Vec<u8>)>,
    to_host: VecDeque<(Moment, Vec<u8>)>,
}

impl Bench {
    /// Both ends connected, nothing said yet.
    pub(super) fn new(config: CoinUnitModelConfig) -> Bench {
        Bench::with_driver(CoinUnit::new(config.profile()), config)
    }

    pub(super) fn with_driver(driver: CoinUnit, config: CoinUnitModelConfig) -> Bench {
        let mut bench = Bench {
            now: Moment::START,
            driver,
            model: CoinUnitModel::new(config),
            events: Vec::new(),
            happened: Vec::new(),
            plugged: true,
            requests_lost: 0,
            dispenses: 0,
            journal: BTreeMap::new(),
            to_device: VecDeque::new(),
            to_host: VecDeque::new(),
        };
        bench.model.start(bench.now);
        bench.driver.line_opened(bench.now);
        bench.settle();
        bench
    }

    /// Started, open for every coin; what was said until then is forgotten.
    pub(super) fn open(config: CoinUnitModelConfig) -> Bench {
        let mut bench = Bench::new(config);
        bench.open_for_all();
        bench
    }

    pub(super) fn open_for_all(&mut self) {
        let ready = |bench: &Bench| {
            let is_ready = |event: &&UnitEvent| matches!(event, UnitEvent::State(Stated::Ready { .. }));
            bench.events.iter().filter(is_ready).count() > bench.model.config.hoppers.len()
        };
        self.run_until("ready", ready);
        self.accept_all();
        self.run(500);
        self.events.clear();
    }

    pub(super) fn accept_all(&mut self) {
        self.command(UnitCommand::In(DepositCommand::Accept(Denomination::ALL.into_iter().collect())));
    }

    pub(super) fn close(&mut self) {
        self.command(UnitCommand::In(DepositCommand::Accept(DenominationSet::EMPTY)));
    }

    pub(super) fn command(&mut self, command: UnitCommand) {
        self.driver.command(self.now, command);
        self.settle();
    }

    /// Orders coins, and gives the order's number.
    pub(super) fn order(&mut self, denomination: Denomination, pieces: u32) -> DispenseId {
        self.dispenses += 1;
        let id = DispenseId(self.dispenses);
        let place = Place::Hopper(self.address_of(denomination));
        let dispense = Dispense { id, place, denomination, pieces };
        self.journal.insert(id, (dispense, None));
        self.command(UnitCommand::Out(PayoutCommand::Dispense(dispense)));
        id
    }

    /// How the order ended; it has ended once, or the test fails.
    pub(super) fn end_of(&self, id: DispenseId) -> DispenseEnd {
        let ends = self.ends_of(id);
        assert_eq!(ends.len(), 1, "{id:?} of {:?}", self.events);
        ends[0]
    }

    pub(super) fn ends_of(&self, id: DispenseId) -> Vec<DispenseEnd> {
        let end = |event: &UnitEvent| match event {
            UnitEvent::Out(Paid::Dispensed { id: ended, end }) if *ended == id => Some(*end),
            _ => None,
        };
        self.events.iter().filter_map(end).collect()
    }

    pub(super) fn dispensed(&self, denomination: Denomination) -> u32 {
        self.model.truth().dispensed.pieces(denomination)
    }

    pub(super) fn act(&mut self, command: &str) {
        self.try_act(command).unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// Like [`Bench::act`], where it does not matter whether it is possible just now.
    pub(super) fn try_act(&mut self, command: &str) -> Result<(), String> {
        let outcome = self.model.act(self.now, command);
        self.settle();
        outcome
    }

    pub(super) fn unplug(&mut self) {
        self.plugged = false;
        self.to_device.clear();
        self.to_host.clear();
        self.driver.line_lost(self.now);
        self.settle();
    }

    pub(super) fn plug(&mut self) {
        self.plugged = true;
        self.driver.line_opened(self.now);
        self.settle();
    }

    /// The next requests do not arrive.
    pub(super) fn lose_requests(&mut self, times: u32) {
        self.requests_lost = times;
    }

    /// The daemon is killed and started again; the devices notice nothing.
    pub(super) fn restart_driver(&mut self) {
        self.driver = CoinUnit::new(self.model.config.profile());
        self.to_host.clear();
        self.driver.line_opened(self.now);
        self.settle();
    }

    /// Like [`Bench::restart_driver`]; the new driver is told which event was the last, and asked what became of each order.
    pub(super) fn restart_and_recall(&mut self) {
        self.restart_driver();
        if let Some(last) = self.events.iter().rev().find_map(UnitEvent::event_no) {
            self.command(UnitCommand::In(DepositCommand::ToldUpTo(last)));
        }
        for (id, (dispense, before)) in self.journal.clone() {
            match before {
                Some(before) => self.command(UnitCommand::Out(PayoutCommand::Recall {
                    dispense,
                    before,
                    disturbances: [].into(),
                })),
                None => {
                    let end = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
                    self.told(UnitEvent::Out(Paid::Dispensed { id, end }));
                }
            }
        }
    }

    pub(super) fn run(&mut self, millis: u64) {
        let end = self.now.after(Duration::from_millis(millis));
        while self.step(end) {}
    }

    /// Runs until `reached`, for three minutes at most: a slow unit with six hoppers needs one to say who it is.
    pub(super) fn run_until(&mut self, what: &str, reached: impl Fn(&Bench) -> bool) {
        let end = self.now.after(Duration::from_secs(180));
        while !reached(self) {
            assert!(self.step(end), "not {what} after three minutes: {:?}", self.events);
        }
    }

    pub(super) fn count(&self, event: &UnitEvent) -> usize {
        self.events.iter().filter(|one| *one == event).count()
    }

    /// What was credited, in order.
    pub(super) fn credits(&self) -> Vec<Denomination> {
        let credit = |event: &UnitEvent| match event {
            UnitEvent::In(Deposited::Inserted { denomination, .. }) => Some(*denomination),
            _ => None,
        };
        self.events.iter().filter_map(credit).collect()
    }

    /// The hopper for these coins, as the driver calls it.
    pub(super) fn hopper(&self, denomination: Denomination) -> UnitPart {
        UnitPart::Hopper(self.address_of(denomination))
    }

    fn address_of(&self, denomination: Denomination) -> u8 {
        let mut hoppers = self.model.config.hoppers.iter();
        hoppers.find(|hopper| hopper.denomination == denomination).map_or(NO_HOPPER, |hopper| hopper.address)
    }

    /// Whether the last word about `device` was that it works.
    pub(super) fn is_ready(&self, device: UnitPart) -> bool {
        let about = |event: &&UnitEvent| match event {
            UnitEvent::State(Stated::Ready { part: about })
            | UnitEvent::State(Stated::Trouble { part: about, .. }) => *about == device,
            _ => false,
        };
        matches!(self.events.iter().rfind(about), None | Some(UnitEvent::State(Stated::Ready { .. })))
    }

    /// Every coin is in exactly one place.
    pub(super) fn check_conservation(&self) {
        let truth = self.model.truth();
        let ins = sum(&[truth.inserted, truth.filled_by_staff]);
        let resting = sum(&[truth.hoppers, truth.coin_box, truth.tray, truth.in_transit]);
        assert_eq!(sum(&[resting, truth.taken_by_patient, truth.emptied_by_staff]), ins, "{truth:?}");
    }

    /// One happening on the line or at a deadline, if there is one before `end`.
    fn step(&mut self, end: Moment) -> bool {
        let arrivals =
            [self.to_device.front(), self.to_host.front()].into_iter().flatten().map(|(at, _)| *at);
        let deadlines = [self.driver.deadline(), self.model.deadline()].into_iter().flatten();
        let Some(next) = arrivals.chain(deadlines).min().filter(|next| *next <= end) else {
            self.now = end;
            return false;
        };
        self.now = self.now.max(next);
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
                    let after = self.to_host.back().map_or(self.now, |(at, _)| self.now.max(*at));
                    self.to_host.push_back((arrival(after, &bytes), bytes));
                }
                ModelOutput::Transmit(_) => {}
                ModelOutput::Happened(what) => self.happened.push(what.to_string()),
            }
        }
        while let Some(output) = self.driver.poll() {
            match output {
                DriverOutput::Transmit(_) if self.requests_lost > 0 || !self.plugged => {
                    self.requests_lost = self.requests_lost.saturating_sub(1);
                }
                DriverOutput::Transmit(bytes) => {
                    self.to_device.push_back((arrival(self.now, &bytes), bytes));
                }
                DriverOutput::Event(event) => self.told(event),
            }
        }
    }

    fn told(&mut self, event: UnitEvent) {
        match &event {
            UnitEvent::Out(Paid::Prepared { id, before }) => {
                self.journal.entry(*id).and_modify(|(_, saved)| *saved = Some(before.clone()));
                return self.driver.command(self.now, UnitCommand::Out(PayoutCommand::Proceed(*id)));
            }
            UnitEvent::Out(Paid::Dispensed { id, .. }) => drop(self.journal.remove(id)),
            _ => {}
        }
        self.events.push(event);
    }
}

pub(super) fn sum(counts: &[CashCount]) -> CashCount {
    let pairs = counts.iter().flat_map(CashCount::iter).collect::<Vec<_>>();
    CashCount::try_from(pairs).unwrap()
}

fn arrival(from: Moment, bytes: &[u8]) -> Moment {
    from.after(BYTE_TIME * u32::try_from(bytes.len()).unwrap())
}
