//! What the devices last said of themselves.

use api::ClosedReason;
use device_api::{CashEvent, CashTrouble, Paper, PrinterEvent, PrinterStatus};
use money::DenominationSet;

#[derive(Clone, Debug)]
pub(crate) struct Health {
    /// What the note unit's own table knows.
    pub(crate) values: DenominationSet,
    note_unit: NoteUnitHealth,
    pub(crate) printer: PrinterStatus,
    pub(crate) billing_connected: bool,
    pub(crate) scanner_connected: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum NoteUnitHealth {
    Starting,
    Ready,
    Trouble(CashTrouble),
}

impl Health {
    pub(crate) fn new() -> Health {
        Health {
            values: DenominationSet::EMPTY,
            note_unit: NoteUnitHealth::Starting,
            printer: PrinterStatus::SILENT,
            billing_connected: false,
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
            | CashEvent::Dispensed { .. } => {}
        }
    }

    pub(crate) fn printer_said(&mut self, event: &PrinterEvent) {
        if let PrinterEvent::Status(status) = event {
            self.printer = *status;
        }
    }

    /// Why no payment may start, if so.
    pub(crate) fn closed(&self) -> Option<ClosedReason> {
        match &self.note_unit {
            NoteUnitHealth::Starting => Some(ClosedReason::Starting),
            NoteUnitHealth::Trouble(_) => Some(ClosedReason::NoteUnit),
            NoteUnitHealth::Ready if !self.printer.is_ready() => Some(ClosedReason::Printer),
            NoteUnitHealth::Ready => None,
        }
    }

    /// The note unit in a few words, for a technician.
    pub(crate) fn note_unit_words(&self) -> String {
        match &self.note_unit {
            NoteUnitHealth::Starting => "starting".to_owned(),
            NoteUnitHealth::Ready => "ready".to_owned(),
            NoteUnitHealth::Trouble(trouble) => trouble.words(),
        }
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
