use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::Duration;

use device_api::{DriverOutput, Moment, PrinterEvent};
use wire::escpos::Command;

/// What the driver wants done, and until when the bytes of it keep the line busy.
pub(super) struct Line {
    outputs: VecDeque<DriverOutput<PrinterEvent>>,
    baud: NonZeroU32,
    free_at: Moment,
}

/// Start bit, eight bits of data, stop bit (docs/protocols/escpos.md §1).
pub(super) const BITS_PER_BYTE: u64 = 10;

impl Line {
    pub(super) fn new(baud: NonZeroU32) -> Line {
        Line { outputs: VecDeque::new(), baud, free_at: Moment::START }
    }

    /// Sends whole commands only, so that a real-time query never lands inside of one (docs/protocols/escpos.md §2).
    /// Returns when the last byte has left.
    pub(super) fn transmit(&mut self, now: Moment, bytes: Vec<u8>) -> Moment {
        self.free_at = self.free_at.max(now).after(self.time_of(bytes.len()));
        self.outputs.push_back(DriverOutput::Transmit(bytes));
        self.free_at
    }

    pub(super) fn send(&mut self, now: Moment, command: &Command) -> Moment {
        self.transmit(now, Command::encode_all([command]))
    }

    pub(super) fn tell(&mut self, event: PrinterEvent) {
        self.outputs.push_back(DriverOutput::Event(event));
    }

    pub(super) fn poll(&mut self) -> Option<DriverOutput<PrinterEvent>> {
        self.outputs.pop_front()
    }

    /// What was not sent yet will not be: the line was opened anew, or is gone.
    pub(super) fn reset(&mut self, now: Moment) {
        self.outputs.retain(|output| matches!(output, DriverOutput::Event(_)));
        self.free_at = now;
    }

    /// How long `bytes` take.
    pub(super) fn time_of(&self, bytes: usize) -> Duration {
        let micros = (bytes as u64).saturating_mul(BITS_PER_BYTE * 1_000_000) / u64::from(self.baud.get());
        Duration::from_micros(micros)
    }
}
