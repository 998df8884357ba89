use money::Denomination;

/// How many replies in a row must show the note still in escrow before STACK or RETURN is sent once more. One could
/// be a late reply to a request from before the order (§7).
const UNCHANGED_MIN: u8 = 3;

/// How often one order is sent at most. A device that leaves a note in escrow five times does not obey, and staff
/// must look (§7).
const SENDS_MAX: u8 = 5;

/// What the machine decided about the note in escrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Stack,
    Return,
}

/// STACK or RETURN, from the machine's decision until the note has left escrow.
///
/// It is never repeated blindly: only replies that show the note unmoved make it due again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// The note; `None` if its code means nothing and it is given back for that.
    pub(super) denomination: Option<Denomination>,
    pub(super) decision: Decision,
    stage: Stage,
    sends: u8,
    /// Of those sends, the ones that the device did not refuse, and so may have taken.
    sends_not_refused: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// To be sent.
    Due,
    /// Sent; this many replies since have shown the note unmoved.
    Sent { unchanged: u8 },
    /// Line or power failed; if the note is still there, the machine is asked again.
    Interrupted,
}

/// What another look at the note in escrow means for the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing new.
    Wait,
    /// The device does not obey.
    Stuck,
    /// The machine must decide again.
    AskAgain,
}

impl Order {
    pub(super) fn new(denomination: Option<Denomination>, decision: Decision) -> Order {
        Order { denomination, decision, stage: Stage::Due, sends: 0, sends_not_refused: 0 }
    }

    pub(super) fn is_due(&self) -> bool {
        self.stage == Stage::Due
    }

    /// Whether the device was told as often as makes sense.
    pub(super) fn is_stuck(&self) -> bool {
        self.sends >= SENDS_MAX && matches!(self.stage, Stage::Sent { unchanged: UNCHANGED_MIN.. })
    }

    pub(super) fn sent(&mut self) {
        self.stage = Stage::Sent { unchanged: 0 };
        self.sends = self.sends.saturating_add(1);
        self.sends_not_refused = self.sends_not_refused.saturating_add(1);
    }

    pub(super) fn refused(&mut self) {
        self.sends_not_refused = self.sends_not_refused.saturating_sub(1);
    }

    pub(super) fn interrupted(&mut self) {
        self.stage = Stage::Interrupted;
    }

    /// Whether the note may be on its way into the machine although nothing has shown it.
    pub(super) fn may_be_stacked(&self) -> bool {
        self.decision == Decision::Stack && self.sends_not_refused > 0
    }

    /// The device says that the note is still in escrow.
    pub(super) fn still_in_escrow(&mut self) -> Look {
        match self.stage {
            Stage::Due => Look::Wait,
            Stage::Interrupted => Look::AskAgain,
            Stage::Sent { unchanged } => {
                let unchanged = unchanged.saturating_add(1);
                let again = unchanged == UNCHANGED_MIN && self.sends < SENDS_MAX;
                self.stage = if again { Stage::Due } else { Stage::Sent { unchanged } };
                let stuck = unchanged == UNCHANGED_MIN && !again;
                if stuck { Look::Stuck } else { Look::Wait }
            }
        }
    }
}
