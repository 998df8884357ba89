//! The units of a world that take and give money: one or two for notes, and one or two for coins.

use device_api::UnitId;
use devices::port::LineSettings;
use engine::{CashEntry, Entry};
use fastrand::Rng;
use machine::LineId;
use money::CashCount;
use settings::{Machine, UnitDevice};

use super::station::Station;
use super::{World, check};
use crate::cabinet::Cabinet;
use crate::models::cctalk::CoinUnitModel;
use crate::models::id003::NoteUnitModel;
use crate::planted::PlantedBug;
use crate::surroundings::Device;

/// One of them, on its line.
pub(super) struct CashUnit<M> {
    pub(super) id: UnitId,
    pub(super) line: LineId,
    pub(super) station: Station<M>,
}

pub(super) type NoteUnit = CashUnit<NoteUnitModel>;

pub(super) type CoinUnit = CashUnit<CoinUnitModel>;

impl<M> CashUnit<M> {
    /// Those of a kind, in the order of the configuration.
    fn of(settings: &Machine, station: impl Fn(&UnitDevice) -> Option<Station<M>>) -> Vec<CashUnit<M>> {
        let units = settings.devices.units.iter().enumerate();
        let on_line = units.filter_map(|(index, unit)| {
            Some(CashUnit { id: unit.id, line: LineId(index), station: station(&unit.device)? })
        });
        on_line.collect()
    }
}

impl NoteUnit {
    /// Those of a cabinet. A bug of the bytes is one of every driver.
    pub(super) fn all(settings: &Machine, cabinet: &Cabinet, bug: Option<PlantedBug>) -> Vec<NoteUnit> {
        CashUnit::of(settings, |device| {
            let UnitDevice::NoteRecycler(device) = device else { return None };
            let baud = LineSettings::from(&device.profile).baud;
            let station = Station::new(cabinet.note_unit(&device.profile), baud)
                .overheard(check::line::is_weighty_for_notes)
                .tampered_with(bug.and_then(PlantedBug::with_notes));
            Some(station)
        })
    }
}

impl CoinUnit {
    /// Those of a cabinet. A bug of the bytes is one of every driver.
    pub(super) fn all(settings: &Machine, cabinet: &Cabinet, bug: Option<PlantedBug>) -> Vec<CoinUnit> {
        CashUnit::of(settings, |device| {
            let UnitDevice::CoinHoppers(device) = device else { return None };
            let baud = LineSettings::from(&device.profile).baud;
            let station = Station::new(cabinet.coin_unit(&device.profile), baud)
                .overheard(check::line::is_weighty_for_coins)
                .tampered_with(bug.and_then(PlantedBug::with_coins));
            Some(station)
        })
    }
}

impl World {
    /// The note unit that a story calls so.
    pub(super) fn note_station(&mut self, device: Device) -> Option<&mut NoteUnit> {
        let index = Device::NOTE_UNITS.iter().position(|known| *known == device)?;
        self.notes.get_mut(index)
    }

    /// The coin unit that a story calls so.
    pub(super) fn coin_station(&mut self, device: Device) -> Option<&mut CoinUnit> {
        let index = Device::COIN_UNITS.iter().position(|known| *known == device)?;
        self.coins.get_mut(index)
    }

    /// The first note unit, to look at its truth.
    pub fn note_unit(&self) -> &NoteUnitModel {
        &self.notes.first().expect("every cabinet has a note unit").station.model
    }

    /// The first coin unit, to look at its truth.
    pub fn coin_unit(&self) -> &CoinUnitModel {
        &self.coins.first().expect("every cabinet has a coin unit").station.model
    }

    /// All units for notes.
    pub(super) fn note_units(&self) -> impl Iterator<Item = (UnitId, &NoteUnitModel)> {
        self.notes.iter().map(|unit| (unit.id, &unit.station.model))
    }

    /// All units for coins.
    pub(super) fn coin_units(&self) -> impl Iterator<Item = (UnitId, &CoinUnitModel)> {
        self.coins.iter().map(|unit| (unit.id, &unit.station.model))
    }

    /// The units for notes as stories call them.
    pub(super) fn note_devices(&self) -> impl Iterator<Item = Device> + use<> {
        Device::NOTE_UNITS.into_iter().take(self.notes.len())
    }

    /// The units for coins as stories call them.
    pub(super) fn coin_devices(&self) -> impl Iterator<Item = Device> + use<> {
        Device::COIN_UNITS.into_iter().take(self.coins.len())
    }

    /// Where somebody holds a note to.
    pub(super) fn note_slot(&self, rng: &mut Rng) -> Device {
        slot_of(self.note_devices(), Device::Id003, rng)
    }

    /// Where somebody drops a coin in.
    pub(super) fn coin_slot(&self, rng: &mut Rng) -> Device {
        slot_of(self.coin_devices(), Device::Cctalk, rng)
    }

    /// Somebody takes what sticks out of a note unit, whichever it is.
    pub(super) fn take_notes(&mut self) {
        self.note_devices().for_each(|device| drop(self.act(device, "take")));
    }

    /// Somebody takes what lies in the trays.
    pub(super) fn take_coins(&mut self) {
        self.coin_devices().for_each(|device| drop(self.act(device, "take")));
    }

    /// Somebody does something with a drum or hopper, in whichever of these units it is.
    pub(super) fn act_on_one_of(&mut self, units: [Device; 2], command: &str) -> Result<(), String> {
        let [first, second] = units;
        self.act(first, command).or_else(|refused| self.act(second, command).map_err(|_| refused))
    }

    /// What people put into drums, ever.
    pub(super) fn notes_filled(&self) -> CashCount {
        let sum = |all: CashCount, (_, unit): (UnitId, &NoteUnitModel)| {
            all.plus(&unit.truth().filled_by_staff).expect("a cabinet holds few notes")
        };
        self.note_units().fold(CashCount::EMPTY, sum)
    }

    /// The machine asks each acceptor for what came after the last event that it knows; before the first it cannot.
    pub(super) fn coins_may_be_unheard(&mut self) {
        let is_known = |unit: &CoinUnit| {
            self.written.iter().any(|entry| match entry {
                Entry::Cash(CashEntry::CoinCredited { store, .. } | CashEntry::CoinFound { store, .. }) => {
                    store.unit == unit.id
                }
                Entry::Cash(
                    CashEntry::CoinsUnaccounted { unit: id, .. } | CashEntry::EventsTold { unit: id, .. },
                ) => *id == unit.id,
                _ => false,
            })
        };
        self.coins_unheard |= !self.coins.iter().all(is_known);
    }
}

/// Before two slots nobody knows which is meant.
fn slot_of(slots: impl Iterator<Item = Device>, first: Device, rng: &mut Rng) -> Device {
    match slots.collect::<Vec<_>>()[..] {
        [only] => only,
        ref several => rng.choice(several).copied().unwrap_or(first),
    }
}
