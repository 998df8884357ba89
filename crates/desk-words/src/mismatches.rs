//! Devices that are others than their profile says.

use device_api::Mismatch;
use money::DenominationSet;

use crate::DeskWords;
use crate::text::section;

section!(Mismatches {
    category,
    untold,
    country,
    value,
    escrow_code,
    drum,
    hopper_coin,
    encryption,
    no_notes,
    unlisted_note,
});

impl DeskWords {
    /// What was read, what the profile expects, and what to see to.
    pub(crate) fn mismatch(&self, mismatch: &Mismatch) -> String {
        let words = &self.mismatches;
        match mismatch {
            Mismatch::Category { read, expected } => {
                words.category.with(&[("read", read), ("expected", expected)])
            }
            Mismatch::Untold { command } => words.untold.with(&[("command", command)]),
            Mismatch::Country { read, expected } => {
                words.country.with(&[("read", &hex(*read)), ("expected", &hex(*expected))])
            }
            Mismatch::Value { read, expected } => {
                words.value.with(&[("read", read), ("expected", &self.values(*expected))])
            }
            Mismatch::EscrowCode { read } => words.escrow_code.with(&[("read", &hex(*read))]),
            Mismatch::Drum { number, read, expected } => {
                let read = read.map_or_else(|| words.unlisted_note.say(), |read| self.notes_of_drum(read));
                let expected = self.notes_of_drum(*expected);
                words.drum.with(&[("number", number), ("read", &read), ("expected", &expected)])
            }
            Mismatch::HopperCoin { read, expected } => {
                let expected = self.yen(expected.value());
                words.hopper_coin.with(&[("read", read), ("expected", &expected)])
            }
            Mismatch::Encryption => words.encryption.say(),
        }
    }

    fn values(&self, kinds: DenominationSet) -> String {
        self.list(kinds.iter().map(|kind| self.yen(kind.value())))
    }

    fn notes_of_drum(&self, notes: DenominationSet) -> String {
        match notes.iter().next() {
            Some(_) => self.values(notes),
            None => self.mismatches.no_notes.say(),
        }
    }
}

/// As devices' manuals write it.
fn hex(byte: u8) -> String {
    format!("{byte:02X}")
}
