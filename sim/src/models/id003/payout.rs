use serde_json::json;
use wire::Moment;
use wire::id003::{RecyclerOrder, RecyclerState, Reply, Status};

use super::config::PayoutJam;
use super::device::NoteUnitModel;
use super::state::{Ejection, NotPaid, State};

/// What is left of an order to pay out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payout {
    /// Counted from 0.
    drum: usize,
    pieces_left: u8,
}

/// Notes on their way out.
impl NoteUnitModel {
    pub(super) fn recycler_ordered(&mut self, now: Moment, order: RecyclerOrder) -> Reply {
        match order {
            RecyclerOrder::PayOut { pieces, drum } => self.pay_out(now, pieces, drum),
            RecyclerOrder::EmergencyStop => {
                if let Some(payout) = &mut self.payout {
                    payout.pieces_left = 0;
                }
                Reply::Ack
            }
        }
    }

    fn pay_out(&mut self, now: Moment, pieces: u8, drum: u8) -> Reply {
        let closed = self.state == State::Rest && self.settings.inhibited && self.places.mouth.is_none();
        let index = usize::from(drum).checked_sub(1).filter(|index| *index < self.config.drums.len());
        let Some(drum) = index.filter(|_| closed && pieces > 0) else {
            return Reply::Status(Status::InvalidCommand);
        };
        self.payout = Some(Payout { drum, pieces_left: pieces });
        self.pay_next(now);
        Reply::Ack
    }

    /// Fetches the next note, if there is one to be paid out.
    pub(super) fn pay_next(&mut self, now: Moment) {
        let Some(Payout { drum, pieces_left: 1.. }) = self.payout else { return self.payout_over(now) };
        if !self.places.take_out(drum) {
            self.ran_empty = true;
            return self.payout_over(now);
        }
        self.ran_empty = false;
        if let Some(payout) = &mut self.payout {
            payout.pieces_left -= 1;
        }
        self.state = State::Paying { until: now.after(self.config.timing.pay) };
    }

    pub(super) fn note_at_mouth(&mut self, now: Moment) {
        if std::mem::take(&mut self.jam_next_payout) {
            return self.jam_in_payout();
        }
        let denomination = self.places.push_out();
        self.state = State::PayStay { until: now.after(self.config.timing.mouth_limit) };
        self.happened("dispensed", denomination);
    }

    /// The note was not taken.
    pub(super) fn draw_back(&mut self) {
        self.take_back();
        self.state = State::NotPaid(NotPaid::NotTaken);
    }

    /// The host knows that the note is not paid; the rest of the order is not carried out.
    pub(super) fn payout_given_up(&mut self, now: Moment, cause: NotPaid) {
        match cause {
            NotPaid::NotTaken | NotPaid::Returned => self.payout_over(now),
            NotPaid::Stuck => self.stuck(),
        }
    }

    /// RESET finds a note in the mouth.
    pub(super) fn found_in_mouth(&mut self, now: Moment) {
        self.state = if self.config.pay_stay_resumed {
            State::PayStay { until: now.after(self.config.timing.mouth_limit) }
        } else {
            State::InMouth { cause: Ejection::Returned }
        };
    }

    /// The note goes back to where notes go that are not paid.
    pub(super) fn take_back(&mut self) {
        let denomination = self.places.take_back();
        self.happened("retracted", denomination);
    }

    pub(super) fn recycler_state(&self) -> RecyclerState {
        match self.state {
            State::Fault(Status::RecyclerError) => RecyclerState::Jam,
            State::Paying { .. } | State::PayStay { .. } => RecyclerState::Busy,
            _ if self.ran_empty => RecyclerState::Empty,
            _ => RecyclerState::Normal,
        }
    }

    fn payout_over(&mut self, now: Moment) {
        self.payout = None;
        self.note_done(now);
    }

    fn jam_in_payout(&mut self) {
        self.tell(json!({ "happened": "jammed", "place": "payout" }));
        match self.config.payout_jam {
            PayoutJam::RecyclerError => self.stuck(),
            PayoutJam::ReturnPayOutNote => {
                self.take_back();
                self.state = State::NotPaid(NotPaid::Returned);
            }
            PayoutJam::ReturnError => self.state = State::NotPaid(NotPaid::Stuck),
        }
    }

    fn stuck(&mut self) {
        self.payout = None;
        self.standing_fault = Some(Status::RecyclerError);
        self.state = State::Fault(Status::RecyclerError);
    }
}
