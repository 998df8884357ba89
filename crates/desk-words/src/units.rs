//! Units, and where money lies.

use api::{
    ChainBreak, ChainFlaw, ClockCause, ClockDoubt, DiskFault, DoubtCause, DoubtReach, OutOfOrder, PartName,
    RefusedCode, RefusedCodes, StoreName, UnitKind, UnitName, UnitState, UnitView, WallTime,
};
use device_api::{ExitBlock, Paper, Place, PrinterStatus, UnitPart, UnitTrouble};
use money::{Denomination, DenominationSet};

use crate::DeskWords;
use crate::text::section;

section!(Places { drum, cash_box, hopper, mixed_hopper, coin_box, transport, of_unit });
section!(Units { note_unit, coin_unit, acceptor, exit, of_several, printer, scanner, clock, journal });
section!(States { starting, ready, absent });
section!(Troubles {
    not_responding,
    note_jam,
    coin_jam,
    empty,
    cash_box_removed,
    cash_box_full,
    note_manipulated,
    coin_manipulated,
    broken,
    unknown_values,
    note_of_unknown_fate,
    needs_power_cycle,
});
section!(Exit { given_back, second_note });
section!(Printer { not_responding, cover_open, error, paper_end, paper_near_end, ready });
section!(Scanner { connected, away, refuses_cards, knows_nobody });
section!(Journal {
    missing,
    changed,
    no_entry,
    postings,
    private,
    stray_rows,
    file,
    full,
    read_only,
    no_access,
    failing,
});
section!(Clock { never_set, before_last_entry, far_ahead, jumped });
section!(Doubts {
    other_unit,
    counted_more,
    counted_less,
    other_unit_alone,
    counted_more_alone,
    counted_less_alone,
});

impl DeskWords {
    /// A store, or another place of a unit.
    pub fn store_name(&self, StoreName { unit, place, holds }: &StoreName) -> String {
        let words = &self.places;
        let place = match place {
            Place::Drum(number) => words.drum.with(&[("number", number)]),
            Place::CashBox => words.cash_box.say(),
            Place::Hopper(number) => self.hopper(*number, *holds),
            Place::CoinBox => words.coin_box.say(),
            Place::Transport => words.transport.say(),
        };
        match unit.one_of_several {
            true => words.of_unit.with(&[("place", &place), ("unit", &unit.id)]),
            false => place,
        }
    }

    /// People find a hopper by what lies in it; by its number, if that is several kinds.
    fn hopper(&self, number: u8, holds: DenominationSet) -> String {
        match holds.iter().collect::<Vec<Denomination>>()[..] {
            [kind] => self.places.hopper.with(&[("value", &kind)]),
            _ => self.places.mixed_hopper.with(&[("number", &number)]),
        }
    }

    /// Several of them.
    pub fn store_names(&self, stores: &[StoreName]) -> String {
        self.list(stores.iter().map(|store| self.store_name(store)))
    }

    /// A unit that takes or gives money, as a whole.
    pub fn unit(&self, unit: UnitName) -> String {
        self.of_several(unit, self.unit_of(unit.kind))
    }

    /// The unit that takes this.
    pub(crate) fn unit_of(&self, kind: UnitKind) -> String {
        match kind {
            UnitKind::Notes => self.units.note_unit.say(),
            UnitKind::Coins => self.units.coin_unit.say(),
        }
    }

    /// What is said of a unit that the machine does not have.
    pub(crate) fn absent(&self) -> String {
        self.states.absent.say()
    }

    /// What of a unit counts for itself, or fails by itself.
    pub fn part(&self, PartName { unit, part, holds }: &PartName) -> String {
        let name = match (part, unit.kind) {
            (UnitPart::Acceptor, UnitKind::Notes) => self.units.note_unit.say(),
            (UnitPart::Acceptor, UnitKind::Coins) => self.units.acceptor.say(),
            (UnitPart::Hopper(number), _) => self.hopper(*number, *holds),
        };
        self.of_several(*unit, name)
    }

    fn of_several(&self, unit: UnitName, name: String) -> String {
        match unit.one_of_several {
            true => self.units.of_several.with(&[("name", &name), ("unit", &unit.id)]),
            false => name,
        }
    }

    /// How a unit is as a whole: what takes pieces in, and every hopper that does not work.
    pub fn unit_view(&self, UnitView { unit, acceptor, hoppers }: &UnitView) -> String {
        let acceptor = self.unit_state(unit.kind, acceptor);
        let hoppers = hoppers.iter().filter(|hopper| hopper.state != UnitState::Ready);
        let troubles = hoppers.map(|hopper| {
            let (part, state) = (self.part(&hopper.part), self.unit_state(unit.kind, &hopper.state));
            self.common.named.with(&[("what", &part), ("how", &state)])
        });
        self.list(std::iter::once(acceptor).chain(troubles))
    }

    /// How a part of a unit is.
    pub fn unit_state(&self, kind: UnitKind, state: &UnitState) -> String {
        match state {
            UnitState::Starting => self.states.starting.say(),
            UnitState::Ready => self.states.ready.say(),
            UnitState::Trouble(trouble) => self.unit_trouble(kind, trouble),
        }
    }

