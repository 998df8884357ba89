//! The folder that is shared with the billing system (docs/bill-file.md), and all of its file operations.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::{FolderTrouble, MachineId};
use billing::{Content, FILE_BYTES_MAX, ResultFile, is_bill_file};
use desk_words::DeskWords;
use serde::{Deserialize, Serialize};

use crate::claim::{Claim, Us};

/// How many bills in `done/` may have had one name.
const NAMESAKES_MAX: u32 = 1_000;

/// What proves that the folder is the one that was set up, and not the empty place where a share is to be mounted.
const MARK: &str = "seisanki-folder.json";

/// Which bridge uses it.
const IN_USE: &str = "seisanki-in-use.json";

/// A mark is a line; what is longer was written by somebody else.
const MARK_BYTES_MAX: u64 = 4096;

/// `bills/`, `results/` and `done/`. Nothing in them is ever deleted, and nothing is done before [`SharedFolder::prove`]
/// said that it is the right folder.
pub(crate) struct SharedFolder {
    mark: PathBuf,
    machine: MachineId,
    claim: Claim,
    bills: PathBuf,
    results: PathBuf,
    done: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    schema: u32,
    machine: MachineId,
}

/// The folder is not to be used now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unusable {
    pub(crate) trouble: FolderTrouble,
    /// What the system said, if it said something.
    pub(crate) why: String,
}

impl fmt::Display for Unusable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", DeskWords::english().folder_trouble(&self.trouble), self.why)
    }
}

impl Unusable {
    pub(crate) fn not_usable(error: &io::Error) -> Unusable {
        Unusable { trouble: FolderTrouble::NotUsable, why: error.to_string() }
    }
}

