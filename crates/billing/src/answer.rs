use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use api::{FileFault, FileName};
use serde_json::json;

use crate::{BillFileError, SCHEMA};

/// The longest name of a file, as it is shown, that an answer is called after: with what stands around it in an answer's
/// temporary name, it stays below the 255 bytes of most file systems.
const NAME_BYTES_MAX: usize = 200;

/// What is wrong with a file in `bills/`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// By itself.
    #[error(transparent)]
    File(#[from] BillFileError),
    /// It is there, and its content is not to be had.
    #[error("the file cannot be read ({why}); let seisanki-bridge read it, and close it where it is open")]
    Unreadable {
        /// What the system says.
        why: String,
    },
    /// It has the name of a bill and is none.
    #[error("this is a folder or another thing that is no file; take it away, or give it another name")]
    NoFile,
    /// Together with another.
    #[error(
        "`bill_id` and `revision` are those of {other}, but the content differs; count `revision` up with every change"
    )]
    Contradiction {
        /// The other file.
        other: String,
    },
}

/// What the other program is told about a wrong file.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorAnswer {
    /// The wrong file.
    pub about: OsString,
    /// What is wrong with it.
    pub error: FolderError,
}

impl FolderError {
    /// The same for the desk.
    pub fn fault(&self) -> FileFault {
        match self {
            FolderError::File(error) => error.fault(),
            FolderError::Unreadable { why } => FileFault::Unreadable { said: why.clone() },
            FolderError::NoFile => FileFault::NoFile,
            FolderError::Contradiction { other } => {
                FileFault::Contradiction { other: FileName(other.clone()) }
            }
        }
    }

    /// Whether it is over by itself when the file is finished or closed.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            FolderError::File(BillFileError::CutOff) | FolderError::Unreadable { .. } => true,
            FolderError::File(_) | FolderError::NoFile | FolderError::Contradiction { .. } => false,
        }
    }
}

impl ErrorAnswer {
    /// The name of the wrong file, as it can be read.
    pub fn shown(&self) -> String {
        shown(&self.about)
    }

    /// The name of the answer's file.
    pub fn name(&self) -> String {
        let about = self.shown();
        if about.len() <= NAME_BYTES_MAX {
            return format!("{about}.error.json");
        }
        // Long names often differ at their ends only.
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&about);
        let beginning = about.floor_char_boundary(NAME_BYTES_MAX / 2);
        format!("{}~{hash:016x}.error.json", &about[..beginning])
    }

    /// The content of the answer's file.
    pub fn text(&self) -> String {
        let content = json!({ "schema": SCHEMA, "file": self.shown(), "error": self.error.to_string() });
        format!("{content:#}\n")
    }
}

/// A file's name as text. Bytes that are no UTF-8, most likely Shift-JIS, are written as `%8C`.
pub(crate) fn shown(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing into a string does not fail.
            let _infallible = write!(text, "%{byte:02X}");
        }
    }
    text
}
