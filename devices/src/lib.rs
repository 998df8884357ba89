//! Drivers: pure state machines over `wire`, and [`port`], the only code that opens a serial port.

mod agreed;
#[cfg(test)]
mod any_bytes;
pub mod cctalk;
mod clock;
pub mod escpos;
pub mod id003;
pub mod port;
pub mod scanner;

pub use clock::Clock;
