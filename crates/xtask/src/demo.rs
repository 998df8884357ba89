//! `cargo xtask demo`: a whole machine on simulated devices.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::programs;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Play this scenario and end; without it, the cabinet page is served until Ctrl-C.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["port", "window"])]
    script: Option<PathBuf>,
    /// Serve the cabinet page on this port of the loopback interface; without it, on any that is free.
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Show the kiosk screen in a window too.
    #[arg(long)]
    window: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let folder = programs::build()?;
    let mut simulator = programs::simulator(&folder);
    simulator.arg("demo").arg("--bin-dir").arg(&folder);
    if let Some(script) = &arguments.script {
        simulator.arg("--script").arg(script);
    }
    if let Some(port) = arguments.port {
        simulator.arg("--port").arg(port.to_string());
    }
    if arguments.window {
        simulator.arg("--window");
    }
    programs::become_program(simulator)
}
