use money::{CashCount, Denomination};
use settings::DrumCounterFalls;
use wire::id003::Destination;

use super::config::{DrawnBackTo, NoteUnitModelConfig};
use crate::model::Spot;

/// Where every note is that ever was in this device. The daemon never sees it; checkers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteUnitTruth {
    /// What patients have pushed in.
    pub inserted: CashCount,
    /// A note that sticks out of the mouth.
    pub mouth: Option<Denomination>,
    /// A note inside that has not come to rest: being read, in escrow, moving, stuck.
    pub path: Option<Denomination>,
    /// What lies in the drums.
    pub drums: CashCount,
    /// What lies in the cash box, in its place or not.
    pub cash_box: CashCount,
    /// What patients have pushed in and taken out of the mouth again.
    pub returned_to_patient: CashCount,
    /// What was paid out and taken out of the mouth.
    pub paid_out: CashCount,
    /// What staff have put into the drums.
    pub filled_by_staff: CashCount,
    /// What staff have taken out of the cash box.
    pub emptied_by_staff: CashCount,
    /// What staff have taken out of the drums.
    pub taken_from_drums: CashCount,
    /// What was paid out behind another note and not counted.
    pub uncounted_out: CashCount,
    /// Notes stacked in the device's life.
    pub stacked_total: u32,
}

/// How deep inside a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// It can still come back.
    Acceptor,
    /// It cannot.
    Stacker,
    /// On its way out of a drum.
    Payout,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct NoteInside {
    pub(super) denomination: Denomination,
    pub(super) depth: Depth,
}

#[derive(Clone, Copy, Debug)]
struct Drum {
    denomination: Denomination,
    capacity: u16,
    pieces: u16,
    /// What the device counts.
    counted: u16,
}

/// The inside of the device.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) mouth: Option<Denomination>,
    pub(super) inside: Option<NoteInside>,
    /// The drum that the note inside or in the mouth was paid out from.
    paid_from: Option<usize>,
    drums: Vec<Drum>,
    counter_falls: DrumCounterFalls,
    drawn_back_to: DrawnBackTo,
    cash_box: CashCount,
    cash_box_capacity: u32,
    inserted: CashCount,
    returned: CashCount,
    emptied: CashCount,
    paid_out: CashCount,
    filled: CashCount,
    taken_from_drums: CashCount,
    /// The next note that is paid out takes another along.
    pub(super) doubles_next: bool,
    /// What it took along just now.
    pub(super) doubled: Option<Denomination>,
    uncounted_out: CashCount,
    stacked_total: u32,
    dispensed_total: u32,
}

impl Places {
    pub(super) fn new(config: &NoteUnitModelConfig) -> Places {
        let drums = config.drums.iter().map(|drum| Drum {
            denomination: drum.denomination,
            capacity: drum.capacity,
            pieces: drum.pieces,
            counted: drum.pieces,
        });
        Places {
            mouth: None,
            inside: None,
            paid_from: None,
            drums: drums.collect(),
            counter_falls: config.drum_counter_falls,
            drawn_back_to: config.drawn_back_to,
            cash_box: CashCount::EMPTY,
            cash_box_capacity: config.cash_box_capacity,
            inserted: CashCount::EMPTY,
            returned: CashCount::EMPTY,
            emptied: CashCount::EMPTY,
            paid_out: CashCount::EMPTY,
            filled: CashCount::EMPTY,
            taken_from_drums: CashCount::EMPTY,
            doubles_next: false,
            doubled: None,
            uncounted_out: CashCount::EMPTY,
            stacked_total: 0,
            dispensed_total: 0,
        }
    }

    /// A patient pushes a note into the open slot.
    pub(super) fn draw_in(&mut self, denomination: Denomination) {
        assert!(self.inside.is_none(), "one note at a time");
        count(&mut self.inserted, denomination);
        self.inside = Some(NoteInside { denomination, depth: Depth::Acceptor });
    }

    /// A patient pushes a second note against the first.
    pub(super) fn push_second(&mut self, denomination: Denomination) {
        count(&mut self.inserted, denomination);
        self.mouth = Some(denomination);
    }

    /// The note inside comes out as far as the mouth.
    pub(super) fn push_out(&mut self) -> Option<Denomination> {
        self.mouth = self.inside.take().map(|note| note.denomination).or(self.mouth);
        self.mouth
    }

    /// A patient takes what sticks out. A device without power does not notice.
    pub(super) fn take(&mut self, noticed: bool) -> Option<Denomination> {
        let denomination = self.mouth.take()?;
        match self.paid_from.take() {
            None => count(&mut self.returned, denomination),
            Some(index) => {
                count(&mut self.paid_out, denomination);
                self.dispensed_total += u32::from(noticed);
                if noticed && self.counter_falls == DrumCounterFalls::AtPayValid {
                    self.drums[index].counted -= 1;
                }
                self.maybe_double(index);
            }
        }
        Some(denomination)
    }

    /// A second note hangs on the one that was taken.
    fn maybe_double(&mut self, index: usize) {
        let drum = &mut self.drums[index];
        if drum.pieces > 0 && std::mem::take(&mut self.doubles_next) {
            drum.pieces -= 1;
            count(&mut self.paid_out, drum.denomination);
            count(&mut self.uncounted_out, drum.denomination);
            self.doubled = Some(drum.denomination);
        }
    }

