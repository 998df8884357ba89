use money::{CashCount, Denomination};
use wire::id003::Destination;

use super::config::NoteUnitModelConfig;

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
    /// What patients have taken out of the mouth.
    pub returned_to_patient: CashCount,
    /// What staff have taken out of the cash box.
    pub emptied_by_staff: CashCount,
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
}

/// The inside of the device.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) mouth: Option<Denomination>,
    pub(super) inside: Option<NoteInside>,
    drums: Vec<Drum>,
    cash_box: CashCount,
    cash_box_capacity: u32,
    inserted: CashCount,
    returned: CashCount,
    emptied: CashCount,
    stacked_total: u32,
}

impl Places {
    pub(super) fn new(config: &NoteUnitModelConfig) -> Places {
        let drums = config.drums.iter().map(|drum| Drum {
            denomination: drum.denomination,
            capacity: drum.capacity,
            pieces: drum.pieces,
        });
        Places {
            mouth: None,
            inside: None,
            drums: drums.collect(),
            cash_box: CashCount::EMPTY,
            cash_box_capacity: config.cash_box_capacity,
            inserted: CashCount::EMPTY,
            returned: CashCount::EMPTY,
            emptied: CashCount::EMPTY,
            stacked_total: 0,
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

    /// A patient takes what sticks out.
    pub(super) fn take(&mut self) -> Option<Denomination> {
        let denomination = self.mouth.take()?;
        count(&mut self.returned, denomination);
        Some(denomination)
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
            Some(index) => self.drums[index].pieces += 1,
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

    pub(super) fn drum_pieces(&self) -> Vec<u16> {
        self.drums.iter().map(|drum| drum.pieces).collect()
    }

    pub(super) fn stacked_total(&self) -> u32 {
        self.stacked_total
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
            emptied_by_staff: self.emptied,
            stacked_total: self.stacked_total,
        }
    }

    fn drum_for(&self, denomination: Denomination) -> Option<usize> {
        self.drums.iter().position(|drum| drum.denomination == denomination && drum.pieces < drum.capacity)
    }
}

fn count(pieces: &mut CashCount, denomination: Denomination) {
    pieces.add(denomination, 1).expect("a device holds few notes");
}
