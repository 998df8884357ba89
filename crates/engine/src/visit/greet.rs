//! From the start page to the question whose bill it is.

use std::collections::BTreeSet;
use std::time::Duration;

use api::{
    Bill, BillId, Birthday, Button, ClosedReason, Notice, Page, PatientNumber, Payer, QuoteOutcome, WallTime,
};
use device_api::Moment;
use money::Yen;
use settings::Times;

use super::{Choosing, KeyingBirthday, Scene, Stage, ToPay, Visit, settling_page};
use crate::books::Paid;
use crate::calls::still_stands;
use crate::cash::Till;
use crate::offer::closed;
use crate::turn::Turn;
use crate::{MachineEntry, PaymentEntry, Private, Subject};

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
    page: Page,
    since: Moment,
}

/// 「こちらの方のお会計でよろしいですか?」
#[derive(Debug)]
pub(crate) struct ConfirmingPayer {
    payable: Payable,
    since: Moment,
}

/// What one patient can pay here now.
#[derive(Debug)]
struct Payable {
    payer: Payer,
    to_pay: ToPay,
    /// To be keyed before the sum is shown: another patient looks the same on the screen (K1).
    birthday: Option<Birthday>,
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
        Noticing::show(turn, Page::Notice { notice })
    }

    fn show(turn: &Turn<'_>, page: Page) -> Visit {
        Visit::Noticing(Noticing { page, since: turn.now.at })
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
        let offer = scene.offer();
        match offer.closed() {
            // Whoever left it there may stand there still.
            Some(ClosedReason::Exit) => settling_page(scene),
            Some(reason) => Page::Closed { reason },
            None => Page::Idle { offer },
        }
    }

    fn scanned(self, turn: &mut Turn<'_>, number: Option<PatientNumber>) -> Visit {
        if closed(turn).is_some() {
            return self.into();
        }
        look_up(turn, number)
    }

    fn tick(self, turn: &mut Turn<'_>) -> Visit {
        let stands = |reason| still_stands(reason, turn.books, turn.health);
        turn.calls.expire(turn.now.at, &turn.policy.times, stands);
        let at_once = if turn.clock.shows_age(turn.now.at) { ERASED_AT_ONCE } else { 0 };
        for _ in 0..at_once {
            let Some(payment) = turn.books.private_to_erase(turn.now.wall) else { break };
            turn.record(PaymentEntry::PrivateErased { subject: Subject::Payment(payment) });
        }
        if let Some(books) = turn.books.to_carry(turn.now.wall) {
            turn.record_private(MachineEntry::BooksCarried, Private::Books(Box::new(books)));
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
        match judge(outcome, &self.patient, Till::of(turn), turn.now.wall) {
            Ok(payable) => ConfirmingPayer { payable, since: turn.now.at }.into(),
            Err(page) => Noticing::show(turn, page),
        }
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Noticing::enter(turn, Notice::BillingUnavailable)
    }
}

impl Stage for Noticing {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        self.page.clone()
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.notice()))
    }

    /// Whoever holds a card there has nothing to do with what the one before called for.
    fn scanned(self, turn: &mut Turn<'_>, number: Option<PatientNumber>) -> Visit {
        turn.calls.visit_ended();
        Idle.scanned(turn, number)
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }
}

impl Stage for ConfirmingPayer {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        Page::ConfirmPayer { payer: self.payable.payer.clone() }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.walked_away()))
    }

    fn touched(self, turn: &mut Turn<'_>, button: Button) -> Visit {
        match button {
            Button::Yes => {
                let Payable { to_pay, birthday, .. } = self.payable;
                match birthday {
                    Some(birthday) => KeyingBirthday::enter(turn, to_pay, birthday),
                    None => Choosing::enter(turn, to_pay),
                }
            }
            Button::No | Button::Cancel => Idle::enter(turn),
            Button::PayCash | Button::Confirm | Button::Digit(_) | Button::Delete | Button::CallStaff => {
                self.into()
            }
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
fn judge(
    outcome: QuoteOutcome,
    patient: &PatientNumber,
    till: Till<'_>,
    now: WallTime,
) -> Result<Payable, Page> {
    let says = |notice| Err(Page::Notice { notice });
    match outcome {
        QuoteOutcome::Bills(bills) => judge_bills(bills, patient, till),
        QuoteOutcome::Alike { bills, birthday } => {
            let payable = judge_bills(bills, patient, till)?;
            match birthday {
                Some(_) => Ok(Payable { birthday, ..payable }),
                None => says(Notice::AskAtDesk),
            }
        }
        QuoteOutcome::EstimateOnly => says(Notice::EstimateOnly),
        QuoteOutcome::UnknownPatient => match till.books.paid_lately(patient, now) {
            Some(paid) => Err(already_paid(paid)),
            None => says(Notice::UnknownPatient),
        },
        QuoteOutcome::AskAtDesk => says(Notice::AskAtDesk),
        QuoteOutcome::Unavailable => says(Notice::BillingUnavailable),
    }
}

fn judge_bills(all: Vec<Bill>, patient: &PatientNumber, till: Till<'_>) -> Result<Payable, Page> {
    let says = |notice| Err(Page::Notice { notice });
    let collected = &till.books.collected;
    let (settled, bills): (Vec<Bill>, Vec<Bill>) =
        all.into_iter().partition(|bill| collected.contains_key(&bill.id));
    if bills.is_empty() {
        let last = settled.iter().filter_map(|bill| collected.get(&bill.id)).max_by_key(|paid| paid.at);
        return last.map_or(says(Notice::NothingToPay), |paid| Err(already_paid(*paid)));
    }
    if bills.iter().any(|bill| !bill.ready) {
        return says(Notice::NotReady);
    }
    let settled_by_hand = |bill: &Bill| till.books.taken_over.get(&bill.id) == Some(&bill.revision);
    if bills.iter().any(settled_by_hand) {
        return says(Notice::HandledAtDesk);
    }
    let ids: BTreeSet<&BillId> = bills.iter().map(|bill| &bill.id).collect();
    let is_of_patient = |bill: &&Bill| bill.patient.number == *patient;
    let Some(payer) = bills.iter().find(is_of_patient).map(|bill| Payer::of(&bill.patient)) else {
        return says(Notice::AskAtDesk);
    };
    if ids.len() < bills.len() || !bills.iter().all(|bill| is_of_patient(&bill)) {
        return says(Notice::AskAtDesk);
    }
    if bills.iter().any(|bill| bill.due.is_negative()) {
        return says(Notice::RefundAtDesk);
    }
    match Yen::sum(bills.iter().map(|bill| bill.due)) {
        Ok(due) => match till.no_way_to_pay(due) {
            Some(notice) => says(notice),
            None => {
                Ok(Payable { payer, to_pay: ToPay { patient: patient.clone(), bills, due }, birthday: None })
            }
        },
        Err(_) => says(Notice::AskAtDesk),
    }
}

fn already_paid(Paid { at, method }: Paid) -> Page {
    match at.in_japan() {
        Some(at) => Page::AlreadyPaid { at, method },
        // A clock that is so wrong says nothing that a patient could use.
        None => Page::Notice { notice: Notice::AskAtDesk },
    }
}
