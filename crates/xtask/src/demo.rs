//! `cargo xtask demo`: a whole machine on simulated devices.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::programs;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Play this scenario and end; without it, lines are read from the terminal.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let folder = programs::build()?;
    let mut simulator = programs::simulator(&folder);
    simulator.arg("demo").arg("--bin-dir").arg(&folder);
    if let Some(script) = &arguments.script {
        simulator.arg("--script").arg(script);
    }
    programs::become_program(simulator)
}
