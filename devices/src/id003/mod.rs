//! The driver of note units that speak ID-003: protocol facts in `docs/protocols/id003.md`, frames in
//! [`wire::id003`].
//!
//! `unit` holds the dialogue: who is there, start-up, one request at a time. `note` holds the money: what is
//! known of the one note that can be under way, whatever happens to line, device and power. `payout` holds the money
//! on its way out: the one dispense that can be under way.

mod acceptance;
mod dispensing;
mod exit;
mod identity;
mod note;
mod order;
mod payout;
mod phase;
mod reading;
mod replies;
mod stage;
#[cfg(test)]
mod tests;
mod unit;

pub use unit::NoteUnit;
