//! ID-003, the protocol of note validators and recyclers by JCM and compatible makers.
//!
//! The facts are collected, with their sources, in the ID-003 fact sheet `docs/protocols/id003.md`; "§N" in this
//! folder is a section of it. The host asks and the device answers, one request at a time, with neither address
//! nor sequence number: a reply is known only by its code and by coming after the request.

mod code;
mod command;
mod currency;
mod frame;
mod recycler;
mod reply;
mod setting;
mod status;
#[cfg(test)]
mod tests;

pub use command::Command;
pub use currency::{CurrencyEntry, CurrencyTable, EscrowCode, EscrowSet};
pub use frame::{
    DATA_LENGTH_MAX, DamagedFrame, Decoder, FRAME_LENGTH_MAX, FRAME_LENGTH_MIN, Frame, IDLE_MAX, SYNC,
};
pub use recycler::{RecyclerOrder, RecyclerQuery, RecyclerReply, RecyclerState, TotalCount};
pub use reply::Reply;
pub use setting::{CommunicationMode, OPTION_POWER_RECOVERY, Setting};
pub use status::{Destination, FailureCode, RejectReason, Status};

use crate::Moment;

/// Who sent a frame. The same bytes mean different things in the two directions (§2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The machine.
    Host,
    /// The note unit.
    Device,
}

/// What `bytes` say, for traces: each whole frame by its meaning, and what is no frame by its length.
pub fn describe(sender: Sender, bytes: &[u8]) -> String {
    let mut decoder = Decoder::default();
    decoder.push(Moment::START, bytes);
    let mut words = Vec::new();
    while let Some(received) = decoder.next_frame() {
        words.push(match (received, sender) {
            (Err(DamagedFrame), _) => "damaged frame".to_owned(),
            (Ok(frame), Sender::Host) => format!("{:?}", Command::decode(&frame)),
            (Ok(frame), Sender::Device) => format!("{:?}", Reply::decode(&frame)),
        });
    }
    if decoder.has_partial_frame() {
        words.push("incomplete frame".to_owned());
    }
    if words.is_empty() { format!("{} bytes of noise", bytes.len()) } else { words.join(", ") }
}
