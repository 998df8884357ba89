//! Today's sum and how to pay it, up to the moment before money is accepted.

use api::{Bill, Button, DoubtId, DueBill, Notice, Page, PatientNumber, QuoteOutcome, Takes};
use device_api::{Moment, UnitEvent, UnitId};
use money::Yen;
use settings::Times;

use super::{Collecting, Idle, Noticing, Scene, Stage, Visit};
use crate::cash::{Till, stray, what_can_be_inserted, what_may_be_inserted};
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
    /// What can be inserted, as the patient has read.
    takes: Takes,
    since: Moment,
}

/// The units are asked for their counters. They must fit the journal, and prove later what was taken and given.
#[derive(Debug)]
pub(crate) struct Preparing {
    bills: Vec<Bill>,
    /// What can be inserted; what they are asked for depends on it.
    takes: Takes,
    since: Moment,
    round: Round,
    /// Doubts from this one on were not there when the patient read what could be paid.
    next_doubt: DoubtId,
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

impl Choosing {
    /// What could be paid when the sum was shown may no longer be.
    fn go_on(self, turn: &mut Turn<'_>) -> Visit {
        let ToPay { patient, bills, due } = self.to_pay;
        if closed(turn).is_some() {
            return Idle::enter(turn);
        }
        if let Some(notice) = no_way_to_pay(turn, due) {
            return Noticing::enter(turn, notice);
        }
        let (takes, request) = (Till::of(turn).takes, turn.quote(patient));
        Requoting { request, bills, takes, since: turn.now.at }.into()
    }
}

impl Stage for Choosing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        let due = self.to_pay.due;
        if due.is_zero() {
            return Page::NothingDue;
        }
        let (bills, till) = (self.to_pay.several(), scene.till());
        let exact_money_only = till.takes_exact_money_only(due);
        Page::ChooseMethod { due, bills, takes: till.takes, exact_money_only }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.walked_away()))
    }

    fn touched(self, turn: &mut Turn<'_>, button: Button) -> Visit {
        let go_on = if self.to_pay.due.is_zero() { Button::Confirm } else { Button::PayCash };
        match button {
            Button::Cancel => Idle::enter(turn),
            button if button != go_on => self.into(),
            _ => self.go_on(turn),
        }
    }

    /// What the sum needs may have failed for good since it was shown.
    fn tick(self, turn: &mut Turn<'_>) -> Visit {
        let no_way = no_way_to_pay(turn, self.to_pay.due).filter(|_| !self.to_pay.due.is_zero());
        if let Some(notice) = no_way {
            return Noticing::enter(turn, notice);
        }
        // Nothing works, and nothing will be back soon: the start page says why.
        let nothing_works = what_may_be_inserted(turn.books, turn.health, turn.upkeep).is_none();
        let walked_away = turn.now.at >= self.since.after(turn.policy.times.walked_away());
        if nothing_works || walked_away { Idle::enter(turn) } else { self.into() }
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
            _ if has_changed(turn, self.takes) || closed(turn).is_some() => Idle::enter(turn),
            QuoteOutcome::Bills(again) | QuoteOutcome::Alike { bills: again, .. }
                if unchanged(&self.bills, &again) =>
            {
                Preparing::enter(turn, self.bills, self.takes)
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
    fn enter(turn: &mut Turn<'_>, bills: Vec<Bill>, takes: Takes) -> Visit {
        let (round, next_doubt) = (Round::before_payment(turn, takes), turn.books.units.next_doubt());
        Preparing { bills, takes, since: turn.now.at, round, next_doubt }.into()
    }

    fn go_on(self, turn: &mut Turn<'_>) -> Visit {
        let due = Yen::sum(self.bills.iter().map(|bill| bill.due)).unwrap_or(Yen::ZERO);
        match self.round.ended() {
            Some(_) if closed(turn).is_some() => Idle::enter(turn),
            Some(counts) => match no_way_to_pay(turn, due) {
                Some(notice) => Noticing::enter(turn, notice),
                None => Collecting::begin(turn, self.bills, self.takes, counts),
            },
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
        if has_changed(turn, self.takes) || turn.books.units.next_doubt() != self.next_doubt {
            // A unit that fails would not answer, and without its word nothing can be proven later. From one that does not
            // fit nothing is paid, and the start page says for which sums there is change now.
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

/// A unit has failed, or works again: what the patient has read is not so any more, and the start page says what is.
fn has_changed(turn: &Turn<'_>, takes: Takes) -> bool {
    what_can_be_inserted(turn.books, turn.health, turn.upkeep) != Ok(takes)
}

/// Why a sum cannot be paid here now, if so.
fn no_way_to_pay(turn: &Turn<'_>, due: Yen) -> Option<Notice> {
    Till::of(turn).no_way_to_pay(due)
}
