use std::io::{BufRead, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use sim::cabinet::{Cabinet, Profile};
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
(11,000 yen) and 0123 (1,230 yen: try `insert 10000`, `touch confirm`, and `take note` for each note of the change).
All lines: docs/scenarios.md.
";

/// What staff have put in before the newcomer comes: change for some patients.
const STOCK: &str = "stock 1=50 5=20 10=50 50=20 100=50 500=20 1000=20 5000=5";

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
    let profile = scenario.profiles.first().copied().unwrap_or_default();
    let mut machine = start(arguments, profile)?;
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
    let mut machine = start(arguments, Profile::default())?;
    scenario::play_line(&mut machine, STOCK)?;
    for name in BILLS {
        let text = sim::examples::bill(name).ok_or("a shipped example is missing")?;
        machine.put_bill(&format!("{name}.json"), text).map_err(|error| error.to_string())?;
    }
    eprintln!("{WELCOME}");
    let mut seen = machine.happened().len();
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

fn start(arguments: &Arguments, profile: Profile) -> Result<OnPtys, String> {
    let cabinet = Cabinet { profile, ..Cabinet::default() };
    OnPtys::start(&arguments.bin_dir, cabinet).map_err(|error| error.to_string())
}
