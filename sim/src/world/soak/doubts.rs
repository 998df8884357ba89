//! Doubts about what units have counted, where somebody has moved money outside the books.

use api::{Act, DoubtSaid};

use super::attendant::act;
use crate::world::World;

/// Settles what doubts stand, with the newest numbers that are on paper or in the billing system. The payment that is open
/// has to end before.
pub(super) fn settle(world: &mut World) -> Result<(), String> {
    if world.engine().open_payment().is_some() {
        return Ok(());
    }
    let newest = world.newest_numbers(world.written());
    for doubt in world.engine().doubts() {
        act(world, Act::SettleDoubt { doubt: doubt.doubt, said: DoubtSaid::Counted, newest })?;
    }
    Ok(())
}
