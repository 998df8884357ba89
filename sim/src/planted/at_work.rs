use std::fmt;

use api::{KioskView, WallTime};
use engine::ledger::Posting;
use engine::{Draft, Entry, Input, Output, Recorded, Step};
use journal::{AppendError, MemoryJournal};
pub(super) use machine::Turned;

use super::PlantedBug;
use super::catalogue::Seam;

/// What a bug does above the lines of a world. What it does not name stays as it is.
pub(super) trait Bug: fmt::Debug + Send {
    /// What becomes of a step of the engine before it is carried out.
    fn step(&mut self, step: Step) -> Step {
        step
    }

    /// Entries were appended.
    fn appended(&mut self, _at: WallTime, _drafts: &[Draft]) -> Result<(), AppendError> {
        Ok(())
    }

    /// When entries are written, by the machine and by the computer's clock.
    fn dated(&self, at: WallTime, _says: WallTime) -> WallTime {
        at
    }

    /// What an entry posts.
    fn posted(&self, _entry: &Entry, lines: Vec<Posting>) -> Vec<Posting> {
        lines
    }

    /// A driver is told what the machine wants; `Some` if it says something at once.
    fn ordered(&mut self, _output: &Output) -> Option<Input> {
        None
    }

    /// What becomes of what a driver or the billing system tells.
    fn told(&mut self, event: Input) -> Turned {
        told([event])
    }

    /// What is on screen instead of `view`.
    fn shown(&mut self, _view: &KioskView) -> Option<KioskView> {
        None
    }

    /// The program was killed. `Some` is what it finds instead of its journal.
    fn restarted(&mut self) -> Option<MemoryJournal> {
        None
    }

    /// What the program makes of its journal when it starts, at the time that is given.
    fn read_back(&mut self, _now: WallTime, records: Vec<Recorded>) -> Vec<Recorded> {
        records
    }

    /// The coin unit, or a part of it, loses power.
    fn coins_without_power(&mut self) {}
}

/// The machine is told this, and the units nothing.
pub(super) fn told(events: impl IntoIterator<Item = Input>) -> Turned {
    Turned { told: events.into_iter().collect(), ordered: Vec::new() }
}

/// The bug of a world, if it has one above its lines.
#[derive(Debug, Default)]
pub(crate) struct AtWork(Option<Box<dyn Bug>>);

impl AtWork {
    /// What `bug` does, if anything.
    pub(crate) fn of(bug: Option<PlantedBug>) -> AtWork {
        match bug.map(|bug| bug.planted().seam) {
            Some(Seam::Above(make)) => AtWork(Some(make())),
            Some(Seam::Bytes { .. }) | None => AtWork(None),
        }
    }

    pub(crate) fn step(&mut self, step: Step) -> Step {
        match &mut self.0 {
            Some(bug) => bug.step(step),
            None => step,
        }
    }

    pub(crate) fn appended(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError> {
        self.0.as_mut().map_or(Ok(()), |bug| bug.appended(at, drafts))
    }

    pub(crate) fn dated(&self, at: WallTime, says: WallTime) -> WallTime {
        self.0.as_ref().map_or(at, |bug| bug.dated(at, says))
    }

    pub(crate) fn posted(&self, entry: &Entry, lines: Vec<Posting>) -> Vec<Posting> {
        match &self.0 {
            Some(bug) => bug.posted(entry, lines),
            None => lines,
        }
    }

    pub(crate) fn ordered(&mut self, output: &Output) -> Option<Input> {
        self.0.as_mut()?.ordered(output)
    }

    pub(crate) fn told(&mut self, event: Input) -> Turned {
        match &mut self.0 {
            Some(bug) => bug.told(event),
            None => told([event]),
        }
    }

    pub(crate) fn shown(&mut self, view: &KioskView) -> Option<KioskView> {
        self.0.as_mut()?.shown(view)
    }

    pub(crate) fn restarted(&mut self) -> Option<MemoryJournal> {
        self.0.as_mut()?.restarted()
    }

    pub(crate) fn read_back(&mut self, now: WallTime, records: Vec<Recorded>) -> Vec<Recorded> {
        match &mut self.0 {
            Some(bug) => bug.read_back(now, records),
            None => records,
        }
    }

    pub(crate) fn coins_without_power(&mut self) {
        if let Some(bug) = &mut self.0 {
            bug.coins_without_power();
        }
    }
}
