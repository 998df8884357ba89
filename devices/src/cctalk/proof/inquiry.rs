use wire::cctalk::{Command, HopperStatus, Reply, TestRegisters};

use super::After;
use crate::agreed::Agreed;

/// All that a hopper knows of its last payout, each thing read twice.
#[derive(Debug)]
pub(in crate::cctalk) enum Inquiry {
    Registers(Agreed<TestRegisters>),
    Status { registers: TestRegisters, reading: Agreed<HopperStatus> },
    Total { registers: TestRegisters, status: HopperStatus, reading: Agreed<u32> },
}

/// What one reply adds.
pub(in crate::cctalk) enum Heard {
    /// Nothing: it is no reading.
    Nothing,
    /// A part.
    Part,
    /// The last part.
    All(After),
}

impl Default for Inquiry {
    fn default() -> Inquiry {
        Inquiry::Registers(Agreed::default())
    }
}

impl Inquiry {
    /// What is asked next.
    pub(in crate::cctalk) fn request(&self) -> Command {
        match self {
            Inquiry::Registers(_) => Command::TestHopper,
            Inquiry::Status { .. } => Command::HopperStatus,
            Inquiry::Total { .. } => Command::DispenseTotal,
        }
    }

    /// One more reply.
    pub(in crate::cctalk) fn hear(&mut self, reply: Reply) -> Heard {
        match (&mut *self, reply) {
            (Inquiry::Registers(reading), Reply::Registers(registers)) => {
                if let Some(registers) = reading.observe(registers) {
                    *self = Inquiry::Status { registers, reading: Agreed::default() };
                }
                Heard::Part
            }
            (Inquiry::Status { registers, reading }, Reply::HopperStatus(status)) => {
                let registers = *registers;
                if let Some(status) = reading.observe(status) {
                    *self = Inquiry::Total { registers, status, reading: Agreed::default() };
                }
                Heard::Part
            }
            (Inquiry::Total { registers, status, reading }, Reply::Total(total)) => {
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
    pub(in crate::cctalk) fn interrupted(&mut self) {
        match self {
            Inquiry::Registers(reading) => reading.forget(),
            Inquiry::Status { reading, .. } => reading.forget(),
            Inquiry::Total { reading, .. } => reading.forget(),
        }
    }
}
