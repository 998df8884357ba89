use std::time::Duration;

use wire::Moment;
use wire::id003::{Destination, RejectReason, Status};

/// What the device is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Off,
    Booting {
        until: Moment,
    },
    /// Waits for RESET.
    PowerUp,
    /// Ends when the time is over and the host has written whether the slot is open.
    Initializing {
        until: Moment,
    },
    Rest,
    Accepting {
        until: Moment,
    },
    Escrow {
        until: Moment,
    },
    Holding {
        until: Moment,
    },
    Stacking {
        until: Moment,
        way: Way,
    },
    VendValid {
        way: Way,
    },
    /// On its last way after VEND VALID.
    Stowing {
        until: Moment,
    },
    Stacked {
        until: Moment,
        place: Destination,
    },
    Ejecting {
        until: Moment,
        cause: Ejection,
    },
    InMouth {
        cause: Ejection,
    },
    /// A note is on its way from a drum to the mouth.
    Paying {
        until: Moment,
    },
    /// It sticks out, until it is drawn back.
    PayStay {
        until: Moment,
    },
    /// It was taken; waits for the ACK.
    PayValid,
    /// It went back; waits for the ACK.
    NotPaid(NotPaid),
    /// Until RESET, even if the cause is gone.
    Fault(Status),
}

/// When VEND VALID is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Stack1,
    Stack2,
}

/// Why a note that was to be paid out is inside again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotPaid {
    NotTaken,
    Returned,
    Stuck,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ejection {
    Returned,
    Rejected(RejectReason),
}

impl State {
    /// Whether a second note would be noticed: the mouth is open behind the first one.
    pub(super) fn has_note_in_hand(self) -> bool {
        matches!(
            self,
            State::Accepting { .. } | State::Escrow { .. } | State::Holding { .. } | State::Stacking { .. }
        )
    }

    /// Whether the device is past start-up and in order.
    pub(super) fn is_running(self) -> bool {
        !matches!(
            self,
            State::Off
                | State::Booting { .. }
                | State::PowerUp
                | State::Initializing { .. }
                | State::Fault(_)
        )
    }

    pub(super) fn until(mut self) -> Option<Moment> {
        self.until_mut().copied()
    }

    pub(super) fn postpone(&mut self, by: Duration) {
        if let Some(until) = self.until_mut() {
            *until = until.after(by);
        }
    }

    fn until_mut(&mut self) -> Option<&mut Moment> {
        match self {
            State::Booting { until }
            | State::Initializing { until }
            | State::Accepting { until }
            | State::Escrow { until }
            | State::Holding { until }
            | State::Stacking { until, .. }
            | State::Stowing { until }
            | State::Stacked { until, .. }
            | State::Ejecting { until, .. }
            | State::Paying { until }
            | State::PayStay { until } => Some(until),
            State::Off
            | State::PowerUp
            | State::Rest
            | State::VendValid { .. }
            | State::InMouth { .. }
            | State::PayValid
            | State::NotPaid(_)
            | State::Fault(_) => None,
        }
    }
}
