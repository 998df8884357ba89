//! Driver of a coin unit that speaks ccTalk, an acceptor and hoppers on one line: protocol facts in
//! `docs/protocols/cctalk.md`, frames in [`wire::cctalk`].
//!
//! `unit` shares the line out, one request at a time. `acceptor` and `hopper` are the devices on it; the money is
//! in `credits` (what fell in) and `payout` (what is paid out, and what is known of it whatever happens to line,
//! device and power).

mod acceptance;
mod acceptor;
mod contact;
mod credits;
mod health;
mod hopper;
mod identifying;
mod identity;
mod pace;
mod payout;
mod proof;
#[cfg(test)]
mod tests;
mod unit;

pub use unit::CoinUnit;
