use wire::cctalk::{HopperStatus, TestRegisters, next_count};

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
    let restarted = after.registers.is_powered_up() && !before.powered_up;
    // Without a restart, zero is what a hopper says whose counter was zero before.
    let may_have_restarted = status.event == 0 && (before.event != 0 || before.powered_up);
    if restarted || may_have_restarted {
        return weigh_restart(after, coins, paid_by_total);
    }
    if status.event == before.next_event() {
        return Verdict::Taken;
    }
    let unmoved = status.event == before.event && status.remaining == 0 && paid_by_total == 0;
    if unmoved { Verdict::NotTaken } else { Verdict::Contradiction }
}

/// The counter is gone; what is left are the life counter and the memory of the interrupted payout.
fn weigh_restart(after: &After, coins: u8, paid_by_total: u32) -> Verdict {
    let HopperStatus { remaining, paid, unpaid, .. } = after.status;
    if after.registers.is_memory_damaged() || remaining != 0 {
        return Verdict::Contradiction;
    }
    let by_total = u8::try_from(paid_by_total).ok().filter(|by_total| *by_total <= coins);
    match by_total {
        Some(by_total) if after.registers.is_power_down_in_payout() => {
            let adds_up = paid == by_total && u16::from(paid) + u16::from(unpaid) == u16::from(coins);
            if adds_up { Verdict::CutOff { paid } } else { Verdict::Contradiction }
        }
        // Power did not fail in a payout: it was over, or had never begun.
        Some(by_total) if by_total == 0 || by_total == coins => Verdict::CutOff { paid: by_total },
        Some(_) | None => Verdict::Contradiction,
    }
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
