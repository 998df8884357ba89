//! The first entry: whose journal this is, and which of its journals.

use api::{JournalEpoch, MachineId};
use engine::{Draft, Entry, MachineEntry};

use crate::Flaw;

/// What every journal begins with.
pub(crate) fn begun(machine: &MachineId, epoch: JournalEpoch) -> Draft {
    let entry = MachineEntry::JournalBegun { machine: machine.clone(), epoch };
    Draft { entry: entry.into(), private: None }
}

/// 128 bits, so that no two are ever the same.
pub(crate) fn random_epoch() -> Result<JournalEpoch, getrandom::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(epoch_of(bytes))
}

/// What the journal of a simulated machine begins with. Its epoch is always the same, so that a run gives the same chain
/// again.
pub fn begun_in_simulation(machine: &MachineId) -> Draft {
    begun(machine, epoch_of([0; 16]))
}

fn epoch_of(bytes: [u8; 16]) -> JournalEpoch {
    JournalEpoch(hex::encode(bytes))
}

/// A journal begins once, with its first entry: in a file that was put together from two there would be a second one.
pub(crate) fn check(seq: u64, entry: &Entry) -> Result<(), Flaw> {
    let begins = matches!(entry, Entry::Machine(MachineEntry::JournalBegun { .. }));
    match (seq == 1, begins) {
        (true, true) | (false, false) => Ok(()),
        (true, false) => Err(Flaw::NoBeginning),
        (false, true) => Err(Flaw::SecondBeginning),
    }
}
