//! Confirmed, or given up, or going on after a break: nothing more is accepted, what units have counted is compared with
//! what the books say, and only then is anything paid out.

use api::{Page, PaymentId};
use device_api::{CashEvent, CashTrouble, CoinDevice, CoinEvent, CoinTrouble, DeviceCounts, Moment, Place};
use settings::Times;

use super::counters::{book_what_counters_prove, expected_counts};
use super::settling::Settling;
use super::{Collecting, PayingOut, Suspended, cash_while_ending, coin_in_payment, deposit, open};
use crate::comparing::Round;
use crate::turn::Turn;
use crate::visit::{Scene, Stage, Visit};
use crate::{Discrepancy, PaymentEntry, comparing};

/// Fixing the deposit, in UnifiedPOS' word.
#[derive(Debug)]
pub(crate) struct Fixing {
    payment: PaymentId,
    settling: Settling,
    /// The units are at rest, and are asked what they have counted.
    round: Option<Round>,
}

impl Fixing {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        turn.record(PaymentEntry::PaymentConfirmed { payment });
        Fixing::resume(turn, payment)
    }

    /// The patient wants the money back, and both units are at rest already.
    pub(super) fn enter_returning(turn: &mut Turn<'_>, payment: PaymentId, settling: Settling) -> Visit {
        if !deposit(turn).returning {
            turn.record(PaymentEntry::ReturnDecided { payment });
        }
        Fixing { payment, settling, round: Some(Round::before_payout(turn)) }.into()
    }

    /// If the counters agree, the payment goes on where it was.
    pub(super) fn resume(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        Fixing { payment, settling: Settling::begin(turn), round: None }.into()
    }

    fn go_on(self, turn: &mut Turn<'_>) -> Visit {
        match self.round.as_ref().and_then(Round::ended) {
            Some(reported) => self.compare(turn, reported),
            None => self.into(),
        }
    }

    fn compare(self, turn: &mut Turn<'_>, reported: DeviceCounts) -> Visit {
        book_what_counters_prove(turn, reported);
        comparing::compare_note_unit(turn, reported);
        if !turn.books.units.doubts.is_empty() {
            return Suspended::enter(turn, self.payment, Discrepancy::UnitInDoubt);
        }
        let (payment, deposit) = (open(turn), deposit(turn));
        let expected = expected_counts(deposit);
        if reported != expected {
            return Suspended::enter(turn, self.payment, Discrepancy::CountsDiffer { expected, reported });
        }
        if deposit.stacking.is_some() {
            let trouble = CashTrouble::NoteOfUnknownFate;
            return Suspended::enter(turn, self.payment, Discrepancy::NoteUnit { trouble });
        }
        // Without its bills there is no 領収証; money can go back without them.
        if payment.patients().is_none() && !deposit.returning {
            return Suspended::enter(turn, self.payment, Discrepancy::BillsMissing);
        }
        match payment.confirmed || deposit.returning {
            true if self.needs_who_does_not_answer(turn) => {
                let trouble = CoinTrouble::NotResponding;
                Suspended::enter(turn, self.payment, Discrepancy::CoinUnit { trouble })
            }
            true => PayingOut::enter(turn, self.payment),
            false => Collecting::resume(turn, self.payment),
        }
    }

    /// Whether, after a break, money would have to come from a hopper that cannot say what it has counted. Of what the
    /// others can pay nothing is paid either: the one that says nothing may be the one that shows that the books lack
    /// something.
    fn needs_who_does_not_answer(&self, turn: &Turn<'_>) -> bool {
        let deposit = deposit(turn);
        let is_silent = |place: Place| match place {
            Place::Hopper(kind) => {
                !self.round.as_ref().is_some_and(|round| round.has_heard(CoinDevice::Hopper(kind)))
            }
            Place::Transport | Place::Drum(_) | Place::CashBox | Place::CoinBox => false,
        };
        deposit.was_stopped
            && turn.policy.stores.iter().any(|store| is_silent(store.place))
            && !turn.till().can_pay(deposit.to_pay_out())
    }
}

impl Stage for Fixing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        Settling::page(scene)
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.settling.deadline(times))
    }

    fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Visit {
        if let Err(discrepancy) = cash_while_ending(turn, &event) {
            return Suspended::enter(turn, self.payment, discrepancy);
        }
        if let (CashEvent::Counts(reported), Some(round)) = (&event, &mut self.round) {
            round.note_unit_said(*reported);
        }
        if self.settling.note_unit_said(&event) {
            self.round = Some(Round::before_payout(turn));
        }
        self.go_on(turn)
    }

    fn coin(mut self, turn: &mut Turn<'_>, event: CoinEvent) -> Visit {
        if let Err(discrepancy) = coin_in_payment(turn, &event) {
            return Suspended::enter(turn, self.payment, discrepancy);
        }
        if let Some(round) = &mut self.round {
            round.coin_unit_said(&event);
        }
        if self.settling.coin_unit_said(&event) {
            self.round = Some(Round::before_payout(turn));
        }
        self.go_on(turn)
    }

    fn tick(mut self, turn: &mut Turn<'_>) -> Visit {
        if !self.settling.is_given_up(turn) {
            return self.into();
        }
        let silent = self
            .round
            .as_ref()
            .map_or_else(|| self.settling.who_does_not_answer(), Round::who_does_not_answer);
        Suspended::enter(turn, self.payment, silent)
    }
}
