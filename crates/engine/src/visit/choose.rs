//! Today's sum and how to pay it, up to the moment before money is accepted.

use api::{Bill, Button, DueBill, Notice, Page, PatientNumber, QuoteOutcome};
use device_api::{Moment, Stated, UnitEvent, UnitId, UnitPart};
use money::Yen;
use settings::Times;

use super::{Collecting, Idle, Noticing, Scene, Stage, Visit};
use crate::cash::stray;
use crate::comparing::Round;
use crate::offer::closed;
use crate::payment::unchanged;
use crate::turn::Turn;

/// What one patient is to pay in this visit.
#[derive(Debug)]
pub(crate) struct ToPay {
    pub(crate) patient: PatientNumber,
    pub(crate) bills: Vec<Bill>,
    /// What they come to.
    pub(crate) due: Yen,
}

/// The sum is on screen and the patient chooses how to pay; or it is nothing, and a 領収証 is offered (K19).
#[derive(Debug)]
pub(crate) struct Choosing {
    to_pay: ToPay,
    since: Moment,
}

/// The billing system is asked a second time, just before money is accepted.
#[derive(Debug)]
pub(crate) struct Requoting {
    request: u64,
    bills: Vec<Bill>,
    since: Moment,
}

/// The units are asked for their counters. They must fit the journal, and prove later what was taken and given.
#[derive(Debug)]
pub(crate) struct Preparing {
    bills: Vec<Bill>,
    since: Moment,
    round: Round,
}

impl Choosing {
    pub(crate) fn enter(turn: &Turn<'_>, to_pay: ToPay) -> Visit {
        Visit::Choosing(Choosing { to_pay, since: turn.now.at })
    }
}

impl ToPay {
    /// Each bill, if there are several.
    fn several(&self) -> Vec<DueBill> {
        let shown = |bill: &Bill| {
            let (_, month, day) = bill.detail.treated_on;
            DueBill { month, day, due: bill.due }
        };
        match self.bills.len() {
            0 | 1 => Vec::new(),
            _ => self.bills.iter().map(shown).collect(),
        }
    }
}

impl Stage for Choosing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        let due = self.to_pay.due;
        if due.is_zero() {
            return Page::NothingDue;
        }
        let bills = self.to_pay.several();
        Page::ChooseMethod { due, bills, exact_money_only: scene.till().takes_exact_money_only(due) }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.walked_away()))
    }

    fn touched(self, turn: &mut Turn<'_>, button: Button) -> Visit {
        let go_on = if self.to_pay.due.is_zero() { Button::Confirm } else { Button::PayCash };
        match button {
            Button::Cancel => Idle::enter(turn),
            button if button != go_on => self.into(),
            _ if closed(turn).is_some() => Idle::enter(turn),
            _ => {
                let ToPay { patient, bills, .. } = self.to_pay;
                let request = turn.quote(patient);
                Requoting { request, bills, since: turn.now.at }.into()
            }
        }
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }
}

impl Stage for Requoting {
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
        match outcome {
            _ if closed(turn).is_some() => Idle::enter(turn),
            QuoteOutcome::Bills(again) | QuoteOutcome::Alike { bills: again, .. }
                if unchanged(&self.bills, &again) =>
            {
                Preparing::enter(turn, self.bills)
            }
            QuoteOutcome::Bills(_)
            | QuoteOutcome::Alike { .. }
            | QuoteOutcome::EstimateOnly
            | QuoteOutcome::UnknownPatient => Noticing::enter(turn, Notice::BillChanged),
            QuoteOutcome::AskAtDesk => Noticing::enter(turn, Notice::AskAtDesk),
            QuoteOutcome::Unavailable => Noticing::enter(turn, Notice::BillingUnavailable),
        }
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Noticing::enter(turn, Notice::BillingUnavailable)
    }
}

impl Preparing {
    fn enter(turn: &mut Turn<'_>, bills: Vec<Bill>) -> Visit {
        Preparing { bills, since: turn.now.at, round: Round::before_payment(turn) }.into()
    }

    fn go_on(self, turn: &mut Turn<'_>) -> Visit {
        match self.round.ended() {
            Some(_) if closed(turn).is_some() => Idle::enter(turn),
            Some(counts) => Collecting::begin(turn, self.bills, counts),
            None => self.into(),
        }
    }
}

impl Stage for Preparing {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        Page::LookingUp
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.quote_timeout()))
    }

    fn unit(mut self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        let is_trouble = matches!(event, UnitEvent::State(Stated::Trouble { part: UnitPart::Acceptor, .. }));
        if is_trouble && turn.policy.can(unit).counts_stores {
            // It would not answer, and without its word nothing can be proven later.
            return Idle::enter(turn);
        }
        stray(turn, unit, &event);
        self.round.unit_said(turn, unit, &event);
        self.go_on(turn)
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Noticing::enter(turn, Notice::AskAtDesk)
    }
}
