use std::ops::Range;
use std::process::ExitCode;
use std::str::FromStr;

use devices::Clock;
use serde::Serialize;
use sim::world::soak::{self, Summary};
use wire::Moment;

use super::print_json;

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Arguments {
    /// One machine and twenty payments a seed; B is excluded.
    #[arg(long, value_name = "A..B")]
    seeds: Option<Seeds>,
    /// Only this seed, with what happens in it on standard error.
    #[arg(long)]
    seed: Option<u64>,
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
    let (seeds, aloud) = match (&arguments.seeds, arguments.seed) {
        (_, Some(seed)) => (seed..seed + 1, true),
        (Some(Seeds(seeds)), None) => (seeds.clone(), false),
        (None, None) => return Err("say --seeds or --seed".to_owned()),
    };
    let clock = Clock::start();
    let summary = soak::run(seeds, |happening| {
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
