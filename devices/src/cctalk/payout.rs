use std::time::Duration;

use device_api::{Dispense, DispenseEnd, ShortCause};
use wire::Moment;
use wire::cctalk::{Command, HopperStatus, Reply, Security, TestRegisters};

use super::proof::{After, Before, Heard, Inquiry, Recalled, Verdict, weigh, weigh_recalled};
use super::unit::OPTIONAL_TRIES;
use crate::agreed::Agreed;

/// A hopper pays three or four coins a second, gives up an empty bowl after about ten and reverses its motor a few
/// times before that. One that has shown nothing new for so long, or has not answered, will not (§6).
const STANDSTILL_MAX: Duration = Duration::from_secs(20);

/// The machine saves the counters and says so within milliseconds. If it has not after so long, it never will.
const PREPARED_MAX: Duration = Duration::from_secs(10);

/// A hopper that is told to stop (172, §4) does so at once.
const STOP_MAX: Duration = Duration::from_secs(5);

/// A dispense command that the hopper has proven not to have taken, this often, is not taken a fourth time either:
/// the hopper refuses (§6).
const SENDS_MAX: u8 = 3;

/// How often one reset, or switching on, is tried. Both are harmless; the readings after them decide.
const TRIES_MAX: u8 = 3;

/// A hopper that was reset needs a moment for itself.
const RESET_PAUSE: Duration = Duration::from_millis(500);

/// One [`Dispense`] to one hopper: sent in portions, the next only when the one before is proven complete.
///
/// A dispense command is never sent again unless the hopper proves that it has not taken it. Each judgement rests on
/// readings that were made twice.
#[derive(Debug)]
pub(super) struct Payout {
    dispense: Dispense,
    portion_max: u8,
    security: Security,
    poll_interval: Duration,
    /// Coins of the portions that are proven to have ended.
    paid: u32,
    step: Step,
    portion: Option<Portion>,
    powered_up: bool,
    resets: u8,
    give_up_at: Moment,
    /// The last request was answered.
    answering: bool,
    stopped: bool,
    /// It has refused each command although its key was asked for and no fault stands in its registers.
    pub(super) wants_encryption: bool,
}

/// What is paid out with one dispense command.
#[derive(Clone, Copy, Debug)]
struct Portion {
    before: Before,
    coins: u8,
    sends: u8,
    /// How many of these were refused after a key was told.
    refusals: u8,
    has_key: bool,
    /// Coins that the hopper said, twice, are out.
    seen_paid: u8,
}

impl Portion {
    fn new(before: Before, coins: u8) -> Portion {
        Portion { before, coins, sends: 0, refusals: 0, has_key: false, seen_paid: 0 }
    }
}

#[derive(Debug)]
enum Step {
    /// Is the hopper fit?
    Inspect(Agreed<TestRegisters>),
    Reset,
    /// Before the command: the counters that will judge it.
    StatusBefore(Agreed<HopperStatus>),
    TotalBefore {
        status: HopperStatus,
        reading: Agreed<u32>,
    },
    /// The counters are told, and the machine is to say that they are saved.
    Prepared,
    Enable {
        tries: u8,
    },
    /// A hopper without encryption that takes eight bytes refuses them unless it was asked for a key right before (§4).
    Key {
        tries: u8,
    },
    Send,
    /// The command was sent, answered or not: what became of it?
    Watch(Agreed<HopperStatus>),
    Stop,
    /// The hopper does not say that it took the command: all that it knows is read.
    After(Inquiry),
    /// An earlier driver sent the commands: all that the hopper knows is read, until it is at rest.
    Recall(Inquiry),
    /// Less came out than should have: why?
    Cause(Agreed<TestRegisters>),
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// The next request, at once.
    Continue,
    /// The next request, after a while.
    Wait(Duration),
    /// The machine is to save this, and say so.
    Prepared(Before),
    /// It is over.
    End(DispenseEnd),
}

impl Payout {
    pub(super) fn new(
        now: Moment,
        dispense: Dispense,
        portion_max: u8,
        security: Security,
        poll_interval: Duration,
    ) -> Payout {
        Payout {
            dispense,
            portion_max,
            security,
            poll_interval,
            paid: 0,
            step: Step::Inspect(Agreed::default()),
            portion: None,
            powered_up: false,
            resets: 0,
            give_up_at: now.after(STANDSTILL_MAX),
            answering: true,
            stopped: false,
            wants_encryption: false,
        }
    }

