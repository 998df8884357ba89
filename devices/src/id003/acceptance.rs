use money::DenominationSet;
use wire::id003::{EscrowSet, Setting, Status};

use super::identity::Identity;

/// What the machine wants taken, against what the device is known to be set to (C0 and C3, docs/protocols/id003.md §3).
///
/// The machine's wish is a standing order: only the newest counts, and whatever the device forgets is written
/// again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Acceptance {
    wanted: DenominationSet,
    /// The machine wanted nothing taken and has not been told yet that this is so.
    answer_due: bool,
    /// As echoed by the device; `None` while that is not known.
    disabled: Option<EscrowSet>,
    inhibited: Option<bool>,
    /// The newest status since then showed the slot closed.
    shown_closed: bool,
    /// The newest status showed that nothing moves.
    shown_at_rest: bool,
    /// The device would not take a setting just now; the next status shows whether it is worth another try.
    deferred: bool,
}

impl Acceptance {
    /// The machine's newest wish.
    pub(super) fn want(&mut self, wanted: DenominationSet) {
        self.wanted = wanted;
        self.answer_due = wanted.is_empty();
    }

    /// The device may be set to anything.
    pub(super) fn forget_device(&mut self) {
        self.disabled = None;
        self.inhibited = None;
        self.shown_closed = false;
        self.deferred = false;
    }

    /// What has to be written next; denominations before the slot is opened, nothing but closing when not in
    /// service.
    pub(super) fn next_write(&self, identity: &Identity, in_service: bool) -> Option<Setting> {
        if self.deferred {
            return None;
        }
        let disabled = identity.all_but(self.wanted);
        match (in_service && !self.wanted.is_empty(), self.disabled, self.inhibited) {
            (false, _, Some(true)) => None,
            (false, _, _) => Some(Setting::Inhibit(true)),
            (true, written, _) if written != Some(disabled) => Some(Setting::DisabledDenominations(disabled)),
            (true, _, Some(false)) => None,
            (true, _, _) => Some(Setting::Inhibit(false)),
        }
    }

    /// `setting` is on its way: until its echo the device may have it or not.
    pub(super) fn sent(&mut self, setting: Setting) {
        match setting {
            Setting::DisabledDenominations(_) => self.disabled = None,
            Setting::Inhibit(_) => {
                self.inhibited = None;
                self.shown_closed = false;
            }
            _ => {}
        }
    }

    /// The device echoed `setting`.
    pub(super) fn confirmed(&mut self, setting: Setting) {
        match setting {
            Setting::DisabledDenominations(codes) => self.disabled = Some(codes),
            Setting::Inhibit(inhibited) => self.inhibited = Some(inhibited),
            _ => {}
        }
    }

    /// The device would not take it now.
    pub(super) fn refused(&mut self) {
        self.deferred = true;
    }

    /// A status that says whether the slot is open. A device that lost its setting gets it again.
    pub(super) fn observe(&mut self, status: Status) {
        self.deferred = false;
        self.shown_closed = status == Status::Inhibit;
        self.shown_at_rest = matches!(status, Status::Idling | Status::Inhibit);
        let shown = match status {
            Status::Idling => Some(false),
            Status::Inhibit => Some(true),
            _ => None,
        };
        if shown.is_some() && self.inhibited != shown {
            self.inhibited = None;
        }
    }

    /// Whether the device was at rest when it last said how it is.
    pub(super) fn is_shown_at_rest(&self) -> bool {
        self.shown_at_rest
    }

    /// Whether the slot is closed by the device's own word, and nothing is to be taken in.
    pub(super) fn is_closed(&self) -> bool {
        self.wanted.is_empty() && self.inhibited == Some(true) && self.shown_closed
    }

    /// Whether the machine is to be told now that nothing is taken in; true once a wish.
    pub(super) fn take_answer(&mut self, status: Status, path_is_empty: bool) -> bool {
        let closed = status == Status::Inhibit && self.inhibited == Some(true) && path_is_empty;
        let answer = closed && self.answer_due;
        self.answer_due &= !closed;
        answer
    }
}
