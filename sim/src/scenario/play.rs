use std::time::Duration;

use api::{
    Act, Answer, Button, CallReason, Decision, DoubtSaid, IncidentSaid, NewestNumbers, Notice, Order,
    Outcome, Page, PaperName, PaymentId, PaymentSummary, Question, Staff,
};
use money::{Denomination, Yen};
use serde::Serialize;
use serde_json::Value;

use super::expect::{Seen, outcome_name, owed};
use super::{Action, Expectation, Scenario, Step};
use crate::machine::{Machine, MachineError, not_an_answer};
use crate::surroundings::Device;

/// How long something expected may take. The longest that a machine does by itself is a receipt, some seconds;
/// a busy computer needs some more.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether something expected came true.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// So much of what devices told stands beside an expectation that did not come true: a coin may have been refused.
const LAST_TOLD: usize = 8;

/// The time a person takes to hold the next note to the slot.
const NEXT_NOTE: Duration = Duration::from_millis(500);

/// The time a person takes to find the next coin.
const NEXT_COIN: Duration = Duration::from_millis(150);

/// A person looks at the screen for so long when a piece is not wanted yet, and then tries it all the same.
const HESITATION: Duration = Duration::from_secs(1);

/// Who fills and counts, if a story does not say it.
const STAFF: &str = "staff";

/// How a story ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// paid, paid_short, cancelled, taken_over, suspended or refused.
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
    /// Why nothing was paid, where that is not said by the outcome alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Why nothing was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reason {
    /// What the screen told the patient.
    Notice(Notice),
    /// It lies in the story, in a sentence.
    Story(String),
}

impl Report {
    /// A story in which nothing was paid. Nothing was posted either, and that sums to zero.
    pub fn refused(reason: Reason) -> Report {
        Report {
            outcome: "refused".to_owned(),
            due: Yen::ZERO,
            inserted: Yen::ZERO,
            change: Yen::ZERO,
            returned: Yen::ZERO,
            owed: Yen::ZERO,
            receipts: Vec::new(),
            ledger_balanced: true,
            reason: Some(reason),
        }
    }
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
        Action::Billing(act) => machine.act_billing(act),
        Action::Device { device, command } => machine.act(*device, command),
        Action::Insert { notes, coins, pieces } => {
            let slot = |piece: Denomination| if piece.is_coin() { *coins } else { *notes };
            pieces.iter().try_for_each(|piece| insert(machine, slot(*piece), *piece))
        }
        Action::Take(device) => take(machine, *device),
        Action::Stock { pieces } => pieces.iter().try_for_each(|(kind, more)| fill(machine, *kind, *more)),
        Action::Count { pieces, by } => pieces.iter().try_for_each(|&(denomination, pieces)| {
            order(machine, by, Act::SetStock { store: None, counted: vec![(denomination, pieces)] })
        }),
        Action::Touch(button) => touch(machine, *button),
        Action::KeyBirthday(digits) => key_birthday(machine, digits),
        Action::Decide { decision, by, refused } => decide(machine, *decision, by, *refused),
        Action::TakeOver { by, reason } => {
            let payment = newest_payment(machine)?;
            order(machine, by, Act::TakeOver { payment, reason: reason.clone() })
        }
        Action::SettleDoubts { said, newest, by } => settle_doubts(machine, *said, *newest, by),
        Action::SettleIncidents { said, by, refused } => settle_incidents(machine, *said, by, *refused),
        Action::AnswerCall { by } => order(machine, by, Act::AnswerCalls { reason: None }),
        Action::Paper { paper, answer, by } => {
            wait_until(machine, |machine| is_in_doubt(machine, *paper))?;
            order(machine, by, Act::AnswerPaper { paper: *paper, answer: *answer })
        }
        Action::Wait(time) => machine.wait(*time),
        Action::Restart { away } => machine.restart(*away),
        Action::Disk(disk) => machine.set_disk(*disk),
        Action::Clock(says) => machine.set_clock(*says),
        Action::ConfirmClock { by, refused } => confirm_clock(machine, by, *refused),
        Action::Nothing => Ok(()),
    }
}

