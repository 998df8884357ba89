/// What a hopper says of its last dispense command (166, §4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HopperStatus {
    /// Counts accepted dispense commands: 1 to 255, then 1 again; 0 only after power-up or reset.
    pub event: u8,
    /// Coins still to be paid out.
    pub remaining: u8,
    /// Coins paid out by the last command.
    pub paid: u8,
    /// Coins of the last command that will not be paid out any more.
    pub unpaid: u8,
}

/// What a hopper says of itself (163, §5). Not every hopper has three registers; a missing one is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TestRegisters(pub [u8; 3]);

impl HopperStatus {
    /// The status in `data`.
    pub(super) fn decode(data: &[u8]) -> Option<HopperStatus> {
        let &[event, remaining, paid, unpaid] = data else { return None };
        Some(HopperStatus { event, remaining, paid, unpaid })
    }

    /// The four bytes.
    pub(super) fn bytes(self) -> [u8; 4] {
        [self.event, self.remaining, self.paid, self.unpaid]
    }
}

impl TestRegisters {
    /// Register 1: the motor drew too much current.
    pub const OVER_CURRENT: u8 = 1;
    /// Register 1: no coin came in time; the hopper is empty, as a rule.
    pub const PAYOUT_TIMEOUT: u8 = 1 << 1;
    /// Register 1: the exit is blocked although nothing is paid out.
    pub const BLOCKED_AT_REST: u8 = 1 << 3;
    /// Register 1: the exit's sensor is bridged although nothing is paid out.
    pub const BRIDGED_AT_REST: u8 = 1 << 4;
    /// Register 1: the exit was blocked while paying out.
    pub const BLOCKED_IN_PAYOUT: u8 = 1 << 5;
    /// Register 1: power came up since the last reset.
    pub const POWER_UP: u8 = 1 << 6;
    /// Register 1: not enabled.
    pub const DISABLED: u8 = 1 << 7;
    /// Register 2: the exit's sensor was bridged while paying out.
    pub const BRIDGED_IN_PAYOUT: u8 = 1;
    /// Register 2: the finger that lets coins out is not where it should be.
    pub const FINGER_MISMATCH: u8 = 1 << 3;
    /// Register 2: the motor has turned back as often as it may.
    pub const REVERSE_LIMIT: u8 = 1 << 4;
    /// Register 2: the coil of an inductive sensor is broken.
    pub const COIL_FAULT: u8 = 1 << 5;
    /// Register 2: the memory of paid and unpaid is not to be trusted.
    pub const MEMORY_DAMAGED: u8 = 1 << 6;
    /// Register 2: it wants a number from the host before it pays anything.
    pub const PIN: u8 = 1 << 7;
    /// Register 3: power went down during a payout.
    pub const POWER_DOWN_IN_PAYOUT: u8 = 1;
    /// Register 3: a dispense command has to be encrypted.
    pub const ENCRYPTED: u8 = 1 << 4;

    /// Faults of register 1 and of register 2 that keep coins inside (ccTalk part 2, 3.90.1).
    const STUCK: u8 = TestRegisters::OVER_CURRENT
        | TestRegisters::BLOCKED_AT_REST
        | TestRegisters::BRIDGED_AT_REST
        | TestRegisters::BLOCKED_IN_PAYOUT;

    const STUCK_2: u8 = TestRegisters::BRIDGED_IN_PAYOUT
        | TestRegisters::FINGER_MISMATCH
        | TestRegisters::REVERSE_LIMIT
        | TestRegisters::COIL_FAULT;

    /// The registers in `data`; one to three of them.
    pub(super) fn decode(data: &[u8]) -> Option<TestRegisters> {
        let mut registers = [0; 3];
        if data.is_empty() {
            return None;
        }
        registers.get_mut(..data.len())?.copy_from_slice(data);
        Some(TestRegisters(registers))
    }

    /// Whether a coin is stuck or the motor cannot turn.
    pub fn is_stuck(self) -> bool {
        let [first, second, _] = self.0;
        first & TestRegisters::STUCK != 0 || second & TestRegisters::STUCK_2 != 0
    }

    /// Whether no coin came in time.
    pub fn is_timed_out(self) -> bool {
        self.0[0] & TestRegisters::PAYOUT_TIMEOUT != 0
    }

    /// Whether power came up since the last reset.
    pub fn is_powered_up(self) -> bool {
        self.0[0] & TestRegisters::POWER_UP != 0
    }

    /// Whether paid and unpaid are not to be trusted.
    pub fn is_memory_damaged(self) -> bool {
        self.0[1] & TestRegisters::MEMORY_DAMAGED != 0
    }

    /// Whether power went down during a payout; paid and unpaid say what happened.
    pub fn is_power_down_in_payout(self) -> bool {
        self.0[2] & TestRegisters::POWER_DOWN_IN_PAYOUT != 0
    }

    /// Whether nothing is paid out without an encrypted command.
    pub fn is_encrypted(self) -> bool {
        self.0[2] & TestRegisters::ENCRYPTED != 0
    }

    /// Whether it wants a number from the host.
    pub fn wants_pin(self) -> bool {
        self.0[1] & TestRegisters::PIN != 0
    }

    /// Whether a fault or a restart stands in the registers, so that a reset is due before the next payout. Bits 1, 2 and 7
    /// of register 2 and bit 4 of register 3 say how the hopper is set up.
    pub fn needs_reset(self) -> bool {
        let [first, second, third] = self.0;
        let faults = TestRegisters::STUCK_2 | TestRegisters::MEMORY_DAMAGED;
        first & !TestRegisters::DISABLED != 0
            || second & faults != 0
            || third & !TestRegisters::ENCRYPTED != 0
    }
}
