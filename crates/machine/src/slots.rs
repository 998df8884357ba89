//! What slots were asked for, and what of that is still meant.

use std::collections::BTreeMap;

use device_api::{DepositCommand, Deposited, UnitCommand, UnitEvent, UnitId};
use engine::Input;
use money::DenominationSet;

/// The units that are to take coins, and which. A coin is inside for good as soon as it is told; a note waits in escrow until
/// somebody has decided, and is told until that is written.
#[derive(Debug, Default)]
pub(crate) struct Slots(BTreeMap<UnitId, DenominationSet>);

impl Slots {
    /// A unit is asked for something.
    pub(crate) fn asked(&mut self, unit: UnitId, command: &UnitCommand) {
        if let UnitCommand::In(DepositCommand::Accept(pieces)) = command {
            match !pieces.is_empty() && pieces.iter().all(|piece| piece.is_coin()) {
                true => self.0.insert(unit, *pieces),
                false => self.0.remove(&unit),
            };
        }
    }

    /// What is to be taken, when it can be written down.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = (UnitId, DenominationSet)> {
        self.0.iter().map(|(unit, pieces)| (*unit, *pieces))
    }

    /// Whether a unit tells that it is closed that was never meant to be for long.
    pub(crate) fn is_own_doing(&self, event: &Input) -> bool {
        matches!(event, Input::Unit(unit, UnitEvent::In(Deposited::Inhibited)) if self.0.contains_key(unit))
    }
}

/// Whether a unit would take money after this.
pub(crate) fn opens(command: &UnitCommand) -> bool {
    matches!(command, UnitCommand::In(DepositCommand::Accept(pieces)) if !pieces.is_empty())
}

/// Whether a command is about a piece in escrow that is not there any more, by what its unit has told since.
pub(crate) fn is_outdated<'a>(
    command: &UnitCommand,
    mut told_since: impl Iterator<Item = &'a UnitEvent>,
) -> bool {
    let is_about_escrow = matches!(
        command,
        UnitCommand::In(DepositCommand::Stack | DepositCommand::Return | DepositCommand::Hold)
    );
    is_about_escrow && told_since.any(tells_of_another_piece)
}

/// A piece that was in escrow before this was told is not there any more.
fn tells_of_another_piece(event: &UnitEvent) -> bool {
    let UnitEvent::In(deposited) = event else { return false };
    let comes = matches!(
        deposited,
        Deposited::Arriving | Deposited::Escrowed { .. } | Deposited::ExitBlocked(Some(_))
    );
    comes || deposited.leaves_escrow()
}

#[cfg(test)]
mod tests {
    use device_api::{ExitBlock, RejectCause};
    use money::Denomination;

    use super::*;

    const COINS: UnitId = UnitId::fixed("coins");

    fn accept(pieces: impl IntoIterator<Item = Denomination>) -> UnitCommand {
        UnitCommand::In(DepositCommand::Accept(pieces.into_iter().collect()))
    }

    #[test]
    fn only_slots_for_coins_are_closed_meanwhile() {
        let (coin, note) = (Denomination::Yen100, Denomination::Yen1000);
        let cases = [(vec![coin], true), (vec![note], false), (vec![coin, note], false), (Vec::new(), false)];
        for (pieces, is_kept) in cases {
            let mut slots = Slots::default();
            slots.asked(COINS, &accept([coin]));
            slots.asked(COINS, &accept(pieces.clone()));
            assert_eq!(slots.wanted().count() == 1, is_kept, "{pieces:?}");
            let closed = Input::Unit(COINS, UnitEvent::In(Deposited::Inhibited));
            assert_eq!(slots.is_own_doing(&closed), is_kept, "{pieces:?}");
        }
    }

    #[test]
    fn nothing_is_decided_about_a_piece_that_is_gone() {
        let blocked = Deposited::ExitBlocked(Some(ExitBlock::GivenBack));
        let another = Deposited::Escrowed { denomination: Denomination::Yen1000 };
        let rejected = Deposited::Rejected { cause: RejectCause::NotWanted };
        let cases = [
            (vec![], false),
            (vec![Deposited::ExitBlocked(None)], false),
            (vec![blocked], true),
            (vec![Deposited::Returned], true),
            (vec![Deposited::Arriving, rejected], true),
            (vec![another], true),
        ];
        for (told, is_outdated_then) in cases {
            let told: Vec<_> = told.into_iter().map(UnitEvent::In).collect();
            for command in [DepositCommand::Stack, DepositCommand::Return, DepositCommand::Hold] {
                let command = UnitCommand::In(command);
                assert_eq!(is_outdated(&command, told.iter()), is_outdated_then, "{command:?} {told:?}");
            }
            let acknowledge = UnitCommand::In(DepositCommand::AcknowledgeStacked);
            assert!(!is_outdated(&acknowledge, told.iter()), "{told:?}");
        }
    }
}
