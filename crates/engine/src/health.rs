//! What the devices last said of themselves.

use std::collections::BTreeMap;

use api::{
    ChainBreak, ClockDoubt, ClosedReason, HopperView, OutOfOrder, PartName, QuoteOutcome, RefusedCode,
    RefusedCodes, Takes, UnitName, UnitState, UnitView, UnitsView,
};
use device_api::{
    Capabilities, Deposited, ExitBlock, PartId, Place, PrinterEvent, PrinterStatus, ScannerEvent, Stated,
    StoreId, UnitEvent, UnitId, UnitPart, UnitTrouble,
};
use money::DenominationSet;

use crate::{CashUnit, Policy, Store};

#[derive(Clone, Debug)]
pub(crate) struct Health {
    /// The cash units, in the order of the configuration.
    units: Vec<UnitHealth>,
    pub(crate) printer: PrinterStatus,
    pub(crate) scanner_connected: bool,
    /// The computer's clock, if it is not believed.
    pub(crate) clock: Option<ClockDoubt>,
    /// Where the journal does not hold.
    pub(crate) journal: Option<ChainBreak>,
    /// The codes that were refused last, all in one way.
    refused_codes: Option<RefusedCodes>,
}

/// So many patients in a row do not all hold another clinic's card. One who tries again and again may be among them, but
/// whoever comes then sees that, too.
const REFUSED_ALIKE_MAX: u32 = 5;

/// What one cash unit last said of itself.
#[derive(Clone, Debug)]
struct UnitHealth {
    name: UnitName,
    can: Capabilities,
    /// What its own table knows.
    accepts: DenominationSet,
    acceptor: UnitState,
    /// The piece that sticks out of its exit and stops everything, and is not paid out.
    exit: Option<ExitBlock>,
    /// The hoppers that have said how they are.
    hoppers: BTreeMap<u8, UnitState>,
    /// What its hoppers are for.
    holds: BTreeMap<u8, DenominationSet>,
}

/// What may fail by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Unit(PartId),
    /// What sticks out of it.
    Exit(UnitId),
    Printer,
    Scanner,
    Codes,
    Clock,
    Journal,
}

impl UnitHealth {
    fn new(policy: &Policy, unit: &CashUnit) -> UnitHealth {
        let hopper = |store: &Store| match store.id {
            StoreId { unit: of, place: Place::Hopper(number) } if of == unit.id => {
                Some((number, store.holds))
            }
            StoreId { .. } => None,
        };
        UnitHealth {
            name: policy.name(unit.id),
            can: unit.can,
            accepts: DenominationSet::EMPTY,
            acceptor: UnitState::Starting,
            exit: None,
            hoppers: BTreeMap::new(),
            holds: policy.stores.iter().filter_map(hopper).collect(),
        }
    }

    fn stated(&mut self, stated: &Stated) {
        let (part, state) = match stated {
            Stated::Identified { accepts, .. } => {
                self.accepts = *accepts;
                return;
            }
            Stated::Ready { part } => (*part, UnitState::Ready),
            Stated::Trouble { part, trouble } => (*part, UnitState::Trouble(trouble.clone())),
        };
        match part {
            UnitPart::Acceptor => self.acceptor = state,
            UnitPart::Hopper(number) => drop(self.hoppers.insert(number, state)),
        }
    }

    /// How a part is, once it has said anything.
    fn part(&self, part: UnitPart) -> Option<&UnitState> {
        match part {
            UnitPart::Acceptor => Some(&self.acceptor),
            UnitPart::Hopper(number) => self.hoppers.get(&number),
        }
    }

    fn parts(&self) -> impl Iterator<Item = (UnitPart, &UnitState)> {
        let hoppers = self.hoppers.iter().map(|(number, state)| (UnitPart::Hopper(*number), state));
        std::iter::once((UnitPart::Acceptor, &self.acceptor)).chain(hoppers)
    }

    fn out_of_order(&self) -> impl Iterator<Item = (Part, OutOfOrder)> {
        let exit =
            self.exit.map(|block| (Part::Exit(self.name.id), OutOfOrder::Exit { unit: self.name, block }));
        let parts = self.parts().filter_map(|(part, state)| match state {
            // It works; it is to be filled.
            UnitState::Trouble(UnitTrouble::Empty) | UnitState::Starting | UnitState::Ready => None,
            UnitState::Trouble(trouble) => {
                let name = self.part_name(part);
                Some((Part::Unit(name.id()), OutOfOrder::Unit { part: name, trouble: trouble.clone() }))
            }
        });
        parts.chain(exit)
    }

