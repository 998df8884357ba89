use device_api::{Disturbance, Paid, UnitEvent};
use wire::id003::Status;

/// The one note that is paid out just now, as far as the statuses say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    place: NotePlace,
    /// The device was out of reach since it last told of the exit (the mouth), or has never told this driver.
    out_of_sight: bool,
}

/// Where it was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotePlace {
    Absent,
    /// On its way from the drum.
    Coming,
    /// Sticks out; the machine has been told.
    Offered,
    Taken,
    DrawnBack,
}

/// What one more status tells of the note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExitNews {
    Presented,
    Taken,
    /// A note was taken: the one before once more, or the next, of which nothing was seen while the device was out of
    /// reach.
    PerhapsAnother,
    /// It is inside again, and not paid.
    DrawnBack(Disturbance),
}

impl Default for Exit {
    fn default() -> Exit {
        Exit { place: NotePlace::Absent, out_of_sight: true }
    }
}

impl Exit {
    /// Whether a note may stick out: where nobody has looked, one may.
    pub(super) fn may_offer(self) -> bool {
        self.place == NotePlace::Offered || self.out_of_sight
    }

    /// The device is out of reach.
    pub(super) fn contact_lost(&mut self) {
        self.out_of_sight = true;
    }

    /// PAY VALID and the returns are repeated until the ACK, so only the first of a row is news (§4).
    pub(super) fn observe(&mut self, status: Status) -> Option<ExitNews> {
        let (place, news) = match status {
            Status::Paying => (NotePlace::Coming, None),
            Status::PayStay => (NotePlace::Offered, Some(ExitNews::Presented)),
            Status::PayValid => (NotePlace::Taken, Some(ExitNews::Taken)),
            Status::ReturnToBox => (NotePlace::DrawnBack, Some(ExitNews::DrawnBack(Disturbance::NotTaken))),
            Status::ReturnPayOutNote | Status::ReturnError => {
                (NotePlace::DrawnBack, Some(ExitNews::DrawnBack(Disturbance::WentBack)))
            }
            Status::Idling | Status::Inhibit => (NotePlace::Absent, None),
            // The others say nothing about a note that is paid out.
            _ => return None,
        };
        let changed = place != self.place;
        let unseen = std::mem::take(&mut self.out_of_sight);
        self.place = place;
        match news {
            Some(ExitNews::Taken) if !changed && unseen => Some(ExitNews::PerhapsAnother),
            news => news.filter(|_| changed),
        }
    }
}

impl ExitNews {
    /// What the machine is told.
    pub(super) fn event(self) -> Option<UnitEvent> {
        match self {
            ExitNews::Presented => Some(UnitEvent::Out(Paid::Presented)),
            ExitNews::Taken => Some(UnitEvent::Out(Paid::Taken)),
            ExitNews::PerhapsAnother | ExitNews::DrawnBack(_) => None,
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
