//! What is going to happen at its time, whatever people do meanwhile.

use std::collections::VecDeque;
use std::time::Duration;

use engine::{Draft, Entry, PaymentEntry, PayoutEntry};
use journal::AppendError;
use money::Denomination;
use wire::Moment;

use super::put_back::PutBack;
use super::{KilledAt, Towards, World};
use crate::carrier::LineFault;
use crate::surroundings::{BillingAct, ClockSays, Device, Disk};

/// Something that happens to a machine.
#[derive(Clone, Debug)]
pub(in crate::world) enum Happening {
    /// Somebody does something with a device, or it fails. What cannot happen in its state does not.
    Act { device: Device, command: String },
    /// Somebody moves money outside the books. What cannot happen does not.
    MoveByHand { device: Device, command: String },
    /// The same with the hopper that is paying out, or else with `otherwise`: its value is put for the `VALUE` in the
    /// command.
    ActOnHopper { command: &'static str, otherwise: Denomination },
    /// Something goes wrong on a line.
    Disturb { device: Device, towards: Towards, fault: LineFault },
    /// The disk that holds the journal fails, or is sound again.
    Disk(Disk),
    /// Each append to the journal takes so long from now on.
    Appends(Duration),
    /// The computer's clock says this.
    Clock(ClockSays),
    /// The desk changes the bill that came last.
    BillChanges,
    /// Something goes wrong on the side of the billing system, or is over.
    Billing(BillingAct),
    /// The program is killed now, and started again after a while.
    Restart { away: Duration },
    /// The program is told to end, and started again so long after it has.
    Stop { away: Duration },
    /// An older journal is put in the place of the newest, as soon as nobody is being served.
    PutBack { what: PutBack, tries: u32 },
    /// The program is killed in the middle of a step, so many steps with entries later, and started again at once.
    Kill { steps: u32, at: KilledAt },
}

impl Happening {
    /// The same, at this note unit or this coin unit if it befalls one.
    pub(in crate::world) fn at_unit(self, notes: Device, coins: Device) -> Happening {
        let at = |device| match device {
            Device::Id003 => notes,
            Device::Cctalk => coins,
            other => other,
        };
        match self {
            Happening::Act { device, command } => Happening::Act { device: at(device), command },
            Happening::Disturb { device, towards, fault } => {
                Happening::Disturb { device: at(device), towards, fault }
            }
            Happening::MoveByHand { device, command } => {
                Happening::MoveByHand { device: at(device), command }
            }
            other => other,
        }
    }
}

/// What is planned, in the order in which it happens.
#[derive(Debug, Default)]
pub(super) struct Agenda(Vec<(Moment, Happening)>);

impl Agenda {
    fn add(&mut self, at: Moment, happening: Happening) {
        let behind = self.0.partition_point(|(other, _)| *other <= at);
        self.0.insert(behind, (at, happening));
    }

    pub(super) fn next(&self) -> Option<Moment> {
        self.0.first().map(|(at, _)| *at)
    }

    fn take_due(&mut self, now: Moment) -> Option<Happening> {
        let is_due = self.next().is_some_and(|at| at <= now);
        is_due.then(|| self.0.remove(0).1)
    }
}

/// The program is to be killed in the middle of a step: the next that writes entries, or so many after it; and each
/// time after that.
#[derive(Debug, Default)]
pub(super) struct Kills(VecDeque<(u32, KilledAt)>);

impl Kills {
    /// Whether the program is killed while it carries out a step with these entries.
    pub(super) fn strike(&mut self, entries: &[Draft]) -> Option<KilledAt> {
        let (steps, at) = self.0.front_mut().filter(|_| !entries.is_empty())?;
        if let Some(fewer) = steps.checked_sub(1) {
            *steps = fewer;
            return None;
        }
        let at = *at;
        self.0.pop_front();
        Some(at)
    }
}

impl World {
    /// The program will be killed in the middle of a step: the next that writes entries, or so many after it; if that
    /// is to happen to it already, so many after that.
    pub fn kill_in(&mut self, steps: u32, at: KilledAt) {
        self.machine.seams_mut().kills.0.push_back((steps, at));
    }

    /// Lets something happen after a while.
    pub(in crate::world) fn plan(&mut self, after: Duration, happening: Happening) {
        self.agenda.add(self.now.after(after), happening);
    }

    /// Whether something is still going to happen.
    pub(in crate::world) fn has_plans(&self) -> bool {
        self.agenda.next().is_some() || self.append_ends().is_some()
    }

    /// Lets everything happen that is planned for now.
    pub(super) fn happen_as_planned(&mut self) -> Result<(), AppendError> {
        while let Some(happening) = self.agenda.take_due(self.now) {
            match happening {
                Happening::Restart { away } => self.restart(away)?,
                Happening::PutBack { what, tries } => self.put_back(what, tries)?,
                Happening::Stop { away } => self.stop(away)?,
                Happening::Kill { steps, at } => self.kill_in(steps, at),
                around => self.happen_around(around),
            }
        }
        Ok(())
    }

    /// The same while the program is away; nobody can kill it then.
    pub(super) fn happen_without_program(&mut self) {
        while let Some(happening) = self.agenda.take_due(self.now) {
            self.happen_around(happening);
        }
    }

    fn happen_around(&mut self, happening: Happening) {
        match happening {
            Happening::Act { device, command } => drop(self.act(device, &command)),
            Happening::MoveByHand { device, command } => {
                let filled = self.notes_filled();
                if self.act(device, &command).is_ok() {
                    let more = self.notes_filled().minus(&filled);
                    let put_in = more.and_then(|more| self.put_in_by_hand.plus(&more));
                    self.put_in_by_hand = put_in.expect("a cabinet holds few notes");
                    self.observer.moved_by_hand(device, &command);
                }
            }
            Happening::ActOnHopper { command, otherwise } => {
                let hopper = self.paying_hopper().unwrap_or(otherwise);
                let command = command.replace("VALUE", &i64::from(hopper).to_string());
                drop(self.act_on_one_of(Device::COIN_UNITS, &command));
            }
            Happening::Disturb { device, towards, fault } => self.disturb(device, towards, fault),
            Happening::Disk(disk) => self.set_disk(disk),
            Happening::Appends(takes) => self.slow_appends(takes),
            Happening::Clock(says) => self.set_clock(says),
            Happening::BillChanges => self.billing.change_newest(),
            Happening::Billing(act) => self.act_billing(&act),
            Happening::Restart { .. }
            | Happening::Stop { .. }
            | Happening::PutBack { .. }
            | Happening::Kill { .. } => {}
        }
    }

    /// What was last told to be paid out, if it was not heard of since.
    fn paying_hopper(&self) -> Option<Denomination> {
        let mut newest_first = self.written.iter().rev();
        newest_first.find_map(|entry| match entry {
            Entry::Payout(PayoutEntry::PayoutIntended { denomination, .. }) => Some(Some(*denomination)),
            Entry::Payout(PayoutEntry::PayoutEnded { .. })
            | Entry::Payment(PaymentEntry::PaymentOpened { .. }) => Some(None),
            _ => None,
        })?
    }
}
