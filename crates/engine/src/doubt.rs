//! What the journal expects of each unit's own counters, and what it means if the unit says something else.

use api::DoubtCause;
use device_api::{CountedBefore, DeviceCounts, UnitCounts};
use serde::{Deserialize, Serialize};

/// Counters of a unit's life have three bytes (docs/protocols/id003.md §3, cctalk.md §4) and begin anew after that.
const TOTAL_MODULUS: u32 = 1 << 24;

/// A counter as the books expect it: what is proven, and how many pieces more it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Total {
    proven: u32,
    doubtful: u32,
}

/// What the books expect of one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Expected {
    serial: Option<u32>,
    stacked: Option<Total>,
    paid_out: Option<Total>,
    /// The newest entry that holds its counters.
    pub(crate) since: u64,
}

/// Some of the counters that a unit has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    serial: bool,
    stacked: bool,
    paid_out: bool,
}

impl Counters {
    /// Those that a unit has told.
    pub(crate) fn told(UnitCounts { serial, stacked_total, paid_out_total }: UnitCounts) -> Counters {
        let (serial, stacked) = (serial.is_some(), stacked_total.is_some());
        Counters { serial, stacked, paid_out: paid_out_total.is_some() }
    }

    /// These, and those.
    pub(crate) fn and(self, other: Counters) -> Counters {
        Counters {
            serial: self.serial || other.serial,
            stacked: self.stacked || other.stacked,
            paid_out: self.paid_out || other.paid_out,
        }
    }

    /// Whether each of those is among these.
    pub(crate) fn have(self, other: Counters) -> bool {
        self.and(other) == self
    }
}

/// What a unit says that counts its stores.
pub(crate) fn said_of_its_life(counts: DeviceCounts) -> UnitCounts {
    let DeviceCounts { stacked_total, paid_out_total, .. } = counts;
    UnitCounts { serial: None, stacked_total, paid_out_total }
}

/// What a unit says just before a payout.
pub(crate) fn said_before_payout(before: &CountedBefore) -> UnitCounts {
    let paid_out_total = match before {
        CountedBefore::Drums { paid_out_total, .. } => *paid_out_total,
        CountedBefore::Hopper { paid_out_total, .. } => Some(*paid_out_total),
    };
    UnitCounts { paid_out_total, ..UnitCounts::default() }
}

impl Total {
    fn exactly(proven: u32) -> Total {
        Total { proven: proven % TOTAL_MODULUS, doubtful: 0 }
    }

    fn compare(self, reported: u32) -> Option<DoubtCause> {
        match reported.wrapping_sub(self.proven) % TOTAL_MODULUS {
            more if more <= self.doubtful => None,
            more if more < TOTAL_MODULUS / 2 => Some(DoubtCause::CountedMore),
            _ => Some(DoubtCause::CountedLess),
        }
    }
}

impl Expected {
    /// What the unit says is so: all of it that it does not say stays as it was.
    pub(crate) fn learn(&mut self, counts: UnitCounts, seq: u64) {
        self.serial = counts.serial.or(self.serial);
        self.stacked = counts.stacked_total.map(Total::exactly).or(self.stacked);
        self.paid_out = counts.paid_out_total.map(Total::exactly).or(self.paid_out);
        self.since = seq;
    }

    /// Notes were stacked for certain.
    pub(crate) fn stacked(&mut self, notes: u32) {
        if let Some(total) = &mut self.stacked {
            total.proven = (total.proven + notes) % TOTAL_MODULUS;
        }
    }

    /// Notes may be stacked, or come to be.
    pub(crate) fn maybe_stacked(&mut self, notes: u32) {
        if let Some(total) = &mut self.stacked {
            total.doubtful += notes;
        }
    }

    /// Of a note that may be stacked it is known now.
    pub(crate) fn no_longer_doubtful(&mut self) {
        if let Some(total) = &mut self.stacked {
            total.doubtful = total.doubtful.saturating_sub(1);
        }
    }

    /// Pieces were paid out for certain, and others perhaps.
    pub(crate) fn paid_out(&mut self, paid: u32, doubtful: u32) {
        if let Some(total) = &mut self.paid_out {
            total.proven = (total.proven + paid) % TOTAL_MODULUS;
            total.doubtful += doubtful;
        }
    }

    /// What the unit must say, if nothing doubtful has happened.
    pub(crate) fn counts(self) -> UnitCounts {
        UnitCounts {
            serial: self.serial,
            stacked_total: self.stacked.map(|total| total.proven),
            paid_out_total: self.paid_out.map(|total| total.proven),
        }
    }

