use std::fmt;
use std::time::Duration;

use api::{Button, Page};
use fastrand::Rng;
use money::{Denomination, Yen};

use super::attendant::attend;
use super::{pass, wait_for, wait_until};
use crate::examples::plain_bill;
use crate::scenario::Device;
use crate::world::World;

/// One patient, and what goes wrong meanwhile.
pub(super) struct Visit<'a> {
    world: &'a mut World,
    rng: &'a mut Rng,
    number: u32,
    due: Yen,
    mind: Mind,
    trouble: Option<Trouble>,
    /// The trouble comes at this step of the visit.
    trouble_at: u32,
    step: u32,
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

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    /// The daemon is killed and started again.
    Restart,
    /// Something happens to a device: one of its model's commands, after a while.
    Device { device: Device, command: String, after: Duration },
}

/// A visit has up to about this many steps at which something can go wrong.
const STEPS: u32 = 9;

impl<'a> Visit<'a> {
    pub(super) fn draw(world: &'a mut World, rng: &'a mut Rng, number: u32) -> Visit<'a> {
        let mind = match rng.u32(0..10) {
            0 => Mind::LeaveBeforeMoney,
            1 => Mind::CancelWithMoneyInside,
            2 => Mind::WalkAwayWithMoneyInside,
            3 | 4 => Mind::TryTooMuchFirst,
            _ => Mind::PayExactly,
        };
        let due = match rng.u32(0..10) {
            0 => Yen::new(1_230),
            _ => Yen::new(i64::from(rng.u32(1..=30)) * 1_000),
        };
        let trouble = (rng.u32(0..3) == 0).then(|| Trouble::draw(rng));
        let trouble_at = rng.u32(0..STEPS);
        Visit { world, rng, number, due, mind, trouble, trouble_at, step: 0 }
    }

    /// From the scan until the machine is ready for the next patient.
    pub(super) fn run(&mut self) -> Result<(), String> {
        let patient = format!("{:04}", self.number);
        self.world.put_bill(&plain_bill(&format!("B-{patient}"), &patient, self.due, 1, true))?;
        self.world.act(Device::Scanner, &format!("scan {patient}"))?;
        let asked = self.see(|page| matches!(page, Page::ConfirmPayer { .. } | Page::Notice { .. }))?;
        if matches!(asked, Some(Page::ConfirmPayer { .. })) {
            self.touch(Button::Yes)?;
            self.see(|page| matches!(page, Page::ChooseMethod { .. }))?;
            self.touch(Button::PayCash)?;
            if self.see(|page| matches!(page, Page::InsertCash { .. }))?.is_some() {
                self.pay()?;
            }
        }
        attend(self.world)?;
        self.take_what_comes_back()
    }

    /// A note that was on its way when the payment ended comes back within the device's own time.
    fn take_what_comes_back(&mut self) -> Result<(), String> {
        if self.world.note_unit().truth().path.is_some() {
            pass(self.world, NOTE_COMES_BACK)?;
        }
        drop(self.world.act(Device::Id003, "take"));
        attend(self.world)
    }

    fn pay(&mut self) -> Result<(), String> {
        match self.mind {
            Mind::PayExactly => self.pay_rest(),
            Mind::TryTooMuchFirst => {
                self.insert(Denomination::Yen10000)?;
                self.pay_rest()
            }
            Mind::LeaveBeforeMoney => self.touch(Button::Cancel),
            Mind::CancelWithMoneyInside => {
                self.insert(Denomination::Yen1000)?;
                self.touch(Button::Cancel)
            }
            Mind::WalkAwayWithMoneyInside => {
                self.insert(Denomination::Yen1000)?;
                pass(self.world, Duration::from_secs(80))?;
                if self.world.view().page != Page::Idle && self.world.engine().calls().is_empty() {
                    return Err("I10: nobody was called to a patient who walked away".to_owned());
                }
                // Somebody else sees the screen and presses the button.
                self.touch(Button::Cancel)
            }
        }
    }

    /// Inserts what is accepted, chosen at random, until nothing is missing; then confirms.
    fn pay_rest(&mut self) -> Result<(), String> {
        while let Some(Page::InsertCash { missing, accepting, .. }) =
            self.see(|page| matches!(page, Page::InsertCash { .. }))?
        {
            if missing.is_zero() {
                return self.touch(Button::Confirm);
            }
            let notes: Vec<Denomination> = accepting.iter().collect();
            let note = *self.rng.choice(&notes).ok_or("nothing is accepted though something is missing")?;
            self.insert(note)?;
        }
        Ok(())
    }

    /// Holds a note to the slot, waits until it is in or back, and takes it if it is back.
    fn insert(&mut self, note: Denomination) -> Result<(), String> {
        pass(self.world, Duration::from_millis(self.rng.u64(500..3_000)))?;
        let before = self.world.happened().len();
        let give_up = self.world.now().after(GIVE_UP_NOTE);
        // A unit that is out of order takes nothing; the patient sees that.
        drop(self.world.act(Device::Id003, &format!("insert {}", i64::from(note))));
        self.maybe_trouble()?;
        let ended = |world: &World| {
            let ends = ["stacked", "returned", "rejected", "refused_at_entry"];
            let end =
                world.happened()[before..].iter().any(|one| ends.iter().any(|end| one["happened"] == *end));
            let elsewhere = !matches!(world.view().page, Page::InsertCash { .. });
            (end || elsewhere || world.now() > give_up).then_some(())
        };
        wait_until(self.world, ended)?;
        drop(self.world.act(Device::Id003, "take"));
        Ok(())
    }

    fn touch(&mut self, button: Button) -> Result<(), String> {
        self.maybe_trouble()?;
        self.world.touch(button);
        pass(self.world, Duration::from_millis(300))
    }

    /// Waits for a page; `None` if the machine went somewhere from where only staff help, or back to the start.
    fn see(&mut self, wanted: impl Fn(&Page) -> bool) -> Result<Option<Page>, String> {
        self.maybe_trouble()?;
        let page = wait_for(self.world, |page| {
            wanted(page)
                || matches!(
                    page,
                    Page::Idle
                        | Page::Closed { .. }
                        | Page::Suspended
                        | Page::PaperTrouble
                        | Page::Notice { .. }
                )
        })?;
        Ok(Some(page).filter(&wanted))
    }

    fn maybe_trouble(&mut self) -> Result<(), String> {
        self.step += 1;
        let Some(trouble) = self.trouble.take_if(|_| self.step > self.trouble_at) else { return Ok(()) };
        match trouble {
            Trouble::Restart => self.world.restart().map_err(|error| error.to_string()),
            Trouble::Device { device, command, after } => {
                pass(self.world, after)?;
                // What cannot happen in this state does not.
                drop(self.world.act(device, &command));
                Ok(())
            }
        }
    }
}

