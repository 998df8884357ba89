use std::ops::Range;
use std::time::Duration;

use api::PatientNumber;
use fastrand::Rng;
use money::Denomination;

use crate::carrier::{Damage, LineFault};
use crate::surroundings::{BillingAct, ClockSays, Device, Disk};
use crate::world::agenda::Happening;
use crate::world::put_back::{self, PutBack};
use crate::world::{KilledAt, Towards, World};

/// Something that goes wrong: what happens, and after how long.
#[derive(Clone, Debug)]
pub(super) struct Trouble(Vec<(Duration, Happening)>);

/// Too long for money to move by itself afterwards.
const LONG_BREAK: Duration = Duration::from_secs(45);

/// Coins fall and papers come out in so much less time than notes move.
const QUICK: u32 = 4;

/// An adapter that gathers bytes before it hands them on, or a computer that is busy elsewhere.
const LATE_MS: Range<u64> = 2..400;

/// How long a unit is without power, or its cable out, if nobody has to come for it: contacts that bounce, a plug that
/// somebody stumbles over, a power strip that is switched off and on.
const BLIPS_MS: [Range<u64>; 3] = [1..50, 50..1_000, 1_000..12_000];

/// From a bridge that is started anew to a computer that somebody has to switch on.
const BILLING_AWAY_MS: Range<u64> = 500..90_000;

/// From a busy computer to one that no machine waits for.
const BILLING_SLOW_MS: Range<u64> = 200..20_000;

/// How long a unit is slow.
const SLOW_MS: Range<u64> = 1_000..60_000;

/// Replies that a slow printer is late with, at most.
const SLOW_MESSAGES: u32 = 40;

/// From a log file that is moved away at once to a person who has to come.
const DISK_FAILS_MS: Range<u64> = 50..90_000;

/// A worn card, one that hangs, and one that the machine does not wait for.
const APPEND_MS: [Range<u64>; 3] = [20..1_500, 1_500..9_900, 10_100..40_000];

/// From a time server that answers soon to a person who has to come.
const CLOCK_WRONG_MS: Range<u64> = 500..120_000;

/// Whom and what a trouble can befall.
#[derive(Clone, Debug)]
pub(super) struct Around {
    /// What there are drums and hoppers for.
    pub(super) stored: Vec<Denomination>,
    pub(super) patient: PatientNumber,
}

