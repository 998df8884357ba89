use std::collections::BTreeMap;

use device_api::{
    Counted, CountedBefore, DeviceCounts, Paid, PartId, Place, StoreId, UnitCounts, UnitEvent, UnitPart,
};
use engine::{CashEntry, DoubtEntry, Entry, Input, Means, PaymentEntry, PayoutEntry, Step, TenderEntry};
use money::{CashCount, Denomination};

use super::at_work::{Bug, Turned, told};
use crate::cabinet::{COINS, NOTES};

/// The note unit's counters are reckoned instead of read: what the books say they must be.
#[derive(Debug, Default)]
pub(super) struct Reckoned {
    /// In the open payment.
    expected: Option<DeviceCounts>,
}

impl Reckoned {
    fn follow(&mut self, entry: &Entry) {
        match entry {
            Entry::Tender(TenderEntry::TenderIntended {
                means: Means::Cash { counts_before, .. }, ..
            }) => self.expected = counts_before.get(&NOTES).copied(),
            Entry::Payment(PaymentEntry::PaymentClosed { .. }) => self.expected = None,
            Entry::Cash(CashEntry::NoteCredited { unit: NOTES, .. }) => self.stacked(1),
            Entry::Cash(CashEntry::NoteStored {
                store: StoreId { unit: NOTES, place: Place::Drum(_) },
                denomination,
            }) => self.in_drums(*denomination, 1),
            Entry::Payout(PayoutEntry::PayoutEnded { store, denomination, pieces, end, .. })
                if store.unit == NOTES =>
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

/// The counters of hoppers are reckoned instead of read, and who they are is taken for known.
#[derive(Debug, Default)]
pub(super) struct HoppersReckoned {
    known: BTreeMap<PartId, UnitCounts>,
    /// What is to pay out.
    paying: Option<PartId>,
}

impl HoppersReckoned {
    fn total(&self, hopper: PartId) -> Option<u32> {
        self.known.get(&hopper)?.paid_out_total
    }
}

impl Bug for HoppersReckoned {
    fn step(&mut self, step: Step) -> Step {
        for draft in &step.entries {
            match &draft.entry {
                Entry::Doubt(DoubtEntry::UnitCounted { part, counts }) if part.unit == COINS => {
                    self.known.insert(*part, *counts);
                }
                Entry::Payout(PayoutEntry::PayoutIntended { store, .. }) => {
                    self.paying = Some(store.part());
                }
                Entry::Payout(PayoutEntry::PayoutEnded { store, pieces, end, .. }) => {
                    let (paid, _) = end.paid_and_doubtful(*pieces);
                    let known = self.known.get_mut(&store.part());
                    if let Some(total) = known.and_then(|counts| counts.paid_out_total.as_mut()) {
                        *total += paid;
                    }
                }
                _ => {}
            }
        }
        step
    }

    fn told(&mut self, mut event: Input) -> Turned {
        match &mut event {
            Input::Unit(
                unit,
                UnitEvent::Counts(Counted { part: part @ UnitPart::Hopper(_), counts, .. }),
            ) => {
                let hopper = PartId { unit: *unit, part: *part };
                *counts = self.known.get(&hopper).copied().unwrap_or(*counts);
            }
            Input::Unit(
                _,
                UnitEvent::Out(Paid::Prepared {
                    before: CountedBefore::Hopper { paid_out_total, .. }, ..
                }),
            ) => {
                // Whichever it is that pays: what it says is what the books expect.
                *paid_out_total =
                    self.paying.and_then(|hopper| self.total(hopper)).unwrap_or(*paid_out_total);
            }
            _ => {}
        }
        told([event])
    }
}
