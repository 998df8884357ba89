//! What goes wrong, split by who must act. No message quotes a stored text, because it may name a patient.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use api::{ChainBreak, ChainFlaw, DiskFault, MachineId};
use money::AmountOverflow;
use rusqlite::ErrorCode;

use crate::DecodeError;

/// SQLite could not read or write the file. Technician: disk, rights, space.
#[derive(Debug, thiserror::Error)]
#[error("the journal's file cannot be used: {source}. {to_do}", source = .0, to_do = self.to_do())]
pub struct StorageError(#[from] rusqlite::Error);

impl StorageError {
    /// What a technician has to see to.
    pub fn fault(&self) -> DiskFault {
        match self.0.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => DiskFault::Full,
            Some(ErrorCode::ReadOnly) => DiskFault::ReadOnly,
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => DiskFault::NoAccess,
            _ => DiskFault::Failing,
        }
    }

    /// What the system says.
    pub fn said(&self) -> String {
        self.0.to_string()
    }

    fn to_do(&self) -> &'static str {
        to_do(self.fault())
    }
}

const FREE_SPACE: &str = "Free space on the disk that holds the journal (`df` says how much there is).";

const MOUNT_FOR_WRITING: &str = "See that the disk that holds the journal is mounted for writing (`mount`); `dmesg` says why \
                                 it is not, if the system did that by itself.";

const SEE_TO_RIGHTS: &str = "See that the journal's folder is there (is its disk mounted?), and that the user of seisankid may write in it.";

const SEE_TO_DISK: &str = "Look at `df`, `mount` and `dmesg`: the disk that holds the journal is full, may only be read, or \
                           fails.";

/// The disk did not take what was written beside the journal to try it. Technician.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}. {}", path.display(), to_do(fault_of(source)))]
pub struct ProbeError {
    /// The file that was written.
    pub path: PathBuf,
    /// What the operating system says.
    pub source: io::Error,
}

/// What a technician has to see to, by what the operating system says.
pub fn fault_of(source: &io::Error) -> DiskFault {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => DiskFault::Full,
        ErrorKind::ReadOnlyFilesystem => DiskFault::ReadOnly,
        ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::NotADirectory => DiskFault::NoAccess,
        _ => DiskFault::Failing,
    }
}

/// The same for the log.
fn to_do(fault: DiskFault) -> &'static str {
    match fault {
        DiskFault::Full => FREE_SPACE,
        DiskFault::ReadOnly => MOUNT_FOR_WRITING,
        DiskFault::NoAccess => SEE_TO_RIGHTS,
        DiskFault::Failing => SEE_TO_DISK,
    }
}

/// Why nothing was appended, or why it is not known whether anything was. Either way the journal takes nothing
/// more; what it holds is found out by opening it again.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Technician.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Technician: the operating system gives no random bytes.
    #[error("no random bytes for a salt")]
    Salt(#[source] getrandom::Error),
    /// An earlier append failed.
    #[error("the journal takes nothing more, because an earlier append failed")]
    Poisoned,
    /// Our bug: the engine decided on something that cannot be recorded.
    #[error("an entry cannot be recorded: {0}")]
    Draft(#[from] DraftError),
}

/// What is wrong with a draft. All of these are bugs of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// A sum in it is absurd.
    #[error(transparent)]
    Overflow(#[from] AmountOverflow),
    /// It begins a journal that has begun, or another entry begins one.
    #[error("{0}")]
    Beginning(Flaw),
    /// Its postings do not sum to zero.
    #[error("its postings do not sum to zero")]
    Unbalanced,
    /// It has a private part, and is about nothing to keep it under.
    #[error("it has a private part, which such an entry never has")]
    PrivateWithoutSubject,
    /// Its own bytes could not be read back.
    #[error("it could not be read back: {0}")]
    Unreadable(DecodeError),
    /// Its own bytes mean something else.
    #[error("it reads back as something else")]
    Changed,
}

/// Why the journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Technician.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// What is stored is not what was written. Nobody repairs that; the clinic and its auditor must know.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Technician: the disk lost or changed part of the file.
    #[error("the journal's file is damaged: {report}")]
    Damaged {
        /// What SQLite says of it.
        report: String,
    },
}

