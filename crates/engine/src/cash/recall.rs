//! A payout was under way when the program ended: the unit that did it is asked what became of it.

use device_api::{Dispense, DispenseEnd, DispenseId, Moment, Paid, PayoutCommand, Stated, UnitEvent, UnitId};
use settings::Times;

use super::dispensing::{NOTHING_MOVED, book_payout};
use super::{Progress, deposit, while_ending};
use crate::Discrepancy;
use crate::books::Payout;
use crate::turn::Turn;

/// Waiting for the unit's answer. Nothing is commanded meanwhile, but a unit that was told to pay two notes goes on
/// with the second by itself.
#[derive(Debug)]
pub(crate) struct Recall {
    /// A note is in the exit, the mouth of the unit, for the patient to take.
    pub(crate) presented: bool,
    since: Moment,
}

impl Recall {
    /// `payout` had not ended when the program did.
    pub(crate) fn begin(turn: &mut Turn<'_>, payout: Payout) -> Progress<Recall, DispenseEnd> {
        let recall = Recall { presented: false, since: turn.now.at };
        let Payout { dispense: id, store, denomination, pieces } = payout;
        let dispense = Dispense { id, place: store.place, denomination, pieces };
        let deposit = deposit(turn);
        let Some(before) = deposit.counted_before.clone() else {
            return recall.ended(turn, id, NOTHING_MOVED);
        };
        let disturbances = deposit.disturbances.clone();
        turn.ask_payer(store.unit, PayoutCommand::Recall { dispense, before, disturbances });
        Progress::On(recall)
    }

    /// Books how the payout ended. The end of another one changes nothing here.
    fn ended(self, turn: &mut Turn<'_>, id: DispenseId, end: DispenseEnd) -> Progress<Recall, DispenseEnd> {
        book_payout(turn, id, end);
        match deposit(turn).paying {
            Some(_) => Progress::On(self),
            None => Progress::Done(end),
        }
    }

    pub(crate) fn deadline(&self, times: &Times) -> Moment {
        self.since.after(times.payout_timeout())
    }

    pub(crate) fn unit(
        mut self,
        turn: &mut Turn<'_>,
        unit: UnitId,
        event: &UnitEvent,
    ) -> Progress<Recall, DispenseEnd> {
        match event {
            UnitEvent::Out(Paid::Dispensed { id, end }) => self.ended(turn, *id, *end),
            UnitEvent::Out(paid @ (Paid::Presented | Paid::Taken)) => {
                self.presented = *paid == Paid::Presented;
                self.since = turn.now.at;
                Progress::On(self)
            }
            // How the payout ended is told all the same, once the unit knows.
            UnitEvent::State(Stated::Trouble { .. }) => Progress::On(self),
            UnitEvent::Out(Paid::Prepared { .. } | Paid::Disturbed { .. })
            | UnitEvent::State(Stated::Identified { .. } | Stated::Ready { .. })
            | UnitEvent::In(_)
            | UnitEvent::Counts(_) => Progress::unless(while_ending(turn, unit, event), self),
        }
    }

    /// The unit does not answer. When it does, that is still booked.
    pub(crate) fn expired(self) -> Progress<Recall, DispenseEnd> {
        Progress::InDoubt(Discrepancy::PayoutUnknown)
    }
}
