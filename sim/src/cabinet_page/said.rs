//! What the machine says of itself, in the words of the desk.

use api::{CallView, DoubtfulPrint, MachineView, PaymentSummary, UnitKind};
use desk_words::DeskWords;
use serde::Serialize;

/// The same in each language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct InBoth<T> {
    ja: T,
    en: T,
}

impl<T> InBoth<T> {
    pub(super) fn say(say: impl Fn(&DeskWords) -> T) -> InBoth<T> {
        InBoth { ja: say(DeskWords::japanese()), en: say(DeskWords::english()) }
    }
}

/// A sentence for everything that the desk is told.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Sentences {
    note_unit: String,
    coin_unit: String,
    printer: String,
    scanner: String,
    /// One for each call.
    calls: Vec<String>,
    /// One for each paper in doubt: what it is, and why.
    papers: Vec<String>,
    /// Why the open payment is suspended.
    suspended: Option<String>,
}

impl Sentences {
    pub(super) fn of(
        words: &DeskWords,
        status: &MachineView,
        calls: &[CallView],
        papers: &[DoubtfulPrint],
        payment: Option<&PaymentSummary>,
    ) -> Sentences {
        let suspended = payment.and_then(|payment| payment.suspended.as_ref());
        Sentences {
            note_unit: units(words, status, UnitKind::Notes),
            coin_unit: units(words, status, UnitKind::Coins),
            printer: words.printer(status.units.printer),
            scanner: words.scanner(status.units.scanner_connected),
            calls: calls.iter().map(|call| words.call(call.reason)).collect(),
            papers: papers.iter().map(|paper| words.paper_doubt(paper.doubt)).collect(),
            suspended: suspended.map(|discrepancy| words.discrepancy(discrepancy)),
        }
    }
}

/// How the units are that take this.
fn units(words: &DeskWords, status: &MachineView, kind: UnitKind) -> String {
    let units = status.units.cash.iter().filter(|view| view.unit.kind == kind);
    units.map(|view| words.unit_view(view)).collect::<Vec<_>>().join(" / ")
}
