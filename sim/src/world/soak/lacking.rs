//! A slot that does not work, and for which nobody has come yet: what the machine can do without it (K18).

use std::time::Duration;

use fastrand::Rng;
use money::Yen;

use crate::surroundings::Device;

/// After this the desk was called for a unit, and the machine goes on without it.
pub(super) const OUT_FOR_A_WHILE: Duration = Duration::from_secs(25);

/// Any number: what is drawn beside the visit is not what is drawn next in it.
const ASIDE: u64 = 0x004B_3138;

/// In one visit of twenty a slot does not work, whatever else happens. What is drawn otherwise stays as it is.
pub(super) fn lacking(rng: &Rng) -> Option<(Device, &'static str)> {
    let mut aside = Rng::with_seed(rng.get_seed() ^ ASIDE);
    match aside.u32(0..40) {
        0 => aside.choice([(Device::Id003, "jam stacker"), (Device::Id003, "power cut")]),
        1 => Some((Device::Cctalk, "jam acceptor")),
        _ => None,
    }
}

/// As much of each bill as can be paid in coins; of one in eight, more than that.
pub(super) fn small(due: Vec<Yen>) -> Vec<Yen> {
    let little = |due: Yen| match due.amount() % 8 {
        0 => due,
        _ => Yen::new(due.amount() % 50 * 10),
    };
    due.into_iter().map(little).collect()
}
