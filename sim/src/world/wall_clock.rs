//! The computer's clock, which may be wrong.

use api::WallTime;
use device_api::Moment;
use engine::{Draft, Entry, MachineEntry};

use super::{MORNING, World};
use crate::surroundings::ClockSays;

impl ClockSays {
    /// What it shows when so much time has passed since the morning.
    pub(super) fn at(self, now: Moment) -> WallTime {
        let seconds = i64::try_from(now.micros() / 1_000_000).unwrap_or(0);
        match self {
            ClockSays::Right => WallTime(MORNING + seconds),
            ClockSays::NeverSet => WallTime(seconds),
            ClockSays::Off(off) => WallTime(MORNING + seconds + off),
        }
    }
}

impl World {
    /// From now on the clock says this.
    pub fn set_clock(&mut self, says: ClockSays) {
        self.watch.people_act(self.now);
        self.observer.clock(says);
        self.clock = says;
    }

    /// What the clock says.
    pub fn clock(&self) -> ClockSays {
        self.clock
    }

    pub(super) fn wall(&self) -> WallTime {
        self.clock.at(self.now)
    }

    /// I17: what is dated, is dated in order, unless a person says that the clock was wrong before.
    pub(super) fn check_date(&mut self, at: WallTime, drafts: &[Draft]) {
        let is_confirmed =
            |draft: &Draft| matches!(draft.entry, Entry::Machine(MachineEntry::ClockConfirmed { .. }));
        self.watch.dated(at, drafts.iter().any(is_confirmed));
    }

    /// Whether the machine does not believe its clock.
    pub fn doubts_clock(&self) -> bool {
        self.engine().working().is_some_and(|engine| engine.status().units.clock.is_some())
    }
}
