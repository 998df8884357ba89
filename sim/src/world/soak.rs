//! Many patients, drawn from a seed: one seed is one new machine and twenty visits in sequence, with things going
//! wrong in two of five, and an attendant who comes when called.

mod attendant;
mod doubts;
mod incidents;
mod lacking;
pub mod pairs;
mod trouble;
mod troubles;
mod visit;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use api::Page;
use fastrand::Rng;
use serde::Serialize;
use settings::Machine;

use self::visit::Visit;
use super::check::LIVENESS;
use super::{Reached, Towards, World, check};
use crate::cabinet::{Cabinet, Profile};
use crate::carrier::{Damage, LineFault};
use crate::planted::PlantedBug;
use crate::surroundings::Device;

/// One machine in so many stands through nights. It is not drawn, so that all others meet what they always met.
const NIGHT_IN: u64 = 4;

/// Visits between two nights.
const VISITS_A_DAY: u32 = 6;

/// From the last patient to the first of the next day, without power.
const NIGHT: Duration = Duration::from_secs(14 * 60 * 60);

/// Visits to one machine, so that stock and journal carry over from one to the next.
const VISITS_PER_SEED: u32 = 20;

/// One machine in so many has a bad cable to a device.
const BAD_CABLE_IN: u32 = 6;

/// On a bad cable one command or reply in so many is damaged. If it were every one, the device would count as silent.
const NOISE: Range<u32> = 5..40;

/// One cabinet in so many has adapters that hand on each byte by itself. That takes many more steps, so not all have them.
const IN_BYTES_ONE_IN: u32 = 8;

/// How often a person looks at the screen.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What many seeds came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Pairs of things that went wrong.
    #[serde(skip_serializing_if = "is_none")]
    pub runs: u64,
    /// Visits to machines that had many, whatever became of them.
    #[serde(skip_serializing_if = "is_none")]
    pub payments: u64,
    /// Seeds in which an invariant broke.
    pub violations: u64,
    /// The first of them, to be replayed with `--seed`.
    pub first_failing_seed: Option<u64>,
    /// What broke there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_violation: Option<String>,
    /// What truly happened, and how often.
    pub reached: Reached,
    /// The first seeds that failed, and what broke in each.
    #[serde(skip)]
    pub failures: BTreeMap<u64, String>,
}

/// So many failures are worth reading. Often they are one.
const FAILURES_MAX: usize = 20;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Summary {
    /// An invariant broke.
    fn broke(&mut self, seed: u64, what: String) {
        self.violations += 1;
        self.keep(BTreeMap::from([(seed, what)]));
    }

    /// Adds what other seeds came to.
    fn add(&mut self, other: Summary) {
        self.runs += other.runs;
        self.payments += other.payments;
        self.violations += other.violations;
        self.reached.add(&other.reached);
        self.keep(other.failures);
    }

    fn keep(&mut self, failures: BTreeMap<u64, String>) {
        self.failures.extend(failures);
        while self.failures.len() > FAILURES_MAX {
            self.failures.pop_last();
        }
        let first = self.failures.first_key_value();
        self.first_failing_seed = first.map(|(seed, _)| *seed);
        self.first_violation = first.map(|(_, what)| what.clone());
    }
}

/// One machine of so many has two note units or two coin units; all others are what they were before there was one.
const TWO_UNITS_IN: u64 = 8;

/// The settings of each kind of cabinet.
type Shipped = [(Profile, Machine); 4];

fn shipped() -> Result<Shipped, String> {
    let of = |profile| Cabinet::settings(profile).map(|settings| (profile, settings));
    Ok([of(Profile::Full)?, of(Profile::Vending)?, of(Profile::TwoRecyclers)?, of(Profile::TwoCoinUnits)?])
}

