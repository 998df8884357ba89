//! The coin units of a world, one or two.

use device_api::UnitId;
use devices::port::LineSettings;
use engine::{CashEntry, Entry};
use fastrand::Rng;
use machine::LineId;
use settings::{Machine, UnitDevice};

use super::station::Station;
use super::{World, check};
use crate::cabinet::Cabinet;
use crate::models::cctalk::CoinUnitModel;
use crate::planted::PlantedBug;
use crate::surroundings::Device;

/// One of them, on its line.
pub(super) struct CoinUnit {
    pub(super) id: UnitId,
    pub(super) line: LineId,
    pub(super) station: Station<CoinUnitModel>,
}

impl CoinUnit {
    /// Those of a cabinet, in the order of its configuration. A bug of the bytes is one of every driver.
    pub(super) fn all(settings: &Machine, cabinet: &Cabinet, bug: Option<PlantedBug>) -> Vec<CoinUnit> {
        let mut all = Vec::new();
        for (index, unit) in settings.devices.units.iter().enumerate() {
            if let UnitDevice::CoinHoppers(device) = &unit.device {
                let baud = LineSettings::from(&device.profile).baud;
                let station = Station::new(cabinet.coin_unit(&device.profile), baud)
                    .overheard(check::line::is_weighty_for_coins)
                    .tampered_with(bug.and_then(PlantedBug::with_coins));
                all.push(CoinUnit { id: unit.id, line: LineId(index), station });
            }
        }
        all
    }
}

impl World {
    /// The coin unit that a story calls so.
    pub(super) fn coin_station(&mut self, device: Device) -> Option<&mut CoinUnit> {
        let index = usize::from(device == Device::SecondCctalk);
        self.coins.get_mut(index)
    }

    /// The first coin unit, to look at its truth.
    pub fn coin_unit(&self) -> &CoinUnitModel {
        &self.coins.first().expect("every cabinet has a coin unit").station.model
    }

    /// All of them.
    pub(super) fn coin_units(&self) -> impl Iterator<Item = (UnitId, &CoinUnitModel)> {
        self.coins.iter().map(|unit| (unit.id, &unit.station.model))
    }

    /// The machine asks each acceptor for what came after the last coin that it knows; before the first it cannot.
    pub(super) fn coins_may_be_unheard(&mut self) {
        let is_known = |unit: &CoinUnit| {
            self.written.iter().any(|entry| match entry {
                Entry::Cash(CashEntry::CoinCredited { store, .. } | CashEntry::CoinFound { store, .. }) => {
                    store.unit == unit.id
                }
                _ => false,
            })
        };
        self.coins_unheard |= !self.coins.iter().all(is_known);
    }

    /// As stories call them.
    pub(super) fn coin_devices(&self) -> impl Iterator<Item = Device> + use<> {
        [Device::Cctalk, Device::SecondCctalk].into_iter().take(self.coins.len())
    }

    /// Where somebody drops a coin in: before two slots nobody knows which is meant.
    pub(super) fn coin_slot(&self, rng: &mut Rng) -> Device {
        let slots: Vec<Device> = self.coin_devices().collect();
        match slots[..] {
            [only] => only,
            _ => rng.choice(slots).unwrap_or(Device::Cctalk),
        }
    }

    /// Somebody takes what lies in the trays.
    pub(super) fn take_coins(&mut self) {
        for device in self.coin_devices() {
            drop(self.act(device, "take"));
        }
    }

    /// Somebody does something with a hopper, in whichever unit it is.
    pub(super) fn act_on_hopper(&mut self, command: &str) -> Result<(), String> {
        let first = self.act(Device::Cctalk, command);
        first.or_else(|refused| self.act(Device::SecondCctalk, command).map_err(|_| refused))
    }
}
