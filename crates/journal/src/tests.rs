//! What the parts promise together, on real files.

mod drafts;
mod durability;
mod erasure;
mod golden;
mod refusals;
mod tampering;
mod twins;

use std::path::PathBuf;

use api::WallTime;
use engine::{Draft, Recorded};
use tempfile::TempDir;

use crate::{Journal, ReadError, Record, provision};

/// A provisioned file in a directory of its own.
struct Place {
    directory: TempDir,
    file: PathBuf,
}

impl Place {
    fn provisioned() -> Place {
        let place = Place::empty();
        provision(&place.file).unwrap();
        place
    }

    fn empty() -> Place {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("journal.sqlite");
        Place { directory, file }
    }

    fn open(&self) -> Journal {
        Journal::open(&self.file).unwrap()
    }
}

/// Appends every batch by itself, a second apart.
fn append_all(journal: &mut impl Record, batches: &[Vec<Draft>]) {
    for (second, batch) in (1_800_000_000..).zip(batches) {
        journal.append(WallTime(second), batch).unwrap();
    }
}

/// Everything that a journal holds.
fn all_of(journal: &impl Record) -> Result<Vec<Recorded>, ReadError> {
    let mut all = Vec::new();
    journal.replay(|recorded| all.push(recorded))?;
    Ok(all)
}
