//! The screen as patients see it, drawn by the renderer that also draws it in the cabinet.

#![expect(clippy::unwrap_used, reason = "all of this is tests, and one that cannot go on has failed")]

mod away;
mod daemon;
mod ink;
mod pages;
mod pictures;
mod samples;
mod spoken;
mod stage;
mod targets;
mod touches;
