//! `cargo xtask soak`: simulated machines with random faults, one machine a seed.

use std::error::Error;
use std::process::ExitCode;

use crate::programs;

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Arguments {
    /// Seeds from A up to, but without, B.
    #[arg(long, value_name = "A..B")]
    seeds: Option<String>,
    /// One seed, to see a failure again.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// The dev profile is used on purpose: overflow checks and debug assertions are what a soak is looking for, and
/// the crates that do heavy work are optimised in it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let folder = programs::build()?;
    let mut simulator = programs::simulator(&folder);
    simulator.arg("world");
    if let Some(seeds) = &arguments.seeds {
        simulator.args(["--seeds", seeds]);
    }
    if let Some(seed) = arguments.seed {
        simulator.args(["--seed", &seed.to_string()]);
    }
    programs::become_program(simulator)
}
