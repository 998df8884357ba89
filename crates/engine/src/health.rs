//! What the devices last said of themselves.

use std::collections::BTreeMap;

use api::ClosedReason;
use device_api::{
    CashEvent, CashTrouble, CoinDevice, CoinEvent, CoinTrouble, Paper, Place, PrinterEvent, PrinterStatus,
    ScannerEvent,
};
use money::DenominationSet;

use crate::Policy;

#[derive(Clone, Debug)]
pub(crate) struct Health {
    /// What the note unit's own table knows.
    pub(crate) values: DenominationSet,
    /// The coins that the acceptor knows.
    pub(crate) coins: DenominationSet,
    note_unit: NoteUnitHealth,
    /// `None` without a coin unit.
    coin_acceptor: Option<CoinUnitHealth>,
    /// The hoppers that have said how they are.
    hoppers: BTreeMap<CoinDevice, CoinUnitHealth>,
    pub(crate) printer: PrinterStatus,
    pub(crate) scanner_connected: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum NoteUnitHealth {
    Starting,
    Ready,
    Trouble(CashTrouble),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum CoinUnitHealth {
    Starting,
    Ready,
    Trouble(CoinTrouble),
}

impl Health {
    pub(crate) fn new(with_coin_unit: bool) -> Health {
        Health {
            values: DenominationSet::EMPTY,
            coins: DenominationSet::EMPTY,
            note_unit: NoteUnitHealth::Starting,
            coin_acceptor: with_coin_unit.then_some(CoinUnitHealth::Starting),
            hoppers: BTreeMap::new(),
            printer: PrinterStatus::SILENT,
            scanner_connected: false,
        }
    }

    pub(crate) fn cash_said(&mut self, event: &CashEvent) {
        match event {
            CashEvent::Identified { values, .. } => self.values = *values,
            CashEvent::Ready => self.note_unit = NoteUnitHealth::Ready,
            CashEvent::Trouble(trouble) => self.note_unit = NoteUnitHealth::Trouble(trouble.clone()),
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
            CoinEvent::Ready { device } => (*device, CoinUnitHealth::Ready),
            CoinEvent::Trouble { device, trouble } => (*device, CoinUnitHealth::Trouble(trouble.clone())),
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
            CoinDevice::Hopper(_) => drop(self.hoppers.insert(device, health)),
        }
    }

    /// Whether every unit has said that it works, or that it does not.
    pub(crate) fn have_all_spoken(&self, policy: &Policy) -> bool {
        let hopper_is_silent = |place: Place| match place {
            Place::Hopper(kind) => !self.hoppers.contains_key(&CoinDevice::Hopper(kind)),
            Place::Transport | Place::Drum(_) | Place::CashBox | Place::CoinBox => false,
        };
        self.note_unit != NoteUnitHealth::Starting
            && self.coin_acceptor != Some(CoinUnitHealth::Starting)
            && !policy.stores.iter().any(|store| hopper_is_silent(store.place))
    }

    /// The devices of the coin unit that can be asked something.
    pub(crate) fn coin_devices_ready(&self) -> Vec<CoinDevice> {
        self.coin_devices(|health| *health == CoinUnitHealth::Ready)
    }

    fn coin_devices(&self, are: impl Fn(&CoinUnitHealth) -> bool) -> Vec<CoinDevice> {
        let acceptor = self.coin_acceptor.as_ref().map(|health| (&CoinDevice::Acceptor, health));
        let all = acceptor.into_iter().chain(&self.hoppers);
        all.filter(|(_, health)| are(health)).map(|(device, _)| *device).collect()
    }

    /// The devices of the coin unit that can say what they have counted, also if they cannot pay or take anything.
    pub(crate) fn coin_devices_with_counters(&self) -> Vec<CoinDevice> {
        let has_counters = |health: &CoinUnitHealth| match health {
            CoinUnitHealth::Ready
            | CoinUnitHealth::Trouble(CoinTrouble::Empty | CoinTrouble::Jam | CoinTrouble::Manipulated) => {
                true
            }
            CoinUnitHealth::Starting
            | CoinUnitHealth::Trouble(
                CoinTrouble::NotResponding | CoinTrouble::Broken { .. } | CoinTrouble::UnknownValues,
            ) => false,
        };
        self.coin_devices(has_counters)
    }

    /// Whether the unit that pays from `place` works.
    pub(crate) fn can_pay_from(&self, place: Place) -> bool {
        match place {
            Place::Drum(_) => self.note_unit == NoteUnitHealth::Ready,
            Place::Hopper(kind) => {
                self.hoppers.get(&CoinDevice::Hopper(kind)) == Some(&CoinUnitHealth::Ready)
            }
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

    /// Why no payment may start, if so.
    pub(crate) fn closed(&self) -> Option<ClosedReason> {
        match (&self.note_unit, &self.coin_acceptor) {
            (NoteUnitHealth::Starting, _) | (_, Some(CoinUnitHealth::Starting)) => {
                Some(ClosedReason::Starting)
            }
            (NoteUnitHealth::Trouble(_), _) => Some(ClosedReason::NoteUnit),
            (_, Some(CoinUnitHealth::Trouble(_))) => Some(ClosedReason::CoinUnit),
            (NoteUnitHealth::Ready, _) if !self.printer.is_ready() => Some(ClosedReason::Printer),
            (NoteUnitHealth::Ready, _) => None,
        }
    }

    /// Whether both units work. A payment that has begun needs no printer to go on.
    pub(crate) fn can_move_money(&self) -> bool {
        matches!(self.closed(), None | Some(ClosedReason::Printer))
    }

    /// The note unit in a few words, for a technician.
    pub(crate) fn note_unit_words(&self) -> String {
        match &self.note_unit {
            NoteUnitHealth::Starting => "starting".to_owned(),
            NoteUnitHealth::Ready => "ready".to_owned(),
            NoteUnitHealth::Trouble(trouble) => trouble.words(),
        }
    }

    /// The coin unit in a few words, for a technician.
    pub(crate) fn coin_unit_words(&self) -> String {
        let acceptor = match &self.coin_acceptor {
            None => return "none".to_owned(),
            Some(CoinUnitHealth::Starting) => "starting".to_owned(),
            Some(CoinUnitHealth::Ready) => "ready".to_owned(),
            Some(CoinUnitHealth::Trouble(trouble)) => format!("acceptor {}", trouble.words()),
        };
        let hoppers = self.hoppers.iter().filter_map(|(device, health)| match (device, health) {
            (CoinDevice::Hopper(kind), CoinUnitHealth::Trouble(trouble)) => {
                Some(format!("hopper {} {}", i64::from(*kind), trouble.words()))
            }
            _ => None,
        });
        [acceptor].into_iter().chain(hoppers).collect::<Vec<_>>().join("; ")
    }

    /// The printer in a few words, for a technician.
    pub(crate) fn printer_words(&self) -> &'static str {
        match self.printer {
            PrinterStatus { responding: false, .. } => "does not respond",
            PrinterStatus { cover_open: true, .. } => "cover open",
            PrinterStatus { error: true, .. } => "cutter or mechanics need help",
            PrinterStatus { paper: Paper::End, .. } => "paper at its end",
            PrinterStatus { paper: Paper::NearEnd, .. } => "ready, paper near its end",
            PrinterStatus { paper: Paper::Ok, .. } => "ready",
        }
    }

    /// The scanner in a few words, for a technician.
    pub(crate) fn scanner_words(&self) -> &'static str {
        match self.scanner_connected {
            true => "connected",
            false => "port cannot be opened",
        }
    }
}
