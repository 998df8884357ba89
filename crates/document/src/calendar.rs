//! Days as they stand on papers: 2026年11月22日(令和8年).

use api::{ClinicTime, WallTime};
use settings::ReceiptWords;
use time::{Date, Month};

use crate::DocumentError;
use crate::words::fill;

/// The year before the first of the era 令和, which began on 2019-05-01.
const YEAR_BEFORE_REIWA: i32 = 2018;

/// A day in the clinic's calendar, with its era.
pub(crate) fn day(words: &ReceiptWords, (year, month, day): (i32, u8, u8)) -> Result<String, DocumentError> {
    let month = Month::try_from(month).map_err(|_| DocumentError::NoSuchDay)?;
    let date = Date::from_calendar_date(year, month, day).map_err(|_| DocumentError::NoSuchDay)?;
    Ok(with_era(words, date))
}

/// A moment on the clinic's clock: the day, and hours and minutes.
pub(crate) fn moment(words: &ReceiptWords, at: WallTime) -> Result<String, DocumentError> {
    let ClinicTime { year, month, day: of_month, hour, minute } =
        at.in_japan().ok_or(DocumentError::NoSuchTime)?;
    let day = day(words, (year, month, of_month))?;
    let (hour, minute) = (format!("{hour:02}"), format!("{minute:02}"));
    Ok(fill(&words.moment, &[("day", &day), ("hour", &hour), ("minute", &minute)]))
}

/// Earlier eras are left out: no bill of this machine is older than 令和.
fn with_era(words: &ReceiptWords, date: Date) -> String {
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    let western = fill(&words.day, &[("year", &year), ("month", &month), ("day", &day)]);
    let first_year = YEAR_BEFORE_REIWA + 1;
    match year - YEAR_BEFORE_REIWA {
        ..=0 => western,
        1 if (year, date.month()) < (first_year, Month::May) => western,
        1 => fill(&words.day_in_first_year, &[("day", &western)]),
        year_of_era => fill(&words.day_with_era, &[("day", &western), ("year", &year_of_era)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn days_carry_their_era() {
        let cases = [
            ((2026, 11, 22), Ok("2026年11月22日(令和8年)")),
            ((2019, 5, 1), Ok("2019年5月1日(令和元年)")),
            ((2019, 12, 31), Ok("2019年12月31日(令和元年)")),
            ((2019, 4, 30), Ok("2019年4月30日")),
            ((2020, 1, 1), Ok("2020年1月1日(令和2年)")),
            ((2018, 12, 31), Ok("2018年12月31日")),
            ((2026, 2, 29), Err(DocumentError::NoSuchDay)),
            ((2026, 13, 1), Err(DocumentError::NoSuchDay)),
        ];
        for (date, text) in cases {
            assert_eq!(day(&words::shipped(), date), text.map(str::to_owned));
        }
    }

    #[test]
    fn the_clinics_day_begins_at_midnight_in_japan() {
        let last_second_before = 1_795_273_199;
        let moment = |at| moment(&words::shipped(), WallTime(at));
        assert_eq!(moment(last_second_before).unwrap(), "2026年11月21日(令和8年) 23:59");
        assert_eq!(moment(last_second_before + 1).unwrap(), "2026年11月22日(令和8年) 00:00");
        assert_eq!(moment(i64::MAX), Err(DocumentError::NoSuchTime));
    }
}
