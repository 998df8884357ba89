use std::ops::Range;
use std::process::ExitCode;
use std::str::FromStr;

use devices::Clock;
use serde::Serialize;
use serde_json::json;
use sim::hunt::{self, Where};
use sim::planted::PlantedBug;
use sim::world::soak::{self, Summary, pairs};
use wire::Moment;

use super::print_json;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// One machine and twenty payments a seed; B is excluded.
    #[arg(long, value_name = "A..B", conflicts_with_all = ["seed", "pairs"],
        required_unless_present_any = ["seed", "planted", "pairs"])]
    seeds: Option<Seeds>,
    /// Only this seed, with what happens in it on standard error; of pairs, the first.
    #[arg(long)]
    seed: Option<u64>,
    /// One new machine, one short visit and two things that go wrong in it a seed, on all processors.
    #[arg(long, requires = "runs")]
    pairs: bool,
    /// So many pairs. A single one is told on standard error.
    #[arg(long, value_name = "N", requires = "pairs")]
    runs: Option<u64>,
    /// Fails also if something that has to happen in so many runs did not.
    #[arg(long)]
    all_reached: bool,
    /// For checking the checkers: the machines have this bug, which has to be found. `list` names them all, `all` looks
    /// for each of them in turn.
    #[arg(long, value_name = "NAME")]
    planted: Option<Planted>,
}

#[derive(Clone)]
enum Planted {
    List,
    All,
    Bug(PlantedBug),
}

impl FromStr for Planted {
    type Err = String;

    fn from_str(text: &str) -> Result<Planted, String> {
        match text {
            "list" => Ok(Planted::List),
            "all" => Ok(Planted::All),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    unreached: Option<Vec<&'static str>>,
}

/// Visits in which each planted bug has to be found, in machines of twenty.
const SEARCHED_SEEDS: Range<u64> = 0..500;

/// What came of looking for every planted bug.
#[derive(Default, Serialize)]
struct Search {
    planted: usize,
    caught: usize,
    missed: Vec<&'static str>,
    /// Caught on a single occasion, and not in the days of machines.
    on_occasion_only: Vec<&'static str>,
    /// Caught, but first by another invariant than the list says.
    otherwise: Vec<String>,
    /// Without a bug.
    violations: u64,
    seconds: f64,
}

/// Each planted bug, from the first seed until it is found; and as many seeds without any.
fn look_for_all(seeds: Option<&Seeds>) -> Result<ExitCode, String> {
    let seeds = seeds.map_or(SEARCHED_SEEDS, |Seeds(seeds)| seeds.clone());
    let clock = Clock::start();
    let mut search = Search::default();
    let mut last = seeds.start;
    for searched in hunt::search(&seeds, Where::Days)? {
        search.planted += 1;
        let bug = searched.bug;
        let Some(found) = searched.found() else {
            search.missed.push(bug.name());
            continue;
        };
        search.caught += 1;
        match &searched.in_days {
            Some(found) => last = last.max(found.seed),
            None => search.on_occasion_only.push(bug.name()),
        }
        eprintln!("{bug}: {} in seed {} after {} visits", found.invariant(), found.seed, found.payments);
        if !searched.is_as_expected() {
            search.otherwise.push(format!("{bug}: {}", found.what));
        }
    }
    search.violations = soak::run(seeds.start..last + 1, None, |_| {})?.violations;
    search.seconds = clock.now().since(Moment::START).as_secs_f64();
    let well = search.missed.is_empty() && search.otherwise.is_empty() && search.violations == 0;
    print_json(&search);
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let planted = match arguments.planted {
        Some(Planted::List) => {
            PlantedBug::all().for_each(|bug| print_json(&json!({ "planted": bug.name() })));
            return Ok(ExitCode::SUCCESS);
        }
        Some(Planted::All) => return look_for_all(arguments.seeds.as_ref()),
        Some(Planted::Bug(bug)) => Some(bug),
        None => None,
    };
    let clock = Clock::start();
    let summary = match arguments.runs {
        Some(runs) => run_pairs(arguments.seed.unwrap_or(0), runs, planted)?,
        None => run_seeds(arguments, planted)?,
    };
    let taken = clock.now().since(Moment::START);
    let unreached = arguments.all_reached.then(|| summary.reached.missing());
    let well = summary.violations == 0 && unreached.as_ref().is_none_or(Vec::is_empty);
    let done = summary.payments + summary.runs;
    print_json(&Line {
        seconds: taken.as_secs_f64(),
        payments_per_second: done * 1_000_000 / clock.now().micros().max(1),
        summary,
        unreached,
    });
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_seeds(arguments: &Arguments, planted: Option<PlantedBug>) -> Result<Summary, String> {
    let (seeds, aloud) = match (&arguments.seeds, arguments.seed) {
        (_, Some(seed)) => (seed..seed + 1, true),
        (Some(Seeds(seeds)), None) => (seeds.clone(), false),
        (None, None) => return Err("say --seeds or --seed".to_owned()),
    };
    soak::run(seeds, planted, |happening| {
        if aloud {
            eprintln!("{happening}");
        }
    })
}

fn run_pairs(first: u64, runs: u64, planted: Option<PlantedBug>) -> Result<Summary, String> {
    let end = first.checked_add(runs).ok_or("there are not so many seeds")?;
    let summary = pairs::run(first..end, planted, |happening| {
        if runs == 1 {
            eprintln!("{happening}");
        }
    })?;
    for (seed, what) in &summary.failures {
        eprintln!("{what}\n    to see it again: cargo xtask soak --pairs --seed {seed} --runs 1");
    }
    Ok(summary)
}
