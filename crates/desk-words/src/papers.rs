//! Papers of which nobody knows whether they came out whole.

use api::{PaperDoubt, PaperName};
use device_api::PrintCause;

use crate::DeskWords;
use crate::text::section;

section!(Papers { receipt, slip, begun, held, tried_too_often, code_gone });
section!(PrintCauses {
    not_responding,
    cover_open,
    paper_end,
    error,
    power_lost,
    interrupted,
    not_printable,
});

impl DeskWords {
    /// A paper.
    pub fn paper(&self, paper: PaperName) -> String {
        match paper {
            PaperName::Receipt(number) => self.papers.receipt.with(&[("number", &number)]),
            PaperName::Slip(payment) => self.papers.slip.with(&[("number", &payment)]),
        }
    }

    /// Why a person has to look at a paper.
    pub fn paper_doubt(&self, doubt: PaperDoubt) -> String {
        match doubt {
            PaperDoubt::Begun(cause) => self.papers.begun.with(&[("cause", &self.print_cause(cause))]),
            PaperDoubt::Held => self.papers.held.say(),
            PaperDoubt::TriedTooOften => self.papers.tried_too_often.say(),
            PaperDoubt::CodeGone => self.papers.code_gone.say(),
        }
    }

    fn print_cause(&self, cause: PrintCause) -> String {
        let words = match cause {
            PrintCause::NotResponding => &self.print_causes.not_responding,
            PrintCause::CoverOpen => &self.print_causes.cover_open,
            PrintCause::PaperEnd => &self.print_causes.paper_end,
            PrintCause::Error => &self.print_causes.error,
            PrintCause::PowerLost => &self.print_causes.power_lost,
            PrintCause::Interrupted => &self.print_causes.interrupted,
            PrintCause::NotPrintable => &self.print_causes.not_printable,
        };
        words.say()
    }
}
