use std::ops::Range;
use std::process::ExitCode;
use std::str::FromStr;

use devices::Clock;
use serde::Serialize;
use serde_json::json;
use sim::planted::PlantedBug;
use sim::world::soak::{self, Summary};
use wire::Moment;

use super::print_json;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// One machine and twenty payments a seed; B is excluded.
    #[arg(long, value_name = "A..B", conflicts_with = "seed", required_unless_present_any = ["seed", "planted"])]
    seeds: Option<Seeds>,
    /// Only this seed, with what happens in it on standard error.
    #[arg(long)]
    seed: Option<u64>,
    /// For checking the checkers: the machines have this bug, which has to be found. `list` names them all.
    #[arg(long, value_name = "NAME")]
    planted: Option<Planted>,
}

#[derive(Clone)]
enum Planted {
    List,
    Bug(PlantedBug),
}

impl FromStr for Planted {
    type Err = String;

    fn from_str(text: &str) -> Result<Planted, String> {
        match text {
            "list" => Ok(Planted::List),
            name => name.parse().map(Planted::Bug),
        }
    }
}

#[derive(Clone)]
struct Seeds(Range<u64>);

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Seeds, String> {
        let (first, end) = text.split_once("..").ok_or("write the seeds as A..B")?;
        let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no seed"));
        let (first, end) = (number(first)?, number(end)?);
        if first >= end {
            return Err(format!("there is no seed from {first} to before {end}"));
        }
        Ok(Seeds(first..end))
    }
}

#[derive(Serialize)]
struct Line {
    seconds: f64,
    payments_per_second: u64,
    #[serde(flatten)]
    summary: Summary,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let planted = match arguments.planted {
        Some(Planted::List) => {
            PlantedBug::ALL.iter().for_each(|bug| print_json(&json!({ "planted": bug.name() })));
            return Ok(ExitCode::SUCCESS);
        }
        Some(Planted::Bug(bug)) => Some(bug),
        None => None,
    };
    let (seeds, aloud) = match (&arguments.seeds, arguments.seed) {
        (_, Some(seed)) => (seed..seed + 1, true),
        (Some(Seeds(seeds)), None) => (seeds.clone(), false),
        (None, None) => return Err("say --seeds or --seed".to_owned()),
    };
    let clock = Clock::start();
    let summary = soak::run(seeds, planted, |happening| {
        if aloud {
            eprintln!("{happening}");
        }
    })?;
    let taken = clock.now().since(Moment::START);
    let well = summary.violations == 0;
    print_json(&Line {
        seconds: taken.as_secs_f64(),
        payments_per_second: summary.payments * 1_000_000 / clock.now().micros().max(1),
        summary,
    });
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
