//! The project's own commands, run as `cargo xtask <command>`.
//!
//! It builds and starts the programs of the workspace and imports none of them, so that it compiles in seconds.

#![expect(clippy::print_stdout, reason = "the results of a command line belong on standard output")]

mod bench;
mod demo;
mod programs;
mod soak;
mod test;
mod tidy;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a whole machine on simulated devices.
    Demo(demo::Arguments),
    /// Build the programs, then run every test.
    Test(test::Arguments),
    /// Check who may import whom, what pure code may touch, and the manners of the files.
    Tidy,
    /// Measure what grows with the years.
    Bench(bench::Arguments),
    /// Run simulated machines with random faults, one machine a seed.
    Soak(soak::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Tidy => tidy::run(),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
    }
}
