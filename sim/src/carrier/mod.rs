//! What carries bytes between a driver and a model: a virtual line in virtual time, or a pseudo-terminal or
//! loopback TCP port in wall time. All pace bytes like the real line.

mod line_fault;
mod player;
mod pty;
mod virtual_line;

pub use line_fault::{Damage, LineFault};
pub use player::{Asked, Ended, Player};
pub use pty::Pty;
pub use virtual_line::VirtualLine;
