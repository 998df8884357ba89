//! Fixing a deposit, in UnifiedPOS' word: nothing more is accepted, what units have counted is compared with what the books
//! say, and only then may anything be paid out.

use device_api::{DeviceCounts, Moment, UnitEvent, UnitId, UnitPart, UnitTrouble};
use settings::Times;

use super::counters::{book_what_counters_prove, expected_counts};
use super::settling::Settling;
use super::{Progress, Till, deposit, while_ending};
use crate::comparing::Round;
use crate::policy::part_at;
use crate::turn::Turn;
use crate::{Discrepancy, Store, comparing};

/// Waiting until the units are at rest and have said what they have counted.
#[derive(Debug)]
pub(crate) struct Fixing {
    settling: Settling,
    /// The units are at rest, and are asked what they have counted.
    round: Option<Round>,
}

/// All that were asked have answered, and it fits.
#[derive(Debug)]
pub(crate) struct Fixed {
    round: Round,
}

impl Fixing {
    pub(crate) fn begin(turn: &mut Turn<'_>) -> Fixing {
        Fixing { settling: Settling::begin(turn), round: None }
    }

    /// All units are at rest already.
    pub(crate) fn at_rest(turn: &mut Turn<'_>, settling: Settling) -> Fixing {
        Fixing { settling, round: Some(Round::before_payout(turn)) }
    }

    pub(crate) fn deadline(&self, times: &Times) -> Moment {
        self.settling.deadline(times)
    }

    pub(crate) fn unit(
        mut self,
        turn: &mut Turn<'_>,
        unit: UnitId,
        event: &UnitEvent,
    ) -> Progress<Fixing, Fixed> {
        if let Err(discrepancy) = while_ending(turn, unit, event) {
            return Progress::InDoubt(discrepancy);
        }
        if let Some(round) = &mut self.round {
            round.unit_said(turn, unit, event);
        }
        if self.settling.unit_said(unit, event) {
            self.round = Some(Round::before_payout(turn));
        }
        self.go_on(turn)
    }

    pub(crate) fn tick(mut self, turn: &mut Turn<'_>) -> Progress<Fixing, Fixed> {
        // If nothing has to be asked, nobody answers.
        if self.round.as_ref().is_some_and(Round::has_ended) {
            return self.go_on(turn);
        }
        if !self.settling.is_given_up(turn) {
            return Progress::On(self);
        }
        Progress::InDoubt(match &self.round {
            Some(round) => round.who_does_not_answer(),
            None => self.settling.who_does_not_answer(turn),
        })
    }

    fn go_on(self, turn: &mut Turn<'_>) -> Progress<Fixing, Fixed> {
        match self.round {
            Some(round) => match (round.has_ended(), round.stored()) {
                (true, Some(reported)) => compare(turn, round, reported),
                (true, None) => unless_in_doubt(turn, round),
                (false, _) => Progress::On(Fixing { round: Some(round), ..self }),
            },
            None => Progress::On(self),
        }
    }
}

fn compare(turn: &mut Turn<'_>, round: Round, reported: DeviceCounts) -> Progress<Fixing, Fixed> {
    book_what_counters_prove(turn, reported);
    comparing::compare_note_unit(turn, reported);
    let Progress::Done(fixed) = unless_in_doubt(turn, round) else {
        return Progress::InDoubt(Discrepancy::UnitInDoubt);
    };
    let expected = expected_counts(deposit(turn));
    if let Some(expected) = expected.filter(|expected| *expected != reported) {
        return Progress::InDoubt(Discrepancy::CountsDiffer { expected, reported });
    }
    if deposit(turn).stacking.is_some() {
        let trouble = UnitTrouble::NoteOfUnknownFate;
        return Progress::InDoubt(Discrepancy::NoteUnit { trouble });
    }
    Progress::Done(fixed)
}

/// Nothing is paid out while what a unit says of itself does not fit.
fn unless_in_doubt(turn: &Turn<'_>, round: Round) -> Progress<Fixing, Fixed> {
    match turn.books.units.doubts.is_empty() {
        true => Progress::Done(Fixed { round }),
        false => Progress::InDoubt(Discrepancy::UnitInDoubt),
    }
}

impl Fixed {
    /// An error if, after a break, money would have to come from a hopper that cannot say what it has counted. Of what the
    /// others can pay nothing is paid either: the one that says nothing may be the one that shows that the books lack
    /// something.
    pub(crate) fn has_every_answer(&self, turn: &Turn<'_>) -> Result<(), Discrepancy> {
        let is_silent = |store: &Store| match part_at(store.place) {
            UnitPart::Acceptor => false,
            part @ UnitPart::Hopper(_) => !self.round.has_heard(store.unit, part),
        };
        let deposit = deposit(turn);
        let lacks = deposit.was_stopped
            && turn.policy.stores.iter().any(is_silent)
            && !Till::of(turn).can_pay(deposit.to_pay_out());
        match lacks {
            true => Err(Discrepancy::CoinUnit { trouble: UnitTrouble::NotResponding }),
            false => Ok(()),
        }
    }
}
