use wire::cctalk::{Command, HopperStatus, Reply, TestRegisters};

use super::evidence::After;
use super::twice::Twice;

/// All that a hopper knows of its last payout, each thing read twice.
#[derive(Debug)]
pub(super) enum Testimony {
    Registers(Twice<TestRegisters>),
    Status { registers: TestRegisters, reading: Twice<HopperStatus> },
    Total { registers: TestRegisters, status: HopperStatus, reading: Twice<u32> },
}

/// What one reply adds.
pub(super) enum Heard {
    /// Nothing: it is no reading.
    Nothing,
    /// A part.
    Part,
    /// The last part.
    All(After),
}

impl Default for Testimony {
    fn default() -> Testimony {
        Testimony::Registers(Twice::default())
    }
}

impl Testimony {
    /// What is asked next.
    pub(super) fn request(&self) -> Command {
        match self {
            Testimony::Registers(_) => Command::TestHopper,
            Testimony::Status { .. } => Command::HopperStatus,
            Testimony::Total { .. } => Command::DispenseTotal,
        }
    }

    /// One more reply.
    pub(super) fn hear(&mut self, reply: Reply) -> Heard {
        match (&mut *self, reply) {
            (Testimony::Registers(reading), Reply::Registers(registers)) => {
                if let Some(registers) = reading.observe(registers) {
                    *self = Testimony::Status { registers, reading: Twice::default() };
                }
                Heard::Part
            }
            (Testimony::Status { registers, reading }, Reply::HopperStatus(status)) => {
                let registers = *registers;
                if let Some(status) = reading.observe(status) {
                    *self = Testimony::Total { registers, status, reading: Twice::default() };
                }
                Heard::Part
            }
            (Testimony::Total { registers, status, reading }, Reply::Total(total)) => {
                let (registers, status) = (*registers, *status);
                match reading.observe(total) {
                    Some(total) => Heard::All(After { status, registers, total }),
                    None => Heard::Part,
                }
            }
            _ => Heard::Nothing,
        }
    }

    /// A reply is missing: the two equal readings must not stand on both sides of the gap.
    pub(super) fn interrupted(&mut self) {
        match self {
            Testimony::Registers(reading) => reading.forget(),
            Testimony::Status { reading, .. } => reading.forget(),
            Testimony::Total { reading, .. } => reading.forget(),
        }
    }
}
