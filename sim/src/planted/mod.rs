//! Bugs put in on purpose, one at a time, to see that the world's checkers find each of them. A checker that finds
//! nothing may be blind.
//!
//! Each is a wrapper at a seam of the world: the bytes between a device and its driver, what a driver tells, what a
//! step of the engine comes to, the append to the journal and what is read back from it, the accounts that an entry
//! posts to, what is shown. Nothing of them is in a program that holds money, and without one the world is as it
//! always is. `docs/invariants.md` says which invariant finds which.

mod at_work;
mod bytes;
mod catalogue;
mod counters;
mod drivers;
mod entries;
mod journals;
mod papers;
mod recovery;
mod screen;
mod steps;

use std::fmt;
use std::str::FromStr;

pub(crate) use self::at_work::AtWork;
pub(crate) use self::bytes::Tampering;
use self::catalogue::{CATALOGUE, Planted};

/// A bug that a world can be built with: one of the catalogue, by its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlantedBug(usize);

impl PlantedBug {
    /// Every bug.
    pub fn all() -> impl Iterator<Item = PlantedBug> {
        (0..CATALOGUE.len()).map(PlantedBug)
    }

    /// What it is called on a command line.
    pub fn name(self) -> &'static str {
        self.planted().name
    }

    /// The invariants of which one breaks first.
    pub fn found_by(self) -> &'static [&'static str] {
        self.planted().found_by
    }

    fn planted(self) -> &'static Planted {
        &CATALOGUE[self.0]
    }
}

impl fmt::Display for PlantedBug {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for PlantedBug {
    type Err = String;

    fn from_str(name: &str) -> Result<PlantedBug, String> {
        let named = PlantedBug::all().find(|bug| bug.name() == name);
        named.ok_or_else(|| {
            let names: Vec<&str> = PlantedBug::all().map(PlantedBug::name).collect();
            format!("there is no planted bug `{name}`; there are {}", names.join(", "))
        })
    }
}