    /// The drum gives out a note, if it has one.
    pub(super) fn take_out(&mut self, index: usize) -> bool {
        let drum = &mut self.drums[index];
        if drum.pieces == 0 {
            return false;
        }
        drum.pieces -= 1;
        if self.counter_falls == DrumCounterFalls::AtPaying {
            drum.counted = drum.counted.saturating_sub(1);
        }
        self.paid_from = Some(index);
        self.inside = Some(NoteInside { denomination: drum.denomination, depth: Depth::Payout });
        true
    }

    /// The note that was to be paid out goes back.
    pub(super) fn take_back(&mut self) -> Option<Denomination> {
        let index = self.paid_from.take()?;
        let note = self.inside.take().map(|note| note.denomination).or_else(|| self.mouth.take())?;
        let at_paying = self.counter_falls == DrumCounterFalls::AtPaying;
        match self.drawn_back_to {
            DrawnBackTo::Drum => {
                self.drums[index].pieces += 1;
                self.drums[index].counted += u16::from(at_paying);
            }
            DrawnBackTo::CashBox => {
                count(&mut self.cash_box, note);
                self.drums[index].counted -= u16::from(!at_paying);
            }
        }
        Some(note)
    }

    /// Whether a note that was paid out sticks out of the mouth.
    pub(super) fn is_offering(&self) -> bool {
        self.mouth.is_some() && self.paid_from.is_some()
    }

    /// Staff put notes into a drum, and tell the device. False if there is no such drum with room for them.
    pub(super) fn fill(&mut self, denomination: Denomination, pieces: u16) -> bool {
        let fits = |drum: &&mut Drum| {
            let filled = drum.pieces.max(drum.counted).checked_add(pieces);
            drum.denomination == denomination && filled.is_some_and(|filled| filled <= drum.capacity)
        };
        let Some(drum) = self.drums.iter_mut().find(fits) else { return false };
        drum.pieces += pieces;
        drum.counted += pieces;
        self.filled.add(denomination, pieces.into()).expect("a device holds few notes");
        true
    }

    /// Staff take notes out of a drum, and tell the device. False if there are not so many.
    pub(super) fn take_from_drum(&mut self, denomination: Denomination, pieces: u16) -> bool {
        let holds =
            |drum: &&mut Drum| drum.denomination == denomination && drum.pieces.min(drum.counted) >= pieces;
        let Some(drum) = self.drums.iter_mut().find(holds) else { return false };
        drum.pieces -= pieces;
        drum.counted -= pieces;
        self.taken_from_drums.add(denomination, pieces.into()).expect("a device holds few notes");
        true
    }

    /// Where the note inside would go: its drum, if it has one with room.
    pub(super) fn destination(&self) -> Destination {
        let drum = self.inside.and_then(|note| self.drum_for(note.denomination));
        drum.map_or(Destination::CashBox, |index| match index {
            0 => Destination::Drum1,
            _ => Destination::Drum2,
        })
    }

    /// The note inside comes to rest.
    pub(super) fn store(&mut self) -> Option<Denomination> {
        let denomination = self.inside.take()?.denomination;
        match self.drum_for(denomination) {
            Some(index) => {
                self.drums[index].pieces += 1;
                self.drums[index].counted += 1;
            }
            None => count(&mut self.cash_box, denomination),
        }
        self.stacked_total += 1;
        Some(denomination)
    }

    pub(super) fn is_cash_box_full(&self) -> bool {
        self.cash_box.iter().map(|(_, pieces)| pieces).sum::<u32>() >= self.cash_box_capacity
    }

    pub(super) fn empty_cash_box(&mut self) {
        for (denomination, pieces) in self.cash_box.iter() {
            self.emptied.add(denomination, pieces).expect("a device holds few notes");
        }
        self.cash_box = CashCount::EMPTY;
    }

    /// By the device's own count.
    pub(super) fn drum_pieces(&self) -> Vec<u16> {
        self.drums.iter().map(|drum| drum.counted).collect()
    }

    pub(super) fn stacked_total(&self) -> u32 {
        self.stacked_total
    }

    pub(super) fn dispensed_total(&self) -> u32 {
        self.dispensed_total
    }

    pub(super) fn truth(&self) -> NoteUnitTruth {
        let mut drums = CashCount::EMPTY;
        for drum in &self.drums {
            drums.add(drum.denomination, drum.pieces.into()).expect("a device holds few notes");
        }
        NoteUnitTruth {
            inserted: self.inserted,
            mouth: self.mouth,
            path: self.inside.map(|note| note.denomination),
            drums,
            cash_box: self.cash_box,
            returned_to_patient: self.returned,
            paid_out: self.paid_out,
            filled_by_staff: self.filled,
            emptied_by_staff: self.emptied,
            taken_from_drums: self.taken_from_drums,
            uncounted_out: self.uncounted_out,
            stacked_total: self.stacked_total,
        }
    }

    /// What lies where.
    pub(super) fn cash(&self) -> Vec<(Spot, CashCount)> {
        let one = |kind, pieces| {
            let mut pile = CashCount::EMPTY;
            pile.add(kind, pieces).expect("a device holds few notes");
            pile
        };
        let drums = (1..).zip(&self.drums);
        let mut cash: Vec<_> = drums
            .map(|(number, drum)| (Spot::Drum(number), one(drum.denomination, drum.pieces.into())))
            .collect();
        cash.push((Spot::CashBox, self.cash_box));
        cash.extend(self.inside.map(|note| (Spot::Transport, one(note.denomination, 1))));
        cash
    }

    fn drum_for(&self, denomination: Denomination) -> Option<usize> {
        self.drums.iter().position(|drum| drum.denomination == denomination && drum.pieces < drum.capacity)
    }
}

fn count(pieces: &mut CashCount, denomination: Denomination) {
    pieces.add(denomination, 1).expect("a device holds few notes");
}