    /// A device that does not work, and why.
    pub fn out_of_order(&self, unit: &OutOfOrder) -> String {
        let (what, how) = match unit {
            OutOfOrder::Unit { part, trouble } => {
                (self.part(part), self.unit_trouble(part.unit.kind, trouble))
            }
            OutOfOrder::Exit { unit, block } => {
                (self.of_several(*unit, self.units.exit.say()), self.exit(*block))
            }
            OutOfOrder::Printer(status) => (self.units.printer.say(), self.printer(*status)),
            OutOfOrder::Scanner => (self.units.scanner.say(), self.scanner(false)),
            OutOfOrder::Clock(doubt) => (self.units.clock.say(), self.clock(doubt)),
            OutOfOrder::Journal(found) => (self.units.journal.say(), self.chain_break(*found)),
            OutOfOrder::Codes(codes) => (self.units.scanner.say(), self.refused_codes(*codes)),
        };
        self.common.named.with(&[("what", &what), ("how", &how)])
    }

    fn exit(&self, block: ExitBlock) -> String {
        match block {
            ExitBlock::GivenBack => self.exit.given_back.say(),
            ExitBlock::SecondNote => self.exit.second_note.say(),
        }
    }

    /// Why the computer's clock is not believed, and what to do.
    pub fn clock(&self, doubt: &ClockDoubt) -> String {
        let words = &self.clock;
        let text = match doubt.cause {
            ClockCause::NeverSet => &words.never_set,
            ClockCause::BeforeLastEntry => &words.before_last_entry,
            ClockCause::FarAhead => &words.far_ahead,
            ClockCause::Jumped => &words.jumped,
        };
        let (says, counted_on) = (self.date_time(doubt.says), self.date_time(doubt.counted_on));
        text.with(&[("says", &says), ("counted_on", &counted_on)])
    }

    /// Codes that are refused one after the other, and what that may come from.
    pub fn refused_codes(&self, RefusedCodes { how, count }: RefusedCodes) -> String {
        let text = match how {
            RefusedCode::NotOurCard => &self.scanner.refuses_cards,
            RefusedCode::UnknownPatient => &self.scanner.knows_nobody,
        };
        text.with(&[("count", &count)])
    }

    /// Where the journal does not hold.
    pub fn chain_break(&self, ChainBreak { seq, flaw }: ChainBreak) -> String {
        let words = &self.journal;
        let text = match flaw {
            ChainFlaw::Missing => &words.missing,
            ChainFlaw::Changed => &words.changed,
            ChainFlaw::NoEntry => &words.no_entry,
            ChainFlaw::Postings => &words.postings,
            ChainFlaw::Private => &words.private,
            ChainFlaw::StrayRows => &words.stray_rows,
            ChainFlaw::File => return words.file.say(),
        };
        text.with(&[("seq", &seq)])
    }

    /// What keeps a file from being written, and what to see to.
    pub fn disk_fault(&self, fault: DiskFault) -> String {
        let words = &self.journal;
        match fault {
            DiskFault::Full => words.full.say(),
            DiskFault::ReadOnly => words.read_only.say(),
            DiskFault::NoAccess => words.no_access.say(),
            DiskFault::Failing => words.failing.say(),
        }
    }

    /// Date and time in Japan, to the minute.
    pub fn date_time(&self, wall: WallTime) -> String {
        let Some(at) = wall.in_japan() else { return wall.0.to_string() };
        let two = |number: u8| format!("{number:02}");
        self.common.date_time.with(&[
            ("year", &at.year),
            ("month", &two(at.month)),
            ("day", &two(at.day)),
            ("hour", &two(at.hour)),
            ("minute", &two(at.minute)),
        ])
    }

    /// What is wrong with a part of a unit that takes this.
    pub fn unit_trouble(&self, kind: UnitKind, trouble: &UnitTrouble) -> String {
        let words = &self.troubles;
        match kind {
            UnitKind::Notes => self.trouble(trouble, words.note_jam.say(), words.note_manipulated.say()),
            UnitKind::Coins => self.trouble(trouble, words.coin_jam.say(), words.coin_manipulated.say()),
        }
    }

    fn trouble(&self, trouble: &UnitTrouble, jam: String, manipulated: String) -> String {
        let words = &self.troubles;
        match trouble {
            UnitTrouble::NotResponding => words.not_responding.say(),
            UnitTrouble::Jam => jam,
            UnitTrouble::Empty => words.empty.say(),
            UnitTrouble::CashBoxRemoved => words.cash_box_removed.say(),
            UnitTrouble::CashBoxFull => words.cash_box_full.say(),
            UnitTrouble::Manipulated => manipulated,
            UnitTrouble::Broken { code } => words.broken.with(&[("code", &format!("{code:02X}"))]),
            UnitTrouble::UnknownValues { mismatch: Some(mismatch) } => self.mismatch(mismatch),
            UnitTrouble::UnknownValues { mismatch: None } => words.unknown_values.say(),
            UnitTrouble::NoteOfUnknownFate => words.note_of_unknown_fate.say(),
            UnitTrouble::NeedsPowerCycle => words.needs_power_cycle.say(),
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

    /// What a unit's word shows that does not fit the journal, and whether only this part is out of use.
    pub fn doubt(&self, cause: DoubtCause, reach: DoubtReach) -> String {
        let words = &self.doubts;
        let words = match (cause, reach) {
            (DoubtCause::OtherUnit, DoubtReach::Records) => &words.other_unit,
            (DoubtCause::CountedMore, DoubtReach::Records) => &words.counted_more,
            (DoubtCause::CountedLess, DoubtReach::Records) => &words.counted_less,
            (DoubtCause::OtherUnit, DoubtReach::PartAlone) => &words.other_unit_alone,
            (DoubtCause::CountedMore, DoubtReach::PartAlone) => &words.counted_more_alone,
            (DoubtCause::CountedLess, DoubtReach::PartAlone) => &words.counted_less_alone,
        };
        words.say()
    }
}
