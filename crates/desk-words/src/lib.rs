//! What people at the desk and technicians read. The machine tells data; this makes sentences of it, in the language of
//! whoever reads. The words stand in `config/languages/*/desk.toml` and are built into the programs that show them.
//!
//! Both languages are of the same types, which take no word too few or too many; and a word that nothing says is an error
//! of the compiler.

mod billing;
mod calls;
mod incidents;
mod lists;
mod mismatches;
mod orders;
mod papers;
mod payments;
mod status;
mod text;
mod units;

use std::sync::LazyLock;

use money::Yen;
use serde::Deserialize;

use text::section;

/// Every word of the desk, in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskWords {
    common: Common,
    places: units::Places,
    units: units::Units,
    states: units::States,
    troubles: units::Troubles,
    mismatches: mismatches::Mismatches,
    exit: units::Exit,
    printer: units::Printer,
    scanner: units::Scanner,
    clock: units::Clock,
    journal: units::Journal,
    calls: calls::Calls,
    discrepancies: payments::Discrepancies,
    papers: papers::Papers,
    print_causes: papers::PrintCauses,
    doubts: units::Doubts,
    incidents: incidents::Incidents,
    billing: billing::Billing,
    files: billing::Files,
    deliveries: billing::Deliveries,
    refusals: orders::Refusals,
    done: orders::Done,
    ages: lists::Ages,
    status: status::Status,
    closed: status::Closed,
    pages: status::Pages,
    lists: lists::Lists,
    payment: payments::Payment,
}

section!(Common { yen, and, named, date_time });

static JAPANESE: LazyLock<DeskWords> =
    LazyLock::new(|| read(include_str!("../../../config/languages/ja/desk.toml")));
static ENGLISH: LazyLock<DeskWords> =
    LazyLock::new(|| read(include_str!("../../../config/languages/en/desk.toml")));

fn read(text: &str) -> DeskWords {
    toml::from_str(text).expect("a test reads both files")
}

impl DeskWords {
    /// In Japanese.
    pub fn japanese() -> &'static DeskWords {
        &JAPANESE
    }

    /// In English.
    pub fn english() -> &'static DeskWords {
        &ENGLISH
    }

    /// An amount with its unit.
    pub fn yen(&self, amount: Yen) -> String {
        self.common.yen.with(&[("amount", &amount)])
    }

    fn list(&self, words: impl Iterator<Item = String>) -> String {
        words.collect::<Vec<_>>().join(&self.common.and.say())
    }
}

#[cfg(test)]
mod tests;
