use device_api::{Counted, Mismatch, Place, UnitCounts, UnitEvent, UnitPart};
use money::{Denomination, DenominationSet};
use settings::{CoinUnitProfile, SorterTarget};
use wire::cctalk::CoinCode;

/// What the positions of this very acceptor mean. They differ from one device to the next (§7).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    coins: Vec<(u8, Denomination)>,
}

/// Who the acceptor is. It is asked for its table again only if its serial number changes.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) serial: [u8; 3],
    pub(super) model: String,
    pub(super) coins: Identity,
}

impl Known {
    /// Which acceptor it is; it has no counter that outlives its power (§6).
    pub(super) fn counts(&self) -> UnitEvent {
        let counts = UnitCounts { serial: Some(number_of(self.serial)), ..UnitCounts::default() };
        UnitEvent::Counts(Counted { part: UnitPart::Acceptor, counts, stored: None })
    }
}

impl Identity {
    /// The acceptor's table, position 1 first, unless it holds a coin that the profile does not know.
    pub(super) fn new(profile: &CoinUnitProfile, codes: &[CoinCode]) -> Result<Identity, Mismatch> {
        let used = (1..).zip(codes).filter(|(_, code)| !code.is_unused());
        let coin = |(position, code): (u8, &CoinCode)| match known_value(profile, *code) {
            Some(denomination) => Ok((position, denomination)),
            None => Err(Mismatch::Value { read: code.to_string(), expected: profile.values }),
        };
        Ok(Identity { coins: used.map(coin).collect::<Result<_, _>>()? })
    }

    /// What a coin at this position is worth.
    pub(super) fn denomination(&self, position: u8) -> Option<Denomination> {
        self.coins.iter().find(|(known, _)| *known == position).map(|(_, denomination)| *denomination)
    }

    /// The bits of all positions that hold one of `accepted`.
    pub(super) fn mask(&self, accepted: DenominationSet) -> u16 {
        let accepted = self.coins.iter().filter(|(_, denomination)| accepted.contains(*denomination));
        accepted.fold(0, |mask, (position, _)| mask | 1 << (position - 1))
    }

    /// Every denomination in the table.
    pub(super) fn values(&self) -> DenominationSet {
        self.coins.iter().map(|(_, denomination)| *denomination).collect()
    }

    /// The positions that should go a certain way, with that way.
    pub(super) fn sorter_paths(&self, profile: &CoinUnitProfile) -> Vec<(u8, u8)> {
        let way = |&(position, denomination): &(u8, _)| Some((position, profile.path_for(denomination)?));
        self.coins.iter().filter_map(way).collect()
    }
}

/// Where a coin lies that was sent `path`. One that does not lie in its own hopper cannot be paid out.
pub(super) fn place_of(profile: &CoinUnitProfile, path: u8, denomination: Denomination) -> Place {
    let mut hoppers = profile.hoppers.iter().filter(|hopper| hopper.denomination == denomination);
    match (profile.target_of(path), hoppers.next()) {
        (SorterTarget::Hopper(target), Some(hopper)) if target == denomination => {
            Place::Hopper(hopper.address)
        }
        (SorterTarget::Hopper(_) | SorterTarget::CoinBox, _) => Place::CoinBox,
    }
}

/// A serial number as one number; the low byte comes first (§4).
pub(super) fn number_of([low, middle, high]: [u8; 3]) -> u32 {
    u32::from_le_bytes([low, middle, high, 0])
}

fn known_value(profile: &CoinUnitProfile, code: CoinCode) -> Option<Denomination> {
    let denomination = Denomination::try_from(code.yen()?).ok()?;
    profile.values.contains(denomination).then_some(denomination)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_table_of_known_coins_is_an_identity() {
        check(&[b"JP100A", b"JP500A", b"JP500B"], None);
        check(&[b"......", b"JP100A", b"      "], None);
        check(&[], None);
        check(&[b"JP100A", b"JP050A"], Some("JP050A"));
        check(&[b"EU100A"], Some("EU100A"));
        check(&[b"JP1K0A"], Some("JP1K0A"));
        check(&[b"TKN001"], Some("TKN001"));
    }

    #[test]
    fn a_position_may_be_any_and_a_value_may_have_several() {
        let identity =
            Identity::new(&profile(), &codes(&[b"JP500B", b"......", b"JP100A", b"JP500A"])).unwrap();
        assert_eq!(identity.denomination(3), Some(Denomination::Yen100));
        assert_eq!(identity.denomination(2), None);
        assert_eq!(identity.mask([Denomination::Yen500].into_iter().collect()), 0b1001);
        assert_eq!(identity.mask(DenominationSet::EMPTY), 0);
    }

    fn check(texts: &[&[u8; 6]], other: Option<&str>) {
        let expected = profile().values;
        let mismatch = other.map(|read| Mismatch::Value { read: read.to_owned(), expected });
        assert_eq!(Identity::new(&profile(), &codes(texts)).err(), mismatch, "{:?}", codes(texts));
    }

    fn codes(texts: &[&[u8; 6]]) -> Vec<CoinCode> {
        texts.iter().map(|text| CoinCode::new(**text)).collect()
    }

    fn profile() -> CoinUnitProfile {
        CoinUnitProfile::new("A", [Denomination::Yen100, Denomination::Yen500].into_iter().collect())
    }
}
