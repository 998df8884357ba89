//! Dialogues with billing systems. So far there is one: files of bills in, files of results out
//! (docs/bill-file.md). Reading and writing the files is the bridge's work.

mod answer;
mod bill_file;
mod fields;
mod folder;
mod plain_text;
mod quote;
mod reading;
mod result_file;
mod strict_json;
mod traces;

pub use answer::{ErrorAnswer, FolderError};
pub use bill_file::{BillFile, BillFileError, FILE_BYTES_MAX, SCHEMA, parse_bill, parse_bill_file};
pub use folder::{Content, FILES_MAX, Folder, HALF_WRITTEN_PATIENCE, is_bill_file};
pub use quote::quote;
pub use reading::Reading;
pub use result_file::{ResultFile, result_file};
