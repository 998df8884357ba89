use std::fmt;
use std::str::FromStr;

use money::CashCount;
use serde::{Deserialize, Serialize};

use crate::text::{as_text, numbered};
use crate::{Counted, UnitCounts, UnitId, UnitPart};

/// Where a piece of cash lies within a unit. Written as `drum-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Past the point of no return, resting place not reported yet.
    Transport,
    /// A recycling drum, counted from 1 as the device does.
    Drum(u8),
    /// The cash box of the note unit, from which nothing is paid out.
    CashBox,
    /// A hopper, by its address on the bus of its unit.
    Hopper(u8),
    /// The coin box, from which nothing is paid out.
    CoinBox,
}

impl Place {
    /// The part of its unit that pays out from there, or took a piece in that lies there.
    pub fn part(self) -> UnitPart {
        match self {
            Place::Hopper(number) => UnitPart::Hopper(number),
            Place::Drum(_) | Place::CashBox | Place::CoinBox | Place::Transport => UnitPart::Acceptor,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Transport => out.write_str("transport"),
            Place::Drum(number) => write!(out, "drum-{number}"),
            Place::CashBox => out.write_str("cash-box"),
            Place::Hopper(number) => write!(out, "hopper-{number}"),
            Place::CoinBox => out.write_str("coin-box"),
        }
    }
}

impl FromStr for Place {
    type Err = NotAStore;

    fn from_str(text: &str) -> Result<Place, NotAStore> {
        match text {
            "transport" => Ok(Place::Transport),
            "cash-box" => Ok(Place::CashBox),
            "coin-box" => Ok(Place::CoinBox),
            _ => {
                let drum = numbered(text, "drum-").map(Place::Drum);
                drum.or_else(|| numbered(text, "hopper-").map(Place::Hopper)).ok_or(NotAStore)
            }
        }
    }
}

/// One place of one unit of the machine. Written as `notes/drum-1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreId {
    /// Whose it is.
    pub unit: UnitId,
    /// Where in it.
    pub place: Place,
}

/// What names no place of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a place is written as notes/drum-1, coins/hopper-3, notes/cash-box, coins/coin-box or notes/transport"
)]
pub struct NotAStore;

impl StoreId {
    /// What pays out from there, or took a piece in that lies there.
    pub fn part(self) -> PartId {
        PartId { unit: self.unit, part: self.place.part() }
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.unit, self.place)
    }
}

impl fmt::Debug for StoreId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl FromStr for StoreId {
    type Err = NotAStore;

    fn from_str(text: &str) -> Result<StoreId, NotAStore> {
        let (unit, place) = text.split_once('/').ok_or(NotAStore)?;
        Ok(StoreId { unit: UnitId::new(unit).map_err(|_| NotAStore)?, place: place.parse()? })
    }
}

/// A part of one unit of the machine: what counts for itself, or has a number of its own. Written as `coins/hopper-3`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartId {
    /// Whose it is.
    pub unit: UnitId,
    /// Which.
    pub part: UnitPart,
}

/// What names no part of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of a unit is written as notes/acceptor or coins/hopper-3")]
pub struct NotAPart;

impl PartId {
    /// What takes pieces in.
    pub fn acceptor(unit: UnitId) -> PartId {
        PartId { unit, part: UnitPart::Acceptor }
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.unit, self.part)
    }
}

impl fmt::Debug for PartId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl FromStr for PartId {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<PartId, NotAPart> {
        let (unit, part) = text.split_once('/').ok_or(NotAPart)?;
        Ok(PartId { unit: UnitId::new(unit).map_err(|_| NotAPart)?, part: part.parse()? })
    }
}

as_text!(Place, StoreId, PartId);

/// How the number of pieces in a store is known, as XFS4IoT's accuracy of a storage unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accuracy {
    /// Its unit has counted the same, and nothing has moved since.
    Measured,
    /// A person has counted, and nothing has moved since.
    SetByStaff,
    /// It was counted once; what came in and went out since is by the word of its unit.
    Inferred,
    /// Nobody has counted, or something happened after which another number may lie there.
    Unknown,
}

/// The counters of a unit that counts its stores. They only ever prove something as a difference of two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCounts {
    /// What lies in the drums.
    pub drums: CashCount,
    /// Notes stacked in the device's life, drums and cash box together; `None` where a model has no such counter.
    pub stacked_total: Option<u32>,
    /// Notes paid out in the device's life; `None` where a model has no such counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_out_total: Option<u32>,
}

impl DeviceCounts {
    /// The word of a unit that counts its stores; `None` from any other.
    pub fn of(counted: &Counted) -> Option<DeviceCounts> {
        let UnitCounts { stacked_total, paid_out_total, .. } = counted.counts;
        counted.stored.map(|drums| DeviceCounts { drums, stacked_total, paid_out_total })
    }
}

impl From<DeviceCounts> for Counted {
    fn from(DeviceCounts { drums, stacked_total, paid_out_total }: DeviceCounts) -> Counted {
        let counts = UnitCounts { serial: None, stacked_total, paid_out_total };
        Counted { part: UnitPart::Acceptor, counts, stored: Some(drums) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTES: UnitId = UnitId::fixed("notes");

    #[test]
    fn a_store_is_written_in_one_way_and_read_back() {
        let places = [
            (Place::Transport, "transport"),
            (Place::Drum(1), "drum-1"),
            (Place::CashBox, "cash-box"),
            (Place::Hopper(255), "hopper-255"),
            (Place::CoinBox, "coin-box"),
        ];
        for (place, name) in places {
            let (id, text) = (StoreId { unit: NOTES, place }, format!("\"notes/{name}\""));
            assert_eq!(serde_json::to_string(&id).unwrap(), text);
            assert_eq!(serde_json::from_str::<StoreId>(&text).unwrap(), id);
            assert_eq!(name.parse(), Ok(place));
        }
        for (part, name) in [(UnitPart::Acceptor, "acceptor"), (UnitPart::Hopper(3), "hopper-3")] {
            let (id, text) = (PartId { unit: NOTES, part }, format!("\"notes/{name}\""));
            assert_eq!(serde_json::to_string(&id).unwrap(), text);
            assert_eq!(serde_json::from_str::<PartId>(&text).unwrap(), id);
        }
    }

    #[test]
    fn what_is_written_otherwise_names_nothing() {
        let wrong = [
            "",
            "notes",
            "notes/",
            "/drum-1",
            "notes/drum",
            "notes/drum-",
            "notes/drum-01",
            "notes/drum-+1",
            "notes/drum-256",
            "notes/drum--1",
            "notes/Drum-1",
            "Notes/drum-1",
            "notes/drum-1/",
            "notes/hopper-1 ",
        ];
        for text in wrong {
            assert_eq!(text.parse::<StoreId>(), Err(NotAStore), "{text}");
            assert_eq!(text.parse::<PartId>(), Err(NotAPart), "{text}");
        }
        assert_eq!("notes/cash-box".parse::<PartId>(), Err(NotAPart));
        assert_eq!("notes/acceptor".parse::<StoreId>(), Err(NotAStore));
    }
}
