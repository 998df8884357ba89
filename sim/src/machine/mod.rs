//! A whole machine as a story sees it, wherever it runs.

mod connection;
mod in_world;
mod on_ptys;
mod running;
mod shared_folder;

use std::io;
use std::time::Duration;

use api::{Answer, Button, Done, KioskView, MachineView, Order, PaymentId, Question, Refusal};
use serde_json::Value;

pub use in_world::InWorld;
pub use on_ptys::OnPtys;
pub use running::{Happening, Papers, RunningMachine};

pub(crate) use connection::Connection;
pub(crate) use running::{PROGRAM_PATIENCE, program};

use crate::surroundings::{BillingAct, ClockSays, Device, Disk};

/// What people around a machine can do and see.
pub trait Machine {
    /// The billing system writes a file into the folder of bills.
    fn put_bill(&mut self, name: &str, text: &str) -> Result<(), MachineError>;

    /// Something goes wrong on the side of the billing system, or is over.
    fn act_billing(&mut self, act: &BillingAct) -> Result<(), MachineError>;

    /// Somebody does something with a device: one line of its commands.
    fn act(&mut self, device: Device, command: &str) -> Result<(), MachineError>;

    /// A patient touches a button of the page on screen.
    fn touch(&mut self, button: Button) -> Result<(), MachineError>;

    /// Staff ask something.
    fn ask(&mut self, question: Question) -> Result<Answer, MachineError>;

    /// Staff do something.
    fn order(&mut self, order: Order) -> Result<Done, MachineError>;

    /// The daemon is killed, and started again after a while.
    fn restart(&mut self, away: Duration) -> Result<(), MachineError>;

    /// The disk that holds the journal fails, or is sound again.
    fn set_disk(&mut self, disk: Disk) -> Result<(), MachineError>;

    /// The computer's clock says this.
    fn set_clock(&mut self, says: ClockSays) -> Result<(), MachineError>;

    /// Time passes.
    fn wait(&mut self, time: Duration) -> Result<(), MachineError>;

    /// What is on screen.
    fn view(&self) -> KioskView;

    /// Everything that came out of the devices so far.
    fn happened(&self) -> &[Value];

    /// The text of every piece of paper that was cut so far.
    fn papers(&self) -> Vec<String>;

    /// How the machine is.
    fn status(&mut self) -> Result<MachineView, MachineError> {
        status_in(self.ask(Question::Status)?)
    }

    /// The newest payment.
    fn last_payment(&mut self) -> Result<Option<PaymentId>, MachineError> {
        Ok(self.status()?.last_payment)
    }
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// A device said no, or a story asks for what there is not.
    #[error("{0}")]
    Refused(String),
    /// The machine did not do what staff ordered, or could not answer.
    #[error("{}", desk_words::DeskWords::english().refusal(.0))]
    Desk(Refusal),
    /// A program could not be started or reached.
    #[error("{what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// What went wrong.
        error: io::Error,
    },
    /// Something did not come about in time.
    #[error("{0} did not come about in time")]
    Late(&'static str),
}

impl From<Refusal> for MachineError {
    fn from(refusal: Refusal) -> MachineError {
        MachineError::Desk(refusal)
    }
}

fn status_in(answer: Answer) -> Result<MachineView, MachineError> {
    match answer {
        Answer::Status(status) => Ok(*status),
        other => Err(not_an_answer(&other)),
    }
}

/// The daemon and this simulator are of one release, so it is a bug.
pub(crate) fn not_an_answer(answer: &Answer) -> MachineError {
    MachineError::Refused(format!("not an answer to this question: {answer:?}"))
}

fn io<T>(what: &str, result: io::Result<T>) -> Result<T, MachineError> {
    result.map_err(|error| MachineError::Io { what: what.to_owned(), error })
}
