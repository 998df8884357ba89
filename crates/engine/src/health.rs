//! What the devices last said of themselves.

use std::collections::BTreeMap;

use api::{
    ChainBreak, ClockDoubt, HopperView, OutOfOrder, QuoteOutcome, RefusedCode, RefusedCodes, UnitState,
    UnitsView,
};
use device_api::{
    CashEvent, CashTrouble, CoinDevice, CoinEvent, CoinTrouble, ExitBlock, Place, PrinterEvent,
    PrinterStatus, ScannerEvent,
};
use money::{Denomination, DenominationSet};

use crate::Policy;

#[derive(Clone, Debug)]
pub(crate) struct Health {
    /// What the note unit's own table knows.
    pub(crate) values: DenominationSet,
    /// The coins that the acceptor knows.
    pub(crate) coins: DenominationSet,
    pub(crate) note_unit: UnitState<CashTrouble>,
    /// The note that sticks out of the note unit's exit and stops everything, and is not paid out.
    pub(crate) exit: Option<ExitBlock>,
    /// `None` without a coin unit.
    pub(crate) coin_acceptor: Option<CoinUnitHealth>,
    /// The hoppers that have said how they are.
    hoppers: BTreeMap<Denomination, CoinUnitHealth>,
    pub(crate) printer: PrinterStatus,
    pub(crate) scanner_connected: bool,
    /// The computer's clock, if it is not believed.
    pub(crate) clock: Option<ClockDoubt>,
    /// Where the journal does not hold.
    pub(crate) journal: Option<ChainBreak>,
    /// The codes that were refused last, all in one way.
    refused_codes: Option<RefusedCodes>,
}

pub(crate) type CoinUnitHealth = UnitState<CoinTrouble>;

/// What may fail by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    NoteUnit,
    Acceptor,
    Hopper(Denomination),
    Printer,
    Scanner,
    Codes,
    Clock,
    Journal,
}

/// So many patients in a row do not all hold another clinic's card. One who tries again and again may be among them, but
/// whoever comes then sees that, too.
const REFUSED_ALIKE_MAX: u32 = 5;

fn coin_trouble(health: &CoinUnitHealth) -> Option<CoinTrouble> {
    match health {
        UnitState::Trouble(CoinTrouble::Empty) | UnitState::Starting | UnitState::Ready => None,
        UnitState::Trouble(trouble) => Some(trouble.clone()),
    }
}

