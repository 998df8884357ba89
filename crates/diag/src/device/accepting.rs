//! `accept on` and `accept off`.

use device_api::{DepositCommand, UnitCommand};
use money::DenominationSet;
use serde_json::json;

use super::Ask;

/// What a unit is told to take: all that it knows. Whoever types `accept on` faster than it says that need not type it again.
#[derive(Default)]
pub(super) struct Accepting {
    known: DenominationSet,
    waits: bool,
}

impl Accepting {
    pub(super) fn on(&mut self) -> Ask<UnitCommand> {
        self.waits = self.known.is_empty();
        match self.waits {
            true => Ask::Show(json!({ "event": "waiting", "for": "identified" })),
            false => Ask::Command(accept(self.known)),
        }
    }

    pub(super) fn off(&mut self) -> Ask<UnitCommand> {
        match std::mem::take(&mut self.waits) {
            true => Ask::Show(json!({ "event": "not_waiting" })),
            false => Ask::Command(accept(DenominationSet::EMPTY)),
        }
    }

    /// The unit has said what it knows.
    pub(super) fn identified(&mut self, known: DenominationSet) -> Option<UnitCommand> {
        self.known = known;
        std::mem::take(&mut self.waits).then(|| accept(known))
    }
}

fn accept(kinds: DenominationSet) -> UnitCommand {
    UnitCommand::In(DepositCommand::Accept(kinds))
}
