//! What people at the desk ask and order, and what they are answered.

mod order;
mod panel;
mod refusal;
mod staff;

use money::{CashCount, Yen};
use serde::{Deserialize, Serialize};

pub use order::{Act, Decision, NewestNumbers, Order, PaperAnswer, PaperName};
pub use panel::{
    CallAbout, CallView, DoubtfulPrint, HopperView, MachineView, OutOfOrder, PaperDoubt, PaymentSummary,
    PiecesView, RefusedCode, RefusedCodes, Standing, StoreView, UnitState, UnitView, UnitsView,
};
pub use refusal::{Actor, Refusal};
pub use staff::{Remark, Staff, UnfitWords};

use crate::{DoubtView, IncidentId, IncidentSaid, IncidentView, PaymentId, StoreName, WallTime};

/// What a client of `diag.sock` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromDesk {
    /// It wants to know something.
    Ask(Question),
    /// It wants something done.
    Order(Order),
}

/// What can be asked. Nothing changes by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// How is the machine?
    Status,
    /// Who is calling for staff?
    Calls,
    /// Does the journal's hash chain hold?
    JournalVerify,
    /// The newest entries, at most this many.
    JournalShow {
        /// How many.
        last: u32,
    },
    /// What became of a payment?
    Payment {
        /// Which.
        id: PaymentId,
    },
    /// Which units say something that does not fit the journal?
    Doubts,
    /// Of which money is something not known?
    Incidents,
    /// What is known of this one?
    Incident {
        /// Which.
        incident: IncidentId,
    },
    /// Which papers are in doubt?
    Papers,
}

/// What the daemon says on `diag.sock`: one of these to each [`FromDesk`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToDesk {
    /// The answer to a question.
    Answer(Answer),
    /// The order was carried out.
    Done(Done),
    /// It was not done, or cannot be answered.
    Refused(Refusal),
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// How the machine is.
    Status(Box<MachineView>),
    /// Who is calling.
    Calls(Vec<CallView>),
    /// The chain holds.
    JournalVerified {
        /// How many entries.
        entries: u64,
        /// The last entry's hash, in hexadecimal digits.
        head: String,
    },
    /// Entries, oldest first: each its stored bytes as JSON, with number, time and hash around it.
    Journal(Vec<serde_json::Value>),
    /// A payment.
    Payment(Box<PaymentSummary>),
    /// What does not fit the journal.
    Doubts(Vec<DoubtView>),
    /// Money of which something is not known.
    Incidents(Vec<IncidentView>),
    /// One of them.
    Incident(IncidentView),
    /// Papers in doubt.
    Papers(Vec<DoubtfulPrint>),
}

/// What became of an [`Order`] that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "done")]
pub enum Done {
    /// The patient sees that somebody comes.
    CallsAnswered,
    /// The payment is settled as far as the machine is concerned. The billing system has no money of it.
    TakenOver {
        /// What it was, and what the machine keeps.
        payment: Box<PaymentSummary>,
    },
    /// The payment goes on at the machine.
    Decided {
        /// Which.
        payment: PaymentId,
        /// How.
        decision: Decision,
    },
    /// The books say what was counted.
    StockSet {
        /// Where.
        store: StoreName,
        /// What the books said before.
        before: CashCount,
        /// What was counted.
        counted: CashCount,
    },
    /// The doubt is settled.
    DoubtSettled {
        /// What lies there is to be counted; until then no change is paid from there.
        to_count: Vec<StoreName>,
    },
    /// What became of it is written down.
    IncidentSettled {
        /// Which.
        incident: IncidentId,
        /// What became of it.
        said: IncidentSaid,
        /// What it was worth, as far as that was known.
        value: Yen,
    },
    /// The clock is believed.
    ClockConfirmed {
        /// What it says.
        says: WallTime,
    },
    /// What was seen of the paper is written down.
    PaperAnswered {
        /// Which.
        paper: PaperName,
        /// What becomes of it.
        then: PaperThen,
    },
}

/// What becomes of a paper after a person looked at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperThen {
    /// Nothing more.
    Settled,
    /// It is being printed again.
    Printing,
    /// It is printed again as soon as the printer is ready.
    Waiting,
}
