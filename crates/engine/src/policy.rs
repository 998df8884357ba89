use api::{MachineId, PartName, StoreName, UnitKind, UnitName};
use device_api::{Capabilities, PartId, Place, StoreId, UnitId, UnitPart};
use money::{Denomination, DenominationSet, change};
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
    /// How people find it. Nothing is decided by it.
    pub kind: UnitKind,
    /// What it can do.
    pub can: Capabilities,
}

/// A drum or a hopper: where pieces lie that can be paid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store {
    /// Which.
    pub id: StoreId,
    /// What may lie in it, one kind or several mixed.
    pub holds: DenominationSet,
    /// How many pieces fit, of all kinds together, if that is known: one more goes to the box.
    pub capacity: Option<u32>,
}

impl CashUnit {
    fn of(unit: &settings::CashUnit) -> CashUnit {
        let (kind, can) = match unit.device {
            UnitDevice::NoteRecycler(_) => (UnitKind::Notes, Capabilities::RECYCLER),
            UnitDevice::CoinHoppers(_) => (UnitKind::Coins, Capabilities::ACCEPTOR_WITH_HOPPERS),
        };
        CashUnit { id: unit.id, kind, can }
    }
}

fn stores_of(unit: &settings::CashUnit) -> Vec<Store> {
    let store = |place, kind: Denomination, capacity: Option<u16>| Store {
        id: StoreId { unit: unit.id, place },
        holds: [kind].into_iter().collect(),
        capacity: capacity.map(u32::from),
    };
    match &unit.device {
        UnitDevice::NoteRecycler(device) => {
            let drums = device.profile.drums.iter();
            drums.map(|drum| store(Place::Drum(drum.number), drum.denomination, drum.capacity)).collect()
        }
        UnitDevice::CoinHoppers(device) => {
            let hoppers = device.profile.hoppers.iter();
            let place = |hopper: &HopperProfile| Place::Hopper(hopper.address);
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

    fn unit(&self, unit: UnitId) -> Option<&CashUnit> {
        self.units.iter().find(|known| known.id == unit)
    }

    /// What a unit of this machine can do.
    pub(crate) fn can(&self, unit: UnitId) -> Capabilities {
        self.unit(unit).expect("a machine's drivers are made from the same configuration").can
    }

    /// Whether the machine has this unit. What the books tell of another one was there before it was set up anew.
    pub(crate) fn has(&self, unit: UnitId) -> bool {
        self.unit(unit).is_some()
    }

    /// The units that count what lies in their stores.
    pub(crate) fn who_counts_stores(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.units.iter().filter(|unit| unit.can.counts_stores).map(|unit| unit.id)
    }

    /// How people call a unit. One that is not there any more is found by its name alone.
    fn name_of(&self, id: UnitId, or: UnitKind) -> UnitName {
        let Some(unit) = self.unit(id) else { return UnitName { id, kind: or, one_of_several: true } };
        let of_this_kind = self.units.iter().filter(|other| other.kind == unit.kind).count();
        UnitName { id, kind: unit.kind, one_of_several: of_this_kind > 1 }
    }

    /// How people call a unit that has said something.
    pub(crate) fn name(&self, unit: UnitId) -> UnitName {
        self.name_of(unit, UnitKind::Notes)
    }

    /// How people call a part of a unit.
    pub(crate) fn part_name(&self, PartId { unit, part }: PartId) -> PartName {
        let (kind, holds) = match part {
            UnitPart::Acceptor => (UnitKind::Notes, DenominationSet::EMPTY),
            UnitPart::Hopper(number) => {
                (UnitKind::Coins, self.held_in(StoreId { unit, place: Place::Hopper(number) }))
            }
        };
        PartName { unit: self.name_of(unit, kind), part, holds }
    }

    /// How people call a store.
    pub(crate) fn store_name(&self, id: StoreId) -> StoreName {
        let kind = match id.place {
            Place::Drum(_) | Place::CashBox | Place::Transport => UnitKind::Notes,
            Place::Hopper(_) | Place::CoinBox => UnitKind::Coins,
        };
        StoreName { unit: self.name_of(id.unit, kind), place: id.place, holds: self.held_in(id) }
    }

    fn held_in(&self, id: StoreId) -> DenominationSet {
        let store = self.stores.iter().find(|store| store.id == id);
        store.map_or(DenominationSet::EMPTY, |store| store.holds)
    }
}