/// Holds a note or a coin to its slot and waits until it is in, back, refused, or asked about.
fn insert(machine: &mut dyn Machine, slot: Device, piece: Denomination) -> Result<(), MachineError> {
    machine.wait(if piece.is_coin() { NEXT_COIN } else { NEXT_NOTE })?;
    wait_at_most(machine, HESITATION, |machine| Ok(is_wanted(&machine.view().page, piece)))?;
    let before = machine.happened().len();
    machine.act(slot, &format!("insert {}", i64::from(piece)))?;
    let ended = wait_until(machine, |machine| {
        let asked = matches!(machine.view().page, Page::KeepNote { denomination } if denomination == piece);
        Ok(asked || machine.happened()[before..].iter().any(|one| is_end(one, piece)))
    })?;
    match ended {
        true => Ok(()),
        false => Err(MachineError::Refused(format!("the piece of {piece} yen went nowhere"))),
    }
}

/// People wait until there is something to take.
fn take(machine: &mut dyn Machine, device: Device) -> Result<(), MachineError> {
    match wait_until(machine, |machine| Ok(machine.act(device, "take").is_ok()))? {
        true => Ok(()),
        false => Err(MachineError::Refused("there was nothing to take".to_owned())),
    }
}

fn is_wanted(page: &Page, piece: Denomination) -> bool {
    matches!(page, Page::InsertCash { accepting, .. } if accepting.contains(piece))
}

/// Whether a piece that was inserted went where it stays until somebody does something.
fn is_end(happening: &Value, piece: Denomination) -> bool {
    let ends = ["stacked", "credited", "returned", "rejected", "refused_at_entry"];
    happening["value"] == i64::from(piece) && ends.iter().any(|end| happening["happened"] == *end)
}

/// Staff put `more` pieces where pieces of this kind are paid out from, and say how many lie there now.
fn fill(machine: &mut dyn Machine, kind: Denomination, more: u32) -> Result<(), MachineError> {
    let value = i64::from(kind);
    // The first unit has such a hopper or drum, or the second.
    let ([first, second], store) = match kind.is_coin() {
        true => (Device::COIN_UNITS, "hopper"),
        false => (Device::NOTE_UNITS, "drum"),
    };
    let command = format!("{store} {value} fill {more}");
    machine.act(first, &command).or_else(|refused| machine.act(second, &command).map_err(|_| refused))?;
    let before = in_stock(machine, kind)?;
    let staff = STAFF.parse().map_err(|_| MachineError::Refused("nobody can sign so".to_owned()))?;
    order(machine, &staff, Act::SetStock { store: None, counted: vec![(kind, before + more)] })
}

fn order(machine: &mut dyn Machine, staff: &Staff, act: Act) -> Result<(), MachineError> {
    machine.order(Order { staff: staff.clone(), act }).map(drop)
}

/// How many pieces of `kind` the books say can be paid out.
fn in_stock(machine: &mut dyn Machine, kind: Denomination) -> Result<u32, MachineError> {
    let stores = machine.status()?.stores;
    Ok(stores.iter().map(|store| store.pieces.pieces(kind)).sum())
}

/// Why somebody is called for whom nobody has answered.
fn ringing(machine: &mut dyn Machine) -> Result<Vec<CallReason>, MachineError> {
    match machine.ask(Question::Calls)? {
        Answer::Calls(calls) => {
            let ringing = calls.into_iter().filter(|call| call.answered_by.is_none());
            Ok(ringing.map(|call| call.reason).collect())
        }
        other => Err(not_an_answer(&other)),
    }
}

/// People touch what they see: a button that belongs to a page that is still coming is waited for.
fn touch(machine: &mut dyn Machine, button: Button) -> Result<(), MachineError> {
    match wait_until(machine, |machine| Ok(is_offered(&machine.view().page, button)))? {
        true => machine.touch(button),
        false => Err(MachineError::Refused(format!("the button {button:?} did not appear"))),
    }
}

/// People look whether a digit has arrived before they press the next.
fn key_birthday(machine: &mut dyn Machine, digits: &[u8]) -> Result<(), MachineError> {
    for (before, digit) in digits.iter().enumerate() {
        let is_next =
            |page: &Page| matches!(page, Page::KeyBirthday { keyed, .. } if keyed.0.len() == before);
        if !wait_until(machine, |machine| Ok(is_next(&machine.view().page)))? {
            return Err(MachineError::Refused("the number pad did not take a digit".to_owned()));
        }
        touch(machine, Button::Digit(*digit))?;
    }
    touch(machine, Button::Confirm)
}

