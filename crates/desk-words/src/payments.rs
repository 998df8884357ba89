//! Payments that stopped.

use api::Discrepancy;
use device_api::DeviceCounts;

use crate::DeskWords;
use crate::text::section;

section!(Discrepancies {
    money_inside,
    interrupted,
    note_unit,
    coin_unit,
    bill_changed,
    coins_unaccounted,
    payout_unknown,
    unexpected_note,
    unit_in_doubt,
    bills_missing,
    counts_differ,
    unknown_note,
    counts,
    not_told,
});

impl DeskWords {
    /// Why a payment cannot go on without a person.
    pub fn discrepancy(&self, discrepancy: &Discrepancy) -> String {
        let words = &self.discrepancies;
        match discrepancy {
            Discrepancy::MoneyInside => words.money_inside.say(),
            Discrepancy::Interrupted => words.interrupted.say(),
            Discrepancy::NoteUnit { trouble } => {
                words.note_unit.with(&[("trouble", &self.note_trouble(trouble))])
            }
            Discrepancy::CoinUnit { trouble } => {
                words.coin_unit.with(&[("trouble", &self.coin_trouble(trouble))])
            }
            Discrepancy::BillChanged => words.bill_changed.say(),
            Discrepancy::CoinsUnaccounted => words.coins_unaccounted.say(),
            Discrepancy::PayoutUnknown => words.payout_unknown.say(),
            Discrepancy::UnexpectedNote { reported } => {
                let note = reported.map_or_else(|| words.unknown_note.say(), |note| self.yen(note.value()));
                words.unexpected_note.with(&[("note", &note)])
            }
            Discrepancy::UnitInDoubt => words.unit_in_doubt.say(),
            Discrepancy::BillsMissing => words.bills_missing.say(),
            Discrepancy::CountsDiffer { expected, reported } => words
                .counts_differ
                .with(&[("expected", &self.counts(expected)), ("reported", &self.counts(reported))]),
        }
    }

    fn counts(&self, counts: &DeviceCounts) -> String {
        let words = &self.discrepancies;
        let total =
            |total: Option<u32>| total.map_or_else(|| words.not_told.say(), |total| total.to_string());
        let drums: u32 = counts.drums.iter().map(|(_, pieces)| pieces).sum();
        words.counts.with(&[
            ("drums", &drums),
            ("stacked", &total(counts.stacked_total)),
            ("paid_out", &total(counts.paid_out_total)),
        ])
    }
}
