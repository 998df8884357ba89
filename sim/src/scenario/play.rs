use std::time::Duration;

use api::{Button, DeskAnswer, DeskRequest, Notice, Outcome, Page, PaymentSummary, ReceiptNumber};
use money::{Denomination, Yen};
use serde::Serialize;

use super::expect::{Seen, outcome_name};
use super::{Action, Expectation, Scenario, Step};
use crate::machine::{Machine, MachineError};
use crate::scenario::Device;

/// How long something expected may take. The longest that a machine does by itself is a receipt, some seconds;
/// a busy computer needs some more.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether something expected came true.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// The time a person takes to hold the next note to the slot.
const NEXT_NOTE: Duration = Duration::from_millis(500);

/// Who types a line sees what it leads to after this time.
const AFTER_A_LINE: Duration = Duration::from_millis(700);

/// How a story ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// paid, cancelled, taken_over, suspended or refused.
    pub outcome: String,
    /// What was to be paid, in yen.
    pub due: Yen,
    /// What was inserted and credited.
    pub inserted: Yen,
    /// What was paid out as change.
    pub change: Yen,
    /// What was given back.
    pub returned: Yen,
    /// What is owed to the patient.
    pub owed: Yen,
    /// The numbers of the 領収証.
    pub receipts: Vec<String>,
    /// Whether all postings sum to zero.
    pub ledger_balanced: bool,
    /// Why nothing could be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Notice>,
}

/// A line that did not come true.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {text}\n  {sentence}")]
pub struct Failure {
    line: usize,
    text: String,
    sentence: String,
}

/// Plays `scenario` on `machine` to its end.
pub fn play(machine: &mut dyn Machine, scenario: &Scenario) -> Result<Report, Failure> {
    let mut refusal = None;
    for step in &scenario.steps {
        let failure = |sentence| Failure { line: step.line, text: step.text.clone(), sentence };
        run(machine, step).map_err(failure)?;
        if let Page::Notice { notice } = machine.view().page {
            refusal = Some(notice);
        }
    }
    let last = scenario.steps.last().map_or((0, String::new()), |step| (step.line, step.text.clone()));
    report(machine, refusal).map_err(|error| Failure {
        line: last.0,
        text: last.1,
        sentence: error.to_string(),
    })
}

/// Lets one line happen, as somebody typed it. The error is a sentence for them.
pub fn play_line(machine: &mut dyn Machine, line: &str) -> Result<(), String> {
    let step = super::parse::step(0, line)?;
    run(machine, &step)?;
    machine.wait(AFTER_A_LINE).map_err(|error| error.to_string())
}

/// Lets one line happen and waits for what it expects.
fn run(machine: &mut dyn Machine, step: &Step) -> Result<(), String> {
    let before = machine.happened().len();
    act(machine, &step.action).map_err(|error| error.to_string())?;
    for expected in &step.expected {
        let came_true = wait_until(machine, |machine| holds(machine, expected, before));
        if !came_true.map_err(|error| error.to_string())? {
            return Err(what_is_instead(machine, expected));
        }
    }
    Ok(())
}

fn act(machine: &mut dyn Machine, action: &Action) -> Result<(), MachineError> {
    match action {
        Action::Bill(bill) => {
            let (name, text) = bill.file().map_err(MachineError::Refused)?;
            machine.put_bill(&name, &text)
        }
        Action::Device { device, command } => machine.act(*device, command),
        Action::Insert(notes) => notes.iter().try_for_each(|note| insert(machine, *note)),
        Action::Touch(button) => touch(machine, *button),
        Action::TakeOver { by, reason } => take_over(machine, by, reason),
        Action::AnswerCall { by } => ask(machine, DeskRequest::AnswerCall { by: by.clone() }).map(drop),
        Action::Paper { number, answer, by } => {
            wait_until(machine, |machine| is_in_doubt(machine, *number))?;
            let request = DeskRequest::PrintAnswer { number: *number, answer: *answer, by: by.clone() };
            ask(machine, request).map(drop)
        }
        Action::Wait(time) => machine.wait(*time),
        Action::Restart => machine.restart(),
        Action::Nothing => Ok(()),
    }
}

/// Holds a note to the slot and waits until it is in, back, or refused.
fn insert(machine: &mut dyn Machine, note: Denomination) -> Result<(), MachineError> {
    machine.wait(NEXT_NOTE)?;
    let before = machine.happened().len();
    machine.act(Device::Id003, &format!("insert {}", i64::from(note)))?;
    let ended = wait_until(machine, |machine| {
        let ends = ["stacked", "returned", "rejected", "refused_at_entry"];
        Ok(machine.happened()[before..].iter().any(|one| ends.iter().any(|end| one["happened"] == *end)))
    })?;
    match ended {
        true => Ok(()),
        false => Err(MachineError::Refused(format!("the note of {note} yen went nowhere"))),
    }
}

