use settings::HopperSecurity;
use wire::Moment;
use wire::cctalk::{CoinCode, Command, HopperStatus, Reply, Security, TestRegisters, next_count};

use super::config::{Cipher, HopperConfig, Timing};
use super::minimum::{BUILD, NO_STORAGE, PROGRAM_SUM};
use super::power::Power;
use crate::models::inbox::Inbox;

/// Bits 4 and 5 of a level: both sensors are fitted.
const SENSORS_FITTED: u8 = 0x30;
/// The lower sensor is bare below this many coins.
const NEARLY_EMPTY: u32 = 10;

/// What a hopper encrypts the next command with.
const KEY: [u8; 8] = [0x61, 0xA2, 0x39, 0x42, 0x70, 0xE6, 0x4C, 0x0B];

/// What stands in register 1 and is no fault.
const REMARKS: u8 = TestRegisters::POWER_UP | TestRegisters::PAYOUT_TIMEOUT;
/// The header of a dispense command.
const DISPENSE: u8 = 167;
/// A hopper forgets nothing when it is not asked.
const AT_WILL: [u8; 2] = [0, 0];

/// Turns a serial number into another hopper's.
const OTHER_SERIAL: u8 = 0x55;
/// So many more has another hopper paid out in its life; each exchange brings another.
const MORE_IN_ANOTHER: u32 = 70_000;

/// One hopper.
#[derive(Debug)]
pub(super) struct Hopper {
    pub(super) config: HopperConfig,
    pub(super) power: Power,
    pub(super) inbox: Inbox<Command>,
    pub(super) jammed: bool,
    pub(super) pieces: u32,
    /// So many of the coins that come out next take another one along, which no sensor sees.
    pub(super) doubles: u32,
    enabled: bool,
    /// It was asked for its key since the last command.
    key_asked: bool,
    /// Of the last command; everything but the event outlives a power cut.
    status: HopperStatus,
    /// Coins of its life; outlives a power cut.
    total: u32,
    registers: [u8; 3],
    /// While paying.
    pub(super) motion: Option<Motion>,
}

/// What the motor is at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Motion {
    began: Moment,
    /// When the next coin comes out, or the motor gives up.
    pub(super) ends: Moment,
}

/// What the motor brought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    CoinOut,
    /// And another one, of which the hopper does not know.
    TwoOut,
    Nothing,
}