fn is_offered(page: &Page, button: Button) -> bool {
    match button {
        Button::Yes | Button::No => matches!(page, Page::ConfirmPayer { .. } | Page::KeepNote { .. }),
        Button::PayCash => matches!(page, Page::ChooseMethod { .. }),
        Button::Confirm => match page {
            Page::InsertCash { missing, .. } => missing.is_zero(),
            Page::NothingDue => true,
            Page::KeyBirthday { keyed, .. } => keyed.0.len() == "0105".len(),
            _ => false,
        },
        Button::Digit(_) | Button::Delete => matches!(page, Page::KeyBirthday { .. }),
        Button::Cancel => matches!(
            page,
            Page::ConfirmPayer { .. }
                | Page::KeyBirthday { .. }
                | Page::ChooseMethod { .. }
                | Page::NothingDue
                | Page::InsertCash { .. }
                | Page::KeepNote { .. }
                | Page::BillChanged { .. }
        ),
        Button::CallStaff => true,
    }
}

fn is_in_doubt(machine: &mut dyn Machine, paper: PaperName) -> Result<bool, MachineError> {
    match machine.ask(Question::Papers)? {
        Answer::Papers(prints) => Ok(prints.iter().any(|print| print.paper == paper)),
        other => Err(not_an_answer(&other)),
    }
}

fn decide(
    machine: &mut dyn Machine,
    decision: Decision,
    by: &Staff,
    refused: bool,
) -> Result<(), MachineError> {
    let payment = newest_payment(machine)?;
    order_or_not(machine, by, Act::Decide { payment, decision }, refused)
}

fn confirm_clock(machine: &mut dyn Machine, by: &Staff, refused: bool) -> Result<(), MachineError> {
    order_or_not(machine, by, Act::ConfirmClock, refused)
}

/// Orders it; if it is to be `refused`, the machine has to say no.
fn order_or_not(machine: &mut dyn Machine, by: &Staff, act: Act, refused: bool) -> Result<(), MachineError> {
    match order(machine, by, act) {
        Err(MachineError::Desk(_)) if refused => Ok(()),
        Ok(()) if refused => Err(MachineError::Refused("the decision was not refused".to_owned())),
        other => other,
    }
}

fn newest_payment(machine: &mut dyn Machine) -> Result<PaymentId, MachineError> {
    machine.last_payment()?.ok_or_else(|| MachineError::Refused("there is no payment".to_owned()))
}

fn settle_doubts(
    machine: &mut dyn Machine,
    said: DoubtSaid,
    newest: NewestNumbers,
    by: &Staff,
) -> Result<(), MachineError> {
    let doubts = match machine.ask(Question::Doubts)? {
        Answer::Doubts(doubts) if !doubts.is_empty() => doubts,
        Answer::Doubts(_) => return Err(MachineError::Refused("no doubt stands".to_owned())),
        other => return Err(not_an_answer(&other)),
    };
    doubts
        .iter()
        .try_for_each(|view| order(machine, by, Act::SettleDoubt { doubt: view.doubt, said, newest }))
}

fn settle_incidents(
    machine: &mut dyn Machine,
    said: IncidentSaid,
    by: &Staff,
    refused: bool,
) -> Result<(), MachineError> {
    let incidents = match machine.ask(Question::Incidents)? {
        Answer::Incidents(incidents) if !incidents.is_empty() => incidents,
        Answer::Incidents(_) => return Err(MachineError::Refused("no incident stands".to_owned())),
        other => return Err(not_an_answer(&other)),
    };
    incidents.iter().try_for_each(|view| {
        let settled = order(machine, by, Act::SettleIncident { incident: view.incident, said });
        match settled {
            Err(MachineError::Desk(_)) if refused => Ok(()),
            Ok(()) if refused => Err(MachineError::Refused("what was said was not refused".to_owned())),
            other => other,
        }
    })
}

fn holds(machine: &mut dyn Machine, expected: &Expectation, before: usize) -> Result<bool, MachineError> {
    // Only an outcome needs the journal, and asking for it is not free.
    let payment = match expected {
        Expectation::Outcome(_) | Expectation::Owed(_) => payment(machine)?,
        _ => None,
    };
    let ringing = match expected {
        Expectation::Rings(_) => ringing(machine)?,
        _ => Vec::new(),
    };
    let status = match expected {
        Expectation::Status(_) | Expectation::Undelivered(_) | Expectation::Incidents(_) => {
            Some(machine.status()?)
        }
        _ => None,
    };
    let view = machine.view();
    let papers = machine.papers();
    let happened = machine.happened();
    let lately = &happened[before..];
    Ok(expected.holds(&Seen {
        view: &view,
        happened,
        lately,
        papers: &papers,
        payment: payment.as_ref(),
        ringing: &ringing,
        status: status.as_ref(),
    }))
}

