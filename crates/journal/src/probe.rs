//! Tries whether the disk takes what the journal is about to need.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::ProbeError;
use crate::new_file::beside;

/// Enough for the payment under way and a dozen more: each writes some hundred kilobytes, because a commit writes whole
/// pages. With less the machine would begin anew only to stand still again in the middle.
const PROBE_BYTES: usize = 4 << 20;

/// Writes so much beside the journal at `path`, and removes it.
pub fn probe(path: &Path) -> Result<(), ProbeError> {
    let beside = beside(path, ".probe");
    let written = write(&beside);
    // What was written in vain takes space that is needed, and one that was never made is no error.
    let removed = fs::remove_file(&beside);
    written.and(removed).map_err(|source| ProbeError { path: beside, source })
}

fn write(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(&vec![0; PROBE_BYTES])?;
    file.sync_all()
}
