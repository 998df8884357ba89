//! `cargo xtask bench`: what grows with the years, measured.

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::programs;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// A journal of so many payments: its start, its appends, and a status beside them. Prints one line of JSON.
    Journal {
        /// Payments that have gone before.
        #[arg(long, default_value_t = 100_000)]
        payments: u64,
        /// On which disk: the file is made in this folder, takes some 10 kB a payment, and is removed again.
        #[arg(long, default_value = "target")]
        folder: PathBuf,
    },
}

/// Built for release, because times are what is asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let What::Journal { payments, folder } = &arguments.what;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["run", "--quiet", "--release", "--locked", "--package", "journal", "--example", "bench", "--"])
        .args(["all", &payments.to_string()])
        .arg(folder);
    programs::become_program(cargo)
}
