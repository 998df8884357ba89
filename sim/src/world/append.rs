//! Appends to the journal, at once or after a while.

use std::sync::Arc;
use std::time::Duration;

use api::WallTime;
use engine::Draft;
use journal::AppendError;
use machine::Wakeup;
use wire::Moment;

use super::{KilledAt, World};
use crate::surroundings::Written;

/// What was to be written, and is not known to be.
#[derive(Debug)]
pub(super) struct UnderWay {
    ends: Moment,
    at: WallTime,
    entries: Arc<Vec<Draft>>,
}

impl World {
    /// From now on each append takes so long, as on a worn card; the one under way goes on as it is.
    pub fn slow_appends(&mut self, takes: Duration) {
        self.watch.people_act(self.now);
        self.observer.appends_take(takes);
        self.append_takes = takes;
    }

    /// The machine wants this to be written.
    pub(super) fn append(&mut self, at: WallTime, entries: Arc<Vec<Draft>>) -> Result<(), AppendError> {
        let killed = self.machine.seams_mut().killed.take();
        if let Some(at) = killed {
            self.observer.killed(at);
        }
        match killed {
            Some(KilledAt::BeforeAppend) => self.restart(Duration::ZERO),
            Some(KilledAt::AfterAppend | KilledAt::AfterOutput) => {
                self.write_now(at, &entries)?;
                self.carry_out()?;
                self.restart(Duration::ZERO)
            }
            None if self.append_takes.is_zero() => self.write_now(at, &entries),
            None => {
                let ends = self.now.after(self.append_takes);
                self.under_way = Some(UnderWay { ends, at, entries });
                Ok(())
            }
        }
    }

    fn write_now(&mut self, at: WallTime, entries: &[Draft]) -> Result<(), AppendError> {
        match self.write(at, entries)? {
            Written::Yes => self.machine.handle(self.now, Wakeup::Appended),
            Written::No => {
                self.watch.stops(self.now);
                self.machine.handle(self.now, Wakeup::NotAppended);
            }
        }
        Ok(())
    }

    /// Whether the machine may know of something that it cannot write down yet.
    pub(super) fn is_behind(&self) -> bool {
        let is_catching_up = self.caught_up_at == Some(self.now);
        !self.append_takes.is_zero() || self.under_way.is_some() || is_catching_up || self.watch.is_stopped()
    }

    /// When the append that is under way has ended.
    pub(super) fn append_ends(&self) -> Option<Moment> {
        self.under_way.as_ref().map(|append| append.ends)
    }

    pub(super) fn end_append_if_due(&mut self) -> Result<(), AppendError> {
        match self.under_way.take_if(|append| append.ends <= self.now) {
            Some(UnderWay { at, entries, .. }) => {
                self.caught_up_at = Some(self.now);
                self.write_now(at, &entries)
            }
            None => Ok(()),
        }
    }

    /// People wait for what they have ordered. So do those who look at the books.
    pub(super) fn wait_for_disk(&mut self) -> Result<(), AppendError> {
        while let Some(UnderWay { at, entries, .. }) = self.under_way.take() {
            self.caught_up_at = Some(self.now);
            self.write_now(at, &entries)?;
            self.carry_out()?;
            self.decide()?;
        }
        Ok(())
    }

    /// The program is killed while its append is under way: what reached the disk, reached it whole.
    pub(super) fn lose_sight_of_append(&mut self) -> Result<(), AppendError> {
        let Some(UnderWay { at, entries, .. }) = self.under_way.take() else { return Ok(()) };
        let is_written = self.die.bool();
        self.observer.killed_while_writing(is_written);
        if is_written {
            self.write(at, &entries)?;
        }
        Ok(())
    }
}
