//! Today's sum and how to pay it, up to the moment before money is accepted.

use api::{Bill, Button, Notice, Page, PatientNumber, QuoteOutcome};
use device_api::{CashEvent, CoinEvent, Moment};
use money::Yen;
use settings::Times;

use super::{Idle, Noticing, Scene, Stage, Visit, stray_cash, stray_coin};
use crate::comparing::Round;
use crate::payment::Collecting;
use crate::turn::Turn;

/// The sum is on screen and the patient chooses how to pay; or it is nothing, and a 領収証 is offered (K19).
#[derive(Debug)]
pub(crate) struct Choosing {
    bills: Vec<Bill>,
    due: Yen,
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
    pub(crate) fn enter(turn: &Turn<'_>, bills: Vec<Bill>, due: Yen) -> Visit {
        Visit::Choosing(Choosing { bills, due, since: turn.now.at })
    }

    /// A visit has bills of one patient.
    fn patient(&self) -> Option<PatientNumber> {
        self.bills.first().map(|bill| bill.patient.number.clone())
    }
}

impl Stage for Choosing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        if self.due.is_zero() {
            return Page::NothingDue;
        }
        Page::ChooseMethod { due: self.due, exact_money_only: scene.till().takes_exact_money_only(self.due) }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.walked_away()))
    }

    fn touched(self, turn: &mut Turn<'_>, button: Button) -> Visit {
        let go_on = if self.due.is_zero() { Button::Confirm } else { Button::PayCash };
        match button {
            Button::Cancel => Idle::enter(turn),
            button if button != go_on => self.into(),
            _ if turn.closed().is_some() => Idle::enter(turn),
            _ => match self.patient() {
                Some(patient) => {
                    let request = turn.quote(patient);
                    Requoting { request, bills: self.bills, since: turn.now.at }.into()
                }
                None => Noticing::enter(turn, Notice::AskAtDesk),
            },
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
            _ if turn.closed().is_some() => Idle::enter(turn),
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
            Some(_) if turn.closed().is_some() => Idle::enter(turn),
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

    fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        match event {
            CashEvent::Counts(counts) => {
                self.round.note_unit_said(counts);
                self.go_on(turn)
            }
            CashEvent::Trouble(_) => Idle::enter(turn),
            other => {
                stray_cash(turn, &other);
                self.into()
            }
        }
    }

    fn coin(mut self, turn: &mut Turn<'_>, event: CoinEvent) -> Visit {
        stray_coin(turn, &event);
        self.round.coin_unit_said(&event);
        self.go_on(turn)
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Noticing::enter(turn, Notice::AskAtDesk)
    }
}

/// Whether the billing system still says exactly what the patient saw.
pub(crate) fn unchanged(shown: &[Bill], again: &[Bill]) -> bool {
    shown.iter().all(|bill| {
        again.iter().any(|now| {
            (&now.id, now.revision, now.due, now.ready) == (&bill.id, bill.revision, bill.due, true)
        })
    })
}
