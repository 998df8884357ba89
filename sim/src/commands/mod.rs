//! One module a subcommand.

pub(crate) mod demo;
pub(crate) mod device;
pub(crate) mod world;

use std::io::Write;

use serde::Serialize;

/// One JSON object a line on standard output. Who reads it may be gone; then nobody misses it.
pub(crate) fn print_json<T: Serialize>(value: &T) {
    let mut out = std::io::stdout().lock();
    if let Ok(line) = serde_json::to_string(value) {
        drop(writeln!(out, "{line}").and_then(|()| out.flush()));
    }
}
