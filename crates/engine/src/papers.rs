//! Papers are durable and resumable: they survive a restart, and nothing is printed twice unmarked (K20).

use api::{DoubtfulPrint, PaperAnswer, PaperName};
use device_api::{PrintCause, PrintJobId, PrinterEvent};

use crate::books::{Books, Paper, PaperState};
use crate::output::{Output, PrintRequest};
use crate::turn::Turn;
use crate::{CallReason, Entry, PaperEntry};

/// A process id has room for sixteen tries of a paper; the last is kept free so that a late answer to it can
/// never meet the first try of the next paper.
const ATTEMPTS_MAX: u8 = 15;

/// Books what the printer said of a paper. True if a paper changed.
pub(crate) fn printer_said(turn: &mut Turn<'_>, event: &PrinterEvent) -> bool {
    let entry = match event {
        PrinterEvent::Status(_) => return status_changed(turn),
        PrinterEvent::Printed { job } => (*job, Entry::Paper(PaperEntry::Printed { job: *job })),
        PrinterEvent::NotStarted { job, cause } => {
            (*job, Entry::Paper(PaperEntry::PrintNotStarted { job: *job, cause: *cause }))
        }
        PrinterEvent::Unknown { job, cause } => {
            (*job, Entry::Paper(PaperEntry::PrintUnknown { job: *job, cause: *cause }))
        }
    };
    let (job, entry) = entry;
    if !state_is(turn.books, job, PaperState::Sending) {
        return false;
    }
    let trouble = !matches!(entry, Entry::Paper(PaperEntry::Printed { .. }));
    turn.record(entry);
    if trouble {
        turn.call_staff(CallReason::Paper);
    }
    // A page that did not start has just shown that the printer is not ready, whatever it said before.
    let ready = !trouble && turn.health.printer.is_ready();
    print_next(turn, ready);
    true
}

/// A printer that stops in the middle of a paper needs staff now; what became of the paper it says later.
fn status_changed(turn: &mut Turn<'_>) -> bool {
    let ready = turn.health.printer.is_ready();
    if !ready && turn.books.papers.values().any(|paper| paper.state == PaperState::Sending) {
        turn.call_staff(CallReason::Paper);
    }
    print_next(turn, ready)
}

/// Sends the next paper to the printer, one at a time: one that waits, or, when the printer is ready again, one
/// that was held, of which not one byte was sent. True if there was one.
pub(crate) fn print_next(turn: &mut Turn<'_>, printer_ready_again: bool) -> bool {
    if turn.books.papers.values().any(|paper| paper.state == PaperState::Sending) {
        return false;
    }
    let printable = |(_, paper): &(&PrintJobId, &Paper)| {
        let waits =
            paper.state == PaperState::Waiting || (printer_ready_again && paper.state == PaperState::Held);
        waits && paper.attempts < ATTEMPTS_MAX
    };
    let Some((&job, paper)) = turn.books.papers.iter().find(printable) else { return false };
    let request = request(job, paper);
    turn.record(PaperEntry::PrintIntended { job, attempt: request.attempt, mark: request.mark });
    turn.output(Output::Print(Box::new(request)));
    true
}

/// A person looked. True if the paper was in doubt.
pub(crate) fn answered(turn: &mut Turn<'_>, name: PaperName, answer: PaperAnswer, by: &str) -> bool {
    let in_doubt =
        |(_, paper): &(&PrintJobId, &Paper)| paper.name() == name && cause_of_doubt(paper).is_some();
    let Some((&job, paper)) = turn.books.papers.iter().find(in_doubt) else { return false };
    let wants_another = matches!(answer, PaperAnswer::Incomplete | PaperAnswer::Unknown);
    if wants_another && paper.attempts >= ATTEMPTS_MAX {
        return false;
    }
    turn.record(PaperEntry::PrintAnswered { job, answer, by: by.to_owned() });
    print_next(turn, false);
    true
}

/// After a restart nobody knows what became of a paper that was being sent.
pub(crate) fn interrupted(turn: &mut Turn<'_>) {
    let sending = turn.books.papers.iter().filter(|(_, paper)| paper.state == PaperState::Sending);
    let jobs: Vec<PrintJobId> = sending.map(|(&job, _)| job).collect();
    for job in jobs {
        turn.record(PaperEntry::PrintUnknown { job, cause: PrintCause::Interrupted });
    }
    if !turn.books.papers.is_empty() {
        turn.call_staff(CallReason::Paper);
    }
}

/// The papers that a person has to look at.
pub(crate) fn in_doubt(books: &Books) -> Vec<DoubtfulPrint> {
    let view = |paper: &Paper| {
        let cause = cause_of_doubt(paper)?.to_owned();
        let was_begun = matches!(paper.state, PaperState::Doubtful(_));
        Some(DoubtfulPrint { paper: paper.name(), payment: paper.payment, cause, was_begun })
    };
    books.papers.values().filter_map(view).collect()
}

/// Why a person has to look at a paper, if so.
pub(crate) fn cause_of_doubt(paper: &Paper) -> Option<&'static str> {
    match paper.state {
        PaperState::Waiting | PaperState::Held if paper.attempts >= ATTEMPTS_MAX => {
            Some("it was tried too often; write one by hand")
        }
        PaperState::Doubtful(cause) => Some(cause.words()),
        PaperState::Held => Some("not one byte was sent; it is printed when the printer is ready"),
        PaperState::Waiting | PaperState::Sending => None,
    }
}

fn request(job: PrintJobId, paper: &Paper) -> PrintRequest {
    PrintRequest { job, attempt: paper.attempts, mark: paper.mark, paper: paper.facts() }
}

fn state_is(books: &Books, job: PrintJobId, state: PaperState) -> bool {
    books.papers.get(&job).is_some_and(|paper| paper.state == state)
}
