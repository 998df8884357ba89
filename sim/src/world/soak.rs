//! Many patients, drawn from a seed: one seed is one new machine and twenty payments in sequence.

use std::ops::Range;
use std::time::Duration;

use api::{Button, Notice, Page};
use engine::DeskAction;
use fastrand::Rng;
use money::{Denomination, Yen};
use serde::Serialize;
use settings::Machine;

use super::{World, check};
use crate::cabinet::Cabinet;
use crate::examples::plain_bill;
use crate::scenario::Device;

/// Payments on one machine, so that stock and journal carry over from one to the next.
const PAYMENTS_PER_SEED: u32 = 20;

/// I10: whatever happens, the machine is ready for the next patient after this, or has called staff.
const LIVENESS: Duration = Duration::from_secs(300);

/// How often a patient looks at the screen.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What many seeds came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Visits, whatever became of them.
    pub payments: u64,
    /// Seeds in which an invariant broke.
    pub violations: u64,
    /// The first of them, to be replayed with `--seed`.
    pub first_failing_seed: Option<u64>,
    /// What broke there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_violation: Option<String>,
}

/// What a patient has in mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mind {
    PayExactly,
    TryTooMuchFirst,
    LeaveBeforeMoney,
    CancelWithMoneyInside,
    WalkAwayWithMoneyInside,
}

/// Runs all `seeds`, each on its own machine.
pub fn run(settings: &Machine, seeds: Range<u64>, mut trace: impl FnMut(&str)) -> Summary {
    let mut summary = Summary::default();
    for seed in seeds {
        if let Err(what) = run_seed(settings, seed, &mut summary.payments, &mut trace) {
            trace(&format!("seed {seed}: {what}"));
            summary.violations += 1;
            if summary.first_failing_seed.is_none() {
                summary.first_failing_seed = Some(seed);
                summary.first_violation = Some(what);
            }
        }
    }
    summary
}

fn run_seed(
    settings: &Machine,
    seed: u64,
    payments: &mut u64,
    trace: &mut impl FnMut(&str),
) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let cabinet = Cabinet { shuffled_table: rng.bool() };
    let mut world = World::new(settings, &cabinet).map_err(|error| error.to_string())?;
    wait_for(&mut world, |page| *page == Page::Idle)?;
    for number in 1..=PAYMENTS_PER_SEED {
        let mut visit = Visit { world: &mut world, rng: &mut rng, number };
        let what = visit.run();
        trace(&format!("seed {seed} visit {number}: {what:?}"));
        what?;
        *payments += 1;
        check::at_rest(&world).map_err(|violation| format!("visit {number}: {violation}"))?;
    }
    Ok(())
}

struct Visit<'a> {
    world: &'a mut World,
    rng: &'a mut Rng,
    number: u32,
}

