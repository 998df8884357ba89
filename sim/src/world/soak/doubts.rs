//! Doubts about what units have counted, where somebody has moved money outside the books.

use api::{Act, DoubtReach, DoubtSaid, DoubtView};
use device_api::UnitPart;

use super::attendant::act;
use crate::world::World;

/// Settles what doubts stand, with the newest numbers that are on paper or in the billing system. The payment that is open
/// has to end before. Who is late leaves those with which the machine goes on.
pub(super) fn settle(world: &mut World, is_late: bool) -> Result<(), String> {
    if world.engine().open_payment().is_some() {
        return Ok(());
    }
    let newest = world.newest_numbers(world.written());
    for doubt in world.engine().doubts().into_iter().filter(|doubt| !(is_late && can_wait(doubt))) {
        act(world, Act::SettleDoubt { doubt: doubt.doubt, said: DoubtSaid::Counted, newest })?;
    }
    Ok(())
}

/// Without one of its hoppers the machine still takes notes and coins.
fn can_wait(doubt: &DoubtView) -> bool {
    doubt.reach == DoubtReach::PartAlone && doubt.part.part != UnitPart::Acceptor
}