/// The first place at which what is stored is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal is not as it was written, at entry {seq}: {what}")]
pub struct ChainError {
    /// The number of the first entry that cannot be trusted.
    pub seq: u64,
    /// What is wrong there.
    pub what: Flaw,
}

/// What is wrong with a stored entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// There is none of that number.
    #[error("it is missing")]
    Missing,
    /// Its number, time or bytes, or an earlier entry, are not those that were hashed.
    #[error("its hash is wrong")]
    Hash,
    /// It is the first, and does not say whose journal this is.
    #[error("a journal begins with whose it is (`journal_begun`), and this one does not")]
    NoBeginning,
    /// It is not the first, and says whose journal this is.
    #[error("a journal begins once, and here another one begins")]
    SecondBeginning,
    /// Its hash is right, but it is no entry.
    #[error(transparent)]
    Entry(#[from] DecodeError),
    /// The chain does not end where the `head` table says.
    #[error("the chain ends before it, but should end with entry {stated}")]
    End {
        /// The last entry by the `head` table.
        stated: u64,
    },
    /// Its postings are not those that follow from it.
    #[error("its postings do not follow from it")]
    Postings,
    /// The table `accounts` is not what all postings come to.
    #[error("the table `accounts` is not what all postings up to it come to")]
    Accounts,
    /// Its private part is not the one that was hashed.
    #[error("its private part is not the one that it was written with")]
    Private,
    /// There are postings or private parts of entries that do not exist.
    #[error("the table `{table}` has rows that belong to no entry")]
    StrayRows {
        /// Where.
        table: &'static str,
    },
}

impl ReadError {
    /// Where the journal does not hold; `None` if it could not be read.
    pub fn chain_break(&self) -> Option<ChainBreak> {
        match self {
            ReadError::Storage(_) => None,
            // Every page of the file was looked at, and no entry.
            ReadError::Damaged { .. } => Some(ChainBreak { seq: 0, flaw: ChainFlaw::File }),
            ReadError::Chain(ChainError { seq, what }) => Some(ChainBreak { seq: *seq, flaw: what.into() }),
        }
    }
}

impl From<&Flaw> for ChainFlaw {
    fn from(flaw: &Flaw) -> ChainFlaw {
        match flaw {
            Flaw::Missing | Flaw::End { .. } => ChainFlaw::Missing,
            Flaw::Hash | Flaw::NoBeginning | Flaw::SecondBeginning => ChainFlaw::Changed,
            Flaw::Entry(_) => ChainFlaw::NoEntry,
            Flaw::Postings | Flaw::Accounts => ChainFlaw::Postings,
            Flaw::Private => ChainFlaw::Private,
            Flaw::StrayRows { .. } => ChainFlaw::StrayRows,
        }
    }
}

/// The command that makes the journal of a new machine, as a technician types it.
macro_rules! provision_command {
    () => {
        "`seisankid --config FILE --provision`"
    };
}

