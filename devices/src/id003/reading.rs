use wire::id003::RecyclerQuery;

use crate::agreed::Agreed;

/// How many readings may differ from the one before. Nothing moves while counters are read, so a second difference
/// is noise and a tenth a device that cannot be relied on.
const DIFFERENT_MAX: u8 = 10;

/// The recycler's counters at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counters {
    /// Notes in each drum (A2).
    pub(super) drums: Vec<u16>,
    /// Notes paid out in the device's life (A0), where it counts them.
    pub(super) dispensed: Option<u32>,
}

/// The reading of the counters, until two readings in a row agree: the check sum alone does not prove a number that
/// decides about money (§8).
#[derive(Debug)]
pub(super) struct Reading {
    has_total_counter: bool,
    /// Of the reading under way.
    drums: Option<Vec<u16>>,
    counters: Agreed<Counters>,
    different: u8,
}

impl Reading {
    pub(super) fn new(has_total_counter: bool) -> Reading {
        Reading { has_total_counter, drums: None, counters: Agreed::default(), different: 0 }
    }

    /// The same question from the start.
    pub(super) fn again(&self) -> Reading {
        Reading::new(self.has_total_counter)
    }

    /// What is asked next.
    pub(super) fn query(&self) -> RecyclerQuery {
        if self.drums.is_some() { RecyclerQuery::TotalCount } else { RecyclerQuery::CurrentCount }
    }

    /// Whether the counters never agree.
    pub(super) fn is_hopeless(&self) -> bool {
        self.different >= DIFFERENT_MAX
    }

    /// A2 was read. The counters, once they are believed.
    pub(super) fn drums_read(&mut self, drums: Vec<u16>) -> Option<Counters> {
        if self.has_total_counter {
            self.drums = Some(drums);
            return None;
        }
        self.compare(Counters { drums, dispensed: None })
    }

    /// A0 was read, or refused by a device that does not have it. The counters, once they are believed.
    pub(super) fn total_read(&mut self, dispensed: Option<u32>) -> Option<Counters> {
        let drums = self.drums.take()?;
        self.compare(Counters { drums, dispensed })
    }

    fn compare(&mut self, counters: Counters) -> Option<Counters> {
        let agreed = self.counters.observe(counters);
        if agreed.is_none() {
            self.different = self.different.saturating_add(1);
        }
        agreed
    }
}
