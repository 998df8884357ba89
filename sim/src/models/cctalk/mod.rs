//! A coin unit that speaks ccTalk, as its hardware behaves: protocol facts in `docs/protocols/cctalk.md`, frames in
//! [`wire::cctalk`].
//!
//! `device` is the line with everything on it, `acceptor` and `hopper` are the devices with their motors and their
//! side of the dialogue, `people` what hands do to them, `places` where the coins are.

mod acceptor;
mod config;
mod device;
mod hopper;
mod minimum;
mod people;
mod places;
mod power;
#[cfg(test)]
mod tests;

pub use config::{Cipher, CoinUnitModelConfig, HopperConfig, Timing};
pub use device::CoinUnitModel;
pub use places::CoinUnitTruth;
