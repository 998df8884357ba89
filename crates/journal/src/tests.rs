//! What the parts promise together, on real files.

mod books_carried;
mod drafts;
mod durability;
mod erasure;
mod golden;
mod reading;
mod refusals;
mod tampering;
mod twins;

use std::path::PathBuf;

use api::{MachineId, WallTime};
use engine::{Draft, Entry, MachineEntry, Recorded};
use tempfile::TempDir;

use crate::{Journal, MemoryJournal, ReadError, Record, begun_in_simulation, provision};

/// A provisioned file in a directory of its own.
struct Place {
    directory: TempDir,
    file: PathBuf,
}

impl Place {
    fn provisioned() -> Place {
        let place = Place::empty();
        provision::make(&place.file, WallTime(0), &begun_in_simulation(&machine())).unwrap();
        place
    }

    fn empty() -> Place {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("journal.sqlite");
        Place { directory, file }
    }

    fn open(&self) -> Journal {
        Journal::open(&self.file, &machine()).unwrap()
    }
}

/// Whose journals these are.
fn machine() -> MachineId {
    MachineId("m-1".to_owned())
}

/// The twin of a journal that was just provisioned.
fn memory() -> MemoryJournal {
    let mut journal = MemoryJournal::new();
    journal.append(WallTime(0), &[begun_in_simulation(&machine())]).unwrap();
    journal
}

/// Appends every batch by itself, a second apart.
fn append_all(journal: &mut impl Record, batches: &[Vec<Draft>]) {
    for (second, batch) in (1_800_000_000..).zip(batches) {
        journal.append(WallTime(second), batch).unwrap();
    }
}

/// Everything that a journal holds after its beginning.
fn all_of(journal: &impl Record) -> Result<Vec<Recorded>, ReadError> {
    let mut all = Vec::new();
    journal.replay(|recorded| all.push(recorded))?;
    assert!(matches!(all[0].entry, Entry::Machine(MachineEntry::JournalBegun { .. })));
    Ok(all.split_off(1))
}