impl Trouble {
    pub(super) fn draw(rng: &mut Rng, around: &Around) -> Trouble {
        let after = Duration::from_millis(rng.u64(0..2_500));
        let act = |device, command| (after, Happening::Act { device, command });
        let one = |happening| Trouble(vec![happening]);
        match rng.u32(0..44) {
            0 | 15 | 22 | 23 => one((Duration::ZERO, kill(rng))),
            1..=3 => one(act(Device::Id003, note_unit(rng))),
            4 | 5 => one(act(Device::Cctalk, coin_unit(rng))),
            6 | 7 => one((after / QUICK, hopper(rng, &around.stored))),
            8 | 9 => one((after / QUICK, Happening::Act { device: Device::Escpos, command: printer(rng) })),
            10..=13 => one((after, line(rng))),
            14 => one(act(any_device(rng), "unplug".to_owned())),
            16 => one((Duration::ZERO, Happening::BillChanges)),
            17 | 18 => stand_still(rng),
            24..=26 => billing(rng, &around.patient, after),
            27..=29 => slow(rng, after),
            30 => disk(rng, after),
            31 | 32 => clock(rng, after),
            33 => slow_disk(rng, after),
            34 | 35 => one((after, stop(rng))),
            36 | 37 => by_hand(rng, &around.stored, after),
            38 => tampering(rng, &around.stored, after),
            42 | 43 => one((after, put_back(rng))),
            39..=41 => one((after / QUICK, miscount(rng, &around.stored))),
            _ => blip(rng, after),
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
        match self.0.first()?.1 {
            Happening::Act { device, .. }
            | Happening::MoveByHand { device, .. }
            | Happening::Disturb { device, .. } => Some(device),
            Happening::ActOnHopper { .. } => Some(Device::Cctalk),
            Happening::BillChanges
            | Happening::Billing(_)
            | Happening::Disk(_)
            | Happening::Appends(_)
            | Happening::Clock(_)
            | Happening::Restart { .. }
            | Happening::Stop { .. }
            | Happening::PutBack { .. }
            | Happening::Kill { .. } => None,
        }
    }

    /// Takes its course after a while.
    pub(super) fn begin(self, world: &mut World, wait: Duration) {
        // Before two units of a kind it befalls one or the other, and not half of it each.
        let at_last = self.0.first().is_some_and(|(after, _)| after.as_millis() % 2 == 1);
        let notes = world.note_devices().last().filter(|_| at_last).unwrap_or(Device::Id003);
        let coins = world.coin_devices().last().filter(|_| at_last).unwrap_or(Device::Cctalk);
        for (after, happening) in self.0 {
            world.plan(wait + after, happening.at_unit(notes, coins));
        }
    }
}

/// The bridge, the share or a file is not as it should be, and after a while is again.
fn billing(rng: &mut Rng, patient: &PatientNumber, after: Duration) -> Trouble {
    let lasts = Duration::from_millis(rng.u64(BILLING_AWAY_MS));
    let (begins, ends) = match rng.u32(0..6) {
        0 => (BillingAct::BridgeAway, BillingAct::BridgeBack),
        1 => (BillingAct::FolderAway, BillingAct::FolderBack),
        2 => (BillingAct::Silent, BillingAct::Speaking),
        3 => {
            let latency = Duration::from_millis(rng.u64(BILLING_SLOW_MS));
            (BillingAct::Latency(latency), BillingAct::Latency(Duration::ZERO))
        }
        4 => (BillingAct::RefuseNextResult, BillingAct::TakeResults),
        _ => (BillingAct::WrongFile { patient: patient.clone() }, BillingAct::NoWrongFiles),
    };
    Trouble(vec![(after, Happening::Billing(begins)), (after + lasts, Happening::Billing(ends))])
}

/// For a while a unit looks late at what it is asked, or its adapter gathers bytes: always so long, now and then, or at every
/// look.
fn slow(rng: &mut Rng, after: Duration) -> Trouble {
    let lasts = Duration::from_millis(rng.u64(SLOW_MS));
    let (from, to) = (rng.u64(LATE_MS), rng.u64(LATE_MS));
    let habit = match rng.u32(0..3) {
        0 => format!("slow {from}"),
        1 => format!("uneven {}..{}", from.min(to), from.max(to)),
        _ => format!("looks-every {from}"),
    };
    match rng.u32(0..5) {
        0 => {
            let late = Damage::Late(Duration::from_millis(from));
            let fault = LineFault::new(late, rng.u32(1..SLOW_MESSAGES), rng.u64(..));
            Trouble(vec![(
                after,
                Happening::Disturb { device: Device::Escpos, towards: Towards::Machine, fault },
            )])
        }
        unit => {
            let device = if unit < 3 { Device::Id003 } else { Device::Cctalk };
            let act = |command: &str| Happening::Act { device, command: command.to_owned() };
            Trouble(vec![(after, act(&habit)), (after + lasts, act("prompt"))])
        }
    }
}

/// The disk is full or may only be read, until somebody has made room.
fn disk(rng: &mut Rng, after: Duration) -> Trouble {
    let failing = rng.choice(Disk::FAILING).unwrap_or(Disk::Full);
    let lasts = Duration::from_millis(rng.u64(DISK_FAILS_MS));
    Trouble(vec![(after, Happening::Disk(failing)), (after + lasts, Happening::Disk(Disk::Sound))])
}

/// Somebody restores an older journal, or copies the file without its log.
fn put_back(rng: &mut Rng) -> Happening {
    let what = if rng.bool() { PutBack::WithoutLog } else { PutBack::Copy };
    Happening::PutBack { what, tries: put_back::TRIES }
}

/// Somebody puts money into a drum or hopper or takes some out, and tells nobody.
fn by_hand(rng: &mut Rng, stored: &[Denomination], after: Duration) -> Trouble {
    let kind = *rng.choice(stored).unwrap_or(&Denomination::Yen100);
    let (value, pieces) = (i64::from(kind), rng.u32(1..8));
    let (device, command) = match (kind.is_coin(), rng.bool()) {
        (true, true) => (Device::Cctalk, format!("hopper {value} fill {pieces}")),
        (true, false) => (Device::Cctalk, format!("hopper {value} empty")),
        (false, true) => (Device::Id003, format!("drum {value} fill {pieces}")),
        (false, false) => (Device::Id003, format!("drum {value} take {pieces}")),
    };
    Trouble(vec![(after, Happening::MoveByHand { device, command })])
}

/// A technician lets a hopper pay out, or puts another one in its place.
fn tampering(rng: &mut Rng, stored: &[Denomination], after: Duration) -> Trouble {
    let coins: Vec<i64> = stored.iter().filter(|kind| kind.is_coin()).map(|kind| i64::from(*kind)).collect();
    let value = rng.choice(coins).unwrap_or(100);
    let act = |command: String| Happening::Act { device: Device::Cctalk, command };
    if rng.bool() {
        return Trouble(vec![(after, act(format!("hopper {value} pay-outside {}", rng.u32(1..4))))]);
    }
    let second = Duration::from_secs(1);
    Trouble(vec![
        (after, act(format!("power cut hopper {value}"))),
        (after + second, act(format!("hopper {value} exchange"))),
        (after + 2 * second, act(format!("power on hopper {value}"))),
    ])
}

/// A unit lets something out or in that it does not count.
fn miscount(rng: &mut Rng, stored: &[Denomination]) -> Happening {
    let act = |device, command: String| Happening::Act { device, command };
    match rng.u32(0..3) {
        0 => act(Device::Id003, "double-feed".to_owned()),
        1 => act(Device::Cctalk, format!("unseen {}", rng.u32(1..3))),
        _ => {
            let otherwise = *rng.choice(stored).unwrap_or(&Denomination::Yen100);
            Happening::ActOnHopper { command: "hopper VALUE double 2", otherwise }
        }
    }
}

/// For a while the disk takes its time for each append, up to longer than the machine waits for one.
fn slow_disk(rng: &mut Rng, after: Duration) -> Trouble {
    let range = rng.choice(APPEND_MS).unwrap_or(0..1);
    let takes = Duration::from_millis(rng.u64(range));
    let lasts = Duration::from_millis(rng.u64(DISK_FAILS_MS));
    Trouble(vec![(after, Happening::Appends(takes)), (after + lasts, Happening::Appends(Duration::ZERO))])
}

/// The system ends the program, to update it or to switch off.
fn stop(rng: &mut Rng) -> Happening {
    let short = Duration::from_secs(rng.u64(1..20));
    let away = rng.choice([Duration::ZERO, short, LONG_BREAK]);
    Happening::Stop { away: away.unwrap_or_default() }
}

/// The clock is set wrong, and after a while right again.
fn clock(rng: &mut Rng, after: Duration) -> Trouble {
    let wrong = rng.choice(ClockSays::WRONG).unwrap_or(ClockSays::NeverSet);
    let lasts = Duration::from_millis(rng.u64(CLOCK_WRONG_MS));
    Trouble(vec![(after, Happening::Clock(wrong)), (after + lasts, Happening::Clock(ClockSays::Right))])
}

/// What moves in a unit stands still for a while.
fn stand_still(rng: &mut Rng) -> Trouble {
    let device = if rng.bool() { Device::Id003 } else { Device::Cctalk };
    let act = |command: &str| Happening::Act { device, command: command.to_owned() };
    let duration = Duration::from_millis(rng.u64(200..60_000));
    Trouble(vec![(Duration::ZERO, act("stall on")), (duration, act("stall off"))])
}

/// Power or cable is away for a moment, and nobody comes.
fn blip(rng: &mut Rng, after: Duration) -> Trouble {
    let device = any_device(rng);
    let lasts = rng.choice(BLIPS_MS).map_or(Duration::ZERO, |range| Duration::from_millis(rng.u64(range)));
    let act = |command: &str| Happening::Act { device, command: command.to_owned() };
    let (begins, ends) = match rng.u32(0..5) {
        0 | 1 => (act("unplug"), act("plug")),
        2 if device == Device::Cctalk => (act("power cut acceptor"), act("power on acceptor")),
        _ => (act("power cut"), act("power on")),
    };
    Trouble(vec![(after, begins), (after + lasts, ends)])
}

fn kill(rng: &mut Rng) -> Happening {
    let steps = rng.u32(0..6);
    match rng.u32(0..6) {
        0 => Happening::Restart { away: LONG_BREAK },
        1 | 2 => Happening::Restart { away: Duration::ZERO },
        3 => Happening::Kill { steps, at: KilledAt::BeforeAppend },
        4 => Happening::Kill { steps, at: KilledAt::AfterAppend },
        _ => Happening::Kill { steps, at: KilledAt::AfterOutput },
    }
}

fn note_unit(rng: &mut Rng) -> String {
    let what = match rng.u32(0..8) {
        6 => "second 1000",
        0 => "cashbox remove",
        1 => "power cut",
        2 => "jam acceptor",
        3 => "pull-back",
        4 => "jam stacker",
        5 => "failure A6",
        _ => "jam payout",
    };
    what.to_owned()
}

fn coin_unit(rng: &mut Rng) -> String {
    let what = match rng.u32(0..5) {
        0 => "power cut",
        1 => "power cut acceptor",
        2 | 3 => "deceive 1",
        _ => "jam acceptor",
    };
    what.to_owned()
}

fn hopper(rng: &mut Rng, stored: &[Denomination]) -> Happening {
    let otherwise = *rng.choice(stored).unwrap_or(&Denomination::Yen100);
    let command = match rng.u32(0..4) {
        0 => "power cut hopper VALUE",
        1 => "hopper VALUE jam",
        _ => "hopper VALUE empty",
    };
    Happening::ActOnHopper { command, otherwise }
}

fn printer(rng: &mut Rng) -> String {
    match rng.u32(0..4) {
        0 => "cover open".to_owned(),
        2 => "cutter jam".to_owned(),
        1 => format!("paper out-after {}", rng.u32(0..40)),
        _ => "power cut".to_owned(),
    }
}

fn any_device(rng: &mut Rng) -> Device {
    match rng.u32(0..6) {
        0 | 1 => Device::Id003,
        2 | 3 => Device::Cctalk,
        4 => Device::Escpos,
        _ => Device::Scanner,
    }
}

/// What happens on a line. Nothing of a page is damaged on its way to the printer, because nobody could notice: there is
/// no check sum (docs/protocols/escpos.md §1).
fn line(rng: &mut Rng) -> Happening {
    let device = match rng.u32(0..8) {
        0..=2 => Device::Id003,
        3..=5 => Device::Cctalk,
        6 => Device::Escpos,
        _ => Device::Scanner,
    };
    let towards = if rng.bool() { Towards::Device } else { Towards::Machine };
    let late = Damage::Late(Duration::from_millis(rng.u64(LATE_MS)));
    let damage = match rng.u32(0..5) {
        _ if device == Device::Escpos && towards == Towards::Device => late,
        0 => Damage::Lost,
        1 => Damage::ByteLost,
        2 => Damage::BitFlipped,
        3 if towards == Towards::Machine => Damage::Doubled,
        _ => late,
    };
    Happening::Disturb { device, towards, fault: LineFault::new(damage, rng.u32(1..6), rng.u64(..)) }
}
