//! Pieces that come in, lie somewhere and are counted, as the books see them.

use std::collections::BTreeSet;

use api::WallTime;
use device_api::{Accuracy, Place};
use money::{CashCount, Denomination};

use super::Books;
use crate::{CallReason, CashEntry};

impl Books {
    pub(super) fn apply_cash(&mut self, at: WallTime, entry: &CashEntry) {
        match entry {
            CashEntry::StackIntended { denomination, .. } => {
                // There is one note in escrow: one that was refused before is gone.
                self.refused = None;
                self.set_stacking(Some(*denomination));
            }
            CashEntry::NoteRefused { denomination, .. } => {
                // There is one note in escrow: if it was to be stacked, it is not any more.
                self.set_stacking(None);
                self.refused = Some(*denomination);
            }
            CashEntry::NoteCredited { denomination, .. } => self.credit(*denomination),
            CashEntry::NoteStored { denomination, place } => self.store(*denomination, *place),
            CashEntry::NoteReturned { .. } => self.returned(),
            CashEntry::NoteFound { denomination } => self.find(at, *denomination),
            CashEntry::CoinCredited { denomination, place, event_no, .. } => {
                self.coin_fell(*denomination, *place, *event_no);
                self.with_deposit(|deposit| deposit.credit(*denomination));
            }
            CashEntry::CoinFound { denomination, place, event_no } => {
                self.coin_fell(*denomination, *place, *event_no);
                self.called(at, CallReason::FoundMoney);
            }
            CashEntry::CoinsUnaccounted { .. } => self.called(at, CallReason::FoundMoney),
            CashEntry::StockSet { place, denomination, before, pieces, .. } => {
                self.counted(*place, *denomination, *before, *pieces);
            }
        }
    }

    fn set_stacking(&mut self, note: Option<Denomination>) {
        self.with_deposit(|deposit| deposit.stacking = note);
    }

    /// A refused note is the last that came to the exit; without one it was the note that was to be stacked.
    fn returned(&mut self) {
        if self.refused.take().is_none() {
            self.set_stacking(None);
        }
    }

    fn find(&mut self, at: WallTime, note: Option<Denomination>) {
        self.called(at, CallReason::FoundMoney);
        self.note_of_unknown_fate = None;
        if let Some(note) = note {
            self.put_on_its_way(note);
        }
    }

    fn put_on_its_way(&mut self, note: Denomination) {
        self.in_transport = Some(note);
        self.put(Place::Transport, note, 1);
    }

    fn coin_fell(&mut self, coin: Denomination, place: Place, event_no: u8) {
        self.last_coin_event = Some(event_no);
        self.put(place, coin, 1);
    }

    fn counted(&mut self, place: Place, kind: Denomination, before: u32, pieces: u32) {
        self.take_away(place, kind, before);
        self.put(place, kind, pieces);
        self.accuracy.insert(place, Accuracy::SetByStaff);
        self.uncertain.remove(&place);
        self.left_unpaid = self.left_unpaid.filter(|(unpaid, _)| unpaid.place != place);
    }

    /// Something came to a place or left it by the word of its unit. What nobody has counted is not known any better by that.
    fn moved(&mut self, place: Place) {
        if let Some(accuracy) = self.accuracy.get_mut(&place) {
            *accuracy = match accuracy {
                Accuracy::Measured | Accuracy::SetByStaff | Accuracy::Inferred => Accuracy::Inferred,
                Accuracy::Unknown => Accuracy::Unknown,
            };
        }
    }

    /// The unit that counts its drums has done so. Of a note that moves it is not known whether it counts already.
    pub(super) fn drums_counted(&mut self, differ: &BTreeSet<Denomination>) {
        for (place, pieces) in &self.cash {
            let is_drum = matches!(place, Place::Drum(_)) && self.in_transport.is_none();
            if is_drum {
                let fits = pieces.iter().all(|(kind, _)| !differ.contains(&kind));
                let accuracy = if fits { Accuracy::Measured } else { Accuracy::Unknown };
                self.accuracy.insert(*place, accuracy);
            }
        }
    }

    pub(super) fn put(&mut self, place: Place, kind: Denomination, pieces: u32) {
        if pieces == 0 {
            return;
        }
        self.moved(place);
        let here = self.cash.entry(place).or_default();
        here.add(kind, pieces).expect("no cabinet holds four thousand million pieces");
    }

    pub(super) fn take_away(&mut self, place: Place, kind: Denomination, pieces: u32) {
        if pieces > 0 {
            self.moved(place);
        }
        let here = self.cash.remove(&place).unwrap_or_default();
        let gone = CashCount::try_from(vec![(kind, pieces)]).expect("one kind fits");
        let left = here.minus(&gone).expect("nothing is taken away that was not booked there");
        if !left.is_empty() {
            self.cash.insert(place, left);
        }
    }

    fn credit(&mut self, note: Denomination) {
        self.put_on_its_way(note);
        self.set_stacking(None);
        self.with_deposit(|deposit| deposit.credit(note));
    }

    fn store(&mut self, note: Denomination, place: Place) {
        self.in_transport = None;
        self.take_away(Place::Transport, note, 1);
        self.put(place, note, 1);
        if let Place::Drum(_) = place {
            self.with_deposit(|deposit| {
                deposit.drums.add(note, 1).expect("no drum holds four thousand million notes");
            });
        }
    }
}
