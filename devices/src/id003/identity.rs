use device_api::{Mismatch, Stated, UnitEvent};
use money::{CashCount, Denomination, DenominationSet};
use settings::NoteUnitProfile;
use wire::id003::{CurrencyEntry, CurrencyTable, EscrowCode, EscrowSet};

/// What the escrow codes of this very device mean. They differ from one firmware to the next (§5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    codes: Vec<(EscrowCode, Denomination)>,
}

impl Identity {
    /// The device's table, unless it holds a value that the profile does not know, or a code that could not be
    /// disabled.
    pub(super) fn new(profile: &NoteUnitProfile, table: &CurrencyTable) -> Result<Identity, Mismatch> {
        let used = table.entries().iter().filter(|entry| !entry.is_unused());
        let codes =
            used.map(|entry| Ok((entry.code, known_value(profile, *entry)?))).collect::<Result<_, _>>()?;
        Ok(Identity { codes })
    }

    /// Whether the drums are set up as the profile says. A device without recycler answers nothing usable and has
    /// none.
    pub(super) fn check_drums(&self, profile: &NoteUnitProfile, drums: &[EscrowSet]) -> Result<(), Mismatch> {
        let known = (1_u8..).zip(drums).map(|(number, codes)| (number, self.values_of(*codes)));
        let missing = profile.drums.iter().filter(|drum| usize::from(drum.number) > drums.len());
        let read = known.chain(missing.map(|drum| (drum.number, Some(DenominationSet::EMPTY))));
        let other = |(number, read): (u8, Option<DenominationSet>)| {
            let expected = profile.drums.iter().filter(|drum| drum.number == number);
            let expected = expected.map(|drum| drum.denomination).collect();
            (read != Some(expected)).then_some(Mismatch::Drum { number, read, expected })
        };
        read.filter_map(other).next().map_or(Ok(()), Err)
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

fn known_value(profile: &NoteUnitProfile, entry: CurrencyEntry) -> Result<Denomination, Mismatch> {
    if entry.country != profile.country_code {
        return Err(Mismatch::Country { read: entry.country, expected: profile.country_code });
    }
    if !EscrowSet::can_hold(entry.code) {
        return Err(Mismatch::EscrowCode { read: entry.code.byte() });
    }
    let denomination = entry.value().and_then(|value| Denomination::try_from(value).ok());
    let known = denomination.filter(|denomination| profile.values.contains(*denomination));
    known.ok_or_else(|| Mismatch::Value { read: value_in_words(entry), expected: profile.values })
}

fn value_in_words(entry: CurrencyEntry) -> String {
    entry.value().map_or_else(|| format!("{}e{}", entry.mantissa, entry.exponent), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_table_of_known_yen_is_an_identity() {
        let value = |read: &str| Some(Mismatch::Value { read: read.to_owned(), expected: profile().values });
        check(&[(0x61, 0x0A, 1, 3), (0x64, 0x0A, 1, 4)], None);
        check(&[(0x61, 0x0A, 1, 3), (0x62, 0x00, 0, 0)], None);
        check(&[(0x61, 0x0A, 1, 3), (0x62, 0x0A, 2, 3)], value("2000"));
        check(&[(0x61, 0x0A, 3, 3)], value("3000"));
        check(&[(0x61, 0x0A, 1, 99)], value("1e99"));
        check(&[(0x61, 0x01, 1, 3)], Some(Mismatch::Country { read: 1, expected: 0x0A }));
        check(&[(0x71, 0x0A, 1, 3)], Some(Mismatch::EscrowCode { read: 0x71 }));
        check(&[], None);
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
        let drum = |number, read: Option<&[Denomination]>, expected: &[Denomination]| {
            let read = read.map(|notes| notes.iter().copied().collect());
            Err(Mismatch::Drum { number, read, expected: expected.iter().copied().collect() })
        };
        let (none, thousands): (&[_], &[_]) = (&[], &[Denomination::Yen1000]);
        for (drums, expected) in [
            (vec![EscrowSet::EMPTY, thousand], Ok(())),
            (vec![], drum(2, Some(none), thousands)),
            (vec![EscrowSet::EMPTY], drum(2, Some(none), thousands)),
            (vec![thousand, EscrowSet::EMPTY], drum(1, Some(thousands), none)),
            (vec![other, thousand], drum(1, Some(&[Denomination::Yen10000]), none)),
            (vec![EscrowSet::EMPTY, unknown], drum(2, None, thousands)),
        ] {
            assert_eq!(identity.check_drums(&profile, &drums), expected, "{drums:?}");
        }
        assert_eq!(count_drums(&profile, &[7, 9]).unwrap().pieces(Denomination::Yen1000), 9);
        assert_eq!(count_drums(&profile, &[7]), None);
    }

    fn check(entries: &[(u8, u8, u8, u8)], mismatch: Option<Mismatch>) {
        assert_eq!(Identity::new(&profile(), &table(entries)).err(), mismatch, "{entries:02X?}");
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
