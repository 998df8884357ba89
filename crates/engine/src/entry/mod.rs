//! What the journal holds: every decision, before it takes effect. Entries are only ever added. One family a file.

mod call;
mod cash;
mod doubt;
mod incident;
mod machine;
mod paper;
mod payment;
mod payout;
mod tender;

use api::WallTime;
use serde::{Deserialize, Serialize};

pub use self::call::CallEntry;
pub use self::cash::{CashEntry, RefusalReason};
pub use self::doubt::DoubtEntry;
pub use self::incident::IncidentEntry;
pub use self::machine::MachineEntry;
pub use self::paper::{PaperEntry, PrintMark};
pub use self::payment::{Line, PaymentEntry, Receipt, Slip, Whose};
pub use self::payout::PayoutEntry;
pub use self::tender::{Means, Purpose, TenderEntry};
use crate::{CarriedBooks, SlipCode};

/// One fact or intention. The field names are frozen: the journal keeps these bytes for years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "family", rename_all = "snake_case")]
pub enum Entry {
    /// The program: when it began, and when it could not go on.
    Machine(MachineEntry),
    /// Pieces that come in, lie somewhere and are counted.
    Cash(CashEntry),
    /// Pieces on their way out.
    Payout(PayoutEntry),
    /// A payment from its first page to the billing system's receipt of the result.
    Payment(PaymentEntry),
    /// The ways in which money comes in for a payment, each with a fate of its own.
    Tender(TenderEntry),
    /// 領収証 and 預り票, from the printer's own word and from people's.
    Paper(PaperEntry),
    /// Calls for staff.
    Call(CallEntry),
    /// What units count by themselves, and what of it does not fit.
    Doubt(DoubtEntry),
    /// Money of which something is not known.
    Incident(IncidentEntry),
}

impl From<MachineEntry> for Entry {
    fn from(entry: MachineEntry) -> Entry {
        Entry::Machine(entry)
    }
}

impl From<CashEntry> for Entry {
    fn from(entry: CashEntry) -> Entry {
        Entry::Cash(entry)
    }
}

impl From<PayoutEntry> for Entry {
    fn from(entry: PayoutEntry) -> Entry {
        Entry::Payout(entry)
    }
}

impl From<PaymentEntry> for Entry {
    fn from(entry: PaymentEntry) -> Entry {
        Entry::Payment(entry)
    }
}

impl From<TenderEntry> for Entry {
    fn from(entry: TenderEntry) -> Entry {
        Entry::Tender(entry)
    }
}

impl From<PaperEntry> for Entry {
    fn from(entry: PaperEntry) -> Entry {
        Entry::Paper(entry)
    }
}

impl From<CallEntry> for Entry {
    fn from(entry: CallEntry) -> Entry {
        Entry::Call(entry)
    }
}

impl From<DoubtEntry> for Entry {
    fn from(entry: DoubtEntry) -> Entry {
        Entry::Doubt(entry)
    }
}

impl From<IncidentEntry> for Entry {
    fn from(entry: IncidentEntry) -> Entry {
        Entry::Incident(entry)
    }
}

/// An entry on its way into the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What is chained.
    pub entry: Entry,
    /// What is kept beside the chain and erased later; the chain holds its salted hash.
    pub private: Option<Private>,
}

/// What is kept beside the chain of an entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Private {
    /// Of [`PaymentEntry::PaymentOpened`]: the bills, names and all, in the order of the entry's [`Line`]s.
    Bills(Vec<api::Bill>),
    /// Of [`PaymentEntry::PaymentClosed`]: the code of its slip.
    SlipCode(SlipCode),
    /// Of [`MachineEntry::BooksCarried`]: what the entries before it come to. No patient is in it.
    Books(Box<CarriedBooks>),
}

impl std::fmt::Debug for Private {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Private::Bills(bills) => write!(out, "Private({} bills)", bills.len()),
            Private::SlipCode(_) => out.write_str("Private(the code of a slip)"),
            Private::Books(_) => out.write_str("Private(the books)"),
        }
    }
}

/// An entry as the journal gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its number: 1, 2, 3, …
    pub seq: u64,
    /// When it was written.
    pub at: WallTime,
    /// What was chained.
    pub entry: Entry,
    /// The private part, if it had one and it is not erased yet.
    pub private: Option<Private>,
}
