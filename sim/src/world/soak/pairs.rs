//! Two things go wrong in one short visit to a new machine, a great many times: what one fault leaves behind is what the
//! next one meets.

use std::fmt;
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use fastrand::Rng;

use super::visit::Visit;
use super::{Shipped, Summary, check_visit, finish, shipped, start};
use crate::planted::PlantedBug;

/// So many runs are taken by a thread at a time: much more work than taking them is.
const RUNS_AT_ONCE: u64 = 64;

/// Runs one pair for each of `seeds` on as many threads as there are processors. What comes out does not depend on how
/// many that are. An error if the shipped configuration cannot be read.
pub fn run(
    seeds: Range<u64>,
    bug: Option<PlantedBug>,
    trace: impl Fn(fmt::Arguments<'_>) + Sync,
) -> Result<Summary, String> {
    let shipped = shipped()?;
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let mut summary = Summary::default();
        loop {
            let first = next.fetch_add(RUNS_AT_ONCE, Ordering::Relaxed);
            if first >= seeds.end {
                return summary;
            }
            for seed in first..seeds.end.min(first + RUNS_AT_ONCE) {
                if let Err(what) = run_pair(&shipped, seed, bug, &mut summary, &trace) {
                    trace(format_args!("seed {seed}: {what}"));
                    summary.broke(seed, what);
                }
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = Summary::default();
        for worker in workers {
            all.add(worker.join().map_err(|_| "a run ended in a panic; what it said stands above")?);
        }
        Ok(all)
    })
}

fn run_pair(
    shipped: &Shipped,
    seed: u64,
    bug: Option<PlantedBug>,
    summary: &mut Summary,
    trace: &impl Fn(fmt::Arguments<'_>),
) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let mut world = start(shipped, seed, &mut rng, bug)?;
    let mut visit = Visit::with_pair(&mut world, &mut rng);
    trace(format_args!("seed {seed}: {visit}"));
    let mut outcome = visit.run();
    if outcome.is_ok() && world.journal_was_put_back() {
        // What is lost shows to the next patient.
        outcome = Visit::undisturbed(&mut world, &mut rng, 2).run();
    }
    summary.runs += 1;
    summary.reached.add(&world.reached());
    world.written().iter().for_each(|entry| trace(format_args!("    {entry:?}")));
    check_visit(&world, outcome)?;
    finish(&world).map(|head| trace(format_args!("seed {seed}: {head}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A failure can be looked at again by its seed alone, whichever thread it came up in.
    #[test]
    fn a_run_does_not_depend_on_those_beside_it() {
        let all = run(0..2 * RUNS_AT_ONCE, None, |_| {}).unwrap();
        assert_eq!((all.runs, all.first_violation), (2 * RUNS_AT_ONCE, None));
        let mut one_by_one = Summary::default();
        for seed in 0..2 * RUNS_AT_ONCE {
            one_by_one.add(run(seed..seed + 1, None, |_| {}).unwrap());
        }
        assert_eq!(one_by_one.reached, all.reached);
    }
}
