//! ESC/POS receipt printers: what we send, what they answer. The facts stand in `docs/protocols/escpos.md`; "§N" in this
//! folder is a section of it.
//!
//! [`Command`] and [`Tokenizer`] are the two directions of the host's bytes, [`Condition`] and [`ReplyParser`]
//! those of the printer's; driver and model share them.

mod command;
mod length;
mod parameter;
mod process_id;
mod qr;
mod reply;
mod status;
mod text;
mod tokenizer;

pub use command::Command;
pub use parameter::{
    Align, BufferedQuery, IdentityQuery, KanjiSystem, Recovery, Size, StatusQuery, Underline,
};
pub use process_id::ProcessId;
pub use qr::{QrCorrection, QrStep};
pub use reply::{Reply, ReplyParser};
pub use status::Condition;
pub use text::{NotInDeviceFont, columns, decode_text, encode_text, is_in_device_font, is_lead_byte};
pub use tokenizer::{Token, Tokenizer};

/// The dots of a half-width character of the device font, across (§5).
pub const HALF_WIDTH_DOTS: u16 = 12;

/// The dots of a character of the device font, down (§5).
pub const CHARACTER_HEIGHT_DOTS: u16 = 24;

/// How far the paper moves for a line, unless `ESC 3` says otherwise (§1).
pub const DEFAULT_LINE_DOTS: u16 = 30;

/// Dots per millimetre of the 203 dpi heads (§5).
pub const DOTS_PER_MM: u16 = 8;

/// What `ESC R` selects so that 5Ch prints as a yen sign (§1).
pub const INTERNATIONAL_SET_JAPAN: u8 = 8;

/// What `GS a` takes to report every change there is (§2).
pub const EVERY_CHANGE: u8 = 0xFF;
