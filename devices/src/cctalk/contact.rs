use device_api::{Stated, UnitEvent, UnitPart, UnitTrouble};

/// Whether a device answers, and what the machine has been told of its state.
#[derive(Clone, Debug)]
pub(super) struct Contact {
    part: UnitPart,
    lost_after: u8,
    /// Requests in a row that were not answered.
    misses: u8,
    trouble: Option<UnitTrouble>,
    ready: bool,
}

impl Contact {
    pub(super) fn new(part: UnitPart, lost_after: u8) -> Contact {
        Contact { part, lost_after, misses: 0, trouble: None, ready: false }
    }

    pub(super) fn answered(&mut self) {
        self.misses = 0;
    }

    /// A request was not answered. True if the device counts as gone by now.
    pub(super) fn missed(&mut self) -> bool {
        self.misses = self.misses.saturating_add(1);
        self.is_lost()
    }

    /// The line is gone, and the device with it.
    pub(super) fn cut(&mut self) {
        self.misses = self.lost_after;
    }

    pub(super) fn is_lost(&self) -> bool {
        self.misses >= self.lost_after
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready
    }

    pub(super) fn has_trouble(&self) -> bool {
        self.trouble.is_some()
    }

    /// The event to tell, unless the machine knows already.
    pub(super) fn trouble(&mut self, trouble: UnitTrouble) -> Option<UnitEvent> {
        self.ready = false;
        if self.trouble.as_ref() == Some(&trouble) {
            return None;
        }
        self.trouble = Some(trouble.clone());
        Some(UnitEvent::State(Stated::Trouble { part: self.part, trouble }))
    }

    /// The event to tell, unless the machine knows already.
    pub(super) fn ready(&mut self) -> Option<UnitEvent> {
        if self.ready {
            return None;
        }
        self.ready = true;
        self.trouble = None;
        Some(UnitEvent::State(Stated::Ready { part: self.part }))
    }
}
