//! The whole machine between its lines, its disk and its sockets, as one pure value: engine, drivers and papers.
//!
//! A carrier tells it what happens ([`Wakeup`]), gives it both clocks and a random number for each thing that it has to
//! decide ([`Machine::turn`]), and carries out what it asks for ([`Effect`]). `seisankid` carries it over serial ports, a
//! file and Unix sockets; the simulator over virtual lines and a journal in memory. No clock, file, socket, thread or
//! randomness in it.

mod contract;
mod journal_log;
mod line;
mod machine;
mod seams;
mod slots;
mod stop;
#[cfg(test)]
mod tests;

pub use contract::{Effect, Notice, Told, Wakeup};
pub use line::{LineId, Wiring, wiring};
pub use machine::Machine;
pub use seams::{Seamless, Seams, Turned};