    fn part_name(&self, part: UnitPart) -> PartName {
        let holds = match part {
            UnitPart::Acceptor => DenominationSet::EMPTY,
            UnitPart::Hopper(number) => self.holds.get(&number).copied().unwrap_or_default(),
        };
        PartName { unit: self.name, part, holds }
    }

    fn view(&self) -> UnitView {
        let hopper = |(number, state): (&u8, &UnitState)| HopperView {
            part: self.part_name(UnitPart::Hopper(*number)),
            state: state.clone(),
        };
        UnitView {
            unit: self.name,
            acceptor: self.acceptor.clone(),
            hoppers: self.hoppers.iter().map(hopper).collect(),
        }
    }
}

/// Why the machine is closed if it cannot do without this unit.
pub(crate) fn closed_by(can: Capabilities) -> ClosedReason {
    match can.counts_stores {
        true => ClosedReason::NoteUnit,
        false => ClosedReason::CoinUnit,
    }
}

impl Health {
    pub(crate) fn new(policy: &Policy) -> Health {
        Health {
            units: policy.units.iter().map(|unit| UnitHealth::new(policy, unit)).collect(),
            printer: PrinterStatus::SILENT,
            scanner_connected: false,
            clock: None,
            journal: None,
            refused_codes: None,
        }
    }

    /// Units that all work.
    #[cfg(test)]
    pub(crate) fn working(values: DenominationSet, coins: DenominationSet, policy: &Policy) -> Health {
        let mut health = Health::new(policy);
        for unit in &mut health.units {
            unit.accepts = if unit.can.counts_stores { values } else { coins };
            unit.acceptor = UnitState::Ready;
            unit.hoppers = unit.holds.keys().map(|number| (*number, UnitState::Ready)).collect();
        }
        health
    }

    pub(crate) fn unit_said(&mut self, unit: UnitId, event: &UnitEvent) {
        let Some(known) = self.units.iter_mut().find(|known| known.name.id == unit) else { return };
        match event {
            UnitEvent::State(stated) => known.stated(stated),
            UnitEvent::In(Deposited::ExitBlocked(block)) => known.exit = *block,
            UnitEvent::In(_) | UnitEvent::Out(_) | UnitEvent::Counts(_) => {}
        }
    }

    /// What sticks out of an exit and stops everything, and is not paid out: a second note before any other.
    pub(crate) fn exit(&self) -> Option<ExitBlock> {
        self.units.iter().filter_map(|unit| unit.exit).max()
    }

    /// What one unit can take.
    pub(crate) fn accepted_by(&self, unit: UnitId) -> DenominationSet {
        self.unit(unit).map_or(DenominationSet::EMPTY, |unit| unit.accepts)
    }

    /// Whether every unit has said that it works, or that it does not.
    pub(crate) fn have_all_spoken(&self, policy: &Policy) -> bool {
        let is_silent = |store: &Store| self.state_of(store).is_none();
        self.units.iter().all(|unit| unit.acceptor != UnitState::Starting)
            && !policy.stores.iter().any(is_silent)
    }

    /// The parts that have a counter of their own and can be asked something, of units that do not count their stores.
    pub(crate) fn parts_ready(&self) -> Vec<PartId> {
        self.parts(|state| *state == UnitState::Ready)
    }

    /// Those that can say what they have counted, also if they cannot pay or take anything.
    pub(crate) fn parts_with_counters(&self) -> Vec<PartId> {
        self.parts(|state| match state {
            UnitState::Starting => false,
            UnitState::Ready => true,
            UnitState::Trouble(trouble) => trouble.leaves_counters(),
        })
    }

    fn parts(&self, are: impl Fn(&UnitState) -> bool) -> Vec<PartId> {
        let units = self.units.iter().filter(|unit| !unit.can.counts_stores);
        let id = |unit: &UnitHealth, part| PartId { unit: unit.name.id, part };
        let parts = units.flat_map(|unit| unit.parts().map(move |(part, state)| (id(unit, part), state)));
        parts.filter(|(_, state)| are(state)).map(|(part, _)| part).collect()
    }

    /// Whether what pays from `store` works.
    pub(crate) fn can_pay_from(&self, store: &Store) -> bool {
        self.state_of(store) == Some(&UnitState::Ready)
    }

