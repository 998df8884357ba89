//! Every decision of the machine, as one pure function: [`Engine::handle`] takes the time and an input and
//! returns entries for the journal and outputs for the world. No clock, file, thread or randomness in it.

mod billing;
mod books;
mod break_length;
mod calls;
mod card;
mod cash;
mod clock;
mod comparing;
mod desk;
mod doubt;
mod engine;
mod entry;
mod fitted;
mod halt;
mod health;
mod incident;
mod input;
pub mod ledger;
mod offer;
mod output;
mod papers;
mod payment;
mod policy;
mod recovery;
mod reply;
mod slip_code;
mod stock;
mod subject;
mod summary;
#[cfg(test)]
mod tests;
mod turn;
mod upkeep;
mod visit;

pub use api::{CallReason, Discrepancy, DoubtCause, UnitKind};
pub use books::CarriedBooks;
pub use clock::was_clock_set;
pub use engine::Engine;
pub use entry::{
    CallEntry, CashEntry, DoubtEntry, Draft, Entry, IncidentEntry, Line, MachineEntry, Means, PaperEntry,
    PaymentEntry, PayoutEntry, PrintMark, Private, Purpose, Receipt, Recorded, RefusalReason, Slip,
    TenderEntry, Whose,
};
pub use halt::{Halt, Service};
pub use input::{BillingEvent, Input, Now};
pub use output::{Output, PaperFacts, PrintRequest, ReceiptFacts, SlipFacts, Step, Together};
pub use policy::{CashUnit, Policy, Store};
pub use recovery::Recovery;
pub use reply::{Look, Reply};
pub use slip_code::{NotASeal, SlipCode, SlipSeal};
pub use subject::{NoSubject, Subject};
pub use summary::Inquiry;
