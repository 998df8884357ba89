//! A note validator or recycler that speaks ID-003, as its hardware behaves: protocol facts in
//! `docs/protocols/id003.md`, frames in [`wire::id003`].
//!
//! `device` is the machine with its motors, `answers` its side of the dialogue, `payout` what it does with
//! notes on their way out, `people` what hands do to it, `places` where the notes are.

mod answers;
mod config;
mod device;
mod payout;
mod people;
mod places;
mod state;
#[cfg(test)]
mod tests;

pub use config::{
    DamagedCommand, DrawnBackTo, DrumConfig, EscrowWhileInhibited, NoteUnitModelConfig, PayoutJam, Timing,
};
pub use device::NoteUnitModel;
pub use places::NoteUnitTruth;
