use api::MachineId;
use device_api::Place;
use money::{Denomination, change};
use settings::{CardFormat, Machine, Times};

/// What the clinic decided about its machine, and what it is made of.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Which machine this is.
    pub machine: MachineId,
    /// How long it waits.
    pub times: Times,
    /// What stands in the code of a 診察券.
    pub card: CardFormat,
    /// Whether it has a coin unit.
    pub coin_unit: bool,
    /// Where pieces lie that can be paid out.
    pub stores: Vec<Store>,
    /// Which pieces change is best paid with.
    pub change: change::Policy,
}

/// A drum or a hopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store {
    /// Where.
    pub place: Place,
    /// What lies in it.
    pub denomination: Denomination,
    /// How many pieces fit, if that is known: one more goes to the box.
    pub capacity: Option<u32>,
}

impl Policy {
    /// As the machine's configuration says.
    pub fn of(machine: &Machine) -> Policy {
        let drums = machine.devices.note_unit.profile.drums.iter().map(|drum| Store {
            place: Place::Drum(drum.number),
            denomination: drum.denomination,
            capacity: drum.capacity.map(u32::from),
        });
        let coin_unit = machine.devices.coin_unit.as_ref();
        let hoppers = coin_unit.into_iter().flat_map(|device| &device.profile.hoppers).map(|hopper| Store {
            place: Place::Hopper(hopper.denomination),
            denomination: hopper.denomination,
            capacity: None,
        });
        Policy {
            machine: MachineId(machine.id.clone()),
            times: machine.times,
            card: machine.card.clone(),
            coin_unit: coin_unit.is_some(),
            stores: drums.chain(hoppers).collect(),
            change: change::Policy::default(),
        }
    }
}