impl Visit<'_> {
    /// One patient from the scan until the machine is ready for the next.
    fn run(&mut self) -> Result<Mind, String> {
        let mind = self.mind();
        let due = self.due();
        let patient = format!("{:04}", self.number);
        self.world.put_bill(&plain_bill(&format!("B-{patient}"), &patient, due, 1, true))?;
        self.world.act(Device::Scanner, &format!("scan {patient}"))?;
        let asked =
            wait_for(self.world, |page| matches!(page, Page::ConfirmPayer { .. } | Page::Notice { .. }))?;
        if asked != (Page::Notice { notice: Notice::NotPayableHere }) {
            self.touch(Button::Yes, |page| matches!(page, Page::ChooseMethod { .. }))?;
            self.touch(Button::PayCash, |page| matches!(page, Page::InsertCash { .. }))?;
            self.pay(mind, due)?;
        }
        wait_for(self.world, |page| *page == Page::Idle)?;
        Ok(mind)
    }

    fn mind(&mut self) -> Mind {
        match self.rng.u32(0..10) {
            0 => Mind::LeaveBeforeMoney,
            1 => Mind::CancelWithMoneyInside,
            2 => Mind::WalkAwayWithMoneyInside,
            3 | 4 => Mind::TryTooMuchFirst,
            _ => Mind::PayExactly,
        }
    }

    fn due(&mut self) -> Yen {
        match self.rng.u32(0..10) {
            0 => Yen::new(1_230),
            _ => Yen::new(i64::from(self.rng.u32(1..=30)) * 1_000),
        }
    }

    fn pay(&mut self, mind: Mind, due: Yen) -> Result<(), String> {
        match mind {
            Mind::PayExactly => self.pay_rest(),
            Mind::TryTooMuchFirst => {
                self.insert(Denomination::Yen10000)?;
                self.pay_rest()
            }
            Mind::LeaveBeforeMoney => {
                self.world.touch(Button::Cancel);
                Ok(())
            }
            Mind::CancelWithMoneyInside | Mind::WalkAwayWithMoneyInside if due == Yen::new(1_000) => {
                self.pay_rest()
            }
            Mind::CancelWithMoneyInside => {
                self.insert(Denomination::Yen1000)?;
                self.world.touch(Button::Cancel);
                self.staff_take_over()
            }
            Mind::WalkAwayWithMoneyInside => {
                self.insert(Denomination::Yen1000)?;
                // The attendant comes when the call rings, and presses cancel for the patient who is gone.
                self.world.run_for(Duration::from_secs(80)).map_err(|error| error.to_string())?;
                if self.world.engine().calls().is_empty() {
                    return Err("I10: nobody was called to a patient who walked away".to_owned());
                }
                self.world.touch(Button::Cancel);
                self.staff_take_over()
            }
        }
    }

    /// Inserts what is accepted, chosen at random, until nothing is missing; then confirms.
    fn pay_rest(&mut self) -> Result<(), String> {
        loop {
            let page = wait_for(self.world, |page| matches!(page, Page::InsertCash { .. }))?;
            let Page::InsertCash { missing, accepting, .. } = page else { return Ok(()) };
            if missing.is_zero() {
                break;
            }
            let notes: Vec<Denomination> = accepting.iter().collect();
            let note = *self.rng.choice(&notes).ok_or("nothing is accepted though something is missing")?;
            self.insert(note)?;
        }
        self.touch(Button::Confirm, |page| matches!(page, Page::Thanks { .. })).map(drop)
    }

    /// Holds a note to the slot, waits until it is in or back, and takes it if it is back.
    fn insert(&mut self, note: Denomination) -> Result<(), String> {
        self.world
            .run_for(Duration::from_millis(self.rng.u64(500..3_000)))
            .map_err(|error| error.to_string())?;
        let before = self.world.happened().len();
        self.world.act(Device::Id003, &format!("insert {}", i64::from(note)))?;
        let ended = |world: &World| {
            let ends = ["stacked", "returned", "rejected", "refused_at_entry"];
            world.happened()[before..]
                .iter()
                .find_map(|one| ends.into_iter().find(|end| one["happened"] == *end))
        };
        let how = wait_until(self.world, ended)?;
        if matches!(how, "returned" | "rejected") {
            self.world.act(Device::Id003, "take")?;
        }
        Ok(())
    }

    fn touch(&mut self, button: Button, then: impl Fn(&Page) -> bool) -> Result<Page, String> {
        self.world.touch(button);
        wait_for(self.world, then)
    }

    fn staff_take_over(&mut self) -> Result<(), String> {
        wait_for(self.world, |page| *page == Page::Suspended)?;
        let payment = self.world.engine().open_payment().ok_or("suspended without an open payment")?;
        let action = DeskAction::TakeOver { payment, by: "attendant".to_owned(), reason: "soak".to_owned() };
        self.world.desk(action).map(drop).map_err(|error| error.to_string())
    }
}

fn wait_for(world: &mut World, wanted: impl Fn(&Page) -> bool) -> Result<Page, String> {
    wait_until(world, |world| Some(world.view().page.clone()).filter(&wanted))
}

fn wait_until<T>(world: &mut World, find: impl Fn(&World) -> Option<T>) -> Result<T, String> {
    let give_up = world.now().after(LIVENESS);
    loop {
        // Before the first look: what a touch leads to takes a moment.
        world.run_for(LOOK_EVERY).map_err(|error| error.to_string())?;
        match find(world) {
            Some(found) => return Ok(found),
            None if world.now() < give_up => {}
            None => return Err(format!("I10: the machine stays at {:?}", world.view().page)),
        }
    }
}
