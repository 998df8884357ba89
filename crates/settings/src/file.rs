use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::DeserializeOwned;
use wire::escpos::is_in_device_font;

use crate::{CoinUnitProfileError, NoteUnitProfileError};

/// Editors on Windows put it in front.
const UTF_8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

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
    /// The file is no text in UTF-8.
    #[error(
        "{}, line {line}: this is not UTF-8, most likely {encoding}; save the file in UTF-8 (メモ帳: 名前を付けて保存、文字コード UTF-8)",
        file.display()
    )]
    NotUtf8 {
        /// Which file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What it looks like.
        encoding: &'static str,
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

/// Text that goes onto paper. A control character in it would be a command to the printer, and what the printer's font lacks
/// would be a 〓 on each 領収証.
pub(crate) fn require_printable(text: &str, chars_max: usize, key: &'static str) -> Result<(), Refusal> {
    let rule = match unprintable(text, chars_max) {
        Some(found) => {
            format!("must be 1 to {chars_max} characters, without tabs and line breaks; found {found}")
        }
        None => match text.chars().find(|character| !is_in_device_font(*character)) {
            Some(character) => format!(
                "has {character} (U+{:04X}), which receipt printers have not: write it in other characters, for instance \
                 (株) and 高",
                u32::from(character)
            ),
            None => return Ok(()),
        },
    };
    Err(Refusal { key, rule })
}

fn unprintable(text: &str, chars_max: usize) -> Option<String> {
    let control = text.chars().find(|character| character.is_control());
    match (text.chars().count(), control) {
        (_, Some(control)) => Some(format!("the control character U+{:04X}", u32::from(control))),
        (0, None) => Some("nothing".to_owned()),
        (chars, None) if chars > chars_max => Some(format!("{chars} characters")),
        (_, None) if text.trim().is_empty() => Some("nothing but blanks".to_owned()),
        (_, None) => None,
    }
}

/// Reads and parses a whole file.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<T, SettingsError> {
    parse(&read_text(file)?, file)
}

pub(crate) fn read_text(file: &Path) -> Result<String, SettingsError> {
    let bytes =
        fs::read(file).map_err(|source| SettingsError::Unreadable { file: file.to_owned(), source })?;
    let bytes = bytes.strip_prefix(UTF_8_MARK).unwrap_or(&bytes);
    let is_utf_16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let wrong = |before: &[u8], encoding| SettingsError::NotUtf8 {
        file: file.to_owned(),
        line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
        encoding,
    };
    match str::from_utf8(bytes) {
        _ if is_utf_16 => Err(wrong(&[], "UTF-16")),
        Ok(text) => match text.split_once('\0') {
            Some((before, _)) => Err(wrong(before.as_bytes(), "UTF-16, or no text: it holds a zero byte")),
            None => Ok(text.to_owned()),
        },
        Err(error) => Err(wrong(&bytes[..error.valid_up_to()], "Shift-JIS (CP932)")),
    }
}

/// Parses the text of `file`, which is named in the error.
pub(crate) fn parse<T: DeserializeOwned>(text: &str, file: &Path) -> Result<T, SettingsError> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        SettingsError::NotUnderstood { file: file.to_owned(), line, message: error.message().to_owned() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("machine.toml");
        fs::write(&file, bytes).unwrap();
        match (read_text(&file), expected) {
            (Ok(text), Ok(expected)) => assert_eq!(text, expected),
            (Err(error), Err(sentence)) => assert!(error.to_string().contains(sentence), "{error}"),
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn a_file_that_is_no_utf_8_is_called_what_it_is() {
        check(b"a = 1\n", Ok("a = 1\n"));
        check(b"\xEF\xBB\xBFa = 1\n", Ok("a = 1\n"));
        // デモ in CP932.
        check(
            b"a = 1\nb = \"\x83\x66\x83\x82\"\n",
            Err("line 2: this is not UTF-8, most likely Shift-JIS (CP932)"),
        );
        check(b"\xFF\xFEa\x00", Err("line 1: this is not UTF-8, most likely UTF-16;"));
        check(b"a = 1\nb = \x00", Err("line 2: this is not UTF-8, most likely UTF-16, or no text"));
    }

    #[test]
    fn a_text_that_cannot_be_printed_is_refused_with_what_was_found() {
        let cases = [
            ("見本歯科", None),
            ("", Some("found nothing")),
            ("\u{3000} ", Some("found nothing but blanks")),
            ("見本\u{0}歯科", Some("found the control character U+0000")),
            ("見本見本見本", Some("found 6 characters")),
            ("㈱見本", Some("has ㈱ (U+3231), which receipt printers have not")),
            ("髙見", Some("has 髙 (U+9AD9)")),
        ];
        for (text, found) in cases {
            let refused = require_printable(text, 5, "clinic.name").err().map(|refusal| refusal.rule);
            match (refused, found) {
                (None, None) => {}
                (Some(rule), Some(found)) => assert!(rule.contains(found), "{rule}"),
                (refused, _) => panic!("{text}: {refused:?}"),
            }
        }
    }
}
