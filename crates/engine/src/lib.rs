//! Every decision of the machine, as one pure function: [`Engine::handle`] takes the time and an input and
//! returns entries for the journal and outputs for the world. No clock, file, thread or randomness in it.

mod books;
mod calls;
mod desk;
mod engine;
mod entry;
mod health;
mod input;
pub mod ledger;
mod output;
mod papers;
mod payment;
mod summary;
#[cfg(test)]
mod tests;
mod turn;
mod visit;

pub use engine::{Engine, Policy};
pub use entry::{
    BillRef, CallReason, Discrepancy, Draft, Entry, PrintMark, Private, Receipt, Recorded, RefusalReason,
};
pub use input::{BillingEvent, DeskAction, Input, Now};
pub use output::{Output, PrintRequest, ReceiptFacts, Step};
pub use summary::summarise;
