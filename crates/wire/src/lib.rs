//! Bytes to messages and back for each serial protocol, without any input or output.
//!
//! One folder a protocol. Everything here takes bytes and the time as arguments and returns values, so that
//! drivers, device models and technician's tools share one reading of each document.

pub mod cctalk;
pub mod escpos;
pub mod id003;
mod moment;
pub mod scanner;

pub use moment::Moment;