/// People touch what they see: a button that belongs to a page that is still coming is waited for.
fn touch(machine: &mut dyn Machine, button: Button) -> Result<(), MachineError> {
    match wait_until(machine, |machine| Ok(is_offered(&machine.view().page, button)))? {
        true => machine.touch(button),
        false => Err(MachineError::Refused(format!("the button {button:?} did not appear"))),
    }
}

fn is_offered(page: &Page, button: Button) -> bool {
    match button {
        Button::Yes | Button::No => matches!(page, Page::ConfirmPayer { .. }),
        Button::PayCash => matches!(page, Page::ChooseMethod { .. }),
        Button::Confirm => matches!(page, Page::InsertCash { missing, .. } if missing.is_zero()),
        Button::Cancel => {
            matches!(page, Page::ConfirmPayer { .. } | Page::ChooseMethod { .. } | Page::InsertCash { .. })
        }
        Button::CallStaff => true,
    }
}

fn is_in_doubt(machine: &mut dyn Machine, number: ReceiptNumber) -> Result<bool, MachineError> {
    match ask(machine, DeskRequest::PrintList)? {
        DeskAnswer::Prints(prints) => Ok(prints.iter().any(|print| print.number == number)),
        other => Err(MachineError::Refused(format!("not an answer to this question: {other:?}"))),
    }
}

fn take_over(machine: &mut dyn Machine, by: &str, reason: &str) -> Result<(), MachineError> {
    let id =
        machine.last_payment()?.ok_or_else(|| MachineError::Refused("there is no payment".to_owned()))?;
    ask(machine, DeskRequest::TakeOver { id, by: by.to_owned(), reason: reason.to_owned() }).map(drop)
}

fn ask(machine: &mut dyn Machine, request: DeskRequest) -> Result<DeskAnswer, MachineError> {
    match machine.desk(request)? {
        DeskAnswer::Refused(sentence) => Err(MachineError::Refused(sentence)),
        answer => Ok(answer),
    }
}

fn holds(machine: &mut dyn Machine, expected: &Expectation, before: usize) -> Result<bool, MachineError> {
    // Only an outcome needs the journal, and asking for it is not free.
    let payment = match expected {
        Expectation::Outcome(_) => payment(machine)?,
        _ => None,
    };
    let view = machine.view();
    let papers = machine.papers();
    let happened = &machine.happened()[before..];
    Ok(expected.holds(&Seen { view: &view, happened, papers: &papers, payment: payment.as_ref() }))
}

fn wait_until(
    machine: &mut dyn Machine,
    mut condition: impl FnMut(&mut dyn Machine) -> Result<bool, MachineError>,
) -> Result<bool, MachineError> {
    let mut waited = Duration::ZERO;
    while !condition(machine)? {
        if waited >= PATIENCE {
            return Ok(false);
        }
        machine.wait(LOOK_EVERY)?;
        waited += LOOK_EVERY;
    }
    Ok(true)
}

fn what_is_instead(machine: &mut dyn Machine, expected: &Expectation) -> String {
    let page = serde_json::to_string(&machine.view()).unwrap_or_default();
    format!("expected {expected:?}; on screen is {page}")
}

fn payment(machine: &mut dyn Machine) -> Result<Option<PaymentSummary>, MachineError> {
    let Some(id) = machine.last_payment()? else { return Ok(None) };
    match ask(machine, DeskRequest::Payment { id })? {
        DeskAnswer::Payment(summary) => Ok(Some(*summary)),
        other => Err(MachineError::Refused(format!("not an answer to this question: {other:?}"))),
    }
}

/// What the machine's own records say at the end.
fn report(machine: &mut dyn Machine, refusal: Option<Notice>) -> Result<Report, MachineError> {
    let ledger_balanced = match ask(machine, DeskRequest::Status)? {
        DeskAnswer::Status(status) => status.ledger_balanced,
        _ => false,
    };
    let nothing = Report {
        outcome: "refused".to_owned(),
        due: Yen::ZERO,
        inserted: Yen::ZERO,
        change: Yen::ZERO,
        returned: Yen::ZERO,
        owed: Yen::ZERO,
        receipts: Vec::new(),
        ledger_balanced,
        reason: refusal,
    };
    let Some(payment) = payment(machine)? else { return Ok(nothing) };
    let returned = match &payment.outcome {
        Some(Outcome::Cancelled { returned }) => *returned,
        Some(Outcome::Paid | Outcome::TakenOverByStaff { .. }) | None => Yen::ZERO,
    };
    Ok(Report {
        outcome: outcome_name(&payment),
        due: payment.due,
        inserted: payment.inserted,
        returned,
        receipts: payment.receipts.iter().map(ToString::to_string).collect(),
        reason: None,
        ..nothing
    })
}