/// Runs all `seeds`, each on its own machine, with a bug in it if the checkers are to be checked. What happens is told
/// to `trace`, which need not put it into words. An error if the shipped configuration cannot be read.
pub fn run(
    seeds: Range<u64>,
    bug: Option<PlantedBug>,
    mut trace: impl FnMut(fmt::Arguments<'_>),
) -> Result<Summary, String> {
    let shipped = shipped()?;
    let mut summary = Summary::default();
    for seed in seeds {
        if let Err(what) = run_seed(&shipped, seed, bug, &mut summary, &mut trace) {
            trace(format_args!("seed {seed}: {what}"));
            summary.broke(seed, what);
        }
    }
    Ok(summary)
}

/// A world in which something is wrong.
#[derive(Clone, Debug)]
pub struct Found {
    /// Of which machine.
    pub seed: u64,
    /// What is wrong, with the invariant before it.
    pub what: String,
    /// Visits until then.
    pub payments: u64,
}

impl Found {
    /// The invariant that broke, or all that is known if none did.
    pub fn invariant(&self) -> &str {
        let is_name = |part: &&str| part.starts_with(['I', 'K']) && part[1..].parse::<u8>().is_ok();
        self.what.split(": ").find(is_name).unwrap_or(&self.what)
    }
}

/// The first of `seeds` in which something is wrong, if there is one. An error if the shipped configuration cannot be
/// read.
pub fn first_violation(seeds: Range<u64>, bug: Option<PlantedBug>) -> Result<Option<Found>, String> {
    let shipped = shipped()?;
    let mut summary = Summary::default();
    for seed in seeds {
        if let Err(what) = run_seed(&shipped, seed, bug, &mut summary, &mut |_| {}) {
            return Ok(Some(Found { seed, what, payments: summary.payments }));
        }
    }
    Ok(None)
}

fn run_seed(
    shipped: &Shipped,
    seed: u64,
    bug: Option<PlantedBug>,
    summary: &mut Summary,
    trace: &mut impl FnMut(fmt::Arguments<'_>),
) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let mut world = start(shipped, seed, &mut rng, bug)?;
    wire(&mut world, &mut rng)?;
    let (notes, coins) = (world.note_unit().truth().drums, world.coin_unit().truth().hoppers);
    trace(format_args!("seed {seed}: {notes:?} {coins:?}"));
    let outcome = visits(&mut world, &mut rng, seed, summary, trace);
    summary.reached.add(&world.reached());
    outcome?;
    finish(&world).map(|head| trace(format_args!("seed {seed}: {head}")))
}

/// A new machine that staff have filled, ready for its first patient.
fn start(shipped: &Shipped, seed: u64, rng: &mut Rng, bug: Option<PlantedBug>) -> Result<World, String> {
    let [usual @ .., two_recyclers, two_coin_units] = shipped;
    let drawn = rng.choice(usual).ok_or("there is no cabinet")?;
    let (profile, settings) = match seed % (2 * TWO_UNITS_IN) {
        0 => two_recyclers,
        TWO_UNITS_IN => two_coin_units,
        _ => drawn,
    };
    let cabinet = Cabinet { shuffled_table: rng.bool(), profile: *profile };
    let mut world =
        World::with_bug(settings, &cabinet, rng.u64(..), bug).map_err(|error| error.to_string())?;
    if rng.u32(0..IN_BYTES_ONE_IN) == 0 {
        world.hand_on_each_byte();
    }
    wait_for(&mut world, |page| matches!(page, Page::Idle { .. }))?;
    attendant::fill(&mut world, rng)?;
    // Who has set it up has switched it off and on again.
    world.empty_log();
    Ok(world)
}

/// The journal at the end of a machine's life; tells its head.
fn finish(world: &World) -> Result<String, String> {
    let journal = check::journal(world).map_err(|violation| violation.to_string())?;
    Ok(format!("{} entries, head {}", journal.entries, journal.head_hex))
}

fn visits(
    world: &mut World,
    rng: &mut Rng,
    seed: u64,
    summary: &mut Summary,
    trace: &mut impl FnMut(fmt::Arguments<'_>),
) -> Result<(), String> {
    for number in 1..=VISITS_PER_SEED {
        let before = world.written().len();
        let mut visit = Visit::draw(world, rng, number);
        trace(format_args!("seed {seed} visit {number}: {visit}"));
        let outcome = visit.run();
        // Fewer than before, if an older journal was put back.
        world.written().iter().skip(before).for_each(|entry| trace(format_args!("    {entry:?}")));
        check_visit(world, outcome).map_err(|what| format!("visit {number}: {what}"))?;
        summary.payments += 1;
        if seed.is_multiple_of(NIGHT_IN) && number.is_multiple_of(VISITS_A_DAY) {
            night(world)?;
        }
    }
    Ok(())
}

/// The clinic closes. In the morning the machine begins with what it knows, and carries its books forward.
fn night(world: &mut World) -> Result<(), String> {
    world.restart(NIGHT).map_err(|error| error.to_string())?;
    pass(world, LIVENESS)?;
    world.restart(Duration::ZERO).map_err(|error| error.to_string())
}

/// What broke first is told, not what came of it.
fn check_visit(world: &World, outcome: Result<(), String>) -> Result<(), String> {
    check::so_far(world).map_err(|violation| violation.to_string())?;
    outcome?;
    check::at_rest(world).map_err(|violation| violation.to_string())
}

/// Some machines have a cable that is too long, or lies beside a motor's.
fn wire(world: &mut World, rng: &mut Rng) -> Result<(), String> {
    for device in [Device::Id003, Device::Cctalk] {
        if rng.u32(0..BAD_CABLE_IN) == 0 {
            world.act(device, &format!("noise {}", rng.u32(NOISE)))?;
        }
        if rng.u32(0..BAD_CABLE_IN) == 0 {
            let damage = rng.choice([Damage::Lost, Damage::ByteLost, Damage::BitFlipped]);
            let damage = damage.ok_or("there is no damage to choose from")?;
            let fault = LineFault::now_and_then(damage, rng.u32(NOISE), rng.u64(..));
            world.disturb(device, Towards::Device, fault);
        }
    }
    Ok(())
}

fn wait_for(world: &mut World, wanted: impl Fn(&Page) -> bool) -> Result<Page, String> {
    wait_until(world, |world| Some(&world.view().page).filter(|page| wanted(page)).cloned())
}

fn wait_until<T>(world: &mut World, find: impl Fn(&World) -> Option<T>) -> Result<T, String> {
    let give_up = world.now().after(LIVENESS);
    loop {
        // Before the first look: what a touch leads to takes a moment.
        pass(world, LOOK_EVERY)?;
        match find(world) {
            Some(found) => return Ok(found),
            None if world.now() < give_up => {}
            None => return Err(format!("I10: the machine stays at {:?}", world.view().page)),
        }
    }
}

fn pass(world: &mut World, time: Duration) -> Result<(), String> {
    world.run_for(time).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I11: a failure can be looked at again only if its seed leads to it again.
    #[test]
    fn the_same_seed_is_the_same_run() {
        let run = || {
            let mut trace = Vec::new();
            let summary = run(0..3, None, |line| trace.push(line.to_string())).unwrap();
            assert_eq!(summary.violations, 0, "{summary:?}");
            trace
        };
        assert_eq!(run(), run());
    }
}
