//! What became of a dispense command: what a hopper said before and after it, weighed by table.

mod inquiry;

use wire::cctalk::{HopperStatus, TestRegisters, next_count};

pub(super) use self::inquiry::{Heard, Inquiry};

/// A hopper counts the coins of its life in 24 bits (§4).
const TOTAL_MODULUS: u32 = 1 << 24;

/// What a hopper said before a dispense command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) event: u8,
    pub(super) total: u32,
    /// The register that tells a restart was set already, and cannot tell another one.
    pub(super) powered_up: bool,
}

/// What a hopper says after a dispense command that it may or may not have taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct After {
    pub(super) status: HopperStatus,
    pub(super) registers: TestRegisters,
    pub(super) total: u32,
}

/// What became of a dispense command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The hopper has never taken it. It may be sent again.
    NotTaken,
    /// The hopper has taken it and is at it, or done with it.
    Taken,
    /// The hopper has restarted. So many coins came out; no more will.
    CutOff {
        /// How many.
        paid: u8,
    },
    /// What the hopper says does not fit together.
    Contradiction,
}

/// What became of the dispense commands of an earlier driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recalled {
    /// The hopper is still at it.
    Running {
        /// Coins of the portion under way that are out.
        paid: u8,
    },
    /// So many coins came out in all; no more will.
    Ended {
        /// How many.
        paid: u32,
        /// The hopper gave up before the end of a portion, and its registers may say why.
        given_up: bool,
    },
    /// What the hopper says does not fit together.
    Contradiction,
}

impl Before {
    /// The counter that stands for the next dispense command.
    pub(super) fn next_event(&self) -> u8 {
        next_count(self.event)
    }
}

/// Weighs what the hopper says about a command for `coins` coins (docs/protocols/cctalk.md §6).
pub(super) fn weigh(before: &Before, after: &After, coins: u8) -> Verdict {
    let paid_by_total = after.total.wrapping_sub(before.total) % TOTAL_MODULUS;
    let status = after.status;
    if has_restarted(before, after) {
        let paid = proven_after_restart(after, paid_by_total, coins.into(), coins);
        let paid = paid.and_then(|paid| u8::try_from(paid).ok());
        return paid.map_or(Verdict::Contradiction, |paid| Verdict::CutOff { paid });
    }
    if status.event == before.next_event() {
        return Verdict::Taken;
    }
    let unmoved = status.event == before.event && status.remaining == 0 && paid_by_total == 0;
    if unmoved { Verdict::NotTaken } else { Verdict::Contradiction }
}

/// Weighs what the hopper says about a dispense of `pieces` coins that was sent in portions of `portion_max`, each only
/// after the one before was proven complete.
pub(super) fn weigh_recalled(before: &Before, after: &After, pieces: u32, portion_max: u8) -> Recalled {
    let by_total = after.total.wrapping_sub(before.total) % TOTAL_MODULUS;
    if has_restarted(before, after) {
        let paid = proven_after_restart(after, by_total, pieces, portion_max);
        return paid.map_or(Recalled::Contradiction, |paid| Recalled::Ended { paid, given_up: false });
    }
    let HopperStatus { event, remaining, paid, unpaid } = after.status;
    let portions = pieces.div_ceil(portion_max.into());
    let counters = std::iter::successors(Some(before.event), |event| Some(next_count(*event)));
    let Some((taken, _)) = (0..=portions).zip(counters).find(|(_, counter)| *counter == event) else {
        return Recalled::Contradiction;
    };
    let Some(earlier) = taken.checked_sub(1).map(|earlier| earlier * u32::from(portion_max)) else {
        let unmoved = remaining == 0 && by_total == 0;
        return if unmoved { Recalled::Ended { paid: 0, given_up: false } } else { Recalled::Contradiction };
    };
    let adds_up = u32::from(paid) + u32::from(remaining) + u32::from(unpaid)
        == portion_after(earlier, pieces, portion_max);
    match earlier + u32::from(paid) {
        _ if !adds_up => Recalled::Contradiction,
        _ if remaining > 0 => Recalled::Running { paid },
        paid if paid == by_total => Recalled::Ended { paid, given_up: unpaid > 0 },
        _ => Recalled::Contradiction,
    }
}

/// The counter of commands is gone; what is left are the life counter and the memory of an interrupted payout. Coins
/// that came out, if the two fit together.
fn proven_after_restart(after: &After, by_total: u32, pieces: u32, portion_max: u8) -> Option<u32> {
    let HopperStatus { remaining, paid, unpaid, .. } = after.status;
    let whole_portions = |coins: u32| coins == pieces || coins.is_multiple_of(portion_max.into());
    let fits = if after.registers.is_power_down_in_payout() {
        let earlier = by_total.checked_sub(paid.into()).filter(|earlier| *earlier < pieces)?;
        let in_portion = u32::from(paid) + u32::from(unpaid);
        whole_portions(earlier) && in_portion == portion_after(earlier, pieces, portion_max)
    } else {
        // Power did not fail in a payout: each was over, or had never begun.
        by_total <= pieces && whole_portions(by_total)
    };
    (fits && remaining == 0 && !after.registers.is_memory_damaged()).then_some(by_total)
}

/// Coins of the portion that follows after `earlier` coins.
fn portion_after(earlier: u32, pieces: u32, portion_max: u8) -> u32 {
    pieces.saturating_sub(earlier).min(portion_max.into())
}

