//! Looks for every planted bug: in the days of many machines, and on single occasions.

mod occasions;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::planted::PlantedBug;
use crate::world::soak::{self, Found};

/// Where a bug is looked for first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In the days of many machines, and on single occasions only if it does not show there.
    Days,
    /// On single occasions, and then in days: found sooner.
    Occasions,
}

/// What became of looking for a bug.
#[derive(Clone, Debug)]
pub struct Searched {
    /// Which.
    pub bug: PlantedBug,
    /// How it showed in the days of machines, if it was looked for there.
    pub in_days: Option<Found>,
    /// How it showed on an occasion, if it was looked for there.
    pub on_occasion: Option<Found>,
}

impl Searched {
    /// How it showed, if it did.
    pub fn found(&self) -> Option<&Found> {
        self.in_days.as_ref().or(self.on_occasion.as_ref())
    }

    /// Whether it was found, and first by an invariant that its catalogue names.
    pub fn is_as_expected(&self) -> bool {
        self.found().is_some_and(|found| self.bug.found_by().contains(&found.invariant()))
    }
}

/// Looks for each bug, in `seeds` at most, on all cores: what is found does not depend on how many there are.
pub fn search(seeds: &Range<u64>, first: Where) -> Result<Vec<Searched>, String> {
    let bugs: Vec<PlantedBug> = PlantedBug::all().collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(bug) = bugs.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push(search_one(*bug, seeds, first)?);
        }
        Ok::<_, String>(done)
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let found: Vec<Result<Vec<Searched>, String>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("a search does not panic")).collect()
    });
    let mut all: Vec<Searched> = found.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    all.sort_by_key(|searched| bugs.iter().position(|bug| *bug == searched.bug));
    Ok(all)
}

fn search_one(bug: PlantedBug, seeds: &Range<u64>, first: Where) -> Result<Searched, String> {
    let mut searched = Searched { bug, in_days: None, on_occasion: None };
    if first == Where::Occasions {
        searched.on_occasion = occasions::first_violation(Some(bug))?;
    }
    if searched.on_occasion.is_none() {
        searched.in_days = soak::first_violation(seeds.clone(), Some(bug))?;
    }
    if searched.found().is_none() && first == Where::Days {
        searched.on_occasion = occasions::first_violation(Some(bug))?;
    }
    Ok(searched)
}
