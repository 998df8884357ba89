//! Stories as text, one line a happening, with what is expected after it. The same story runs in the world
//! (virtual time) and on the unmodified programs over pseudo-terminals (wall time).

mod expect;
mod parse;
mod play;

use std::time::Duration;

use api::{Button, Decision, DoubtSaid, IncidentSaid, NewestNumbers, PaperAnswer, PaperName, Remark, Staff};
use money::Denomination;

pub use expect::Expectation;
pub use parse::ParseError;
pub use play::{Failure, Reason, Report, play};

use crate::cabinet::Profile;
use crate::examples::PlainBill;
use crate::surroundings::{BillingAct, ClockSays, Device, Disk};

/// A story.
#[derive(Debug)]
pub struct Scenario {
    /// Whether it runs in the world.
    pub in_world: bool,
    /// Whether it runs over pseudo-terminals.
    pub on_ptys: bool,
    /// The kinds of cabinet that it runs on, each from the beginning.
    pub profiles: Vec<Profile>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// One line of a story.
#[derive(Debug)]
pub struct Step {
    /// Where it stands in the text, from 1.
    pub line: usize,
    /// The line as it was written.
    pub text: String,
    /// What happens.
    pub action: Action,
    /// What is to become true soon after.
    pub expected: Vec<Expectation>,
}

/// What can happen.
#[derive(Debug)]
pub enum Action {
    /// The billing system puts a bill into the folder.
    Bill(BillAction),
    /// Something goes wrong on the side of the billing system, or is over.
    Billing(BillingAct),
    /// A patient does something with a device, or it fails.
    Device {
        /// Which device.
        device: Device,
        /// A line of its commands.
        command: String,
    },
    /// A patient inserts notes and coins, one after the other, each when the one before has gone somewhere.
    Insert {
        /// Where notes are held to.
        notes: Device,
        /// Where coins are dropped in.
        coins: Device,
        /// In this order.
        pieces: Vec<Denomination>,
    },
    /// A patient takes the note out of this device's mouth, or the coins out of its tray.
    Take(Device),
    /// Staff put pieces into drums and hoppers, and tell the desk.
    Stock {
        /// How many of each.
        pieces: Vec<(Denomination, u32)>,
    },
    /// Staff count drums and hoppers, and tell the desk.
    Count {
        /// What lies in each now.
        pieces: Vec<(Denomination, u32)>,
        /// Who.
        by: Staff,
    },
    /// A patient touches a button.
    Touch(Button),
    /// A patient keys the digits of a birthday and confirms them.
    KeyBirthday(Vec<u8>),
    /// Staff let the suspended payment go on, or give the money back.
    Decide {
        /// How.
        decision: Decision,
        /// Who.
        by: Staff,
        /// The machine must say no.
        refused: bool,
    },
    /// Staff settle the suspended payment by hand.
    TakeOver {
        /// Who.
        by: Staff,
        /// Why.
        reason: Remark,
    },
    /// Staff settle every doubt that stands.
    SettleDoubts {
        /// What it comes from.
        said: DoubtSaid,
        /// The newest numbers that anybody has seen.
        newest: NewestNumbers,
        /// Who.
        by: Staff,
    },
    /// Staff say what became of all money of which something is not known.
    SettleIncidents {
        /// What.
        said: IncidentSaid,
        /// Who.
        by: Staff,
        /// The machine must say no.
        refused: bool,
    },
    /// Staff answer the call.
    AnswerCall {
        /// Who.
        by: Staff,
    },
    /// Staff looked at a paper.
    Paper {
        /// Which.
        paper: PaperName,
        /// What they saw.
        answer: PaperAnswer,
        /// Who.
        by: Staff,
    },
    /// Nothing happens for so long.
    Wait(Duration),
    /// The daemon is killed and started again.
    Restart {
        /// How long nobody is there.
        away: Duration,
    },
    /// The disk that holds the journal fails, or is sound again.
    Disk(Disk),
    /// The computer's clock says this.
    Clock(ClockSays),
    /// A person says that the clock is right.
    ConfirmClock {
        /// Who.
        by: Staff,
        /// The machine says no.
        refused: bool,
    },
    /// Nothing happens; something is expected.
    Nothing,
}

/// A bill of the story.
#[derive(Debug)]
pub enum BillAction {
    /// One of the shipped examples, by its file's name.
    Example(String),
    /// A plain self-pay bill.
    Plain(PlainBill),
}

impl BillAction {
    /// The name of the file and its text, as the billing system writes them.
    pub fn file(&self) -> Result<(String, String), String> {
        match self {
            BillAction::Example(name) => crate::examples::bill(name)
                .map(|text| (format!("{name}.json"), text.to_owned()))
                .ok_or_else(|| format!("there is no example bill `{name}`; see config/examples/bills")),
            BillAction::Plain(bill) => Ok((format!("{}-{}.json", bill.id, bill.revision), bill.text())),
        }
    }
}
