use std::time::Duration;

use api::{Answer, Button, Done, KioskView, Order, Question, Refusal};
use engine::{Inquiry, Look, Reply};
use journal::Record;
use serde_json::Value;

use super::{Machine, MachineError};
use crate::cabinet::Cabinet;
use crate::planted::PlantedBug;
use crate::surroundings::{BillingAct, ClockSays, Device, Disk};
use crate::world::World;

/// The time from switching on to a start page: the note unit initialises for some seconds.
const START: Duration = Duration::from_secs(60);

/// A story is the same each time it is played.
const SEED: u64 = 0;

/// A machine in virtual time.
pub struct InWorld(World);

impl InWorld {
    /// A new machine that is ready for its first patient.
    pub fn start(cabinet: &Cabinet) -> Result<InWorld, MachineError> {
        InWorld::with_bug(cabinet, None)
    }

    /// The same with a bug in it, to see whether it is found.
    pub(crate) fn with_bug(cabinet: &Cabinet, bug: Option<PlantedBug>) -> Result<InWorld, MachineError> {
        let settings = Cabinet::settings(cabinet.profile).map_err(MachineError::Refused)?;
        let mut machine = InWorld(World::with_bug(&settings, cabinet, SEED, bug).map_err(refused)?);
        machine.wait(START)?;
        Ok(machine)
    }

    /// The world, to look at its truth.
    pub fn world(&self) -> &World {
        &self.0
    }

    fn look(&self, look: Look) -> Result<Answer, MachineError> {
        match look {
            Look::Status(mut status) => {
                let balances = self.0.journal().balances().map_err(refused)?;
                let sum = money::Yen::sum(balances.into_iter().map(|(_, amount)| amount));
                status.ledger_balanced = Some(sum == Ok(money::Yen::ZERO));
                Ok(Answer::Status(status))
            }
            Look::Payment(payment) => {
                let mut inquiry = Inquiry::about(payment);
                self.0.journal().replay(|recorded| inquiry.take_in(&recorded)).map_err(refused)?;
                let summary = inquiry.answer().ok_or(Refusal::NoSuchPayment { payment })?;
                Ok(Answer::Payment(Box::new(summary)))
            }
            Look::Verify | Look::Show { .. } => {
                Err(MachineError::Refused("a story does not read the journal's bytes".to_owned()))
            }
        }
    }
}

impl Machine for InWorld {
    fn put_bill(&mut self, _name: &str, text: &str) -> Result<(), MachineError> {
        self.0.put_bill(text).map_err(MachineError::Refused)
    }

    fn act_billing(&mut self, act: &BillingAct) -> Result<(), MachineError> {
        self.0.act_billing(act);
        Ok(())
    }

    fn act(&mut self, device: Device, command: &str) -> Result<(), MachineError> {
        self.0.act(device, command).map_err(MachineError::Refused)
    }

    fn touch(&mut self, button: Button) -> Result<(), MachineError> {
        self.0.touch(button);
        Ok(())
    }

    fn ask(&mut self, question: Question) -> Result<Answer, MachineError> {
        let trouble = self.0.disk_trouble();
        match self.0.engine().answer(question, Some(&trouble))? {
            Reply::Now(answer) => Ok(answer),
            Reply::Look(look) => self.look(look),
        }
    }

    fn order(&mut self, order: Order) -> Result<Done, MachineError> {
        Ok(self.0.order(order).map_err(refused)??)
    }

    fn restart(&mut self, away: Duration) -> Result<(), MachineError> {
        self.0.restart(away).map_err(refused)
    }

    fn set_disk(&mut self, disk: Disk) -> Result<(), MachineError> {
        self.0.set_disk(disk);
        Ok(())
    }

    fn set_clock(&mut self, says: ClockSays) -> Result<(), MachineError> {
        self.0.set_clock(says);
        Ok(())
    }

    fn wait(&mut self, time: Duration) -> Result<(), MachineError> {
        self.0.run_for(time).map_err(refused)
    }

    fn view(&self) -> KioskView {
        self.0.view().clone()
    }

    fn happened(&self) -> &[Value] {
        self.0.happened()
    }

    fn papers(&self) -> Vec<String> {
        self.0.printer().pieces().iter().map(|piece| piece.text().join("\n")).collect()
    }
}

fn refused(error: impl std::error::Error) -> MachineError {
    MachineError::Refused(error.to_string())
}
