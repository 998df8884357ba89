use device_api::{Stated, UnitEvent};
use money::{CashCount, Denomination, DenominationSet};
use settings::NoteUnitProfile;
use wire::id003::{CurrencyEntry, CurrencyTable, EscrowCode, EscrowSet};

/// What the escrow codes of this very device mean. They differ from one firmware to the next (§5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    codes: Vec<(EscrowCode, Denomination)>,
}

impl Identity {
    /// The device's table; `None` if it holds a value that the profile does not know, or a code that could not be
    /// disabled.
    pub(super) fn new(profile: &NoteUnitProfile, table: &CurrencyTable) -> Option<Identity> {
        let used = table.entries().iter().filter(|entry| !entry.is_unused());
        let codes =
            used.map(|entry| Some((entry.code, known_value(profile, *entry)?))).collect::<Option<_>>()?;
        Some(Identity { codes })
    }

    /// Whether the drums are set up as the profile says. A device without recycler answers nothing usable and has
    /// none.
    pub(super) fn has_drums_of(&self, profile: &NoteUnitProfile, drums: &[EscrowSet]) -> bool {
        let expected = |number: u8| {
            let values =
                profile.drums.iter().filter(|drum| drum.number == number).map(|drum| drum.denomination);
            Some(values.collect::<DenominationSet>())
        };
        let missing = profile.drums.iter().any(|drum| usize::from(drum.number) > drums.len());
        !missing && (1_u8..).zip(drums).all(|(number, codes)| self.values_of(*codes) == expected(number))
    }

    /// What a note with this code is worth.
    pub(super) fn denomination(&self, code: EscrowCode) -> Option<Denomination> {
        self.codes.iter().find(|(known, _)| *known == code).map(|(_, denomination)| *denomination)
    }

    /// Every code but those of `accepted`: what C0 is to disable.
    pub(super) fn all_but(&self, accepted: DenominationSet) -> EscrowSet {
        let accepted = self.codes.iter().filter(|(_, denomination)| accepted.contains(*denomination));
        accepted.fold(EscrowSet::ALL, |disabled, (code, _)| disabled.without(*code))
    }

    /// The event that tells the machine who is there.
    pub(super) fn event(&self, model: String, profile: &NoteUnitProfile) -> UnitEvent {
        UnitEvent::State(Stated::Identified {
            model,
            accepts: self.codes.iter().map(|(_, denomination)| *denomination).collect(),
            pays: profile.drums.iter().map(|drum| drum.denomination).collect(),
        })
    }

    fn values_of(&self, codes: EscrowSet) -> Option<DenominationSet> {
        codes.iter().map(|code| self.denomination(code)).collect()
    }
}

/// What lies in the drums by the device's own count; `None` if it does not count a drum of the profile.
pub(super) fn count_drums(profile: &NoteUnitProfile, pieces: &[u16]) -> Option<CashCount> {
    profile.drums.iter().try_fold(CashCount::EMPTY, |mut count, drum| {
        let index = usize::from(drum.number).checked_sub(1)?;
        count.add(drum.denomination, u32::from(*pieces.get(index)?)).ok()?;
        Some(count)
    })
}

fn known_value(profile: &NoteUnitProfile, entry: CurrencyEntry) -> Option<Denomination> {
    let denomination = Denomination::try_from(entry.value()?).ok()?;
    let known = entry.country == profile.country_code && profile.values.contains(denomination);
    (known && EscrowSet::can_hold(entry.code)).then_some(denomination)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_table_of_known_yen_is_an_identity() {
        check(&[(0x61, 0x0A, 1, 3), (0x64, 0x0A, 1, 4)], true);
        check(&[(0x61, 0x0A, 1, 3), (0x62, 0x00, 0, 0)], true);
        check(&[(0x61, 0x0A, 1, 3), (0x62, 0x0A, 2, 3)], false);
        check(&[(0x61, 0x01, 1, 3)], false);
        check(&[(0x61, 0x0A, 3, 3)], false);
        check(&[(0x71, 0x0A, 1, 3)], false);
        check(&[], true);
    }

    #[test]
    fn drums_must_be_set_up_as_in_the_profile() {
        let profile = NoteUnitProfile {
            drums: vec![settings::DrumProfile {
                number: 2,
                denomination: Denomination::Yen1000,
                capacity: None,
            }],
            ..profile()
        };
        let identity = Identity::new(&profile, &table(&[(0x63, 0x0A, 1, 3), (0x61, 0x0A, 1, 4)])).unwrap();
        let thousand = EscrowSet::EMPTY.with(EscrowCode::new(0x63));
        let other = EscrowSet::EMPTY.with(EscrowCode::new(0x61));
        let unknown = EscrowSet::EMPTY.with(EscrowCode::new(0x64));
        assert!(identity.has_drums_of(&profile, &[EscrowSet::EMPTY, thousand]));
        for drums in [vec![], vec![EscrowSet::EMPTY], vec![thousand, EscrowSet::EMPTY], vec![other, thousand]]
        {
            assert!(!identity.has_drums_of(&profile, &drums), "{drums:?}");
        }
        assert!(!identity.has_drums_of(&profile, &[EscrowSet::EMPTY, unknown]));
        assert_eq!(count_drums(&profile, &[7, 9]).unwrap().pieces(Denomination::Yen1000), 9);
        assert_eq!(count_drums(&profile, &[7]), None);
    }

    fn check(entries: &[(u8, u8, u8, u8)], known: bool) {
        assert_eq!(Identity::new(&profile(), &table(entries)).is_some(), known, "{entries:02X?}");
    }

    fn profile() -> NoteUnitProfile {
        NoteUnitProfile::new("A", [Denomination::Yen1000, Denomination::Yen10000].into_iter().collect())
    }

    fn table(entries: &[(u8, u8, u8, u8)]) -> CurrencyTable {
        let entry = |&(code, country, mantissa, exponent): &(u8, u8, u8, u8)| CurrencyEntry {
            code: EscrowCode::new(code),
            country,
            mantissa,
            exponent,
        };
        CurrencyTable::new(entries.iter().map(entry).collect())
    }
}
