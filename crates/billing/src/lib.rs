//! Dialogues with billing systems. So far there is one: files of bills in, files of results out
//! (docs/bill-file.md). Reading and writing the files is the bridge's work.

mod bill_file;
mod fields;
mod folder;
mod quote;
mod result_file;

pub use bill_file::{BillFile, BillFileError, FILE_BYTES_MAX, SCHEMA, parse_bill, parse_bill_file};
pub use folder::{
    ErrorAnswer, Folder, FolderError, HALF_WRITTEN_PATIENCE, ListedFile, Reading, is_bill_file,
};
pub use quote::quote;
pub use result_file::{ResultFile, result_file};
