//! From the start page to the question whose bill it is.

use std::collections::BTreeSet;
use std::time::Duration;

use api::{Bill, BillId, Button, Notice, Page, Patient, PatientNumber, Payer, QuoteOutcome};
use device_api::Moment;
use money::Yen;
use settings::Times;

use super::{Choosing, Scene, Stage, Visit};
use crate::Entry;
use crate::output::Output;
use crate::stock::Till;
use crate::turn::Turn;

/// Characters of the 診察券番号 that are shown; of a number that is no longer than this, half of it.
const NUMBER_TAIL: usize = 3;

/// Nobody is being served.
#[derive(Debug)]
pub(crate) struct Idle;

/// The billing system is being asked.
#[derive(Debug)]
pub(crate) struct LookingUp {
    request: u64,
    patient: PatientNumber,
    since: Moment,
}

/// A short answer is on screen.
#[derive(Debug)]
pub(crate) struct Noticing {
    notice: Notice,
    since: Moment,
}

/// 「こちらの方のお会計でよろしいですか?」
#[derive(Debug)]
pub(crate) struct ConfirmingPayer {
    bills: Vec<Bill>,
    due: Yen,
    since: Moment,
}

impl Idle {
    /// Nobody is being served any more.
    pub(crate) fn enter(turn: &mut Turn<'_>) -> Visit {
        turn.calls.visit_ended();
        Visit::Idle(Idle)
    }
}

impl Noticing {
    pub(crate) fn enter(turn: &Turn<'_>, notice: Notice) -> Visit {
        Visit::Noticing(Noticing { notice, since: turn.now.at })
    }
}

/// How often the start page looks after what is due by the calendar, when nobody comes.
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(60 * 60);

/// Each erasure waits for the disk some milliseconds; a patient may be on the way.
const ERASED_AT_ONCE: usize = 16;

impl Stage for Idle {
    fn deadline(&self, now: Moment, _times: &Times) -> Option<Moment> {
        Some(now.after(HOUSEKEEPING_EVERY))
    }

    fn page(&self, scene: &Scene<'_>) -> Page {
        scene.health.closed().map_or(Page::Idle, |reason| Page::Closed { reason })
    }

    fn scanned(self, turn: &mut Turn<'_>, number: Option<PatientNumber>) -> Visit {
        if turn.health.closed().is_some() {
            return self.into();
        }
        look_up(turn, number)
    }

    fn tick(self, turn: &mut Turn<'_>) -> Visit {
        turn.calls.expire(turn.now.at, &turn.policy.times);
        for _ in 0..ERASED_AT_ONCE {
            let Some(payment) = turn.books.private_to_erase(turn.now.wall) else { break };
            turn.record(Entry::PrivateErased { payment });
            turn.output(Output::ErasePrivate(payment));
        }
        self.into()
    }
}

impl Stage for LookingUp {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        Page::LookingUp
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.quote_timeout()))
    }

    fn quoted(self, turn: &mut Turn<'_>, request: u64, outcome: QuoteOutcome) -> Visit {
        if request != self.request {
            return self.into();
        }
        match judge(outcome, &self.patient, turn.till()) {
            Ok((bills, due)) => ConfirmingPayer { bills, due, since: turn.now.at }.into(),
            Err(Notice::UnknownPatient) if turn.books.has_paid_lately(&self.patient, turn.now.wall) => {
                Noticing::enter(turn, Notice::AlreadyPaid)
            }
            Err(notice) => Noticing::enter(turn, notice),
        }
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Noticing::enter(turn, Notice::BillingUnavailable)
    }
}

impl Stage for Noticing {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        Page::Notice { notice: self.notice }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.notice()))
    }

    fn scanned(self, turn: &mut Turn<'_>, number: Option<PatientNumber>) -> Visit {
        Idle.scanned(turn, number)
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }
}

impl Stage for ConfirmingPayer {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        Page::ConfirmPayer { payer: mask(&self.bills[0].patient) }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.walked_away()))
    }

    fn touched(self, turn: &mut Turn<'_>, button: Button) -> Visit {
        match button {
            Button::Yes => Choosing::enter(turn, self.bills, self.due),
            Button::No | Button::Cancel => Idle::enter(turn),
            Button::PayCash | Button::Confirm | Button::CallStaff => self.into(),
        }
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }
}

fn look_up(turn: &mut Turn<'_>, number: Option<PatientNumber>) -> Visit {
    match number {
        Some(number) => {
            let request = turn.quote(number.clone());
            LookingUp { request, patient: number, since: turn.now.at }.into()
        }
        None => Noticing::enter(turn, Notice::NotOurCard),
    }
}

/// What may be paid here, or what to say instead (K5, K7). The bills are all of one patient.
fn judge(outcome: QuoteOutcome, patient: &PatientNumber, till: Till<'_>) -> Result<(Vec<Bill>, Yen), Notice> {
    let all = match outcome {
        QuoteOutcome::Bills(bills) => bills,
        QuoteOutcome::UnknownPatient => return Err(Notice::UnknownPatient),
        QuoteOutcome::Unavailable => return Err(Notice::BillingUnavailable),
    };
    let any = !all.is_empty();
    let bills: Vec<Bill> = all.into_iter().filter(|bill| !till.books.collected.contains(&bill.id)).collect();
    if bills.is_empty() {
        return Err(if any { Notice::AlreadyPaid } else { Notice::NothingToPay });
    }
    if bills.iter().any(|bill| !bill.ready) {
        return Err(Notice::NotReady);
    }
    let ids: BTreeSet<&BillId> = bills.iter().map(|bill| &bill.id).collect();
    let one_patient = bills.iter().all(|bill| bill.patient.number == *patient);
    let settled_by_hand =
        bills.iter().any(|bill| till.books.taken_over.get(&bill.id) == Some(&bill.revision));
    if ids.len() < bills.len() || !one_patient || settled_by_hand {
        return Err(Notice::AskAtDesk);
    }
    let due = Yen::sum(bills.iter().map(|bill| bill.due)).map_err(|_| Notice::AskAtDesk)?;
    if bills.iter().any(|bill| bill.due.is_negative()) {
        return Err(Notice::AskAtDesk);
    }
    match till.can_be_paid(due) {
        true => Ok((bills, due)),
        false => Err(Notice::NotPayableHere),
    }
}

/// Enough for the payer to recognise the patient, too little for a bystander (K1).
fn mask(patient: &Patient) -> Payer {
    let mut given = patient.given_kana.chars();
    let first: String = given.by_ref().take(1).collect();
    let hidden: String = given.map(|_| '○').collect();
    let digits: Vec<char> = patient.number.0.chars().collect();
    let shown = if digits.len() > NUMBER_TAIL { NUMBER_TAIL } else { digits.len() / 2 };
    Payer {
        name: format!("{} {first}{hidden}", patient.family_kana),
        number_tail: digits[digits.len() - shown..].iter().collect(),
    }
}
