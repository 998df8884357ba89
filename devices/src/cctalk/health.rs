use wire::Moment;

use crate::agreed::Agreed;

/// What the acceptor's self-check says.
#[derive(Debug)]
pub(super) enum Health {
    Checking { due: Moment, tries: u8, reading: Agreed<u8> },
    Fine,
}

impl Health {
    pub(super) fn checking(due: Moment) -> Health {
        Health::Checking { due, tries: 0, reading: Agreed::default() }
    }

    pub(super) fn due(&self) -> Option<Moment> {
        match self {
            Health::Checking { due, .. } => Some(*due),
            Health::Fine => None,
        }
    }
}