    /// What both the books know and the unit has told.
    pub(crate) fn known(self, reported: UnitCounts) -> Counters {
        let (told, known) = (Counters::told(reported), Counters::told(self.counts()));
        Counters {
            serial: told.serial && known.serial,
            stacked: told.stacked && known.stacked,
            paid_out: told.paid_out && known.paid_out,
        }
    }

    /// What of it the unit tells otherwise.
    pub(crate) fn differing(self, reported: UnitCounts) -> Counters {
        let differs =
            |total: Option<(Total, u32)>| total.is_some_and(|(one, other)| one.compare(other).is_some());
        Counters {
            serial: self.serial.zip(reported.serial).is_some_and(|(one, other)| one != other),
            stacked: differs(self.stacked.zip(reported.stacked_total)),
            paid_out: differs(self.paid_out.zip(reported.paid_out_total)),
        }
    }

    /// What the unit's own word shows, if it is not what the books expect.
    pub(crate) fn compare(self, reported: UnitCounts) -> Option<DoubtCause> {
        let is_other = self.serial.zip(reported.serial).is_some_and(|(one, other)| one != other);
        let total = |(expected, reported): (Total, u32)| expected.compare(reported);
        let totals = [self.stacked.zip(reported.stacked_total), self.paid_out.zip(reported.paid_out_total)];
        match is_other {
            true => Some(DoubtCause::OtherUnit),
            false => totals.into_iter().flatten().find_map(total),
        }
    }

    /// Whether the unit's word says more than the books know.
    pub(crate) fn is_news(self, reported: UnitCounts) -> bool {
        let total = |known: Option<Total>, reported: Option<u32>| {
            reported.is_some() && known.is_none_or(|total| total.doubtful > 0)
        };
        (self.serial.is_none() && reported.serial.is_some())
            || total(self.stacked, reported.stacked_total)
            || total(self.paid_out, reported.paid_out_total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: UnitCounts = UnitCounts { serial: None, stacked_total: None, paid_out_total: None };

    #[test]
    fn what_a_unit_says_is_compared_with_what_the_books_expect() {
        let known = UnitCounts { serial: Some(7), stacked_total: Some(100), paid_out_total: Some(50) };
        let cases = [
            (known, None),
            // What it does not tell proves nothing.
            (NOTHING, None),
            (UnitCounts { serial: Some(8), ..known }, Some(DoubtCause::OtherUnit)),
            (UnitCounts { stacked_total: Some(101), ..known }, Some(DoubtCause::CountedMore)),
            (UnitCounts { stacked_total: Some(99), ..known }, Some(DoubtCause::CountedLess)),
            (UnitCounts { paid_out_total: Some(51), ..known }, Some(DoubtCause::CountedMore)),
            (UnitCounts { paid_out_total: Some(0), ..known }, Some(DoubtCause::CountedLess)),
        ];
        let mut expected = Expected::default();
        expected.learn(known, 1);
        for (reported, cause) in cases {
            assert_eq!(expected.compare(reported), cause, "{reported:?}");
        }
    }

    #[test]
    fn a_counter_goes_round_after_three_bytes() {
        let paid_out = |total| UnitCounts { paid_out_total: Some(total), ..NOTHING };
        let mut expected = Expected::default();
        expected.learn(paid_out(TOTAL_MODULUS - 1), 1);
        expected.paid_out(2, 0);
        assert_eq!(expected.compare(paid_out(1)), None);
        assert_eq!(expected.compare(paid_out(TOTAL_MODULUS - 1)), Some(DoubtCause::CountedLess));
    }

    #[test]
    fn pieces_of_which_nobody_knows_may_be_counted_or_not() {
        let paid_out = |total| UnitCounts { paid_out_total: Some(total), ..NOTHING };
        let mut expected = Expected::default();
        expected.learn(paid_out(10), 1);
        expected.paid_out(1, 2);
        for (total, cause) in
            [(10, Some(DoubtCause::CountedLess)), (11, None), (13, None), (14, Some(DoubtCause::CountedMore))]
        {
            assert_eq!(expected.compare(paid_out(total)), cause, "{total}");
        }
        assert!(expected.is_news(paid_out(12)));
        expected.learn(paid_out(12), 2);
        assert_eq!(expected.compare(paid_out(13)), Some(DoubtCause::CountedMore));
    }
}