/// The folder does not do what it should. For the technician, except where it says otherwise.
///
/// No file of the billing system is named, because this reaches the log: other programs like to name files after
/// patients.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SharedFolderError {
    #[error("{} cannot be {action}: {source}; check that the disk is there and who may write", folder.display())]
    Folder { folder: PathBuf, action: &'static str, source: io::Error },
    #[error("a file in {} cannot be {action}: {source}; check that the disk is there and who may write", folder.display())]
    File { folder: PathBuf, action: &'static str, source: io::Error },
    #[error("{} exists and says something else; two machines must not have one machine.id", path.display())]
    ResultDiffers { path: PathBuf },
    #[error("a paid bill cannot be moved to {}: there are {NAMESAKES_MAX} files of its name; clear out that folder", folder.display())]
    TooManyNamesakes { folder: PathBuf },
    #[error("{} was set up for machine {}; give each machine a folder of its own, or take away {MARK} if that machine is gone", folder.display(), machine.0)]
    OfOtherMachine { folder: PathBuf, machine: MachineId },
    #[error("{} is no mark of seisanki-bridge; take it away and set the folder up again", path.display())]
    NoMark { path: PathBuf },
}

impl SharedFolder {
    /// Makes the folders and the mark of a new machine, once and by hand: a program that made them by itself would make
    /// them where a share is not mounted. Does nothing to a folder that was set up for this machine.
    pub(crate) fn set_up(folder: &Path, machine: &MachineId) -> Result<(), SharedFolderError> {
        for path in ["bills", "results", "done"].map(|name| folder.join(name)) {
            fs::create_dir_all(&path).map_err(folder_failed(&path, "created"))?;
        }
        let path = folder.join(MARK);
        match read_mark(&path) {
            Ok(Some(mark)) if mark.machine == *machine => Ok(()),
            Ok(Some(Mark { machine, .. })) => {
                Err(SharedFolderError::OfOtherMachine { folder: folder.to_owned(), machine })
            }
            Ok(None) => Err(SharedFolderError::NoMark { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                write_mark(&path, machine).map_err(file_failed(folder, "written"))?;
                sync_folder(folder)
            }
            Err(error) => Err(file_failed(folder, "read")(error)),
        }
    }

    /// Touches nothing.
    pub(crate) fn at(folder: &Path, machine: MachineId, us: Us) -> SharedFolder {
        SharedFolder {
            mark: folder.join(MARK),
            machine,
            claim: Claim::new(folder.join(IN_USE), us),
            bills: folder.join("bills"),
            results: folder.join("results"),
            done: folder.join("done"),
        }
    }

    /// Whether this is the folder that was set up for this machine, and no other computer uses it. `now` counts from the
    /// start of the program.
    pub(crate) fn prove(&mut self, now: Duration) -> Result<(), Unusable> {
        let unusable = |trouble, why| Err(Unusable { trouble, why });
        match read_mark(&self.mark) {
            Ok(Some(mark)) if mark.machine == self.machine => {}
            Ok(Some(mark)) => return unusable(FolderTrouble::OfOtherMachine(mark.machine), String::new()),
            Ok(None) => return unusable(FolderTrouble::NotSetUp, format!("{MARK} is no mark")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return unusable(FolderTrouble::NotSetUp, error.to_string());
            }
            Err(error) => return unusable(FolderTrouble::NotUsable, error.to_string()),
        }
        match self.claim.hold(now) {
            Ok(true) => Ok(()),
            Ok(false) => unusable(FolderTrouble::InUse, String::new()),
            Err(error) => unusable(FolderTrouble::NotUsable, error.to_string()),
        }
    }

    /// The name of every bill file.
    pub(crate) fn names(&self) -> io::Result<Vec<OsString>> {
        let names = fs::read_dir(&self.bills)?.map(|entry| Ok(entry?.file_name()));
        names.filter(|name| name.as_ref().map_or(true, |name| is_bill_file(name))).collect()
    }

    pub(crate) fn read(&self, name: &OsStr) -> Content {
        let path = self.bills.join(name);
        // Before it is opened: opening a named pipe would wait for somebody who writes into it.
        match fs::metadata(&path) {
            Ok(found) if !found.is_file() => return Content::NoFile,
            Ok(_) => {}
            Err(error) => return not_readable(&error),
        }
        // One byte more than allowed shows that it is too long.
        let mut bytes = Vec::new();
        let read =
            File::open(&path).and_then(|file| file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) => Content::Bytes(bytes),
            Err(error) => not_readable(&error),
        }
    }

    /// Writes a result once; again with the same content is nothing.
    pub(crate) fn write_result(&self, file: &ResultFile) -> Result<(), SharedFolderError> {
        let path = self.results.join(&file.name);
        match fs::read(&path) {
            Ok(content) if content == file.text.as_bytes() => Ok(()),
            Ok(_) => Err(SharedFolderError::ResultDiffers { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.write(&file.name, &file.text),
            Err(error) => Err(file_failed(&self.results, "read")(error)),
        }
    }

    /// Writes what is wrong with a bill file, over what was wrong with it before.
    pub(crate) fn write_answer(&self, name: &str, text: &str) -> Result<(), SharedFolderError> {
        self.write(name, text)
    }

    /// Takes a settled bill out of `bills/`.
    pub(crate) fn move_to_done(&self, name: &OsStr) -> Result<(), SharedFolderError> {
        let from = self.bills.join(name);
        let to = self.free_name_in_done(name)?;
        match fs::rename(&from, &to) {
            Ok(()) => {}
            // Its writer was faster: it is out of the way.
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.done.is_dir() => return Ok(()),
            Err(error) => return Err(file_failed(&self.bills, "moved to done/")(error)),
        }
        sync_folder(&self.done)?;
        sync_folder(&self.bills)
    }

    /// Under its name there is nothing or the whole file, whenever the power goes.
    fn write(&self, name: &str, text: &str) -> Result<(), SharedFolderError> {
        let path = self.results.join(name);
        let unfinished = self.results.join(format!(".{name}.tmp"));
        let written = write_durably(&unfinished, text.as_bytes());
        written.map_err(file_failed(&self.results, "written"))?;
        fs::rename(&unfinished, &path).map_err(file_failed(&self.results, "written"))?;
        sync_folder(&self.results)
    }

    /// A name that was used before gets a number: what lies in `done/` is never overwritten.
    fn free_name_in_done(&self, name: &OsStr) -> Result<PathBuf, SharedFolderError> {
        let path = Path::new(name);
        let (stem, ending) = (path.file_stem().unwrap_or(name), path.extension().unwrap_or_default());
        let numbered = |number: u32| {
            let mut name = stem.to_owned();
            name.push(format!(".{number}."));
            name.push(ending);
            name
        };
        let names = [name.to_owned()].into_iter().chain((2..=NAMESAKES_MAX).map(numbered));
        let free = names.map(|name| self.done.join(name)).find(|path| !path.exists());
        free.ok_or_else(|| SharedFolderError::TooManyNamesakes { folder: self.done.clone() })
    }
}

/// `None` if it is no mark.
fn read_mark(path: &Path) -> io::Result<Option<Mark>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MARK_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes).ok())
}

fn write_mark(path: &Path, machine: &MachineId) -> io::Result<()> {
    let mark = Mark { schema: 1, machine: machine.clone() };
    let mut line = serde_json::to_vec(&mark)?;
    line.push(b'\n');
    write_durably(path, &line)
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn not_readable(error: &io::Error) -> Content {
    match error.kind() {
        io::ErrorKind::NotFound => Content::Gone,
        _ => Content::Unreadable(error.to_string()),
    }
}

/// A rename lasts only when its folder is on the disk.
fn sync_folder(folder: &Path) -> Result<(), SharedFolderError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(folder_failed(folder, "written"))
}

fn folder_failed(folder: &Path, action: &'static str) -> impl FnOnce(io::Error) -> SharedFolderError {
    move |source| SharedFolderError::Folder { folder: folder.to_owned(), action, source }
}

