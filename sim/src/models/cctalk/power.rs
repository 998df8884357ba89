use wire::Moment;

/// Whether a device has power and is awake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Power {
    Off,
    Booting { until: Moment },
    On,
}

impl Power {
    pub(super) fn is_on(self) -> bool {
        self == Power::On
    }

    /// When it is awake, if it is waking up.
    pub(super) fn awake_at(self) -> Option<Moment> {
        match self {
            Power::Booting { until } => Some(until),
            Power::Off | Power::On => None,
        }
    }
}
