//! Papers are durable and resumable: they survive a restart, and nothing is printed twice unmarked (K20).

use api::{CallReason, DoubtfulPrint, PaperAnswer, PaperDoubt, PaperName, PaperThen, Refusal, Staff};
use device_api::{PrintCause, PrintJobId, PrinterEvent};

use crate::books::{Books, Paper, PaperState};
use crate::health::Health;
use crate::output::{Output, PrintRequest};
use crate::turn::Turn;
use crate::{Entry, PaperEntry, PrintMark};

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
        waits && can_be_printed(paper)
    };
    let found = turn.books.papers.iter().filter(printable).find_map(|(&job, paper)| request(job, paper));
    let Some(mut request) = found else { return false };
    request.separate |=
        turn.books.papers.values().any(|paper| matches!(paper.state, PaperState::Doubtful(_)));
    let job = request.job;
    turn.record(PaperEntry::PrintIntended { job, attempt: request.attempt, mark: request.mark });
    turn.output(Output::Print(Box::new(request)));
    true
}

/// A person looked at a paper that was in doubt.
pub(crate) fn answered(
    turn: &mut Turn<'_>,
    name: PaperName,
    answer: PaperAnswer,
    by: Staff,
) -> Result<PaperThen, Refusal> {
    let in_doubt = |(_, paper): &(&PrintJobId, &Paper)| paper.name() == name && doubt_about(paper).is_some();
    let found = turn.books.papers.iter().find(in_doubt);
    let (&job, paper) = found.ok_or(Refusal::PaperNotInDoubt { paper: name })?;
    let wants_another = matches!(answer, PaperAnswer::Incomplete | PaperAnswer::Unknown);
    if wants_another && !paper.is_whole() {
        return Err(Refusal::PaperCodeGone { paper: name });
    }
    if wants_another && paper.attempts >= ATTEMPTS_MAX {
        return Err(Refusal::PaperTriedTooOften { paper: name });
    }
    turn.record(PaperEntry::PrintAnswered { job, answer, by });
    print_next(turn, false);
    Ok(match turn.books.papers.get(&job).map(|paper| paper.state) {
        None => PaperThen::Settled,
        Some(PaperState::Sending) => PaperThen::Printing,
        Some(PaperState::Waiting | PaperState::Held | PaperState::Doubtful(_)) => PaperThen::Waiting,
    })
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
        let doubt = doubt_about(paper)?;
        Some(DoubtfulPrint { paper: paper.name(), payment: paper.payment, doubt })
    };
    books.papers.values().filter_map(view).collect()
}

/// Whether a paper does not come out before a person has done something.
pub(crate) fn wait_for_a_person(books: &Books, health: &Health) -> bool {
    let stops = |paper: &Paper| match paper.state {
        PaperState::Sending => !health.printer.is_ready(),
        PaperState::Waiting | PaperState::Held | PaperState::Doubtful(_) => doubt_about(paper).is_some(),
    };
    books.papers.values().any(stops)
}

/// Why a person has to look at a paper, if so.
pub(crate) fn doubt_about(paper: &Paper) -> Option<PaperDoubt> {
    match paper.state {
        PaperState::Waiting | PaperState::Held if !paper.is_whole() => Some(PaperDoubt::CodeGone),
        PaperState::Waiting | PaperState::Held if paper.attempts >= ATTEMPTS_MAX => {
            Some(PaperDoubt::TriedTooOften)
        }
        PaperState::Doubtful(cause) => Some(PaperDoubt::Begun(cause)),
        PaperState::Held => Some(PaperDoubt::Held),
        PaperState::Waiting | PaperState::Sending => None,
    }
}

fn request(job: PrintJobId, paper: &Paper) -> Option<PrintRequest> {
    let (attempt, mark) = (paper.attempts, paper.mark);
    Some(PrintRequest { job, attempt, mark, separate: mark != PrintMark::Original, paper: paper.facts()? })
}

fn can_be_printed(paper: &Paper) -> bool {
    paper.attempts < ATTEMPTS_MAX && paper.is_whole()
}

fn state_is(books: &Books, job: PrintJobId, state: PaperState) -> bool {
    books.papers.get(&job).is_some_and(|paper| paper.state == state)
}