fn file_failed(folder: &Path, action: &'static str) -> impl FnOnce(io::Error) -> SharedFolderError {
    move |source| SharedFolderError::File { folder: folder.to_owned(), action, source }
}

#[cfg(test)]
pub(crate) mod tests {
    use tempfile::TempDir;

    use super::*;

    const NAME: &str = "見本花子.json";

    /// A folder that was set up for machine K1, as its bridge sees it.
    pub(crate) fn shared(folder: &Path) -> SharedFolder {
        SharedFolder::set_up(folder, &machine("K1")).unwrap();
        not_set_up(folder, "host")
    }

    pub(crate) fn not_set_up(folder: &Path, host: &str) -> SharedFolder {
        let us = Us { host: host.into(), token: format!("token of {host}") };
        SharedFolder::at(folder, machine("K1"), us)
    }

    pub(crate) fn machine(id: &str) -> MachineId {
        MachineId(id.into())
    }

    #[test]
    fn no_error_names_a_file_of_the_billing_system() {
        check(|shared| remove(&shared.done), "bills cannot be moved to done/");
        check(|shared| fill_up(&shared.done), "clear out that folder");
    }

    #[test]
    fn a_bill_that_its_writer_took_away_needs_no_moving() {
        let (_place, shared) = with_a_bill();
        fs::remove_file(shared.bills.join(NAME)).unwrap();
        shared.move_to_done(OsStr::new(NAME)).unwrap();
    }

    #[test]
    fn an_answer_that_cannot_be_written_names_the_folder_only() {
        let (_place, shared) = with_a_bill();
        remove(&shared.results);
        check_error(shared.write_answer(&format!("{NAME}.error.json"), "{}"), "results cannot be written");
    }

    #[test]
    fn a_folder_is_set_up_once_and_for_one_machine() {
        let place = TempDir::new().unwrap();
        let folder = place.path().join("billing");
        SharedFolder::set_up(&folder, &machine("K1")).unwrap();
        SharedFolder::set_up(&folder, &machine("K1")).unwrap();
        let error = SharedFolder::set_up(&folder, &machine("K2")).unwrap_err().to_string();
        assert!(error.contains("was set up for machine K1"), "{error}");
        fs::write(folder.join(MARK), "\n").unwrap();
        let error = SharedFolder::set_up(&folder, &machine("K1")).unwrap_err().to_string();
        assert!(error.contains("take it away and set the folder up again"), "{error}");
    }

    #[test]
    fn a_folder_proves_that_it_is_the_right_one() {
        let place = TempDir::new().unwrap();
        let mut ours = not_set_up(place.path(), "host");
        let prove = |ours: &mut SharedFolder| ours.prove(Duration::ZERO).map_err(|error| error.trouble);
        assert_eq!(prove(&mut ours), Err(FolderTrouble::NotSetUp));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "nothing is made");

        fs::write(place.path().join(MARK), r#"{"schema":1,"machine":"K2"}"#).unwrap();
        assert_eq!(prove(&mut ours), Err(FolderTrouble::OfOtherMachine(machine("K2"))));
        fs::remove_file(place.path().join(MARK)).unwrap();
        SharedFolder::set_up(place.path(), &machine("K1")).unwrap();
        assert_eq!(prove(&mut ours), Ok(()));
        assert_eq!(prove(&mut not_set_up(place.path(), "another")), Err(FolderTrouble::InUse));
        assert_eq!(prove(&mut ours), Ok(()));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("billing"), "a file").unwrap();
        let error = SharedFolder::set_up(&folder.path().join("billing"), &machine("K1")).unwrap_err();
        assert!(error.to_string().contains("billing/bills cannot be created"), "{error}");
    }

    /// A bill that cannot be moved.
    fn check(spoil: impl Fn(&SharedFolder), expected: &str) {
        let (_place, shared) = with_a_bill();
        spoil(&shared);
        check_error(shared.move_to_done(OsStr::new(NAME)), expected);
    }

    fn check_error(outcome: Result<(), SharedFolderError>, expected: &str) {
        let error = outcome.unwrap_err();
        for told in [error.to_string(), format!("{error:?}")] {
            assert!(!told.contains("見本") && !told.contains("花子"), "{told}");
        }
        assert!(error.to_string().contains(expected), "{error}");
    }

    fn with_a_bill() -> (TempDir, SharedFolder) {
        let place = TempDir::new().unwrap();
        let shared = shared(place.path());
        fs::write(shared.bills.join(NAME), "{}").unwrap();
        (place, shared)
    }

    fn remove(folder: &Path) {
        fs::remove_dir_all(folder).unwrap();
    }

    /// Every name that the bill could get is taken.
    fn fill_up(done: &Path) {
        let stem = NAME.strip_suffix(".json").unwrap();
        let numbered = (2..=NAMESAKES_MAX).map(|number| format!("{stem}.{number}.json"));
        for name in numbered.chain([NAME.to_owned()]) {
            fs::write(done.join(name), "").unwrap();
        }
    }
}
