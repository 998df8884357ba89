//! Parse and check the configuration of a machine; refuse a wrong one with a sentence a technician understands.
//!
//! One file, [`Machine`], names everything else: the profiles of its devices in `profiles/`, and the tables and words
//! of the 領収証 in `forms/` and `languages/`, all beside it. All programs of a machine read the same file and refuse the
//! same mistakes. The words of the screen, also in `languages/`, are read by the screen alone.

mod card;
mod clinic;
mod coin_unit;
mod devices;
mod file;
mod forms;
mod kiosk_words;
mod machine;
mod note_unit;
mod printer;
mod profiles;
mod receipt_words;
mod scanner;
mod screen_text;
mod spoken_words;
mod times;

pub use card::{CardFormat, StartStopLetters};
pub use clinic::Clinic;
pub use coin_unit::*;
pub use devices::{CashUnit, Device, Devices, UnitDevice};
pub use file::SettingsError;
pub use forms::{DivisionRow, FormColumns, FormTable, Forms};
pub use kiosk_words::*;
pub use machine::{Billing, Machine};
pub use note_unit::*;
pub use printer::*;
pub use profiles::*;
pub use receipt_words::ReceiptWords;
pub use scanner::*;
pub use screen_text::*;
pub use spoken_words::SpokenWords;
pub use times::Times;
