use std::time::Duration;

use api::{Button, DeskAnswer, DeskRequest, KioskView};
use engine::{DeskAction, Inquiry, Service};
use journal::Record;
use serde_json::Value;

use super::{Machine, MachineError};
use crate::cabinet::Cabinet;
use crate::planted::PlantedBug;
use crate::scenario::{BillingAct, Device};
use crate::world::{Disk, World};

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

    fn desk(&mut self, request: DeskRequest) -> Result<DeskAnswer, MachineError> {
        match request {
            DeskRequest::AnswerCall { by } => self.0.desk(DeskAction::AnswerCall { by }).map_err(refused),
            DeskRequest::TakeOver { id, by, reason } => {
                self.0.desk(DeskAction::TakeOver { payment: id, by, reason }).map_err(refused)
            }
            DeskRequest::Decide { id, decision, by } => {
                self.0.desk(DeskAction::Decide { payment: id, decision, by }).map_err(refused)
            }
            DeskRequest::SetStock { denomination, pieces, by } => {
                self.0.desk(DeskAction::SetStock { denomination, pieces, by }).map_err(refused)
            }
            DeskRequest::PrintAnswer { paper, answer, by } => {
                self.0.desk(DeskAction::PrintAnswer { paper, answer, by }).map_err(refused)
            }
            DeskRequest::SettleDoubt { doubt, said, newest_receipt, newest_payment, by } => {
                let action = DeskAction::SettleDoubt { doubt, said, newest_receipt, newest_payment, by };
                self.0.desk(action).map_err(refused)
            }
            DeskRequest::DoubtList => Ok(DeskAnswer::Doubts(self.0.engine().doubts())),
            DeskRequest::Status => {
                let balances = self.0.journal().balances().map_err(refused)?;
                let sum = money::Yen::sum(balances.into_iter().map(|(_, amount)| amount));
                Ok(match self.0.engine() {
                    Service::Working(engine) => {
                        DeskAnswer::Status(Box::new(engine.status(Some(sum == Ok(money::Yen::ZERO)))))
                    }
                    Service::Halted(halt) => DeskAnswer::Status(Box::new(halt.status(self.0.disk_trouble()))),
                })
            }
            DeskRequest::Calls => Ok(DeskAnswer::Calls(self.0.engine().calls())),
            DeskRequest::PrintList => Ok(DeskAnswer::Prints(self.0.engine().papers_in_doubt())),
            DeskRequest::Payment { id } => {
                let mut inquiry = Inquiry::about(id);
                self.0.journal().replay(|recorded| inquiry.take_in(&recorded)).map_err(refused)?;
                Ok(match inquiry.answer() {
                    Some(summary) => DeskAnswer::Payment(Box::new(summary)),
                    None => DeskAnswer::Refused(format!("There is no payment {id}.")),
                })
            }
            DeskRequest::JournalVerify | DeskRequest::JournalShow { .. } => {
                Err(MachineError::Refused("a story does not read the journal's bytes".to_owned()))
            }
        }
    }

    fn restart(&mut self, away: Duration) -> Result<(), MachineError> {
        self.0.restart(away).map_err(refused)
    }

    fn set_disk(&mut self, disk: Disk) -> Result<(), MachineError> {
        self.0.set_disk(disk);
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
