//! How units, their parts and their stores are called before people, who find them by what they take.

use device_api::{PartId, Place, StoreId, UnitId, UnitPart};
use money::DenominationSet;
use serde::{Deserialize, Serialize};

/// What a unit takes and gives. Nothing is decided by it: people find the unit by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Notes.
    Notes,
    /// Coins.
    Coins,
}

/// A unit that takes or gives money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitName {
    /// Its name in the machine's configuration.
    pub id: UnitId,
    /// What it takes.
    pub kind: UnitKind,
    /// The machine has others of this kind: without its name nobody knows which one it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_of_several: bool,
}

/// What of a unit counts for itself, or can fail by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartName {
    /// Whose it is.
    pub unit: UnitName,
    /// Which.
    pub part: UnitPart,
    /// What it holds, if it is a hopper.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub holds: DenominationSet,
}

/// Where pieces lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreName {
    /// Whose it is.
    pub unit: UnitName,
    /// Where in it.
    pub place: Place,
    /// What it is paid out from for; nothing if nothing is.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub holds: DenominationSet,
}

fn is_nothing(kinds: &DenominationSet) -> bool {
    kinds.is_empty()
}

impl PartName {
    /// The part, as entries call it.
    pub fn id(&self) -> PartId {
        PartId { unit: self.unit.id, part: self.part }
    }
}

impl StoreName {
    /// The store, as entries call it.
    pub fn id(&self) -> StoreId {
        StoreId { unit: self.unit.id, place: self.place }
    }
}

impl From<StoreName> for PartName {
    fn from(StoreName { unit, place, holds }: StoreName) -> PartName {
        PartName { unit, part: place.part(), holds }
    }
}