/// Why a file is not used as the journal.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Technician: there is no file, or an empty one.
    #[error(
        "there is no journal at {}. A new machine gets one by {}; a machine that has taken money must get \
         back the journal that it had", path.display(), provision_command!()
    )]
    NotProvisioned {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Technician: there is a file, made by something else.
    #[error(
        "{} is not a journal of seisanki. Name another file in the configuration; a new machine gets its \
         journal by {}", path.display(), provision_command!()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Technician: the journal of a trial, from before machines stood in clinics.
    #[error(
        "the journal is of format 1, which no machine in a clinic was ever given: move it away, and make a new one by {}",
        provision_command!()
    )]
    FormatOne,
    /// Technician: it belongs to another machine, or the machine was renamed.
    #[error(
        "the journal is that of machine `{found}`, and by its configuration this is machine `{expected}`. Put back the \
         journal of this machine; a machine keeps its `id` for as long as it keeps its journal"
    )]
    OtherMachine {
        /// Whose it is.
        found: MachineId,
        /// Who asks.
        expected: MachineId,
    },
    /// Technician: install the seisankid that fits.
    #[error(
        "the journal has tables of version {found}, and this seisankid works with version {expected} only"
    )]
    SchemaVersion {
        /// What the file states.
        found: i64,
        /// What this program makes.
        expected: i64,
    },
    /// Auditor: somebody changed the tables or removed the triggers that guard them.
    #[error("the tables or triggers of the journal are not as seisankid made them")]
    SchemaChanged,
    /// Technician: another program has it open.
    #[error("the journal is in use by another program; is seisankid running already?")]
    InUse,
    /// Auditor: the file was exchanged while the machine stood still.
    #[error(
        "the journal does not hold entry {seq}, which this machine has written, so it is an older one or that of another \
         machine. Put back the journal that the machine had"
    )]
    Exchanged {
        /// The newest entry that is known to have been written.
        seq: u64,
    },
    /// The end of the chain does not fit, or the file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Technician: nothing can be written beside the file.
    #[error(transparent)]
    Use(#[from] UseError),
    /// Our bug: the program was built with an SQLite that may lose entries.
    #[error("SQLite {found} is too old: before {required} it can damage a file in WAL mode")]
    SqliteTooOld {
        /// What is linked in.
        found: i32,
        /// What is needed.
        required: i32,
    },
    /// Technician: the file system does not allow what durability needs.
    #[error("SQLite does not keep to {name} = {expected}; it says {found}")]
    Setting {
        /// Which pragma.
        name: &'static str,
        /// What was asked for.
        expected: &'static str,
        /// What it is.
        found: String,
    },
}

/// Why a new file was not made. Technician.
#[derive(Debug, thiserror::Error)]
pub enum NewFileError {
    /// Something is there already.
    #[error(
        "{} exists already. It may be the record of money, so nothing is written over it: name another file, or move \
         this one away by hand", path.display()
    )]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// A step with the file system failed.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// Which step.
        doing: &'static str,
        /// With which file or directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// It cannot be marked that a journal is in use. Technician.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}. {}", path.display(), to_do(fault_of(source)))]
pub struct UseError {
    /// The mark.
    pub path: PathBuf,
    /// What the operating system says.
    pub source: io::Error,
}

/// Why there is no copy of a journal. Technician.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file cannot be made.
    #[error(transparent)]
    File(#[from] NewFileError),
    /// A step with SQLite failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// SQLite stopped in the middle, for no reason that it has here.
    #[error("the journal could not be copied as a whole; try again")]
    Interrupted,
    /// What was copied is no whole journal; nor is, then, what it was copied from.
    #[error("the copy does not hold, so the journal itself is damaged: {0}")]
    Verify(#[from] ReadError),
    /// The copy cannot be opened.
    #[error("the copy cannot be opened: {0}")]
    Copy(#[source] Box<OpenError>),
}

/// Why a new journal was not made. Technician.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The file cannot be made.
    #[error(transparent)]
    File(#[from] NewFileError),
    /// A step with SQLite failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The operating system gives no random bytes.
    #[error("no random bytes to tell this journal from others by")]
    Epoch(#[source] getrandom::Error),
    /// Its first entry could not be written.
    #[error("the first entry cannot be written: {0}")]
    Begin(#[source] AppendError),
    /// It was made, and then could not be opened.
    #[error("the new journal cannot be opened: {0}")]
    Check(#[from] OpenError),
}

impl From<rusqlite::Error> for AppendError {
    fn from(error: rusqlite::Error) -> AppendError {
        StorageError(error).into()
    }
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> ReadError {
        StorageError(error).into()
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> OpenError {
        OpenError::Read(error.into())
    }
}

impl From<StorageError> for OpenError {
    fn from(error: StorageError) -> OpenError {
        OpenError::Read(error.into())
    }
}

impl From<rusqlite::Error> for ProvisionError {
    fn from(error: rusqlite::Error) -> ProvisionError {
        StorageError(error).into()
    }
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> BackupError {
        StorageError(error).into()
    }
}