    /// What became of `dispense`, which an earlier driver was told to proceed with? Nothing is commanded.
    pub(super) fn recalled(
        now: Moment,
        dispense: Dispense,
        before: Before,
        portion_max: u8,
        poll_interval: Duration,
    ) -> Payout {
        Payout {
            step: Step::Recall(Inquiry::default()),
            portion: Some(Portion { sends: 1, ..Portion::new(before, 0) }),
            // It ends by itself.
            stopped: true,
            ..Payout::new(now, dispense, portion_max, Security::Zeros, poll_interval)
        }
    }

    pub(super) fn dispense(&self) -> Dispense {
        self.dispense
    }

    /// The machine has saved the counters. True if that was waited for.
    pub(super) fn proceed(&mut self, now: Moment) -> bool {
        let waiting = matches!(self.step, Step::Prepared);
        if waiting {
            self.step = Step::Enable { tries: 0 };
            self.give_up_at = now.after(STANDSTILL_MAX);
        }
        waiting
    }

    /// When it ends, whatever the line does.
    pub(super) fn give_up_at(&self) -> Moment {
        self.give_up_at
    }

    pub(super) fn request(&self) -> Command {
        match &self.step {
            Step::After(inquiry) | Step::Recall(inquiry) => inquiry.request(),
            Step::Inspect(_) | Step::Cause(_) => Command::TestHopper,
            Step::Reset => Command::Reset,
            // It is not asked while it waits; if it is, this changes nothing.
            Step::StatusBefore(_) | Step::Prepared | Step::Watch(_) => Command::HopperStatus,
            Step::TotalBefore { .. } => Command::DispenseTotal,
            Step::Enable { .. } => Command::EnableHopper(true),
            Step::Key { .. } => Command::CipherKey,
            Step::Send => Command::Dispense { security: self.security, coins: self.portion_coins() },
            Step::Stop => Command::EmergencyStop,
        }
    }

    /// The request goes out now. From here on a dispense command counts as sent, whatever happens to its reply.
    pub(super) fn requested(&mut self) {
        if let (Step::Send, Some(portion)) = (&self.step, &mut self.portion) {
            portion.sends += 1;
            self.step = Step::Watch(Agreed::default());
        }
    }

    pub(super) fn replied(&mut self, now: Moment, reply: Reply) -> Progress {
        self.answering = true;
        match (&mut self.step, reply) {
            (Step::Inspect(reading), Reply::Registers(registers)) => match reading.observe(registers) {
                Some(registers) => self.inspected(registers),
                None => Progress::Continue,
            },
            (Step::Reset, _) => self.reset(),
            (Step::StatusBefore(reading), Reply::HopperStatus(status)) => match reading.observe(status) {
                Some(status) => self.status_before(status),
                None => Progress::Continue,
            },
            (Step::TotalBefore { status, reading }, Reply::Total(total)) => match reading.observe(total) {
                Some(total) => {
                    let event = status.event;
                    self.total_before(now, event, total)
                }
                None => Progress::Continue,
            },
            (Step::Enable { .. }, Reply::Ack) => self.enabled(),
            (Step::Enable { .. }, _) => self.enable_failed(),
            (Step::Key { .. }, reply) => self.key_told(matches!(reply, Reply::CipherKey(_))),
            (Step::Watch(_), Reply::Nak) => self.command_refused(),
            // The reply to the dispense command itself proves nothing that the next status does not prove better.
            (Step::Watch(_), Reply::Dispensing(_)) => Progress::Continue,
            (Step::Watch(reading), Reply::HopperStatus(status)) => match reading.observe(status) {
                Some(status) => self.watched(now, status),
                None => Progress::Continue,
            },
            (Step::Stop, _) => self.go(Step::Watch(Agreed::default())),
            (Step::After(inquiry), reply) => match inquiry.hear(reply) {
                Heard::All(after) => self.weighed(now, &after),
                Heard::Part => Progress::Continue,
                Heard::Nothing => Progress::Wait(self.poll_interval),
            },
            (Step::Recall(inquiry), reply) => match inquiry.hear(reply) {
                Heard::All(after) => self.weighed_again(now, &after),
                Heard::Part => Progress::Continue,
                Heard::Nothing => Progress::Wait(self.poll_interval),
            },
            (Step::Cause(reading), Reply::Registers(registers)) => match reading.observe(registers) {
                Some(registers) => short(self.paid, cause_of(registers)),
                None => Progress::Continue,
            },
            // Refused, or busy with itself.
            _ => Progress::Wait(self.poll_interval),
        }
    }

