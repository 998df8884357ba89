use device_api::{DeviceCounts, Place, UnitEvent};
use engine::{CashEntry, Entry, Input, Means, PaymentEntry, PayoutEntry, Step, TenderEntry};
use money::{CashCount, Denomination};

use super::at_work::{Bug, Turned, told};
use crate::cabinet::NOTES;

/// The note unit's counters are reckoned instead of read: what the books say they must be.
#[derive(Debug, Default)]
pub(super) struct Reckoned {
    /// In the open payment.
    expected: Option<DeviceCounts>,
}

impl Reckoned {
    fn follow(&mut self, entry: &Entry) {
        match entry {
            Entry::Tender(TenderEntry::TenderIntended { means: Means::Cash { counts_before }, .. }) => {
                self.expected = Some(*counts_before)
            }
            Entry::Payment(PaymentEntry::PaymentClosed { .. }) => self.expected = None,
            Entry::Cash(CashEntry::NoteCredited { .. }) => self.stacked(1),
            Entry::Cash(CashEntry::NoteStored { denomination, place: Place::Drum(_) }) => {
                self.in_drums(*denomination, 1)
            }
            Entry::Payout(PayoutEntry::PayoutEnded { denomination, pieces, end, .. })
                if !denomination.is_coin() =>
            {
                let (paid, _) = end.paid_and_doubtful(*pieces);
                self.out_of_drums(*denomination, paid);
            }
            _ => {}
        }
    }

    fn stacked(&mut self, more: u32) {
        if let Some(total) = self.expected.as_mut().and_then(|counts| counts.stacked_total.as_mut()) {
            *total += more;
        }
    }

    fn in_drums(&mut self, note: Denomination, pieces: u32) {
        if let Some(counts) = &mut self.expected {
            counts.drums.add(note, pieces).expect("a drum holds few notes");
        }
    }

    fn out_of_drums(&mut self, note: Denomination, pieces: u32) {
        let gone = CashCount::try_from(vec![(note, pieces)]).expect("one kind fits");
        if let Some(counts) = &mut self.expected {
            counts.drums = counts.drums.minus(&gone).unwrap_or(counts.drums);
            counts.paid_out_total = counts.paid_out_total.map(|total| total + pieces);
        }
    }
}

impl Bug for Reckoned {
    fn step(&mut self, step: Step) -> Step {
        step.entries.iter().for_each(|draft| self.follow(&draft.entry));
        step
    }

    fn told(&mut self, event: Input) -> Turned {
        let reckoned = match (event, self.expected) {
            (Input::Unit(NOTES, UnitEvent::Counts(_)), Some(expected)) => {
                Input::Unit(NOTES, UnitEvent::Counts(expected.into()))
            }
            (event, _) => event,
        };
        told([reckoned])
    }
}
