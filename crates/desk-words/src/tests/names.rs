//! Units and stores with names.

use api::{PartName, StoreName, UnitKind, UnitName};
use device_api::{Place, UnitId, UnitPart};
use money::{CashCount, Denomination, DenominationSet};

use crate::DeskWords;

pub(super) const NOTES: UnitName = named("notes", UnitKind::Notes, false);
pub(super) const COINS: UnitName = named("coins", UnitKind::Coins, false);
/// One of several.
pub(super) const SECOND: UnitName = named("notes-2", UnitKind::Notes, true);

const fn named(id: &str, kind: UnitKind, one_of_several: bool) -> UnitName {
    UnitName { id: UnitId::fixed(id), kind, one_of_several }
}

pub(super) fn acceptor(unit: UnitName) -> PartName {
    PartName { unit, part: UnitPart::Acceptor, holds: DenominationSet::EMPTY }
}

pub(super) fn store(unit: UnitName, place: Place, holds: &[Denomination]) -> StoreName {
    StoreName { unit, place, holds: holds.iter().copied().collect() }
}

/// A hopper of 100 yen.
pub(super) fn hundreds() -> StoreName {
    store(COINS, Place::Hopper(7), &[Denomination::Yen100])
}

/// A hopper that holds two kinds.
pub(super) fn mixed() -> StoreName {
    store(COINS, Place::Hopper(4), &[Denomination::Yen10, Denomination::Yen50])
}

pub(super) fn pieces(kind: Denomination, number: u32) -> CashCount {
    CashCount::try_from(vec![(kind, number)]).unwrap()
}

/// One of several is told from the others by its id, and one that is alone is not made longer by it.
#[test]
fn a_unit_is_named_as_far_as_it_has_to_be() {
    let [japanese, english] = [DeskWords::japanese(), DeskWords::english()];
    assert_eq!([japanese.unit(NOTES), english.unit(NOTES)], ["お札の機械", "note unit"]);
    assert_eq!([japanese.unit(SECOND), english.unit(SECOND)], ["お札の機械(notes-2)", "note unit notes-2"]);
    let drum = store(SECOND, Place::Drum(1), &[Denomination::Yen1000]);
    assert_eq!(
        [japanese.store_name(&drum), english.store_name(&drum)],
        ["ドラム1(notes-2)", "drum 1 of notes-2"]
    );
}