impl Health {
    pub(crate) fn new(with_coin_unit: bool) -> Health {
        Health {
            values: DenominationSet::EMPTY,
            coins: DenominationSet::EMPTY,
            note_unit: UnitState::Starting,
            exit: None,
            coin_acceptor: with_coin_unit.then_some(UnitState::Starting),
            hoppers: BTreeMap::new(),
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
        let hopper = |place: Place| match place {
            Place::Hopper(kind) => Some((kind, UnitState::Ready)),
            Place::Transport | Place::Drum(_) | Place::CashBox | Place::CoinBox => None,
        };
        Health {
            values,
            coins,
            note_unit: UnitState::Ready,
            coin_acceptor: Some(UnitState::Ready),
            hoppers: policy.stores.iter().filter_map(|store| hopper(store.place)).collect(),
            ..Health::new(true)
        }
    }

    pub(crate) fn cash_said(&mut self, event: &CashEvent) {
        match event {
            CashEvent::Identified { values, .. } => self.values = *values,
            CashEvent::Ready => self.note_unit = UnitState::Ready,
            CashEvent::Trouble(trouble) => self.note_unit = UnitState::Trouble(trouble.clone()),
            CashEvent::ExitBlocked(block) => self.exit = *block,
            CashEvent::NoteArriving
            | CashEvent::Escrowed { .. }
            | CashEvent::Stacked { .. }
            | CashEvent::Stored { .. }
            | CashEvent::Returned
            | CashEvent::Rejected { .. }
            | CashEvent::Inhibited
            | CashEvent::Counts(_)
            | CashEvent::Presented
            | CashEvent::Taken
            | CashEvent::Prepared { .. }
            | CashEvent::Disturbed { .. }
            | CashEvent::Dispensed { .. } => {}
        }
    }

    pub(crate) fn coins_said(&mut self, event: &CoinEvent) {
        let (device, health) = match event {
            CoinEvent::Identified { accepts, .. } => {
                self.coins = *accepts;
                return;
            }
            CoinEvent::Ready { device } => (*device, UnitState::Ready),
            CoinEvent::Trouble { device, trouble } => (*device, UnitState::Trouble(trouble.clone())),
            CoinEvent::Inserted { .. }
            | CoinEvent::EventsLost { .. }
            | CoinEvent::Rejected { .. }
            | CoinEvent::ReturnPressed
            | CoinEvent::Inhibited
            | CoinEvent::Counts { .. }
            | CoinEvent::Prepared { .. }
            | CoinEvent::Dispensed { .. } => return,
        };
        match device {
            CoinDevice::Acceptor => self.coin_acceptor = Some(health),
            CoinDevice::Hopper(kind) => drop(self.hoppers.insert(kind, health)),
        }
    }

    /// Whether every unit has said that it works, or that it does not.
    pub(crate) fn have_all_spoken(&self, policy: &Policy) -> bool {
        let hopper_is_silent = |place: Place| match place {
            Place::Hopper(kind) => !self.hoppers.contains_key(&kind),
            Place::Transport | Place::Drum(_) | Place::CashBox | Place::CoinBox => false,
        };
        self.note_unit != UnitState::Starting
            && self.coin_acceptor != Some(UnitState::Starting)
            && !policy.stores.iter().any(|store| hopper_is_silent(store.place))
    }

    /// The devices of the coin unit that can be asked something.
    pub(crate) fn coin_devices_ready(&self) -> Vec<CoinDevice> {
        self.coin_devices(|health| *health == UnitState::Ready)
    }

    fn coin_devices(&self, are: impl Fn(&CoinUnitHealth) -> bool) -> Vec<CoinDevice> {
        let acceptor = self.coin_acceptor.as_ref().map(|health| (CoinDevice::Acceptor, health));
        let hoppers = self.hoppers.iter().map(|(kind, health)| (CoinDevice::Hopper(*kind), health));
        let all = acceptor.into_iter().chain(hoppers);
        all.filter(|(_, health)| are(health)).map(|(device, _)| device).collect()
    }

    /// The devices of the coin unit that can say what they have counted, also if they cannot pay or take anything.
    pub(crate) fn coin_devices_with_counters(&self) -> Vec<CoinDevice> {
        let has_counters = |health: &CoinUnitHealth| match health {
            UnitState::Ready
            | UnitState::Trouble(CoinTrouble::Empty | CoinTrouble::Jam | CoinTrouble::Manipulated) => true,
            UnitState::Starting
            | UnitState::Trouble(
                CoinTrouble::NotResponding | CoinTrouble::Broken { .. } | CoinTrouble::UnknownValues,
            ) => false,
        };
        self.coin_devices(has_counters)
    }

    /// Whether the unit that pays from `place` works.
    pub(crate) fn can_pay_from(&self, place: Place) -> bool {
        match place {
            Place::Drum(_) => self.note_unit == UnitState::Ready,
            Place::Hopper(kind) => self.hoppers.get(&kind) == Some(&UnitState::Ready),
            Place::Transport | Place::CashBox | Place::CoinBox => false,
        }
    }

    pub(crate) fn printer_said(&mut self, event: &PrinterEvent) {
        if let PrinterEvent::Status(status) = event {
            self.printer = *status;
        }
    }

    pub(crate) fn scanner_said(&mut self, event: &ScannerEvent) {
        match event {
            ScannerEvent::Connected(connected) => self.scanner_connected = *connected,
            ScannerEvent::Scanned(_) | ScannerEvent::Unreadable => {}
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

    /// What does not work, and why. A hopper that is empty works; it is to be filled.
    pub(crate) fn out_of_order(&self) -> Vec<(Part, OutOfOrder)> {
        let notes = match &self.note_unit {
            UnitState::Trouble(trouble) => Some((Part::NoteUnit, OutOfOrder::NoteUnit(trouble.clone()))),
            UnitState::Starting | UnitState::Ready => None,
        };
        let acceptor = self.coin_acceptor.as_ref().and_then(coin_trouble);
        let acceptor = acceptor.map(|trouble| (Part::Acceptor, OutOfOrder::Acceptor(trouble)));
        let hoppers = self.hoppers.iter().filter_map(|(&denomination, health)| {
            let trouble = coin_trouble(health)?;
            Some((Part::Hopper(denomination), OutOfOrder::Hopper { denomination, trouble }))
        });
        let printer =
            (!self.printer.is_ready()).then_some((Part::Printer, OutOfOrder::Printer(self.printer)));
        let scanner = (!self.scanner_connected).then_some((Part::Scanner, OutOfOrder::Scanner));
        let clock = self.clock.map(|doubt| (Part::Clock, OutOfOrder::Clock(doubt)));
        let journal = self.journal.map(|found| (Part::Journal, OutOfOrder::Journal(found)));
        let codes = self.refused_codes.filter(|codes| codes.count >= REFUSED_ALIKE_MAX);
        let codes = codes.map(|codes| (Part::Codes, OutOfOrder::Codes(codes)));
        notes
            .into_iter()
            .chain(acceptor)
            .chain(hoppers)
            .chain(printer)
            .chain(scanner)
            .chain(codes)
            .chain(clock)
            .chain(journal)
            .collect()
    }

    /// What the desk is told.
    pub(crate) fn view(&self) -> UnitsView {
        let hopper = |(denomination, state): (&Denomination, &CoinUnitHealth)| HopperView {
            denomination: *denomination,
            state: state.clone(),
        };
        UnitsView {
            note_unit: self.note_unit.clone(),
            coin_acceptor: self.coin_acceptor.clone(),
            hoppers: self.hoppers.iter().map(hopper).collect(),
            printer: self.printer,
            scanner_connected: self.scanner_connected,
            clock: self.clock,
        }
    }

    /// Whether the hopper found nothing more to pay out.
    pub(crate) fn found_empty(&self, place: Place) -> bool {
        match place {
            Place::Hopper(kind) => self.hoppers.get(&kind) == Some(&UnitState::Trouble(CoinTrouble::Empty)),
            Place::Drum(_) | Place::Transport | Place::CashBox | Place::CoinBox => false,
        }
    }
}
