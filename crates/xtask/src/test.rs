//! `cargo xtask test`: the programs once, then every test.

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::programs;

/// Where Debian and Ubuntu put the typeface that the screen and receipts are drawn with.
const FONT_FOLDER: &str = "/usr/share/fonts/truetype/bizud-gothic";

/// Tests at one time. The stories wait for devices at the speed of their lines and compute little: with as many as
/// there are cores, both cores of a small computer are idle for minutes.
const TESTS_AT_ONCE: &str = "6";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to the test runner, such as part of a test's name.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    if !Path::new(FONT_FOLDER).exists() {
        eprintln!("xtask: no Japanese typeface: tests that draw the screen or a receipt will fail.");
        eprintln!("xtask: `./run setup` installs it, or: apt-get install fonts-morisawa-bizud-gothic");
    }
    // The end-to-end tests start these programs; built here, no test has to build while others wait.
    programs::build()?;

    if !has_nextest() {
        return cargo(&["test", "--workspace", "--locked"], &arguments.passed_on);
    }
    // nextest cannot run the examples in comments. They come first, so that its summary is the last thing said.
    if arguments.passed_on.is_empty() {
        let examples = cargo(&["test", "--workspace", "--locked", "--doc"], &[])?;
        if examples != ExitCode::SUCCESS {
            return Ok(examples);
        }
    }
    cargo(&["nextest", "run", "--workspace", "--locked"], &arguments.passed_on)
}

fn has_nextest() -> bool {
    let version = Command::new("cargo")
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

fn cargo(arguments: &[&str], passed_on: &[String]) -> Result<ExitCode, Box<dyn Error>> {
    let status = Command::new("cargo")
        .args(arguments)
        .args(passed_on)
        .env("RUST_TEST_THREADS", TESTS_AT_ONCE)
        .env("NEXTEST_TEST_THREADS", TESTS_AT_ONCE)
        .status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
