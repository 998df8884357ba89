use std::io::{BufRead, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use sim::cabinet::Cabinet;
use sim::machine::{Machine, OnPtys};
use sim::scenario::{self, Scenario};

use super::print_json;

/// What a newcomer finds on the billing system's side.
const BILLS: [&str; 3] = ["dental-insured", "self-pay", "needs-coins"];

const WELCOME: &str = "\
The machine is running: seisankid and seisanki-bridge, with simulated devices on pseudo-terminals.
Type one line a happening. A patient with a bill of 3,000 yen:

    scan 0042
    touch yes
    touch cash
    insert 1000 1000 1000
    touch confirm

After each line you see the screen and what came out of the devices. Ctrl-D ends it. Other cards with bills: 0077
(11,000 yen) and 0123 (needs coins, so it cannot be paid here yet). All lines: docs/scenarios.md.
";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder in which seisankid and seisanki-bridge lie.
    #[arg(long, value_name = "DIR")]
    bin_dir: PathBuf,
    /// Play this story and print one JSON line of how it ended. Without it, lines are read from standard input.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    match &arguments.script {
        Some(file) => {
            let text =
                std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let scenario: Scenario = text.parse().map_err(|error| format!("{}: {error}", file.display()))?;
            play(arguments, &scenario)
        }
        None => listen(arguments),
    }
}

fn play(arguments: &Arguments, scenario: &Scenario) -> Result<ExitCode, String> {
    if !scenario.on_ptys {
        return Err("this story does not run on `pty`; its first line says where it runs".to_owned());
    }
    let mut machine = start(arguments)?;
    match scenario::play(&mut machine, scenario) {
        Ok(report) => {
            print_json(&report);
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            print_json(&json!({ "error": failure.to_string() }));
            Err(failure.to_string())
        }
    }
}

fn listen(arguments: &Arguments) -> Result<ExitCode, String> {
    let mut machine = start(arguments)?;
    for name in BILLS {
        let text = sim::examples::bill(name).ok_or("a shipped example is missing")?;
        machine.put_bill(&format!("{name}.json"), text).map_err(|error| error.to_string())?;
    }
    eprintln!("{WELCOME}");
    let mut seen = 0;
    for line in stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        if let Err(sentence) = scenario::play_line(&mut machine, line.trim()) {
            eprintln!("{sentence}");
        }
        for happened in &machine.happened()[seen..] {
            print_json(happened);
        }
        seen = machine.happened().len();
        let view = machine.view();
        print_json(&json!({ "screen": view.page, "call": view.call }));
    }
    Ok(ExitCode::SUCCESS)
}

fn start(arguments: &Arguments) -> Result<OnPtys, String> {
    OnPtys::start(&arguments.bin_dir, Cabinet::default()).map_err(|error| error.to_string())
}
