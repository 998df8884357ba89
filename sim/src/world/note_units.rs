//! The note units of a world, one or two.

use device_api::UnitId;
use devices::port::LineSettings;
use fastrand::Rng;
use machine::LineId;
use money::CashCount;
use settings::{Machine, UnitDevice};

use super::station::Station;
use super::{World, check};
use crate::cabinet::Cabinet;
use crate::models::id003::NoteUnitModel;
use crate::planted::PlantedBug;
use crate::surroundings::Device;

/// One of them, on its line.
pub(super) struct NoteUnit {
    pub(super) id: UnitId,
    pub(super) line: LineId,
    pub(super) station: Station<NoteUnitModel>,
}

impl NoteUnit {
    /// Those of a cabinet, in the order of its configuration. A bug of the bytes is one of every driver.
    pub(super) fn all(settings: &Machine, cabinet: &Cabinet, bug: Option<PlantedBug>) -> Vec<NoteUnit> {
        let mut all = Vec::new();
        for (index, unit) in settings.devices.units.iter().enumerate() {
            if let UnitDevice::NoteRecycler(device) = &unit.device {
                let baud = LineSettings::from(&device.profile).baud;
                let station = Station::new(cabinet.note_unit(&device.profile), baud)
                    .overheard(check::line::is_weighty_for_notes)
                    .tampered_with(bug.and_then(PlantedBug::with_notes));
                all.push(NoteUnit { id: unit.id, line: LineId(index), station });
            }
        }
        all
    }
}

impl World {
    /// The note unit that a story calls so.
    pub(super) fn note_station(&mut self, device: Device) -> Option<&mut NoteUnit> {
        let index = usize::from(device == Device::SecondId003);
        self.notes.get_mut(index)
    }

    /// The first note unit, to look at its truth.
    pub fn note_unit(&self) -> &NoteUnitModel {
        &self.notes.first().expect("every cabinet has a note unit").station.model
    }

    /// All of them.
    pub(super) fn note_units(&self) -> impl Iterator<Item = (UnitId, &NoteUnitModel)> {
        self.notes.iter().map(|unit| (unit.id, &unit.station.model))
    }

    /// What people put into their drums, ever.
    pub(super) fn notes_filled(&self) -> CashCount {
        let sum = |all: CashCount, (_, unit): (UnitId, &NoteUnitModel)| {
            all.plus(&unit.truth().filled_by_staff).expect("a cabinet holds few notes")
        };
        self.note_units().fold(CashCount::EMPTY, sum)
    }

    /// As stories call them.
    pub(super) fn note_devices(&self) -> impl Iterator<Item = Device> + use<> {
        [Device::Id003, Device::SecondId003].into_iter().take(self.notes.len())
    }

    /// Where somebody holds a note to: before two slots nobody knows which is meant.
    pub(super) fn note_slot(&self, rng: &mut Rng) -> Device {
        let slots: Vec<Device> = self.note_devices().collect();
        match slots[..] {
            [only] => only,
            _ => rng.choice(slots).unwrap_or(Device::Id003),
        }
    }

    /// Somebody takes what sticks out of a note unit, whichever it is.
    pub(super) fn take_notes(&mut self) {
        for device in self.note_devices() {
            drop(self.act(device, "take"));
        }
    }
}
