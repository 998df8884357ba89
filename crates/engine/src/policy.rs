use api::MachineId;
use device_api::{Capabilities, Place, UnitId, UnitPart};
use money::{Denomination, change};
use settings::{CardFormat, HopperProfile, Machine, Times, UnitDevice};

/// What the clinic decided about its machine, and what it is made of.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Which machine this is.
    pub machine: MachineId,
    /// How long it waits.
    pub times: Times,
    /// What stands in the code of a 診察券.
    pub card: CardFormat,
    /// What takes and gives money.
    pub units: Vec<CashUnit>,
    /// Where pieces lie that can be paid out.
    pub stores: Vec<Store>,
    /// Which pieces change is best paid with.
    pub change: change::Policy,
}

/// Something that takes or gives money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CashUnit {
    /// Its name.
    pub id: UnitId,
    /// What it can do.
    pub can: Capabilities,
}

/// A drum or a hopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store {
    /// Whose it is.
    pub unit: UnitId,
    /// Where.
    pub place: Place,
    /// What lies in it.
    pub denomination: Denomination,
    /// How many pieces fit, if that is known: one more goes to the box.
    pub capacity: Option<u32>,
}

impl CashUnit {
    fn of(unit: &settings::CashUnit) -> CashUnit {
        let can = match unit.device {
            UnitDevice::NoteRecycler(_) => Capabilities::RECYCLER,
            UnitDevice::CoinHoppers(_) => Capabilities::ACCEPTOR_WITH_HOPPERS,
        };
        CashUnit { id: unit.id, can }
    }
}

fn stores_of(unit: &settings::CashUnit) -> Vec<Store> {
    let store = |place, denomination, capacity: Option<u16>| Store {
        unit: unit.id,
        place,
        denomination,
        capacity: capacity.map(u32::from),
    };
    match &unit.device {
        UnitDevice::NoteRecycler(device) => {
            let drums = device.profile.drums.iter();
            drums.map(|drum| store(Place::Drum(drum.number), drum.denomination, drum.capacity)).collect()
        }
        UnitDevice::CoinHoppers(device) => {
            let hoppers = device.profile.hoppers.iter();
            let place = |hopper: &HopperProfile| Place::Hopper(hopper.denomination);
            hoppers.map(|hopper| store(place(hopper), hopper.denomination, hopper.capacity)).collect()
        }
    }
}

impl Policy {
    /// As the machine's configuration says.
    pub fn of(machine: &Machine) -> Policy {
        let units = &machine.devices.units;
        Policy {
            machine: MachineId(machine.id.clone()),
            times: machine.times,
            card: machine.card.clone(),
            units: units.iter().map(CashUnit::of).collect(),
            stores: units.iter().flat_map(stores_of).collect(),
            change: change::Policy::default(),
        }
    }

    /// What a unit can do.
    pub(crate) fn can(&self, unit: UnitId) -> Capabilities {
        let known = self.units.iter().find(|known| known.id == unit);
        known.expect("a machine's drivers are made from the same configuration").can
    }

    /// Whose store it is; nobody's, if the machine was set up anew since something moved there.
    pub(crate) fn unit_at(&self, place: Place) -> Option<UnitId> {
        self.stores.iter().find(|store| store.place == place).map(|store| store.unit)
    }
}

/// What pays out from `place`, or took a piece in that lies there.
pub(crate) fn part_at(place: Place) -> UnitPart {
    match place {
        Place::Hopper(kind) => UnitPart::Hopper(kind),
        Place::Drum(_) | Place::CashBox | Place::CoinBox | Place::Transport => UnitPart::Acceptor,
    }
}
