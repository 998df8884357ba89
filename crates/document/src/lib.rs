//! Receipts and slips: what was paid, or is owed, laid out for narrow paper, as bytes for an ESC/POS printer.
//!
//! Cut and process id are no part of a page: the printer's driver adds them.

mod calendar;
mod heading;
mod layout;
mod page;
mod receipt;
#[cfg(test)]
mod sample;
mod slip;
mod tax;
mod words;

use engine::{PaperFacts, PrintRequest};
use settings::{Clinic, Forms, Machine, ReceiptWords};

pub use page::Page;

/// The narrowest paper on which every row of a form still reads well.
pub const COLUMNS_MIN: u16 = 32;

/// Why a page cannot be made. None of them is cured by trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// For the technician: the printer's profile is wrong.
    #[error("the paper has {columns} columns; a page needs {COLUMNS_MIN} or more (printer profile)")]
    PaperTooNarrow {
        /// As the profile says.
        columns: u16,
    },
    /// For the clinic: its billing system sent a day that is in no calendar.
    #[error("the bill's day of treatment is in no calendar")]
    NoSuchDay,
    /// For the technician: the clock is centuries away.
    #[error("the time of payment is in no calendar; check the machine's clock")]
    NoSuchTime,
    /// For the clinic: its billing system sent amounts that cannot be added up.
    #[error(transparent)]
    Amount(#[from] money::AmountOverflow),
    /// A bug here: every text is made printable before it is laid out.
    #[error("a text was laid out that is not in the printer's font")]
    NotPrintable,
}

/// What is the same on every paper of a machine.
#[derive(Clone, Debug)]
pub struct Stationery {
    /// Who issues it.
    pub clinic: Clinic,
    /// The tables of a 領収証.
    pub forms: Forms,
    /// All other words.
    pub words: ReceiptWords,
    /// The width of the paper in half-width characters.
    pub columns: u16,
}

impl Stationery {
    /// As the machine is configured.
    pub fn of(machine: &Machine) -> Stationery {
        Stationery {
            clinic: machine.clinic.clone(),
            forms: machine.forms.clone(),
            words: machine.receipt_words.clone(),
            columns: machine.devices.printer.profile.columns.count().into(),
        }
    }
}

/// The 領収証 of one bill (K19), or an お釣り・ご返金 預り票 (K15).
pub fn page(request: &PrintRequest, stationery: &Stationery) -> Result<Page, DocumentError> {
    let columns = stationery.columns;
    if columns < COLUMNS_MIN {
        return Err(DocumentError::PaperTooNarrow { columns });
    }
    let layout = match &request.paper {
        PaperFacts::Receipt(receipt) => receipt::lay_out(request.mark, receipt, stationery)?,
        PaperFacts::Slip(slip) => slip::lay_out(request.mark, slip, stationery)?,
    };
    page::encode(&layout)
}
