//! The orderly end of the program, as the system asks for it before it switches off.

use std::time::Duration;

use device_api::UnitId;
use journal::AppendError;
use machine::Wakeup;

use super::{World, check};

impl World {
    /// The program is told to end, at whatever it is, and started again so long after it has.
    pub fn stop(&mut self, away: Duration) -> Result<(), AppendError> {
        if self.stopping.is_some() {
            return Ok(());
        }
        self.stopping = Some(away);
        self.machine.handle(self.now, Wakeup::Stop);
        self.carry_out()
    }

    /// It has ended. Of these units it says that they may still take money.
    pub(super) fn has_stopped(&mut self, open: &[UnitId]) -> Result<(), AppendError> {
        let right = check::slots::closed_but_for(open, self.note_units(), self.coin_units());
        self.watch.break_at(right);
        self.observer.stopped(open.is_empty());
        if self.engine().open_payment().is_none() {
            self.empty_log();
        }
        self.is_running = false;
        let away = self.stopping.take().unwrap_or_default();
        self.restart(away)
    }
}
