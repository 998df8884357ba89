//! seisanki-sim: the hardware of a machine, without the hardware.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{demo, device, world};

/// Plays the devices of a seisanki machine, one of them or all, on the real wire protocols.
#[derive(Parser)]
#[command(name = "seisanki-sim", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play one device on a pseudo-terminal or a loopback TCP port. Commands come on standard input; `help`
    /// lists them.
    Device(device::Arguments),
    /// Run the whole machine: the real programs, with simulated devices.
    Demo(demo::Arguments),
    /// Run many payments in virtual time and check after each that every yen is accounted for.
    World(world::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Device(arguments) => device::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::World(arguments) => world::run(&arguments),
    };
    result.unwrap_or_else(|sentence| {
        eprintln!("{sentence}");
        ExitCode::FAILURE
    })
}
