//! Money of which something is not known: somebody looks for it, and says what became of it.

use api::Act;

use super::attendant::act;
use crate::world::World;

/// Settles what stands, but for what belongs to the payment that is open, in one of the ways that are possible.
pub(super) fn settle(world: &mut World) -> Result<(), String> {
    let open = world.engine().open_payment();
    for one in world.engine().incidents().into_iter().filter(|one| open.is_none() || one.about != open) {
        let ways = one.doubt.settlements(one.value);
        // Any that can be so, and not always the same.
        let way = usize::try_from(one.opened.0).unwrap_or_default() % ways.len();
        act(world, Act::SettleIncident { incident: one.incident, said: ways[way] })?;
    }
    Ok(())
}
