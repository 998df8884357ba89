//! A new file that is there whole or not at all, safe against a power cut, and never in the place of another one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::NewFileError;

/// Bills lie in it, with names: for its user only. SQLite gives its log the same rights.
const FILE_MODE: u32 = 0o600;

/// What SQLite puts beside a file. One that is left over would be played into the new file.
const COMPANIONS: &[&str] = &["-wal", "-shm", "-journal"];

/// A file that is made under another name and gets its own when it is whole. An interrupted attempt is simply repeated.
pub(crate) struct NewFile<'a> {
    path: &'a Path,
    draft: PathBuf,
}

impl NewFile<'_> {
    /// An empty file beside `path`, if nothing is there.
    pub(crate) fn begin<'a>(path: &'a Path, suffix: &str) -> Result<NewFile<'a>, NewFileError> {
        refuse_existing(path)?;
        let draft = beside(path, suffix);
        remove_leftovers(&draft)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(FILE_MODE);
        options.open(&draft).map(drop).map_err(failed("create", &draft))?;
        Ok(NewFile { path, draft })
    }

    /// Where it is filled.
    pub(crate) fn draft(&self) -> &Path {
        &self.draft
    }

    /// Gives it its name, for good.
    pub(crate) fn finish(self) -> Result<(), NewFileError> {
        let NewFile { path, draft } = self;
        sync("sync", &draft)?;
        // Unlike a rename, a link never replaces what somebody else has just put there.
        fs::hard_link(&draft, path).map_err(failed("link the new file to", path))?;
        remove_leftovers(&draft)?;
        sync("sync the directory", directory(path))
    }
}

pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn refuse_existing(path: &Path) -> Result<(), NewFileError> {
    for suffix in [""].iter().chain(COMPANIONS) {
        let path = beside(path, suffix);
        // A link that leads nowhere is there, too.
        if path.symlink_metadata().is_ok() {
            return Err(NewFileError::Exists { path });
        }
    }
    Ok(())
}

/// An interrupted attempt never had the name of a journal, so it never was one.
fn remove_leftovers(draft: &Path) -> Result<(), NewFileError> {
    for suffix in [""].iter().chain(COMPANIONS) {
        let path = beside(draft, suffix);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed("remove", &path)(error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn sync(doing: &'static str, path: &Path) -> Result<(), NewFileError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(failed(doing, path))
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(directory) if directory != Path::new("") => directory,
        Some(_) | None => Path::new("."),
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> NewFileError {
    move |source| NewFileError::Io { doing, path: path.to_owned(), source }
}