    /// No reply. `lost` if the hopper has not answered for so long that it counts as gone.
    pub(super) fn unanswered(&mut self, lost: bool) -> Progress {
        self.answering = false;
        self.step.interrupted();
        if lost && !self.is_at_stake() {
            return short(self.paid, ShortCause::Refused);
        }
        match self.step {
            Step::Enable { .. } => self.enable_failed(),
            Step::Key { tries } if tries + 1 < OPTIONAL_TRIES => self.go(Step::Key { tries: tries + 1 }),
            Step::Key { .. } => self.key_told(false),
            Step::Reset => self.reset(),
            _ if lost => Progress::Wait(self.poll_interval),
            _ => Progress::Continue,
        }
    }

    /// A reply is missing, or an old one may be among the new.
    pub(super) fn interrupted(&mut self) {
        self.step.interrupted();
    }

    /// Time has passed. Nothing new for too long ends it.
    pub(super) fn tick(&mut self, now: Moment) -> Option<Progress> {
        if now < self.give_up_at {
            return None;
        }
        if let Step::Cause(_) = self.step {
            return Some(short(self.paid, ShortCause::Jam));
        }
        if !self.is_at_stake() {
            return Some(short(self.paid, ShortCause::Refused));
        }
        if self.answering && !self.stopped {
            self.stopped = true;
            self.give_up_at = now.after(STOP_MAX);
            return Some(self.go(Step::Stop));
        }
        Some(self.unknown())
    }

    fn go(&mut self, step: Step) -> Progress {
        self.step = step;
        Progress::Continue
    }
}

/// Up to the command.
impl Payout {
    fn inspected(&mut self, registers: TestRegisters) -> Progress {
        self.powered_up = registers.is_powered_up();
        if registers.needs_reset() && self.resets < TRIES_MAX {
            self.resets += 1;
            return self.go(Step::Reset);
        }
        if registers.is_stuck() {
            return short(self.paid, ShortCause::Jam);
        }
        self.go(Step::StatusBefore(Agreed::default()))
    }

    fn reset(&mut self) -> Progress {
        self.step = Step::Inspect(Agreed::default());
        Progress::Wait(RESET_PAUSE)
    }

    /// A payout that somebody began before this run is waited for.
    fn status_before(&mut self, status: HopperStatus) -> Progress {
        if status.remaining > 0 {
            return Progress::Wait(self.poll_interval);
        }
        self.go(Step::TotalBefore { status, reading: Agreed::default() })
    }

    /// The counters before the first portion are also those before the whole: with them another driver could be
    /// asked later what became of it.
    fn total_before(&mut self, now: Moment, event: u8, total: u32) -> Progress {
        let before = Before { event, total, powered_up: self.powered_up };
        let is_first = self.portion.is_none() && self.paid == 0;
        let rest = self.dispense.pieces - self.paid;
        let coins = u8::try_from(rest).unwrap_or(u8::MAX).min(self.portion_max);
        self.portion = Some(Portion::new(before, coins));
        if !is_first {
            return self.go(Step::Enable { tries: 0 });
        }
        self.step = Step::Prepared;
        self.give_up_at = now.after(PREPARED_MAX);
        Progress::Prepared(before)
    }

    /// A hopper that could not be switched on refuses the command, and says so itself.
    fn enable_failed(&mut self) -> Progress {
        let Step::Enable { tries } = &mut self.step else { return Progress::Continue };
        *tries += 1;
        if *tries < TRIES_MAX {
            return Progress::Continue;
        }
        if self.is_at_stake() {
            return self.go(Step::After(Inquiry::default()));
        }
        short(self.paid, ShortCause::Refused)
    }

    fn enabled(&mut self) -> Progress {
        self.go(match self.security {
            Security::Zeros => Step::Key { tries: 0 },
            Security::SerialNumber(_) => Step::Send,
        })
    }

    /// One that does not know the question pays without.
    fn key_told(&mut self, has_key: bool) -> Progress {
        self.portion.iter_mut().for_each(|portion| portion.has_key = has_key);
        self.go(Step::Send)
    }

    fn command_refused(&mut self) -> Progress {
        self.portion.iter_mut().for_each(|portion| portion.refusals += u8::from(portion.has_key));
        Progress::Wait(self.poll_interval)
    }

    fn portion_coins(&self) -> u8 {
        self.portion.map_or(0, |portion| portion.coins)
    }

    /// Whether a dispense command has gone out whose outcome is not proven.
    fn is_at_stake(&self) -> bool {
        self.portion.is_some_and(|portion| portion.sends > 0)
    }
}

