//! Pieces that come in, lie somewhere and are counted, as the books see them.

use std::collections::BTreeSet;

use api::{PaymentId, WallTime};
use device_api::{Accuracy, Place, StoreId, UnitId};
use money::{CashCount, Denomination};
use serde::{Deserialize, Serialize};

use super::Books;
use crate::{CallReason, CashEntry};

/// A note that was to be stacked in a payment that ended before anything was heard of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NoteUnheard {
    pub(crate) note: Denomination,
    pub(crate) payment: PaymentId,
}

impl Books {
    pub(super) fn apply_cash(&mut self, at: WallTime, entry: &CashEntry) {
        match entry {
            CashEntry::StackIntended { unit, denomination, .. } => {
                // There is one note in escrow: one that was refused before is gone.
                self.refused.remove(unit);
                self.with_deposit(|deposit| {
                    deposit.stacking.insert(*unit, *denomination);
                });
            }
            CashEntry::NoteRefused { unit, denomination, .. } => {
                // There is one note in escrow: if it was to be stacked, it is not any more.
                self.is_not_stacked(*unit);
                self.refused.insert(*unit, *denomination);
            }
            CashEntry::NoteCredited { unit, denomination, .. } => self.credit(*unit, *denomination),
            CashEntry::NoteStored { store, denomination } => self.store(*store, *denomination),
            CashEntry::NoteReturned { unit, .. } => self.returned(*unit),
            CashEntry::NoteFound { unit, denomination } => self.find(at, *unit, *denomination),
            CashEntry::CoinCredited { store, denomination, event_no, .. } => {
                self.coin_fell(*store, *denomination, *event_no);
                self.with_deposit(|deposit| deposit.credit(*denomination));
            }
            CashEntry::CoinFound { store, denomination, event_no } => {
                self.coin_fell(*store, *denomination, *event_no);
                self.called(at, CallReason::FoundMoney);
            }
            // In a payment it is suspended, and else the call is written beside it.
            CashEntry::CoinsUnaccounted { unit, event_no, .. } | CashEntry::EventsTold { unit, event_no } => {
                self.last_events.insert(*unit, *event_no);
            }
            CashEntry::StockSet { store, counted, .. } => self.counted(*store, *counted),
        }
    }

    fn is_not_stacked(&mut self, unit: UnitId) {
        self.with_deposit(|deposit| {
            deposit.stacking.remove(&unit);
        });
    }

    /// A refused note is the last that came to the exit; without one it was the note that was to be stacked.
    fn returned(&mut self, unit: UnitId) {
        if self.refused.remove(&unit).is_none() {
            self.is_not_stacked(unit);
        }
    }

    fn find(&mut self, at: WallTime, unit: UnitId, note: Option<Denomination>) {
        self.called(at, CallReason::FoundMoney);
        self.notes_of_unknown_fate.remove(&unit);
        if let Some(note) = note {
            self.put_on_its_way(unit, note);
        }
    }

    fn put_on_its_way(&mut self, unit: UnitId, note: Denomination) {
        self.in_transport.insert(unit, note);
        self.put(StoreId { unit, place: Place::Transport }, note, 1);
    }

    fn coin_fell(&mut self, store: StoreId, coin: Denomination, event_no: u8) {
        self.last_events.insert(store.unit, event_no);
        self.put(store, coin, 1);
    }

    fn counted(&mut self, store: StoreId, counted: CashCount) {
        self.cash.remove(&store);
        if !counted.is_empty() {
            self.cash.insert(store, counted);
        }
        self.accuracy.insert(store, Accuracy::SetByStaff);
        self.uncertain.remove(&store);
        self.left_unpaid = self.left_unpaid.filter(|unpaid| unpaid.store != store);
    }

    /// Something came to a store or left it by the word of its unit. What nobody has counted is not known any better by that.
    fn moved(&mut self, store: StoreId) {
        if let Some(accuracy) = self.accuracy.get_mut(&store) {
            *accuracy = match accuracy {
                Accuracy::Measured | Accuracy::SetByStaff | Accuracy::Inferred => Accuracy::Inferred,
                Accuracy::Unknown => Accuracy::Unknown,
            };
        }
    }

    /// A unit that counts its drums has done so. Of a note that moves it is not known whether it counts already.
    pub(super) fn drums_counted(&mut self, unit: UnitId, differ: &BTreeSet<Denomination>) {
        if !self.on_its_way(unit).is_empty() {
            return;
        }
        for (store, pieces) in &self.cash {
            if store.unit == unit && matches!(store.place, Place::Drum(_)) {
                let fits = pieces.iter().all(|(kind, _)| !differ.contains(&kind));
                let accuracy = if fits { Accuracy::Measured } else { Accuracy::Unknown };
                self.accuracy.insert(*store, accuracy);
            }
        }
    }

    pub(super) fn put(&mut self, store: StoreId, kind: Denomination, pieces: u32) {
        if pieces == 0 {
            return;
        }
        self.moved(store);
        let here = self.cash.entry(store).or_default();
        here.add(kind, pieces).expect("no cabinet holds four thousand million pieces");
    }

    pub(super) fn take_away(&mut self, store: StoreId, kind: Denomination, pieces: u32) {
        if pieces > 0 {
            self.moved(store);
        }
        let here = self.cash.remove(&store).unwrap_or_default();
        let gone = CashCount::try_from(vec![(kind, pieces)]).expect("one kind fits");
        let left = here.minus(&gone).expect("nothing is taken away that was not booked there");
        if !left.is_empty() {
            self.cash.insert(store, left);
        }
    }

    fn credit(&mut self, unit: UnitId, note: Denomination) {
        self.put_on_its_way(unit, note);
        self.is_not_stacked(unit);
        self.with_deposit(|deposit| {
            deposit.credit(note);
            deposit.with_counting(unit, |counting| counting.stacked += 1);
        });
    }

    fn store(&mut self, store: StoreId, note: Denomination) {
        if self.in_transport.get(&store.unit) == Some(&note) {
            self.in_transport.remove(&store.unit);
        }
        self.take_away(StoreId { unit: store.unit, place: Place::Transport }, note, 1);
        self.put(store, note, 1);
        if let Place::Drum(_) = store.place {
            self.with_deposit(|deposit| deposit.with_counting(store.unit, |counting| counting.in_drum(note)));
        }
    }
}
