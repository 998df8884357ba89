//! Fixing a deposit, in UnifiedPOS' word: nothing more is accepted, what units have counted is compared with what the books
//! say, and only then may anything be paid out.

use std::collections::BTreeMap;

use api::Discrepancy;
use device_api::{DeviceCounts, Moment, UnitEvent, UnitId, UnitPart, UnitTrouble};
use settings::Times;

use super::counters::book_what_counters_prove;
use super::settling::Settling;
use super::{Progress, Till, deposit, failed, part_failed, while_ending};
use crate::comparing::Round;
use crate::turn::Turn;
use crate::{Store, comparing};

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
        if self.round.as_ref().is_some_and(|round| round.ended().is_some()) {
            return self.go_on(turn);
        }
        if !self.settling.is_given_up(turn) {
            return Progress::On(self);
        }
        Progress::InDoubt(match &self.round {
            Some(round) => round.who_does_not_answer(turn),
            None => self.settling.who_does_not_answer(turn),
        })
    }

    fn go_on(self, turn: &mut Turn<'_>) -> Progress<Fixing, Fixed> {
        match self.round {
            Some(round) => match round.ended() {
                Some(reported) => compare(turn, round, &reported),
                None => Progress::On(Fixing { round: Some(round), ..self }),
            },
            None => Progress::On(self),
        }
    }
}

fn compare(
    turn: &mut Turn<'_>,
    round: Round,
    reported: &BTreeMap<UnitId, DeviceCounts>,
) -> Progress<Fixing, Fixed> {
    for (unit, reported) in reported {
        book_what_counters_prove(turn, *unit, *reported);
        comparing::compare_life(turn, *unit, *reported);
    }
    if comparing::stops_payment(turn) {
        return Progress::InDoubt(Discrepancy::UnitInDoubt);
    }
    if let Some(differs) = reported.iter().find_map(|(unit, reported)| differs(turn, *unit, *reported)) {
        return Progress::InDoubt(differs);
    }
    if let Some(unit) = deposit(turn).stacking.keys().next() {
        return Progress::InDoubt(failed(turn, *unit, UnitTrouble::NoteOfUnknownFate));
    }
    Progress::Done(Fixed { round })
}

/// A unit that was put in since the deposit began has taken and given nothing on its account.
fn differs(turn: &Turn<'_>, unit: UnitId, reported: DeviceCounts) -> Option<Discrepancy> {
    let expected = deposit(turn).counting.get(&unit)?.expected();
    let unit = turn.policy.name(unit);
    let (expected, reported) = (Box::new(expected), Box::new(reported));
    (reported != expected).then_some(Discrepancy::CountsDiffer { unit, expected, reported })
}

impl Fixed {
    /// An error if, after a break, money would have to come from a hopper that cannot say what it has counted. Of what the
    /// others can pay nothing is paid either: the one that says nothing may be the one that shows that the books lack
    /// something.
    pub(crate) fn has_every_answer(&self, turn: &Turn<'_>) -> Result<(), Discrepancy> {
        let is_silent = |store: &&Store| match store.id.place.part() {
            UnitPart::Acceptor => false,
            UnitPart::Hopper(_) => !self.round.has_heard(store.id.part()),
        };
        let deposit = deposit(turn);
        let silent = turn.policy.stores.iter().find(is_silent).filter(|_| deposit.was_stopped);
        match silent {
            Some(store) if !Till::of(turn).can_pay(deposit.to_pay_out()) => {
                Err(part_failed(turn, store.id.part(), UnitTrouble::NotResponding))
            }
            Some(_) | None => Ok(()),
        }
    }
}
