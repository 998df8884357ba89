//! `cargo xtask soak`: simulated machines with random faults, one machine a seed.

use std::error::Error;
use std::process::ExitCode;

use crate::programs;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Seeds from A up to, but without, B.
    #[arg(long, value_name = "A..B", conflicts_with_all = ["seed", "pairs"],
        required_unless_present_any = ["seed", "pairs", "bugs"])]
    seeds: Option<String>,
    /// One seed, to see a failure again; of pairs, the first.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Two things that go wrong in one short visit to a new machine, once for each seed.
    #[arg(long, requires = "runs")]
    pairs: bool,
    /// So many pairs.
    #[arg(long, value_name = "N", requires = "pairs")]
    runs: Option<u64>,
    /// Fails also if something that has to happen in so many runs did not.
    #[arg(long)]
    all_reached: bool,
    /// Each planted bug in turn, until it is found: a checker that finds nothing may be blind.
    #[arg(long = "planted", conflicts_with_all = ["seed", "pairs"])]
    bugs: bool,
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
    if let Some(runs) = arguments.runs {
        simulator.args(["--pairs", "--runs", &runs.to_string()]);
    }
    if arguments.all_reached {
        simulator.arg("--all-reached");
    }
    if arguments.bugs {
        simulator.args(["--planted", "all"]);
    }
    programs::become_program(simulator)
}