impl Hopper {
    pub(super) fn new(config: HopperConfig) -> Hopper {
        Hopper {
            power: Power::Off,
            inbox: Inbox::default(),
            jammed: false,
            pieces: config.pieces,
            doubles: 0,
            enabled: false,
            key_asked: false,
            status: HopperStatus::default(),
            total: 1_000,
            registers: [0; 3],
            motion: None,
            config,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.pieces >= self.config.capacity
    }

    pub(super) fn power_off(&mut self) {
        if self.status.remaining > 0 {
            self.registers[2] |= TestRegisters::POWER_DOWN_IN_PAYOUT;
            self.status.unpaid = self.status.remaining;
            self.status.remaining = 0;
        }
        self.power = Power::Off;
        self.inbox.clear();
        self.motion = None;
        self.enabled = false;
        self.key_asked = false;
    }

    pub(super) fn power_on(&mut self, now: Moment, timing: &Timing) {
        self.power = Power::Booting { until: now.after(timing.boot) };
        self.status.event = 0;
        let lasting = self.registers[2];
        self.registers = [TestRegisters::POWER_UP, 0, lasting];
    }

    /// A technician lets it pay out; its counter of a life knows that, and nobody else.
    pub(super) fn pay_outside(&mut self, pieces: u32) -> Result<(), String> {
        if self.motion.is_some() {
            return Err("it pays out; wait until it has ended".to_owned());
        }
        let left = self.pieces.checked_sub(pieces).ok_or("there are not so many coins in it")?;
        self.pieces = left;
        self.total += pieces;
        Ok(())
    }

    /// Another one stands in its place, with a number and a life of its own.
    pub(super) fn exchange(&mut self) -> Result<(), String> {
        if self.power != Power::Off {
            return Err("it has power; `power cut hopper VALUE` comes first".to_owned());
        }
        self.config.serial[2] ^= OTHER_SERIAL;
        self.total += MORE_IN_ANOTHER;
        Ok(())
    }

    /// The motor has turned for a while.
    pub(super) fn turn(&mut self, now: Moment, timing: &Timing) -> Move {
        let Some(motion) = self.motion else { return Move::Nothing };
        if self.pieces == 0 || self.jammed {
            let flag =
                if self.jammed { TestRegisters::BLOCKED_IN_PAYOUT } else { TestRegisters::PAYOUT_TIMEOUT };
            self.registers[0] |= flag;
            self.stop();
            return Move::Nothing;
        }
        self.pieces -= 1;
        self.total += 1;
        self.status.paid += 1;
        self.status.remaining -= 1;
        self.motion = None;
        if self.status.remaining > 0 {
            self.await_coin(motion.ends.max(now), timing);
        }
        if self.doubles > 0 && self.pieces > 0 {
            self.doubles -= 1;
            self.pieces -= 1;
            return Move::TwoOut;
        }
        Move::CoinOut
    }

    /// The answer to `command`; `None` is silence.
    pub(super) fn answer(&mut self, now: Moment, timing: &Timing, command: &Command) -> Option<Reply> {
        Some(match command {
            Command::SimplePoll | Command::PumpRandom(_) => Reply::Ack,
            Command::Manufacturer => Reply::Text("SIM".to_owned()),
            Command::Category => Reply::Text("Payout".to_owned()),
            Command::Product => Reply::Text("SIM-H".to_owned()),
            Command::Software => Reply::Text("V1.0".to_owned()),
            Command::SerialNumber => Reply::SerialNumber(self.config.serial),
            Command::CommsRevision => Reply::CommsRevision([1, 4, 7]),
            Command::Build => Reply::Text(BUILD.to_owned()),
            Command::ProgramSum => Reply::ProgramSum(PROGRAM_SUM),
            Command::DataStorage => Reply::DataStorage(NO_STORAGE),
            Command::PollingPriority => Reply::PollingPriority(AT_WILL),
            Command::Reset => {
                self.reset(now, timing);
                Reply::Ack
            }
            Command::EnableHopper(enabled) => {
                self.enabled = *enabled;
                Reply::Ack
            }
            Command::Dispense { security, coins } => self.dispense(now, timing, *security, *coins),
            Command::CipherKey => {
                self.key_asked = true;
                Reply::CipherKey(KEY)
            }
            // Eight bytes that are no zeros prove nothing.
            Command::Other { header: DISPENSE, .. } => Reply::Nak,
            Command::HopperStatus => Reply::HopperStatus(self.status),
            Command::TestHopper => Reply::Registers(self.registers()),
            Command::DispenseTotal => Reply::Total(self.total),
            Command::HopperCoin => Reply::Coin(self.code()?),
            Command::EmergencyStop => {
                self.stop();
                Reply::Unpaid(self.status.unpaid)
            }
            Command::Level => Reply::Level(SENSORS_FITTED | u8::from(self.pieces < NEARLY_EMPTY)),
            _ => return None,
        })
    }

    fn dispense(&mut self, now: Moment, timing: &Timing, security: Security, coins: u8) -> Reply {
        let proven = match self.config.security {
            HopperSecurity::SerialNumber => security == Security::SerialNumber(self.config.serial),
            HopperSecurity::Zeros => security == Security::Zeros,
        };
        let key_asked = std::mem::take(&mut self.key_asked);
        let ciphered = match self.config.cipher {
            Cipher::Free => true,
            Cipher::KeyAsked => key_asked,
            // Nothing that our programs can say is encrypted.
            Cipher::Encrypted { .. } => false,
        };
        let fit = self.is_fit();
        if !proven || !ciphered || !self.enabled || !fit || coins == 0 || self.status.remaining > 0 {
            return Reply::Nak;
        }
        let event = next_count(self.status.event);
        self.status = HopperStatus { event, remaining: coins, paid: 0, unpaid: 0 };
        self.await_coin(now, timing);
        Reply::Dispensing(event)
    }

    /// A fault has to be reset before anything is paid out. That power came, or that it was empty, has not, of every hopper.
    fn is_fit(&self) -> bool {
        let [first, second, third] = self.registers;
        match self.config.pays_after_power_up {
            true => !TestRegisters([first & !REMARKS, second, 0]).needs_reset(),
            false => !TestRegisters([first, second, third]).needs_reset(),
        }
    }

    /// The next coin, or the end of patience with an empty or jammed bowl.
    pub(super) fn await_coin(&mut self, now: Moment, timing: &Timing) {
        let blocked = self.pieces == 0 || self.jammed;
        let lasts = if blocked { timing.payout_timeout } else { timing.payout };
        self.motion = Some(Motion { began: now, ends: now.after(lasts) });
    }

    /// Motors have stood still since `stalled_since`: what has begun by then or since ends later by as much as it has
    /// stood still.
    pub(super) fn resume(&mut self, now: Moment, stalled_since: Moment) {
        if let Some(motion) = &mut self.motion {
            motion.ends = motion.ends.after(now.since(motion.began.max(stalled_since)));
        }
    }

    /// Nothing is stuck any more, and the hopper pays nothing all the same until it is reset.
    pub(super) fn reach_reverse_limit(&mut self) {
        self.registers[1] |= TestRegisters::REVERSE_LIMIT;
        self.stop();
    }

    fn stop(&mut self) {
        self.motion = None;
        self.status.unpaid += std::mem::take(&mut self.status.remaining);
    }

    fn reset(&mut self, now: Moment, timing: &Timing) {
        self.status = HopperStatus::default();
        self.registers = [0; 3];
        self.motion = None;
        self.enabled = false;
        self.power = Power::Booting { until: now.after(timing.boot / 4) };
    }

    fn registers(&self) -> TestRegisters {
        let [mut first, second, mut third] = self.registers;
        if !self.enabled {
            first |= TestRegisters::DISABLED;
        }
        if self.jammed && self.motion.is_none() {
            first |= TestRegisters::BLOCKED_AT_REST;
        }
        if self.config.cipher == (Cipher::Encrypted { told: true }) {
            third |= TestRegisters::ENCRYPTED;
        }
        TestRegisters([first, second, third])
    }

    fn code(&self) -> Option<CoinCode> {
        let yen = u16::try_from(i64::from(self.config.denomination)).ok()?;
        self.config.tells_coin.then(|| CoinCode::of_yen(yen, 'A'))?
    }
}