/// A note in escrow that nobody decides on is given back after ten seconds.
const NOTE_COMES_BACK: Duration = Duration::from_secs(20);

/// A patient whose note goes nowhere looks for help after this.
const GIVE_UP_NOTE: Duration = Duration::from_secs(60);

impl Trouble {
    fn draw(rng: &mut Rng) -> Trouble {
        let count = rng.u32(1..6);
        let (device, command) = match rng.u32(0..12) {
            0 | 1 => return Trouble::Restart,
            2 => (Device::Id003, format!("lose-reply {count}")),
            3 => (Device::Id003, format!("garble {count}")),
            4 => (Device::Id003, format!("duplicate {count}")),
            5 => (Device::Id003, "power cut".to_owned()),
            6 => (Device::Id003, "jam acceptor".to_owned()),
            7 => (Device::Id003, "jam stacker".to_owned()),
            8 => (Device::Escpos, "cover open".to_owned()),
            9 => (Device::Escpos, format!("paper out-after {}", rng.u32(0..40))),
            10 => (Device::Escpos, "power cut".to_owned()),
            _ => (Device::Escpos, format!("lose-reply {count}")),
        };
        Trouble::Device { device, command, after: Duration::from_millis(rng.u64(0..2_500)) }
    }
}

impl fmt::Display for Visit<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} {}", self.mind, self.due)?;
        match &self.trouble {
            Some(trouble) => write!(out, ", {trouble:?} at step {}", self.trouble_at),
            None => Ok(()),
        }
    }
}