    /// Whether what pays from `store` found nothing more to pay out.
    pub(crate) fn found_empty(&self, store: &Store) -> bool {
        self.state_of(store) == Some(&UnitState::Trouble(UnitTrouble::Empty))
    }

    fn state_of(&self, store: &Store) -> Option<&UnitState> {
        self.unit(store.id.unit)?.part(store.id.place.part())
    }

    fn unit(&self, unit: UnitId) -> Option<&UnitHealth> {
        self.units.iter().find(|known| known.name.id == unit)
    }

    pub(crate) fn printer_said(&mut self, event: &PrinterEvent) {
        if let PrinterEvent::Status(status) = event {
            self.printer = *status;
        }
    }

    /// A code was scanned, and has the shape of the clinic's cards or not.
    pub(crate) fn code_was_read(&mut self, is_ours: bool) {
        // Whose it is shows only once the billing system has answered.
        if !is_ours {
            self.code_was_refused(RefusedCode::NotOurCard);
        } else if self.refused_codes.is_some_and(|codes| codes.how == RefusedCode::NotOurCard) {
            self.refused_codes = None;
        }
    }

    /// The billing system answered a question about a patient.
    pub(crate) fn patient_was_asked(&mut self, outcome: &QuoteOutcome) {
        match outcome {
            QuoteOutcome::UnknownPatient => self.code_was_refused(RefusedCode::UnknownPatient),
            QuoteOutcome::Bills(_)
            | QuoteOutcome::Alike { .. }
            | QuoteOutcome::EstimateOnly
            | QuoteOutcome::AskAtDesk => self.refused_codes = None,
            QuoteOutcome::Unavailable => {}
        }
    }

    fn code_was_refused(&mut self, how: RefusedCode) {
        let before = self.refused_codes.filter(|codes| codes.how == how).map_or(0, |codes| codes.count);
        self.refused_codes = Some(RefusedCodes { how, count: before.saturating_add(1) });
    }

    pub(crate) fn scanner_said(&mut self, event: &ScannerEvent) {
        match event {
            ScannerEvent::Connected(connected) => self.scanner_connected = *connected,
            ScannerEvent::Scanned(_) | ScannerEvent::Unreadable => {}
        }
    }

    /// Which of the units stands in the way of cash.
    pub(crate) fn closed_by_units(&self) -> Option<ClosedReason> {
        if self.units.iter().any(|unit| unit.acceptor == UnitState::Starting) {
            return Some(ClosedReason::Starting);
        }
        let unfit = self.units.iter().find(|unit| unit.acceptor != UnitState::Ready)?;
        Some(closed_by(unfit.can))
    }

    /// How the slots are, and whether each takes notes.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (UnitId, Capabilities, &UnitState)> {
        self.units.iter().map(|unit| (unit.name.id, unit.can, &unit.acceptor))
    }

    /// Whether every unit works that has a part in a payment. One that has begun needs no printer to go on.
    pub(crate) fn can_move_money(&self, takes: Takes) -> bool {
        let mut parts = self.units.iter().filter(|unit| takes.uses(unit.can));
        parts.all(|unit| unit.acceptor == UnitState::Ready)
    }

    /// What does not work, and why. A hopper that is empty works; it is to be filled.
    pub(crate) fn out_of_order(&self) -> Vec<(Part, OutOfOrder)> {
        let units = self.units.iter().flat_map(UnitHealth::out_of_order);
        let printer =
            (!self.printer.is_ready()).then_some((Part::Printer, OutOfOrder::Printer(self.printer)));
        let scanner = (!self.scanner_connected).then_some((Part::Scanner, OutOfOrder::Scanner));
        let clock = self.clock.map(|doubt| (Part::Clock, OutOfOrder::Clock(doubt)));
        let journal = self.journal.map(|found| (Part::Journal, OutOfOrder::Journal(found)));
        let codes = self.refused_codes.filter(|codes| codes.count >= REFUSED_ALIKE_MAX);
        let codes = codes.map(|codes| (Part::Codes, OutOfOrder::Codes(codes)));
        units.chain(printer).chain(scanner).chain(codes).chain(clock).chain(journal).collect()
    }

    /// What the desk is told.
    pub(crate) fn view(&self) -> UnitsView {
        UnitsView {
            cash: self.units.iter().map(UnitHealth::view).collect(),
            printer: self.printer,
            scanner_connected: self.scanner_connected,
            clock: self.clock,
        }
    }
}