/// Without a restart, zero is what a hopper says whose counter was zero before.
fn has_restarted(before: &Before, after: &After) -> bool {
    let said_so = after.registers.is_powered_up() && !before.powered_up;
    said_so || (after.status.event == 0 && (before.event != 0 || before.powered_up))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POWER_UP: u8 = TestRegisters::POWER_UP;

    #[test]
    fn what_became_of_a_command_for_three_coins() {
        // Event before; event, remaining, paid, unpaid after; registers; coins by the life counter.
        check(7, [7, 0, 5, 0], [0, 0, 0], 0, Verdict::NotTaken);
        check(0, [0, 0, 0, 0], [0, 0, 0], 0, Verdict::NotTaken);
        check(7, [8, 2, 1, 0], [0, 0, 0], 1, Verdict::Taken);
        check(255, [1, 2, 1, 0], [0, 0, 0], 1, Verdict::Taken);
        check(0, [1, 0, 3, 0], [0, 0, 0], 3, Verdict::Taken);
        check(7, [7, 0, 5, 0], [0, 0, 0], 1, Verdict::Contradiction);
        check(7, [7, 1, 5, 0], [0, 0, 0], 0, Verdict::Contradiction);
        check(7, [9, 0, 3, 0], [0, 0, 0], 3, Verdict::Contradiction);
    }

    #[test]
    fn a_restart_is_weighed_by_the_life_counter() {
        check(7, [0, 0, 2, 1], [POWER_UP, 0, 1], 2, Verdict::CutOff { paid: 2 });
        check(0, [0, 0, 2, 1], [POWER_UP, 0, 1], 2, Verdict::CutOff { paid: 2 });
        check(7, [0, 0, 3, 0], [POWER_UP, 0, 0], 3, Verdict::CutOff { paid: 3 });
        check(7, [0, 0, 9, 0], [POWER_UP, 0, 0], 0, Verdict::CutOff { paid: 0 });
        check(7, [0, 0, 0, 0], [0, 0, 0], 0, Verdict::CutOff { paid: 0 });
        check(7, [0, 0, 2, 1], [POWER_UP, 0, 1], 1, Verdict::Contradiction);
        check(7, [0, 0, 2, 0], [POWER_UP, 0, 1], 2, Verdict::Contradiction);
        check(7, [0, 0, 1, 2], [POWER_UP, 0, 0], 1, Verdict::Contradiction);
        check(7, [0, 0, 2, 1], [POWER_UP, TestRegisters::MEMORY_DAMAGED, 1], 2, Verdict::Contradiction);
        check(7, [0, 0, 4, 0], [POWER_UP, 0, 0], 4, Verdict::Contradiction);
    }

    #[test]
    fn the_life_counter_may_wrap() {
        let before = Before { event: 7, total: TOTAL_MODULUS - 1, powered_up: false };
        let after = after([0, 0, 2, 1], [POWER_UP, 0, 1], 1);
        assert_eq!(weigh(&before, &after, 3), Verdict::CutOff { paid: 2 });
    }

    /// Five coins in portions of two, out of a hopper that had counted seven commands and a hundred coins.
    #[test]
    fn what_became_of_the_commands_of_an_earlier_driver() {
        let ended = |paid| Recalled::Ended { paid, given_up: false };
        let given_up = |paid| Recalled::Ended { paid, given_up: true };
        let nothing = [0, 0, 0];
        // Event, remaining, paid, unpaid; registers; coins by the life counter.
        check_recalled([7, 0, 2, 0], nothing, 0, ended(0));
        check_recalled([8, 1, 1, 0], nothing, 1, Recalled::Running { paid: 1 });
        check_recalled([8, 0, 2, 0], nothing, 2, ended(2));
        check_recalled([9, 0, 1, 1], nothing, 3, given_up(3));
        check_recalled([10, 0, 1, 0], nothing, 5, ended(5));
        check_recalled([10, 0, 2, 0], nothing, 6, Recalled::Contradiction);
        check_recalled([11, 0, 1, 0], nothing, 5, Recalled::Contradiction);
        check_recalled([8, 0, 2, 0], nothing, 4, Recalled::Contradiction);
        check_recalled([7, 0, 2, 0], nothing, 1, Recalled::Contradiction);
        check_recalled([7, 1, 1, 0], nothing, 0, Recalled::Contradiction);
        check_recalled([0, 0, 0, 0], [POWER_UP, 0, 0], 4, ended(4));
        check_recalled([0, 0, 1, 1], [POWER_UP, 0, 1], 3, ended(3));
        check_recalled([0, 0, 0, 1], [POWER_UP, 0, 1], 4, ended(4));
        check_recalled([0, 0, 0, 0], [POWER_UP, 0, 0], 3, Recalled::Contradiction);
        check_recalled([0, 0, 1, 1], [POWER_UP, 0, 1], 4, Recalled::Contradiction);
        check_recalled(
            [0, 0, 0, 0],
            [POWER_UP, TestRegisters::MEMORY_DAMAGED, 0],
            4,
            Recalled::Contradiction,
        );
        check_recalled([0, 0, 0, 0], [POWER_UP, 0, 0], 6, Recalled::Contradiction);
    }

    fn check_recalled(status: [u8; 4], registers: [u8; 3], by_total: u32, expected: Recalled) {
        let before = Before { event: 7, total: 100, powered_up: false };
        let after = after(status, registers, 100 + by_total);
        assert_eq!(weigh_recalled(&before, &after, 5, 2), expected, "{after:?}");
    }

    fn check(event: u8, status: [u8; 4], registers: [u8; 3], by_total: u32, expected: Verdict) {
        let before = Before { event, total: 100, powered_up: false };
        let after = after(status, registers, 100 + by_total);
        assert_eq!(weigh(&before, &after, 3), expected, "{before:?} {after:?}");
    }

    fn after([event, remaining, paid, unpaid]: [u8; 4], registers: [u8; 3], total: u32) -> After {
        let status = HopperStatus { event, remaining, paid, unpaid };
        After { status, registers: TestRegisters(registers), total }
    }
}