fn wait_until(
    machine: &mut dyn Machine,
    condition: impl FnMut(&mut dyn Machine) -> Result<bool, MachineError>,
) -> Result<bool, MachineError> {
    wait_at_most(machine, PATIENCE, condition)
}

fn wait_at_most(
    machine: &mut dyn Machine,
    patience: Duration,
    mut condition: impl FnMut(&mut dyn Machine) -> Result<bool, MachineError>,
) -> Result<bool, MachineError> {
    let mut waited = Duration::ZERO;
    while !condition(machine)? {
        if waited >= patience {
            return Ok(false);
        }
        machine.wait(LOOK_EVERY)?;
        waited += LOOK_EVERY;
    }
    Ok(true)
}

fn what_is_instead(machine: &mut dyn Machine, expected: &Expectation) -> String {
    let page = serde_json::to_string(&machine.view()).unwrap_or_default();
    let happened = machine.happened();
    let last = happened.iter().skip(happened.len().saturating_sub(LAST_TOLD)).map(ToString::to_string);
    let last = last.collect::<Vec<_>>().join(" ");
    format!("expected {expected:?}; on screen is {page}; devices told last: {last}")
}

fn payment(machine: &mut dyn Machine) -> Result<Option<PaymentSummary>, MachineError> {
    let Some(id) = machine.last_payment()? else { return Ok(None) };
    match machine.ask(Question::Payment { id })? {
        Answer::Payment(summary) => Ok(Some(*summary)),
        other => Err(not_an_answer(&other)),
    }
}

/// What the machine's own records say at the end.
fn report(machine: &mut dyn Machine, refusal: Option<Notice>) -> Result<Report, MachineError> {
    let ledger_balanced = machine.status()?.ledger_balanced == Some(true);
    let Some(payment) = payment(machine)? else {
        let no_payment = || Reason::Story("the story ended before a payment began".to_owned());
        let reason = refusal.map_or_else(no_payment, Reason::Notice);
        return Ok(Report { ledger_balanced, ..Report::refused(reason) });
    };
    let is_paid = payment.outcome.as_ref().is_some_and(Outcome::is_paid);
    let (change, returned) =
        if is_paid { (payment.paid_out, Yen::ZERO) } else { (Yen::ZERO, payment.paid_out) };
    let (outcome, reason) = ending(&payment);
    Ok(Report {
        outcome,
        due: payment.due,
        inserted: payment.inserted,
        change,
        returned,
        owed: owed(&payment),
        receipts: payment.receipts.iter().map(ToString::to_string).collect(),
        ledger_balanced,
        reason,
    })
}

/// A payment that a story leaves open is as good as suspended: the machine is switched off, and only a later start, or
/// staff, can bring it to an end.
fn ending(payment: &PaymentSummary) -> (String, Option<Reason>) {
    match (&payment.outcome, &payment.suspended) {
        (None, None) => {
            let reason = Reason::Story("the story ended within the payment".to_owned());
            ("suspended".to_owned(), Some(reason))
        }
        (Some(_), _) | (None, Some(_)) => (outcome_name(payment), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cabinet::Cabinet;
    use crate::machine::InWorld;

    /// A strip of an earlier page would be cut off first; there is none, neither in a new printer nor after a start.
    #[test]
    fn the_first_paper_of_a_start_comes_out_alone() {
        let mut machine = InWorld::start(&Cabinet::default()).unwrap();
        for patient in ["0064", "0065"] {
            let story = format!(
                "stock 1000=10\n\
                bill patient={patient} due=1000 id=B-{patient}\n\
                scan {patient} -> screen confirm_payer\n\
                touch yes -> screen choose_method\n\
                touch cash -> screen insert_cash\n\
                insert 1000 -> screen insert_cash missing=0\n\
                touch confirm -> screen thanks\n\
                expect -> screen idle\n"
            );
            play(&mut machine, &story.parse().unwrap()).unwrap();
            machine.restart(Duration::from_secs(1)).unwrap();
            machine.wait(Duration::from_secs(10)).unwrap();
        }
        let cuts: Vec<_> = machine.happened().iter().filter(|one| one["happened"] == "cut").collect();
        assert_eq!(cuts.len(), 2, "{cuts:?}");
        assert!(cuts.iter().all(|cut| cut["complete"] == true), "{cuts:?}");
    }
}
