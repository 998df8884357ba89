//! Units, and where money lies.

use api::{DoubtCause, OutOfOrder, Unit, UnitState, UnitsView};
use device_api::{CashTrouble, CoinTrouble, Paper, Place, PrinterStatus};

use crate::DeskWords;
use crate::text::section;

section!(Places { drum, cash_box, hopper, coin_box, transport });
section!(Units { note_unit, acceptor, hopper, printer, scanner });
section!(States { starting, ready, absent });
section!(NoteTroubles {
    not_responding,
    jam,
    cash_box_removed,
    cash_box_full,
    manipulated,
    broken,
    unknown_values,
    note_of_unknown_fate,
    needs_power_cycle,
});
section!(CoinTroubles { not_responding, jam, empty, manipulated, broken, unknown_values });
section!(Printer { not_responding, cover_open, error, paper_end, paper_near_end, ready });
section!(Scanner { connected, away });
section!(Doubts { other_unit, counted_more, counted_less });

impl DeskWords {
    /// A place.
    pub fn place(&self, place: Place) -> String {
        match place {
            Place::Drum(number) => self.places.drum.with(&[("number", &number)]),
            Place::CashBox => self.places.cash_box.say(),
            Place::Hopper(kind) => self.places.hopper.with(&[("value", &kind)]),
            Place::CoinBox => self.places.coin_box.say(),
            Place::Transport => self.places.transport.say(),
        }
    }

    /// Several places.
    pub fn places(&self, places: &[Place]) -> String {
        self.list(places.iter().map(|place| self.place(*place)))
    }

    /// A unit that counts for itself.
    pub fn unit(&self, unit: Unit) -> String {
        match unit {
            Unit::NoteUnit => self.units.note_unit.say(),
            Unit::Acceptor => self.units.acceptor.say(),
            Unit::Hopper(kind) => self.units.hopper.with(&[("value", &kind)]),
        }
    }

    /// How the note unit is.
    pub fn note_unit(&self, state: &UnitState<CashTrouble>) -> String {
        match state {
            UnitState::Starting => self.states.starting.say(),
            UnitState::Ready => self.states.ready.say(),
            UnitState::Trouble(trouble) => self.note_trouble(trouble),
        }
    }

    /// How the coin unit is as a whole: its acceptor, and every hopper that does not work.
    pub fn coin_unit(&self, units: &UnitsView) -> String {
        let acceptor =
            units.coin_acceptor.as_ref().map_or_else(|| self.absent(), |state| self.coin_device(state));
        let hoppers = units.hoppers.iter().filter(|hopper| hopper.state != UnitState::Ready);
        let troubles = hoppers.map(|hopper| {
            let (unit, state) =
                (self.unit(Unit::Hopper(hopper.denomination)), self.coin_device(&hopper.state));
            self.common.named.with(&[("what", &unit), ("how", &state)])
        });
        self.list(std::iter::once(acceptor).chain(troubles))
    }

    /// How the acceptor or a hopper is.
    pub fn coin_device(&self, state: &UnitState<CoinTrouble>) -> String {
        match state {
            UnitState::Starting => self.states.starting.say(),
            UnitState::Ready => self.states.ready.say(),
            UnitState::Trouble(trouble) => self.coin_trouble(trouble),
        }
    }

    /// A device that does not work, and why.
    pub fn out_of_order(&self, unit: &OutOfOrder) -> String {
        let (what, how) = match unit {
            OutOfOrder::NoteUnit(trouble) => (self.unit(Unit::NoteUnit), self.note_trouble(trouble)),
            OutOfOrder::Acceptor(trouble) => (self.unit(Unit::Acceptor), self.coin_trouble(trouble)),
            OutOfOrder::Hopper { denomination, trouble } => {
                (self.unit(Unit::Hopper(*denomination)), self.coin_trouble(trouble))
            }
            OutOfOrder::Printer(status) => (self.units.printer.say(), self.printer(*status)),
            OutOfOrder::Scanner => (self.units.scanner.say(), self.scanner(false)),
        };
        self.common.named.with(&[("what", &what), ("how", &how)])
    }

    /// What is said of a unit that the machine does not have.
    pub fn absent(&self) -> String {
        self.states.absent.say()
    }

    /// What the note unit's trouble is.
    pub fn note_trouble(&self, trouble: &CashTrouble) -> String {
        let words = &self.note_troubles;
        match trouble {
            CashTrouble::NotResponding => words.not_responding.say(),
            CashTrouble::Jam => words.jam.say(),
            CashTrouble::CashBoxRemoved => words.cash_box_removed.say(),
            CashTrouble::CashBoxFull => words.cash_box_full.say(),
            CashTrouble::Manipulated => words.manipulated.say(),
            CashTrouble::Broken { code } => words.broken.with(&[("code", &format!("{code:02X}"))]),
            CashTrouble::UnknownValues => words.unknown_values.say(),
            CashTrouble::NoteOfUnknownFate => words.note_of_unknown_fate.say(),
            CashTrouble::NeedsPowerCycle => words.needs_power_cycle.say(),
        }
    }

    /// What the trouble of the acceptor or of a hopper is.
    pub fn coin_trouble(&self, trouble: &CoinTrouble) -> String {
        let words = &self.coin_troubles;
        match trouble {
            CoinTrouble::NotResponding => words.not_responding.say(),
            CoinTrouble::Jam => words.jam.say(),
            CoinTrouble::Empty => words.empty.say(),
            CoinTrouble::Manipulated => words.manipulated.say(),
            CoinTrouble::Broken { code } => words.broken.with(&[("code", &format!("{code:02X}"))]),
            CoinTrouble::UnknownValues => words.unknown_values.say(),
        }
    }

    /// How the printer is.
    pub fn printer(&self, status: PrinterStatus) -> String {
        let words = &self.printer;
        match status {
            PrinterStatus { responding: false, .. } => words.not_responding.say(),
            PrinterStatus { cover_open: true, .. } => words.cover_open.say(),
            PrinterStatus { error: true, .. } => words.error.say(),
            PrinterStatus { paper: Paper::End, .. } => words.paper_end.say(),
            PrinterStatus { paper: Paper::NearEnd, .. } => words.paper_near_end.say(),
            PrinterStatus { paper: Paper::Ok, .. } => words.ready.say(),
        }
    }

    /// How the scanner is.
    pub fn scanner(&self, connected: bool) -> String {
        match connected {
            true => self.scanner.connected.say(),
            false => self.scanner.away.say(),
        }
    }

    /// What a unit's word shows that does not fit the journal.
    pub fn doubt(&self, cause: DoubtCause) -> String {
        match cause {
            DoubtCause::OtherUnit => self.doubts.other_unit.say(),
            DoubtCause::CountedMore => self.doubts.counted_more.say(),
            DoubtCause::CountedLess => self.doubts.counted_less.say(),
        }
    }
}
