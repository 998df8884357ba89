use std::time::Duration;

use money::DenominationSet;
use wire::Moment;
use wire::cctalk::Command;

use super::identity::Identity;

/// After the acceptor is known to be closed, nothing new for this long means that no coin is on its way in it. From the
/// slot to the credit sensor a coin needs a third of a second; one that rolls on its edge or is stopped by a flap, up
/// to one (docs/protocols/cctalk.md §6).
const COIN_WAY_MAX: Duration = Duration::from_secs(1);

/// What the machine wants taken, against what the acceptor is known to be set to.
///
/// The machine's wish is a standing order: only the newest counts, and whatever the device forgets is written again.
#[derive(Clone, Debug, Default)]
pub(super) struct Acceptance {
    wanted: DenominationSet,
    /// The machine wanted nothing taken and has not been told yet that this is so.
    answer_due: bool,
    coins: Setting<u16>,
    open: Setting<bool>,
    /// Since when the acceptor has been closed without anything new.
    quiet_since: Moment,
    /// The device would not take a setting just now; it gets it after the next poll.
    deferred: bool,
}

/// One setting of the device, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Setting<T> {
    /// It may be anything.
    #[default]
    Unknown,
    /// The device acknowledged this.
    Written(T),
    /// The device had this before something failed.
    Doubted(T),
    /// The device was read and says so.
    Verified(T),
}

impl Acceptance {
    /// The machine's newest wish.
    pub(super) fn want(&mut self, wanted: DenominationSet) {
        self.wanted = wanted;
        self.answer_due = wanted.is_empty();
        self.deferred = false;
    }

    /// The device may be set to anything.
    pub(super) fn forget_device(&mut self) {
        self.coins = Setting::Unknown;
        self.open = Setting::Unknown;
        self.deferred = false;
    }

    /// A request got no answer: the device may have restarted in between, so it is read again.
    pub(super) fn doubt_device(&mut self) {
        self.coins = self.coins.doubted();
        self.open = self.open.doubted();
        self.deferred = true;
    }

    /// Nobody knows whether the device has taken a setting.
    pub(super) fn write_unanswered(&mut self, command: &Command) {
        match command {
            Command::WriteCoins(_) => self.coins = Setting::Unknown,
            Command::WriteAcceptance(_) => self.open = Setting::Unknown,
            _ => {}
        }
    }

    /// Whether the device is known to be closed, and the machine neither waits for that nor wants anything taken.
    pub(super) fn is_at_rest(&self) -> bool {
        self.wanted.is_empty() && !self.answer_due && self.open == Setting::Verified(false)
    }

    /// What has to be asked next: the coins before the slot is opened, nothing but closing when not in service.
    pub(super) fn next_request(&self, identity: &Identity, in_service: bool) -> Option<Command> {
        if self.deferred {
            return None;
        }
        let open = in_service && !self.wanted.is_empty();
        if open && let Some(command) = self.coins.next(identity.mask(self.wanted), Command::ReadCoins) {
            return Some(command.unwrap_or_else(Command::WriteCoins));
        }
        let command = self.open.next(open, Command::ReadAcceptance)?;
        Some(command.unwrap_or_else(Command::WriteAcceptance))
    }

    /// The device acknowledged a setting.
    pub(super) fn written(&mut self, command: &Command) {
        match command {
            Command::WriteCoins(mask) => self.coins = Setting::Written(*mask),
            Command::WriteAcceptance(open) => self.open = Setting::Written(*open),
            _ => {}
        }
    }

    /// True if the device has forgotten what it was set to, and so has restarted.
    pub(super) fn coins_read(&mut self, mask: u16) -> bool {
        self.coins.read(mask)
    }

    /// True if the device has forgotten what it was set to, and so has restarted.
    pub(super) fn acceptance_read(&mut self, now: Moment, open: bool) -> bool {
        if self.open != Setting::Verified(open) {
            self.quiet_since = now;
        }
        self.open.read(open)
    }

    /// The device would not take or tell a setting now.
    pub(super) fn refused(&mut self) {
        self.deferred = true;
    }

    /// The acceptor was asked and has told nothing new. True if the machine is to be told now that nothing is taken.
    pub(super) fn nothing_new(&mut self, now: Moment) -> bool {
        self.deferred = false;
        let closed = self.open == Setting::Verified(false);
        let quiet = closed && now.since(self.quiet_since) >= COIN_WAY_MAX;
        let answer = quiet && self.answer_due;
        self.answer_due &= !quiet;
        answer
    }

    /// The acceptor has told something, so more may be on its way.
    pub(super) fn something_new(&mut self, now: Moment) {
        self.deferred = false;
        self.quiet_since = now;
    }
}

impl<T: Copy + PartialEq> Setting<T> {
    /// What brings the setting to `target`: reading it with `read`, or else writing the value; `None` if it is there.
    fn next(self, target: T, read: Command) -> Option<Result<Command, T>> {
        match self {
            Setting::Verified(value) if value == target => None,
            Setting::Written(value) if value == target => Some(Ok(read)),
            Setting::Doubted(_) => Some(Ok(read)),
            Setting::Unknown | Setting::Written(_) | Setting::Verified(_) => Some(Err(target)),
        }
    }

    /// A setting of which it was not seen that it was taken may be either.
    fn doubted(self) -> Setting<T> {
        match self {
            Setting::Unknown | Setting::Written(_) => Setting::Unknown,
            Setting::Doubted(value) | Setting::Verified(value) => Setting::Doubted(value),
        }
    }

    /// True if the device had something else before something failed.
    fn read(&mut self, value: T) -> bool {
        let before = std::mem::replace(self, Setting::Verified(value));
        matches!(before, Setting::Doubted(before) if before != value)
    }
}
