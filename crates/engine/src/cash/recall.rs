//! A payout was under way when the program ended: the unit that did it is asked what became of it.

use device_api::{CashCommand, CashEvent, CoinCommand, CoinEvent, Dispense, DispenseEnd, DispenseId, Moment};
use settings::Times;

use super::dispensing::{NOTHING_MOVED, book_payout};
use super::{Progress, coin_came, deposit, note_while_ending};
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
        let Payout { dispense: id, denomination, pieces, .. } = payout;
        let dispense = Dispense { id, denomination, pieces };
        let deposit = deposit(turn);
        match deposit.counted_before.clone() {
            Some(before) if denomination.is_coin() => turn.coin(CoinCommand::Recall { dispense, before }),
            Some(before) => {
                let disturbances = deposit.disturbances.clone();
                turn.cash(CashCommand::Recall { dispense, before, disturbances });
            }
            None => return recall.ended(turn, id, NOTHING_MOVED),
        }
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

    pub(crate) fn cash(mut self, turn: &mut Turn<'_>, event: CashEvent) -> Progress<Recall, DispenseEnd> {
        match event {
            CashEvent::Dispensed { id, end } => self.ended(turn, id, end),
            CashEvent::Presented | CashEvent::Taken => {
                self.presented = event == CashEvent::Presented;
                self.since = turn.now.at;
                Progress::On(self)
            }
            // How the payout ended is told all the same, once the unit knows.
            CashEvent::Trouble(_) => Progress::On(self),
            CashEvent::Identified { .. }
            | CashEvent::NoteArriving
            | CashEvent::Escrowed { .. }
            | CashEvent::Stacked { .. }
            | CashEvent::Stored { .. }
            | CashEvent::Returned
            | CashEvent::Rejected { .. }
            | CashEvent::Inhibited
            | CashEvent::Counts(_)
            | CashEvent::ExitBlocked(_)
            | CashEvent::Disturbed { .. }
            | CashEvent::Prepared { .. }
            | CashEvent::Ready => Progress::unless(note_while_ending(turn, &event), self),
        }
    }

    pub(crate) fn coin(self, turn: &mut Turn<'_>, event: CoinEvent) -> Progress<Recall, DispenseEnd> {
        match event {
            CoinEvent::Dispensed { id, end } => self.ended(turn, id, end),
            CoinEvent::Trouble { .. } => Progress::On(self),
            CoinEvent::Inserted { .. }
            | CoinEvent::EventsLost { .. }
            | CoinEvent::Identified { .. }
            | CoinEvent::Rejected { .. }
            | CoinEvent::ReturnPressed
            | CoinEvent::Inhibited
            | CoinEvent::Counts { .. }
            | CoinEvent::Prepared { .. }
            | CoinEvent::Ready { .. } => Progress::unless(coin_came(turn, &event), self),
        }
    }

    /// The unit does not answer. When it does, that is still booked.
    pub(crate) fn expired(self) -> Progress<Recall, DispenseEnd> {
        Progress::InDoubt(Discrepancy::PayoutUnknown)
    }
}
