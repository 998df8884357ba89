use std::time::Duration;

use engine::Entry;
use fastrand::Rng;
use money::Denomination;

use super::pass;
use crate::scenario::Device;
use crate::world::{KilledAt, World};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The daemon is killed and started again after a while.
    Restart { away: Duration },
    /// The daemon is killed in the middle of a step, after some others, and started again at once.
    Kill { steps: u32, at: KilledAt },
    /// Something happens to a device: one of its model's commands, after a while.
    Device { device: Device, command: String, after: Duration },
    /// Something happens to the hopper that pays out, or else to this one.
    Hopper { what: &'static str, otherwise: Denomination, after: Duration },
    /// What moves in a device stands still for a while.
    StandStill { device: Device, duration: Duration },
}

/// Too long for money to move by itself afterwards.
const LONG_BREAK: Duration = Duration::from_secs(45);

/// Coins fall and papers come out in so much less time than notes move.
const QUICK: u32 = 4;

impl Trouble {
    /// `stored` is what there are drums and hoppers for.
    pub(super) fn draw(rng: &mut Rng, stored: &[Denomination]) -> Trouble {
        let after = Duration::from_millis(rng.u64(0..2_500));
        let device = |device, command| Trouble::Device { device, command, after };
        match rng.u32(0..11) {
            0 => kill(rng),
            1..=3 => device(Device::Id003, note_unit(rng)),
            4 | 5 => device(Device::Cctalk, coin_unit(rng)),
            6 | 7 => Trouble::Hopper {
                what: hopper(rng),
                otherwise: *rng.choice(stored).unwrap_or(&Denomination::Yen100),
                after,
            },
            8 | 9 => Trouble::Device { device: Device::Escpos, command: printer(rng), after: after / QUICK },
            _ => {
                let device = if rng.bool() { Device::Id003 } else { Device::Cctalk };
                Trouble::StandStill { device, duration: Duration::from_millis(rng.u64(200..60_000)) }
            }
        }
    }

    pub(super) fn befalls_printer(&self) -> bool {
        matches!(self, Trouble::Device { device: Device::Escpos, .. })
    }

    pub(super) fn happen(self, world: &mut World) -> Result<(), String> {
        match self {
            Trouble::Kill { steps, at } => {
                world.kill_in(steps, at);
                Ok(())
            }
            Trouble::Restart { away } => world.restart(away).map_err(|error| error.to_string()),
            Trouble::Device { device, command, after } => {
                pass(world, after)?;
                // What cannot happen in this state does not.
                drop(world.act(device, &command));
                Ok(())
            }
            Trouble::Hopper { what, otherwise, after } => {
                let kind = i64::from(paying_hopper(world).unwrap_or(otherwise));
                pass(world, after / QUICK)?;
                drop(match what {
                    CUT_POWER => world.act(Device::Cctalk, &format!("power cut hopper {kind}")),
                    _ => world.act(Device::Cctalk, &format!("hopper {kind} {what}")),
                });
                Ok(())
            }
            Trouble::StandStill { device, duration } => {
                world.act(device, "stall on")?;
                pass(world, duration)?;
                world.act(device, "stall off")
            }
        }
    }
}

/// The hopper that was last told to pay out, if it was not heard of since.
fn paying_hopper(world: &World) -> Option<Denomination> {
    let mut newest_first = world.written().iter().rev();
    newest_first.find_map(|entry| match entry {
        Entry::PayoutIntended { denomination, .. } => Some(Some(*denomination)),
        Entry::PayoutEnded { .. } | Entry::PaymentOpened { .. } => Some(None),
        _ => None,
    })?
}

fn kill(rng: &mut Rng) -> Trouble {
    let steps = rng.u32(0..6);
    match rng.u32(0..6) {
        0 => Trouble::Restart { away: LONG_BREAK },
        1 | 2 => Trouble::Restart { away: Duration::ZERO },
        3 => Trouble::Kill { steps, at: KilledAt::BeforeAppend },
        4 => Trouble::Kill { steps, at: KilledAt::AfterAppend },
        _ => Trouble::Kill { steps, at: KilledAt::AfterOutput },
    }
}

fn note_unit(rng: &mut Rng) -> String {
    match rng.u32(0..8) {
        0..=2 => line(rng),
        3 => "power cut".to_owned(),
        4 => "jam acceptor".to_owned(),
        7 => "pull-back".to_owned(),
        5 => "jam stacker".to_owned(),
        _ => "jam payout".to_owned(),
    }
}

fn coin_unit(rng: &mut Rng) -> String {
    match rng.u32(0..8) {
        0..=2 => line(rng),
        3 => "power cut".to_owned(),
        4 => "power cut acceptor".to_owned(),
        5 | 6 => "deceive 1".to_owned(),
        _ => "jam acceptor".to_owned(),
    }
}

const CUT_POWER: &str = "power cut";

fn hopper(rng: &mut Rng) -> &'static str {
    match rng.u32(0..4) {
        0 => CUT_POWER,
        1 => "jam",
        _ => "empty",
    }
}

fn printer(rng: &mut Rng) -> String {
    match rng.u32(0..4) {
        0 => "cover open".to_owned(),
        1 => format!("paper out-after {}", rng.u32(0..40)),
        2 => "power cut".to_owned(),
        _ => format!("lose-reply {}", rng.u32(1..6)),
    }
}

/// What happens on the line.
fn line(rng: &mut Rng) -> String {
    let count = rng.u32(1..6);
    match rng.u32(0..3) {
        0 => format!("lose-reply {count}"),
        1 => format!("garble {count}"),
        _ => format!("duplicate {count}"),
    }
}
