//! Payments that stopped.

use api::{Decision, Discrepancy, Outcome, PaymentSummary};
use device_api::DeviceCounts;

use crate::DeskWords;
use crate::text::section;

section!(Discrepancies {
    interrupted,
    unit_failed,
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
            Discrepancy::Interrupted => words.interrupted.say(),
            Discrepancy::UnitFailed { part, trouble } => {
                let trouble = self.unit_trouble(part.unit.kind, trouble);
                words.unit_failed.with(&[("unit", &self.part(part)), ("trouble", &trouble)])
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
            Discrepancy::CountsDiffer { unit, expected, reported } => words.counts_differ.with(&[
                ("unit", &self.unit(*unit)),
                ("expected", &self.counts(expected)),
                ("reported", &self.counts(reported)),
            ]),
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

section!(Payment {
    head,
    open,
    suspended,
    paid,
    paid_short,
    cancelled,
    cancelled_short,
    taken_over,
    sums,
    note_under_way,
    receipts,
    can_continue,
    can_return,
    can_take_over,
});

impl DeskWords {
    /// What became of a payment, and what can be done with it.
    pub fn payment(&self, summary: &PaymentSummary) -> Vec<String> {
        let words = &self.payment;
        let head = words.head.with(&[("payment", &summary.id), ("state", &self.payment_state(summary))]);
        let sums = words.sums.with(&[
            ("due", &self.yen(summary.due)),
            ("inserted", &self.yen(summary.inserted)),
            ("paid_out", &self.yen(summary.paid_out)),
        ]);
        let note = summary
            .note_under_way
            .map(|note| words.note_under_way.with(&[("note", &self.yen(note.value()))]));
        let numbers = self.list(summary.receipts.iter().map(ToString::to_string));
        let receipts = (!numbers.is_empty()).then(|| words.receipts.with(&[("numbers", &numbers)]));
        let decisions = summary.decisions.iter().map(|decision| match decision {
            Decision::Continue => words.can_continue.with(&[("payment", &summary.id)]),
            Decision::Return => words.can_return.with(&[("payment", &summary.id)]),
        });
        let take_over =
            summary.suspended.as_ref().map(|_| words.can_take_over.with(&[("payment", &summary.id)]));
        [head, sums].into_iter().chain(note).chain(receipts).chain(decisions).chain(take_over).collect()
    }

    fn payment_state(&self, summary: &PaymentSummary) -> String {
        let words = &self.payment;
        match (&summary.outcome, &summary.suspended) {
            (Some(outcome), _) => self.outcome(outcome),
            (None, Some(discrepancy)) => words.suspended.with(&[("why", &self.discrepancy(discrepancy))]),
            (None, None) => words.open.say(),
        }
    }

    fn outcome(&self, outcome: &Outcome) -> String {
        let words = &self.payment;
        match outcome {
            Outcome::Paid => words.paid.say(),
            Outcome::PaidShort { owed_to_patient } => {
                words.paid_short.with(&[("owed", &self.yen(*owed_to_patient))])
            }
            Outcome::Cancelled { returned, owed_to_patient } if owed_to_patient.is_zero() => {
                words.cancelled.with(&[("returned", &self.yen(*returned))])
            }
            Outcome::Cancelled { returned, owed_to_patient } => words
                .cancelled_short
                .with(&[("returned", &self.yen(*returned)), ("owed", &self.yen(*owed_to_patient))]),
            Outcome::TakenOverByStaff { by, reason } => {
                words.taken_over.with(&[("staff", by), ("reason", reason)])
            }
        }
    }
}