/// From the command on.
impl Payout {
    fn watched(&mut self, now: Moment, status: HopperStatus) -> Progress {
        let Some(portion) = &mut self.portion else { return self.unknown() };
        let HopperStatus { event, remaining, paid, unpaid } = status;
        if event != portion.before.next_event() {
            return self.go(Step::After(Inquiry::default()));
        }
        let coins = portion.coins;
        if u16::from(paid) + u16::from(remaining) + u16::from(unpaid) != u16::from(coins) {
            return self.unknown();
        }
        if paid > portion.seen_paid {
            portion.seen_paid = paid;
            self.give_up_at = now.after(STANDSTILL_MAX);
        }
        match remaining {
            0 => self.portion_ended(now, paid, unpaid),
            _ => Progress::Wait(self.poll_interval),
        }
    }

    fn portion_ended(&mut self, now: Moment, paid: u8, unpaid: u8) -> Progress {
        self.count_portion(paid);
        if unpaid == 0 {
            return self.portion_complete(now, Step::StatusBefore(Agreed::default()));
        }
        self.give_up_at = now.after(STOP_MAX);
        self.go(Step::Cause(Agreed::default()))
    }

    /// From here on nothing is at stake, so every end must know these coins.
    fn count_portion(&mut self, paid: u8) {
        self.paid += u32::from(paid);
        self.portion = None;
    }

    fn portion_complete(&mut self, now: Moment, next: Step) -> Progress {
        if self.paid == self.dispense.pieces {
            return Progress::End(DispenseEnd::Complete);
        }
        self.give_up_at = now.after(STANDSTILL_MAX);
        self.go(next)
    }

    fn weighed(&mut self, now: Moment, after: &After) -> Progress {
        let Some(portion) = self.portion else { return self.unknown() };
        match weigh(&portion.before, after, portion.coins) {
            Verdict::Taken => self.go(Step::Watch(Agreed::default())),
            Verdict::NotTaken if portion.sends < SENDS_MAX => self.go(Step::Enable { tries: 0 }),
            Verdict::NotTaken => {
                let set_up_otherwise = after.registers.wants_pin() || after.registers.needs_reset();
                self.wants_encryption = portion.refusals == portion.sends && !set_up_otherwise;
                short(self.paid, ShortCause::Refused)
            }
            Verdict::CutOff { paid } if paid < portion.seen_paid => self.unknown(),
            Verdict::CutOff { paid } => {
                self.count_portion(paid);
                match paid == portion.coins {
                    true => self.portion_complete(now, Step::Inspect(Agreed::default())),
                    false => short(self.paid, ShortCause::Refused),
                }
            }
            Verdict::Contradiction => self.unknown(),
        }
    }

    /// The commands of an earlier driver: no further one is sent, whatever is missing.
    fn weighed_again(&mut self, now: Moment, after: &After) -> Progress {
        let Some(portion) = &mut self.portion else { return self.unknown() };
        let (pieces, registers) = (self.dispense.pieces, after.registers);
        match weigh_recalled(&portion.before, after, pieces, self.portion_max) {
            Recalled::Running { paid } => {
                if paid > portion.seen_paid {
                    portion.seen_paid = paid;
                    self.give_up_at = now.after(STANDSTILL_MAX);
                }
                self.step = Step::Recall(Inquiry::default());
                Progress::Wait(self.poll_interval)
            }
            Recalled::Ended { paid, .. } if paid == pieces => Progress::End(DispenseEnd::Complete),
            Recalled::Ended { paid, given_up: true } => short(paid, cause_of(registers)),
            Recalled::Ended { paid, given_up: false } => short(paid, ShortCause::Refused),
            Recalled::Contradiction => self.unknown(),
        }
    }

    fn unknown(&self) -> Progress {
        let seen = self.portion.map_or(0, |portion| portion.seen_paid);
        Progress::End(DispenseEnd::Unknown { paid: self.paid + u32::from(seen) })
    }
}

impl Step {
    /// A reply is missing: the two equal readings must not stand on both sides of the gap.
    fn interrupted(&mut self) {
        match self {
            Step::Inspect(reading) | Step::Cause(reading) => reading.forget(),
            Step::StatusBefore(reading) | Step::Watch(reading) => reading.forget(),
            Step::TotalBefore { reading, .. } => reading.forget(),
            Step::After(inquiry) | Step::Recall(inquiry) => inquiry.interrupted(),
            Step::Reset
            | Step::Prepared
            | Step::Enable { .. }
            | Step::Key { .. }
            | Step::Send
            | Step::Stop => {}
        }
    }
}

fn short(paid: u32, cause: ShortCause) -> Progress {
    Progress::End(DispenseEnd::Short { paid, cause })
}

fn cause_of(registers: TestRegisters) -> ShortCause {
    if registers.is_timed_out() && !registers.is_stuck() { ShortCause::Empty } else { ShortCause::Jam }
}
