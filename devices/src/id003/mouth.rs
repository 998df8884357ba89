use device_api::{CashEvent, ShortCause};
use wire::id003::Status;

/// Where the one note that is paid out just now is, as far as the statuses say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mouth {
    #[default]
    Empty,
    /// On its way from the drum.
    Coming,
    /// Sticks out; the machine has been told.
    Offered,
    Taken,
    DrawnBack,
}

/// What one more status tells of the note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MouthNews {
    Presented,
    Taken,
    /// It is inside again, and not paid.
    DrawnBack(ShortCause),
}

impl Mouth {
    /// PAY VALID and the returns are repeated until the ACK, so only the first of a row is news (§4).
    pub(super) fn observe(&mut self, status: Status) -> Option<MouthNews> {
        let (place, news) = match status {
            Status::Paying => (Mouth::Coming, None),
            Status::PayStay => (Mouth::Offered, Some(MouthNews::Presented)),
            Status::PayValid => (Mouth::Taken, Some(MouthNews::Taken)),
            Status::ReturnToBox => (Mouth::DrawnBack, Some(MouthNews::DrawnBack(ShortCause::NotTaken))),
            Status::ReturnPayOutNote | Status::ReturnError => {
                (Mouth::DrawnBack, Some(MouthNews::DrawnBack(ShortCause::Jam)))
            }
            Status::Idling | Status::Inhibit => (Mouth::Empty, None),
            // The others say nothing about a note that is paid out.
            _ => (*self, None),
        };
        let changed = place != *self;
        *self = place;
        news.filter(|_| changed)
    }
}

impl MouthNews {
    /// What the machine is told.
    pub(super) fn event(self) -> Option<CashEvent> {
        match self {
            MouthNews::Presented => Some(CashEvent::Presented),
            MouthNews::Taken => Some(CashEvent::Taken),
            MouthNews::DrawnBack(_) => None,
        }
    }
}

/// Whether the device pays out, or waits for the ACK of what became of a note.
pub(super) fn is_paying_out(status: Status) -> bool {
    matches!(status, Status::Paying | Status::PayStay) || is_to_be_acknowledged(status)
}

/// Whether the device repeats this until it gets an ACK (§3).
pub(super) fn is_to_be_acknowledged(status: Status) -> bool {
    matches!(status, Status::PayValid | Status::ReturnToBox | Status::ReturnPayOutNote | Status::ReturnError)
}
