//! ccTalk coin acceptors and hoppers, with the simple check sum.
//!
//! The facts are collected, with their sources, in the ccTalk fact sheet `docs/protocols/cctalk.md`; "§N" in this
//! folder is a section of it. The host asks one device after the other and each answers only when asked. A reply
//! does not say what it answers, and its check sum is eight bits wide: what moves money is read twice.

mod coin_code;
mod command;
mod credit;
mod echo;
mod frame;
mod hopper;
mod reply;
#[cfg(test)]
mod tests;

pub use coin_code::CoinCode;
pub use command::{COIN_POSITIONS, Command, Security};
pub use credit::{CREDIT_EVENTS, CoinError, CreditBuffer, CreditEvent, ErrorKind, next_count, steps};
pub use echo::EchoFilter;
pub use frame::{DATA_LENGTH_MAX, DamagedFrame, Decoder, FRAME_LENGTH_MIN, Frame, HOST, IDLE_MAX};
pub use hopper::{HopperStatus, TestRegisters};
pub use reply::Reply;

use crate::Moment;

/// Who sent bytes. On an adapter with echo the host's own bytes come back as well (§1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The machine.
    Host,
    /// The acceptor or a hopper.
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
            (Ok(frame), _) if frame.source() == HOST => {
                let echo = if sender == Sender::Device { "echo " } else { "" };
                format!("{echo}to {}: {:?}", frame.destination(), Command::decode(&frame))
            }
            (Ok(frame), _) => format!("from {}: {}", frame.source(), Reply::describe(&frame)),
        });
    }
    if decoder.has_partial_frame() {
        words.push("incomplete frame".to_owned());
    }
    if words.is_empty() { format!("{} bytes of noise", bytes.len()) } else { words.join(", ") }
}
