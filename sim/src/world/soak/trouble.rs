use std::ops::Range;
use std::time::Duration;

use engine::Entry;
use fastrand::Rng;
use money::Denomination;

use super::pass;
use crate::carrier::{Damage, LineFault};
use crate::scenario::Device;
use crate::world::{KilledAt, Towards, World};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The daemon is killed and started again after a while.
    Restart { away: Duration },
    /// The daemon is killed in the middle of a step, after some others, and started again at once.
    Kill { steps: u32, at: KilledAt },
    /// Something happens to a device: one of its model's commands, after a while.
    Device { device: Device, command: String, after: Duration },
    /// Something happens to the next messages on a device's line, after a while.
    Line { device: Device, towards: Towards, damage: Damage, messages: u32, seed: u64, after: Duration },
    /// Something happens to the hopper that pays out, or else to this one.
    Hopper { what: &'static str, otherwise: Denomination, after: Duration },
    /// The desk changes the bill that is being paid.
    BillChanges,
    /// What moves in a device stands still for a while.
    StandStill { device: Device, duration: Duration },
}

/// Too long for money to move by itself afterwards.
const LONG_BREAK: Duration = Duration::from_secs(45);

/// Coins fall and papers come out in so much less time than notes move.
const QUICK: u32 = 4;

/// An adapter that gathers bytes before it hands them on, or a computer that is busy elsewhere.
const LATE_MS: Range<u64> = 2..400;

impl Trouble {
    /// `stored` is what there are drums and hoppers for.
    pub(super) fn draw(rng: &mut Rng, stored: &[Denomination]) -> Trouble {
        let after = Duration::from_millis(rng.u64(0..2_500));
        let device = |device, command| Trouble::Device { device, command, after };
        match rng.u32(0..18) {
            0 | 15 => kill(rng),
            1..=3 => device(Device::Id003, note_unit(rng)),
            4 | 5 => device(Device::Cctalk, coin_unit(rng)),
            6 | 7 => Trouble::Hopper {
                what: hopper(rng),
                otherwise: *rng.choice(stored).unwrap_or(&Denomination::Yen100),
                after,
            },
            8 | 9 => Trouble::Device { device: Device::Escpos, command: printer(rng), after: after / QUICK },
            10..=12 => line(rng, after),
            13 => device(unplugged(rng), "unplug".to_owned()),
            14 => device(Device::Scanner, scanner(rng)),
            16 => Trouble::BillChanges,
            _ => {
                let device = if rng.bool() { Device::Id003 } else { Device::Cctalk };
                Trouble::StandStill { device, duration: Duration::from_millis(rng.u64(200..60_000)) }
            }
        }
    }

    pub(super) fn befalls_printer(&self) -> bool {
        self.device() == Some(Device::Escpos)
    }

    pub(super) fn befalls_scanner(&self) -> bool {
        self.device() == Some(Device::Scanner)
    }

    /// Whose line or self it is, if it is one's alone.
    fn device(&self) -> Option<Device> {
        match self {
            Trouble::Device { device, .. } | Trouble::Line { device, .. } => Some(*device),
            Trouble::Hopper { .. } | Trouble::StandStill { .. } | Trouble::BillChanges => None,
            Trouble::Restart { .. } | Trouble::Kill { .. } => None,
        }
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
            Trouble::Line { device, towards, damage, messages, seed, after } => {
                pass(world, after)?;
                world.disturb(device, towards, LineFault::new(damage, messages, seed));
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
            Trouble::BillChanges => {
                world.change_newest_bill();
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
        0..=1 => reply(rng),
        2 => "cashbox remove".to_owned(),
        3 => "power cut".to_owned(),
        4 => "jam acceptor".to_owned(),
        7 => "pull-back".to_owned(),
        5 => "jam stacker".to_owned(),
        _ => "jam payout".to_owned(),
    }
}

fn coin_unit(rng: &mut Rng) -> String {
    match rng.u32(0..8) {
        0..=2 => reply(rng),
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

fn scanner(rng: &mut Rng) -> String {
    match rng.u32(0..3) {
        0 => "power cut".to_owned(),
        1 => format!("lose-reply {}", rng.u32(1..3)),
        _ => format!("garble {}", rng.u32(1..3)),
    }
}

fn unplugged(rng: &mut Rng) -> Device {
    match rng.u32(0..6) {
        0 | 1 => Device::Id003,
        2 | 3 => Device::Cctalk,
        4 => Device::Escpos,
        _ => Device::Scanner,
    }
}

/// What happens on a line. Nothing of a page is damaged on its way to the printer, because nobody could notice: there is
/// no check sum (docs/protocols/escpos.md §1).
fn line(rng: &mut Rng, after: Duration) -> Trouble {
    let device = match rng.u32(0..8) {
        0..=2 => Device::Id003,
        3..=5 => Device::Cctalk,
        6 => Device::Escpos,
        _ => Device::Scanner,
    };
    let towards = if rng.bool() { Towards::Device } else { Towards::Machine };
    let late = Damage::Late(Duration::from_millis(rng.u64(LATE_MS)));
    let damage = match rng.u32(0..4) {
        _ if device == Device::Escpos && towards == Towards::Device => late,
        0 => Damage::Lost,
        1 => Damage::ByteLost,
        2 => Damage::BitFlipped,
        _ => late,
    };
    Trouble::Line { device, towards, damage, messages: rng.u32(1..6), seed: rng.u64(..), after }
}

/// What happens to replies.
fn reply(rng: &mut Rng) -> String {
    let count = rng.u32(1..6);
    match rng.u32(0..3) {
        0 => format!("lose-reply {count}"),
        1 => format!("garble {count}"),
        _ => format!("duplicate {count}"),
    }
}
