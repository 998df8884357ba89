use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::DeserializeOwned;

use crate::{CoinUnitProfileError, NoteUnitProfileError};

/// Why a configuration is refused. Each is for the technician, and says what to write instead.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is not there, or may not be read.
    #[error("{}: cannot be read ({source}); check the name and the permissions of the file", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not TOML, or has a field too many, too few or of the wrong type.
    #[error("{}, line {line}: {message}", file.display())]
    NotUnderstood {
        /// Which file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A field is understood, but its value cannot be right.
    #[error("{}: `{key}` {rule}", file.display())]
    Refused {
        /// Which file.
        file: PathBuf,
        /// The field, with its section.
        key: &'static str,
        /// What it must be.
        rule: String,
    },
    /// Neither the name of a shipped profile nor a file.
    #[error(
        "there is no profile `{asked}` for this device; write one of {known}, or the path of a profile file like \
         those in config/profiles"
    )]
    NoSuchProfile {
        /// What was written.
        asked: String,
        /// The names that there are.
        known: String,
    },
    /// The profile of a note unit makes no sense.
    #[error("{}: {source}", file.display())]
    NoteUnit {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        source: NoteUnitProfileError,
    },
    /// The profile of a coin unit makes no sense.
    #[error("{}: {source}", file.display())]
    CoinUnit {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        source: CoinUnitProfileError,
    },
}

/// A value that breaks a rule, before it is known in which file it stands.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) key: &'static str,
    pub(crate) rule: String,
}

impl Refusal {
    pub(crate) fn in_file(self, file: &Path) -> SettingsError {
        SettingsError::Refused { file: file.to_owned(), key: self.key, rule: self.rule }
    }
}

/// `Ok` if the rule holds.
pub(crate) fn require(holds: bool, key: &'static str, rule: impl Into<String>) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal { key, rule: rule.into() }) }
}

/// Text that goes onto paper. A control character in it would be a command to the printer.
pub(crate) fn require_printable(text: &str, chars_max: usize, key: &'static str) -> Result<(), Refusal> {
    let fits = !text.trim().is_empty() && text.chars().count() <= chars_max;
    let rule = || format!("must be 1 to {chars_max} characters, without tabs and line breaks");
    require(fits && !text.contains(char::is_control), key, rule())
}

/// Reads and parses a whole file.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<T, SettingsError> {
    parse(&read_text(file)?, file)
}

pub(crate) fn read_text(file: &Path) -> Result<String, SettingsError> {
    fs::read_to_string(file).map_err(|source| SettingsError::Unreadable { file: file.to_owned(), source })
}

/// Parses the text of `file`, which is named in the error.
pub(crate) fn parse<T: DeserializeOwned>(text: &str, file: &Path) -> Result<T, SettingsError> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        SettingsError::NotUnderstood { file: file.to_owned(), line, message: error.message().to_owned() }
    })
}
