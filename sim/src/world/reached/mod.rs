//! What truly happened in a world: a run that finds nothing proves nothing about what it never came to.
//!
//! Counted is what was written, what drivers told, what became of devices and lines. What was only meant to happen is
//! not.

mod doubts;
mod expected;
mod names;
mod recovery;

use std::collections::BTreeMap;
use std::time::Duration;

use device_api::{Deposited, PrinterEvent, ScannerEvent, Stated, UnitEvent};
use engine::{Entry, Input};
use serde::Serialize;
use serde_json::Value;

use self::doubts::PartsInDoubt;
use self::names::of_damage;
use self::recovery::Recovery;
use super::put_back::PutBack;
use super::{KilledAt, World};
use crate::cabinet::takes_coins;
use crate::surroundings::{BillingAct, ClockSays, Device, Disk};

/// How often each thing happened, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Reached(BTreeMap<&'static str, u64>);

impl Reached {
    /// It happened so many times more.
    pub(in crate::world) fn count(&mut self, name: &'static str, times: u64) {
        *self.0.entry(name).or_default() += times;
    }

    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: &Reached) {
        other.0.iter().for_each(|(name, times)| self.count(name, *times));
    }

    /// What has to be reached in a run of many machines and was not.
    pub fn missing(&self) -> Vec<&'static str> {
        expected::PATHS.into_iter().filter(|path| !self.0.contains_key(path)).collect()
    }
}

/// Follows one world.
#[derive(Debug, Default)]
pub(in crate::world) struct Observer {
    pub(in crate::world) reached: Reached,
    recovery: Recovery,
    parts_in_doubt: PartsInDoubt,
    /// How much of what happened was read.
    read: usize,
}

impl Observer {
    /// An entry was written.
    pub(in crate::world) fn written(&mut self, entry: &Entry) {
        names::of_entry(entry).into_iter().for_each(|name| self.reached.count(name, 1));
        self.parts_in_doubt.written(entry).into_iter().for_each(|name| self.reached.count(name, 1));
        self.recovery.written(entry, &mut self.reached);
    }

    /// A driver told something.
    pub(in crate::world) fn told(&mut self, event: &Input) {
        let name = match event {
            Input::Unit(unit, UnitEvent::State(Stated::Trouble { trouble, .. })) if takes_coins(*unit) => {
                Some(names::of_coin_trouble(trouble))
            }
            Input::Unit(_, UnitEvent::In(Deposited::EventsLost { .. })) => Some("coin.events_lost"),
            Input::Unit(unit, UnitEvent::In(Deposited::Rejected { .. })) if takes_coins(*unit) => {
                Some("coin.rejected")
            }
            Input::Unit(_, UnitEvent::State(Stated::Trouble { trouble, .. })) => {
                Some(names::of_note_trouble(trouble))
            }
            Input::Unit(_, UnitEvent::In(Deposited::Rejected { .. })) => Some("note.rejected"),
            Input::Printer(PrinterEvent::Status(status)) => names::of_printer_status(*status),
            Input::Scanner(ScannerEvent::Connected(false)) => Some("trouble.scanner.not_responding"),
            Input::Scanner(ScannerEvent::Unreadable) => Some("scanner.unreadable"),
            _ => None,
        };
        name.into_iter().for_each(|name| self.reached.count(name, 1));
    }

    /// Something was done to a device.
    pub(in crate::world) fn done(&mut self, device: Device, command: &str) {
        names::of_act(device, command).into_iter().for_each(|name| self.reached.count(name, 1));
    }

    /// Something went wrong on the side of the billing system.
    pub(in crate::world) fn billing(&mut self, act: &BillingAct) {
        names::of_billing(act).into_iter().for_each(|name| self.reached.count(name, 1));
    }

    /// The disk is like this from now on.
    pub(in crate::world) fn disk(&mut self, disk: Disk) {
        names::of_disk(disk).into_iter().for_each(|name| self.reached.count(name, 1));
    }

    /// An older journal was put back.
    pub(in crate::world) fn put_back(&mut self, what: PutBack, shown: bool) {
        self.reached.count(names::of_put_back(what), 1);
        self.reached.count(names::of_lost(shown), 1);
    }

    /// Somebody moved money outside the books.
    pub(in crate::world) fn moved_by_hand(&mut self, device: Device, command: &str) {
        names::of_move(device, command).into_iter().for_each(|name| self.reached.count(name, 1));
    }

    /// Each append takes so long from now on.
    pub(in crate::world) fn appends_take(&mut self, takes: Duration) {
        if !takes.is_zero() {
            self.reached.count("fault.disk.slow", 1);
        }
    }

    /// The program was killed while its append was under way.
    pub(in crate::world) fn killed_while_writing(&mut self, is_written: bool) {
        self.reached.count(names::of_append_cut_short(is_written), 1);
    }

    /// The program has ended as it was told.
    pub(in crate::world) fn stopped(&mut self, all_closed: bool) {
        self.reached.count(names::of_stop(all_closed), 1);
    }

    /// The computer's clock says this from now on.
    pub(in crate::world) fn clock(&mut self, says: ClockSays) {
        names::of_clock(says).into_iter().for_each(|name| self.reached.count(name, 1));
    }

    /// The program was killed in the middle of a step.
    pub(in crate::world) fn killed(&mut self, at: KilledAt) {
        self.reached.count(names::of_kill(at), 1);
    }

    /// Reads what has come out of the devices since.
    pub(in crate::world) fn read(&mut self, happened: &[Value]) {
        let names = happened[self.read..].iter().filter_map(names::of_happening);
        names.for_each(|name| self.reached.count(name, 1));
        self.read = happened.len();
    }
}

impl World {
    /// How often what happened.
    pub fn reached(&mut self) -> Reached {
        self.observer.read(&self.happened);
        let mut reached = self.observer.reached.clone();
        let notes = self.notes.iter().map(|unit| (Device::Id003, unit.station.befallen()));
        let coins = self.coins.iter().map(|unit| (Device::Cctalk, unit.station.befallen()));
        for (device, befallen) in notes
            .chain(coins)
            .chain([(Device::Escpos, self.printer.befallen()), (Device::Scanner, self.scanner.befallen())])
        {
            befallen.into_iter().for_each(|damage| reached.count(of_damage(device, damage), 1));
        }
        reached
    }
}
