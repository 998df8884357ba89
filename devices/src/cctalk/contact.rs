use device_api::{CoinDevice, CoinEvent, CoinTrouble};

/// Whether a device answers, and what the machine has been told of its state.
#[derive(Clone, Debug)]
pub(super) struct Contact {
    device: CoinDevice,
    lost_after: u8,
    /// Requests in a row that were not answered.
    misses: u8,
    trouble: Option<CoinTrouble>,
    ready: bool,
}

impl Contact {
    pub(super) fn new(device: CoinDevice, lost_after: u8) -> Contact {
        Contact { device, lost_after, misses: 0, trouble: None, ready: false }
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
    pub(super) fn trouble(&mut self, trouble: CoinTrouble) -> Option<CoinEvent> {
        self.ready = false;
        if self.trouble.as_ref() == Some(&trouble) {
            return None;
        }
        self.trouble = Some(trouble.clone());
        Some(CoinEvent::Trouble { device: self.device, trouble })
    }

    /// The event to tell, unless the machine knows already.
    pub(super) fn ready(&mut self) -> Option<CoinEvent> {
        if self.ready {
            return None;
        }
        self.ready = true;
        self.trouble = None;
        Some(CoinEvent::Ready { device: self.device })
    }
}
