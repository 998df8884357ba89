use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::WallTime;

/// Japan Standard Time is UTC+9 all year.
const JAPAN_OFFSET_S: i64 = 9 * 60 * 60;

/// What calendar and clock on the clinic's wall show, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each name says what it is")]
pub struct ClinicTime {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
}

impl WallTime {
    /// The same moment in Japan, if a calendar of people reaches so far.
    pub fn in_japan(self) -> Option<ClinicTime> {
        let local = OffsetDateTime::from_unix_timestamp(self.0.checked_add(JAPAN_OFFSET_S)?).ok()?;
        Some(ClinicTime {
            year: local.year(),
            month: local.month().into(),
            day: local.day(),
            hour: local.hour(),
            minute: local.minute(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clinics_day_begins_at_midnight_in_japan() {
        let at =
            |seconds| WallTime(seconds).in_japan().map(|at| (at.year, at.month, at.day, at.hour, at.minute));
        let last_second_before = 1_795_273_199;
        assert_eq!(at(last_second_before), Some((2026, 11, 21, 23, 59)));
        assert_eq!(at(last_second_before + 1), Some((2026, 11, 22, 0, 0)));
        assert_eq!((at(i64::MAX), at(i64::MIN)), (None, None));
    }
}
