//! What goes wrong with the folder that the billing system shares with a machine.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cabinet::ConfigFolder;

/// What the names of wrong files begin with.
const WRONG: &str = "wrong-";

pub(super) struct SharedFolder {
    folder: PathBuf,
    /// Where it is while it is away.
    elsewhere: PathBuf,
}

impl SharedFolder {
    pub(super) fn of(config: &ConfigFolder) -> SharedFolder {
        SharedFolder { folder: config.billing.clone(), elsewhere: config.billing.with_extension("away") }
    }

    /// A share that is not mounted: its mount point is there, and empty.
    pub(super) fn go_away(&self) -> io::Result<()> {
        fs::rename(&self.folder, &self.elsewhere)?;
        fs::create_dir(&self.folder)
    }

    /// Fails if something was written into the empty mount point meanwhile.
    pub(super) fn come_back(&self) -> io::Result<()> {
        fs::remove_dir(&self.folder)?;
        fs::rename(&self.elsewhere, &self.folder)
    }

    pub(super) fn stand_in_the_way_of(&self, result: &str) -> io::Result<()> {
        fs::create_dir(self.results().join(result))
    }

    pub(super) fn clear_the_way(&self) -> io::Result<()> {
        for entry in paths_in(&self.results())? {
            if entry.is_dir() {
                fs::remove_dir(entry)?;
            }
        }
        Ok(())
    }

    /// It says whose it is, and nothing that can be paid.
    pub(super) fn put_wrong_file(&self, patient: &str) -> io::Result<()> {
        let text = format!("{{\"schema\": 1, \"patient\": {{\"number\": \"{patient}\"}}, \"due\": \"?\"}}\n");
        fs::write(self.bills().join(format!("{WRONG}{patient}.json")), text)
    }

    pub(super) fn remove_wrong_files(&self) -> io::Result<()> {
        for path in paths_in(&self.bills())? {
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(WRONG)) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn bills(&self) -> PathBuf {
        self.folder.join("bills")
    }

    fn results(&self) -> PathBuf {
        self.folder.join("results")
    }
}

fn paths_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}
