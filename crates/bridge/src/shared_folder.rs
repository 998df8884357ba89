//! The folder that is shared with the billing system (docs/bill-file.md), and all of its file operations.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use billing::{FILE_BYTES_MAX, ListedFile, ResultFile, is_bill_file};

/// A clinic has a few hundred visits a day; more files are something else, or years of bills.
const FILES_MAX: usize = 2_000;

/// How many bills in `done/` may have had one name.
const NAMESAKES_MAX: u32 = 1_000;

/// `bills/`, `results/` and `done/`. Nothing in them is ever deleted.
pub(crate) struct SharedFolder {
    bills: PathBuf,
    results: PathBuf,
    done: PathBuf,
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
    #[error("{} holds more than {FILES_MAX} bills; let the billing system take away what is not to be paid today", path.display())]
    TooManyFiles { path: PathBuf },
    #[error("{} exists and says something else; two machines must not have one machine.id", path.display())]
    ResultDiffers { path: PathBuf },
    #[error("a paid bill cannot be moved to {}: there are {NAMESAKES_MAX} files of its name; clear out that folder", folder.display())]
    TooManyNamesakes { folder: PathBuf },
}

impl SharedFolder {
    /// Makes what is missing.
    pub(crate) fn open(folder: &Path) -> Result<SharedFolder, SharedFolderError> {
        let subfolder = |name| {
            let path = folder.join(name);
            fs::create_dir_all(&path).map_err(folder_failed(&path, "created"))?;
            Ok(path)
        };
        Ok(SharedFolder {
            bills: subfolder("bills")?,
            results: subfolder("results")?,
            done: subfolder("done")?,
        })
    }

    /// Every bill file, in the order of their names.
    pub(crate) fn list(&self) -> Result<Vec<ListedFile>, SharedFolderError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.bills).map_err(folder_failed(&self.bills, "listed"))? {
            let entry = entry.map_err(folder_failed(&self.bills, "listed"))?;
            names.extend(entry.file_name().into_string().ok().filter(|name| is_bill_file(name)));
        }
        if names.len() > FILES_MAX {
            return Err(SharedFolderError::TooManyFiles { path: self.bills.clone() });
        }
        names.sort();
        let files = names.into_iter().map(|name| self.read(name));
        files.filter_map(Result::transpose).collect()
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
    pub(crate) fn move_to_done(&self, name: &str) -> Result<(), SharedFolderError> {
        let from = self.bills.join(name);
        let to = self.free_name_in_done(name)?;
        fs::rename(&from, &to).map_err(file_failed(&self.bills, "moved to done/"))?;
        sync_folder(&self.done)?;
        sync_folder(&self.bills)
    }

    /// `None` if the file is gone since it was listed, or is no file.
    fn read(&self, name: String) -> Result<Option<ListedFile>, SharedFolderError> {
        let path = self.bills.join(&name);
        // Before it is opened: opening a named pipe would wait for somebody who writes into it.
        if fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Ok(None);
        }
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            // One file that cannot be read, perhaps because it is locked, must not close billing for everybody. Empty,
            // it is taken for one that is still being written, and answered if it stays so.
            Err(_) => return Ok(Some(ListedFile { name, bytes: Vec::new() })),
        };
        // One byte more than allowed shows that it is too long.
        let mut bytes = Vec::new();
        file.take(FILE_BYTES_MAX as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(file_failed(&self.bills, "read"))?;
        Ok(Some(ListedFile { name, bytes }))
    }

    /// Under its name there is nothing or the whole file, whenever the power goes.
    fn write(&self, name: &str, text: &str) -> Result<(), SharedFolderError> {
        let path = self.results.join(name);
        let unfinished = self.results.join(format!(".{name}.tmp"));
        let written = File::create(&unfinished).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(file_failed(&self.results, "written"))?;
        fs::rename(&unfinished, &path).map_err(file_failed(&self.results, "written"))?;
        sync_folder(&self.results)
    }

    /// A name that was used before gets a number: what lies in `done/` is never overwritten.
    fn free_name_in_done(&self, name: &str) -> Result<PathBuf, SharedFolderError> {
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let numbered = (2..=NAMESAKES_MAX).map(|number| format!("{stem}.{number}.json"));
        let mut paths = [name.to_owned()].into_iter().chain(numbered).map(|name| self.done.join(name));
        let free = paths.find(|path| !path.exists());
        free.ok_or_else(|| SharedFolderError::TooManyNamesakes { folder: self.done.clone() })
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
mod tests {
    use tempfile::TempDir;

    use super::*;

    const NAME: &str = "見本花子.json";

    #[test]
    fn no_error_names_a_file_of_the_billing_system() {
        check(|shared| remove(&shared.done), "bills cannot be moved to done/");
        check(|shared| fill_up(&shared.done), "clear out that folder");
        check(|shared| remove(&shared.bills), "bills cannot be moved to done/");
    }

    #[test]
    fn an_answer_that_cannot_be_written_names_the_folder_only() {
        let (_place, shared) = with_a_bill();
        remove(&shared.results);
        check_error(shared.write_answer(&format!("{NAME}.error.json"), "{}"), "results cannot be written");
    }

    /// A bill that cannot be moved.
    fn check(spoil: impl Fn(&SharedFolder), expected: &str) {
        let (_place, shared) = with_a_bill();
        spoil(&shared);
        check_error(shared.move_to_done(NAME), expected);
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
        let shared = SharedFolder::open(place.path()).unwrap();
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
