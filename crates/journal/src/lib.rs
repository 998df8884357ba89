//! The machine's record: append-only, hash-chained, with double-entry books, in one SQLite file.
//!
//! What goes in is an [`engine::Draft`], what comes back an [`engine::Recorded`]. In the order of the way in:
//!
//! - [`Record`] is what every journal can do. [`Journal`] keeps it in a file, [`MemoryJournal`] in memory, for
//!   the simulation; both share everything below except the file.
//! - `genesis` is the first entry: whose journal it is.
//! - `encode` turns an entry into the bytes that are stored, and back.
//! - `books` turns an entry into the lines of its postings.
//! - `private` keeps names beside the chain; the chain holds a salted hash of them.
//! - `chain` links the bytes to everything before them.
//! - `seal` puts these together: a draft becomes what is written.
//! - `provision`, `open` and `schema` make the file and refuse one that is not to be trusted.
//! - `verify` is the way back out: nothing stored is believed before its hash is. `rows` reads the tables, `verifying` all
//!   of them.
//! - [`Reader`] reads beside the one that writes: it hands entries on, checks older ones and makes a copy (`backup`).
//!
//! What is stored where, for an auditor: `docs/journal.md`.

mod backup;
mod books;
mod chain;
mod encode;
mod error;
mod genesis;
mod in_use;
mod memory;
mod new_file;
mod open;
mod private;
mod probe;
mod provision;
mod reader;
mod record;
mod resume;
mod rows;
mod schema;
mod seal;
mod store;
#[cfg(test)]
mod tests;
mod verify;
mod verifying;

pub use chain::Head;
pub use encode::{DecodeError, read_entry};
pub use error::{
    AppendError, BackupError, ChainError, DraftError, Flaw, NewFileError, OpenError, ProbeError,
    ProvisionError, ReadError, StorageError, UseError, fault_of,
};
pub use genesis::begun_in_simulation;
pub use memory::MemoryJournal;
pub use probe::probe;
pub use provision::provision;
pub use reader::{Reader, Slice};
pub use record::{Record, Resumed, Verified};
pub use store::Journal;
pub use verifying::Verifying;
