use std::ops::RangeInclusive;

use money::{Denomination, DenominationSet};
use serde::Deserialize;

/// The speeds that ID-003 devices are sold with. Parity is always even, with 8 data bits and 1 stop bit.
const BAUD_RATES: [u32; 2] = [9_600, 19_200];
/// Shorter is a flood, longer is slower than the maker expects.
const POLL_INTERVAL_MS: RangeInclusive<u16> = 100..=200;
/// A status frame takes 6 ms, the longest table 280 ms; two seconds of silence are no answer for anybody.
const REPLY_TIMEOUT_MS: RangeInclusive<u16> = 100..=2_000;
/// One lost reply is noise; ten in a row are several seconds without knowing what a note does.
const COMM_LOST_AFTER: RangeInclusive<u8> = 2..=10;
/// The protocol has room for two.
const DRUM_NUMBERS: RangeInclusive<u8> = 1..=2;
/// Drums hold some dozens of notes; one that holds many more is a mistake in writing, and would let the machine count on
/// notes that lie in the cash box.
const DRUM_CAPACITY: RangeInclusive<u16> = 1..=200;

/// A note validator or recycler that speaks ID-003, as far as it differs from others of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteUnitProfile {
    /// What people call it, for instance the maker's model name.
    pub name: String,
    /// Speed of the line.
    #[serde(default = "baud")]
    pub baud: u32,
    /// Every value that the machine's currency table may hold. A device that knows another one is refused.
    pub values: DenominationSet,
    /// The recycling drums; none for a plain validator. A device that is set up otherwise is refused.
    #[serde(default)]
    pub drums: Vec<DrumProfile>,
    /// How a note is stacked.
    #[serde(default)]
    pub stack_command: StackCommand,
    /// Whether the device counts the notes of its life (recycler command A0).
    #[serde(default = "yes")]
    pub has_total_counter: bool,
    /// Whether the device is told to report again, after a power failure, a note that it could not report before
    /// (optional function, bit 1).
    #[serde(default = "yes")]
    pub power_recovery: bool,
    /// When a drum's counter (recycler command A2) falls while a note is paid out.
    #[serde(default)]
    pub drum_counter_falls: DrumCounterFalls,
    /// The country code of yen in the device's currency table.
    #[serde(default = "japan")]
    pub country_code: u8,
    /// How long a reply may take.
    #[serde(default = "reply_timeout_ms")]
    pub reply_timeout_ms: u16,
    /// How often the device is asked for its status.
    #[serde(default = "poll_interval_ms")]
    pub poll_interval_ms: u16,
    /// After how many requests without a reply the device counts as gone.
    #[serde(default = "comm_lost_after")]
    pub comm_lost_after: u8,
}

/// A recycling drum and the notes that it was set up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrumProfile {
    /// Counted from 1, as the device does.
    pub number: u8,
    /// What lies in it.
    pub denomination: Denomination,
    /// Notes that fit, as it was set up. Without it every note is thought to go to the cash box, and fewer are
    /// accepted than could be paid back.
    #[serde(default)]
    pub capacity: Option<u16>,
}

/// When the device reports a stacked note as the machine's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StackCommand {
    /// As soon as it cannot be pulled back any more.
    Stack1,
    /// Only when it lies in its place.
    #[default]
    Stack2,
}

/// When a drum's counter falls while a note is paid out. Devices differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrumCounterFalls {
    /// When the note leaves the drum; it rises again if the note comes back.
    AtPaying,
    /// When the note was taken.
    #[default]
    AtPayValid,
}

/// Why a profile cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteUnitProfileError {
    /// It has no name.
    #[error("name is empty; write what people call the note unit")]
    NoName,
    /// No device is sold with this speed.
    #[error("baud is {0}; a note unit speaks at 9600 or 19200")]
    Baud(u32),
    /// It takes nothing.
    #[error(
        "values is empty; list the notes that the note unit knows, for instance [1000, 2000, 5000, 10000]"
    )]
    NoValues,
    /// A coin.
    #[error("values holds {0} yen, which is not a note")]
    NotANote(Denomination),
    /// Drums are 1 and 2.
    #[error("there is no drum {0}; drums have the numbers 1 and 2")]
    DrumNumber(u8),
    /// One drum, two entries.
    #[error("drum {0} is listed twice")]
    DrumTwice(u8),
    /// Two drums, one denomination: the machine plans for each drum by itself, and the device pays from the fullest.
    #[error("there are two drums for {0} yen; each denomination has one, so set one up for another note")]
    DrumDenominationTwice(Denomination),
    /// A drum for a note that the device does not know.
    #[error("drum {number} is for {denomination} yen, which is missing in values")]
    DrumValue {
        /// Which drum.
        number: u8,
        /// What it is for.
        denomination: Denomination,
    },
    /// Out of range.
    #[error("the capacity of drum {number} is {capacity}; it can be 1 to 200 notes")]
    DrumCapacity {
        /// Which drum.
        number: u8,
        /// As it is written.
        capacity: u16,
    },
    /// Out of range.
    #[error("poll_interval_ms is {0}; it can be 100 to 200")]
    PollInterval(u16),
    /// Out of range.
    #[error("reply_timeout_ms is {0}; it can be 100 to 2000")]
    ReplyTimeout(u16),
    /// Out of range.
    #[error("comm_lost_after is {0}; it can be 2 to 10")]
    CommLostAfter(u8),
}

impl NoteUnitProfile {
    /// A note unit without drums that knows `values`; everything else as usual.
    pub fn new(name: impl Into<String>, values: DenominationSet) -> NoteUnitProfile {
        NoteUnitProfile {
            name: name.into(),
            baud: baud(),
            values,
            drums: Vec::new(),
            stack_command: StackCommand::default(),
            has_total_counter: true,
            power_recovery: true,
            drum_counter_falls: DrumCounterFalls::default(),
            country_code: japan(),
            reply_timeout_ms: reply_timeout_ms(),
            poll_interval_ms: poll_interval_ms(),
            comm_lost_after: comm_lost_after(),
        }
    }

    /// Whether the profile makes sense.
    pub fn check(&self) -> Result<(), NoteUnitProfileError> {
        use NoteUnitProfileError as Error;
        ensure(!self.name.trim().is_empty(), Error::NoName)?;
        ensure(BAUD_RATES.contains(&self.baud), Error::Baud(self.baud))?;
        ensure(!self.values.is_empty(), Error::NoValues)?;
        for value in self.values.iter() {
            ensure(value >= Denomination::Yen1000, Error::NotANote(value))?;
        }
        self.check_drums()?;
        ensure(
            POLL_INTERVAL_MS.contains(&self.poll_interval_ms),
            Error::PollInterval(self.poll_interval_ms),
        )?;
        ensure(
            REPLY_TIMEOUT_MS.contains(&self.reply_timeout_ms),
            Error::ReplyTimeout(self.reply_timeout_ms),
        )?;
        ensure(COMM_LOST_AFTER.contains(&self.comm_lost_after), Error::CommLostAfter(self.comm_lost_after))
    }

    fn check_drums(&self) -> Result<(), NoteUnitProfileError> {
        use NoteUnitProfileError as Error;
        for (index, &DrumProfile { number, denomination, capacity }) in self.drums.iter().enumerate() {
            ensure(DRUM_NUMBERS.contains(&number), Error::DrumNumber(number))?;
            let earlier = &self.drums[..index];
            ensure(earlier.iter().all(|drum| drum.number != number), Error::DrumTwice(number))?;
            let twice = earlier.iter().any(|drum| drum.denomination == denomination);
            ensure(!twice, Error::DrumDenominationTwice(denomination))?;
            ensure(self.values.contains(denomination), Error::DrumValue { number, denomination })?;
            if let Some(capacity) = capacity {
                ensure(DRUM_CAPACITY.contains(&capacity), Error::DrumCapacity { number, capacity })?;
            }
        }
        Ok(())
    }
}

fn ensure(holds: bool, error: NoteUnitProfileError) -> Result<(), NoteUnitProfileError> {
    if holds { Ok(()) } else { Err(error) }
}

fn baud() -> u32 {
    BAUD_RATES[0]
}

fn yes() -> bool {
    true
}

fn japan() -> u8 {
    0x0A
}

fn reply_timeout_ms() -> u16 {
    300
}

fn poll_interval_ms() -> u16 {
    150
}

fn comm_lost_after() -> u8 {
    3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_profile_gets_the_usual_settings() {
        let profile: NoteUnitProfile = toml::from_str("name = 'A'\nvalues = [1000, 10000]").unwrap();
        let values = [Denomination::Yen1000, Denomination::Yen10000].into_iter().collect();
        assert_eq!(profile, NoteUnitProfile::new("A", values));
        assert_eq!(profile.check(), Ok(()));
    }

    #[test]
    fn a_wrong_profile_is_refused_with_a_sentence() {
        let drum = |number, value| format!("drums = [{{ number = {number}, denomination = {value} }}]");
        let holding = |notes| format!("drums = [{{ number = 1, denomination = 1000, capacity = {notes} }}]");
        let cases = [
            ("".to_owned(), "Ok"),
            (drum(2, 1000), "Ok"),
            ("stack_command = 'stack1'".to_owned(), "Ok"),
            ("drum_counter_falls = 'at_paying'".to_owned(), "Ok"),
            ("drum_counter_falls = 'never'".to_owned(), "unknown variant"),
            ("baud = 4800".to_owned(), "baud is 4800; a note unit speaks at 9600 or 19200"),
            (drum(3, 1000), "there is no drum 3; drums have the numbers 1 and 2"),
            (drum(1, 2000), "drum 1 is for 2,000 yen, which is missing in values"),
            (holding(200), "Ok"),
            (holding(0), "the capacity of drum 1 is 0; it can be 1 to 200 notes"),
            (holding(201), "the capacity of drum 1 is 201; it can be 1 to 200 notes"),
            ("poll_interval_ms = 50".to_owned(), "poll_interval_ms is 50; it can be 100 to 200"),
            ("comm_lost_after = 0".to_owned(), "comm_lost_after is 0; it can be 2 to 10"),
            ("colour = 'red'".to_owned(), "unknown field"),
        ];
        for (line, expected) in cases {
            check(&format!("name = 'A'\nvalues = [1000, 10000]\n{line}"), expected);
        }
        check("name = 'A'\nvalues = [500, 1000]", "values holds 500 yen, which is not a note");
        check("name = ' '\nvalues = [1000]", "name is empty");
        check("name = 'A'\nvalues = []", "values is empty");
        check("name = 'A'\nvalues = [3000]", "there is no coin or note of 3000 yen");
        let twice = "drums = [{ number = 1, denomination = 1000 }, { number = 1, denomination = 1000 }]";
        check(&format!("name = 'A'\nvalues = [1000]\n{twice}"), "drum 1 is listed twice");
        let twins = twice.replacen("number = 1", "number = 2", 1);
        check(&format!("name = 'A'\nvalues = [1000]\n{twins}"), "there are two drums for 1,000 yen");
    }

    fn check(text: &str, expected: &str) {
        let outcome = match toml::from_str::<NoteUnitProfile>(text) {
            Ok(profile) => profile.check().map_or_else(|error| error.to_string(), |()| "Ok".to_owned()),
            Err(error) => error.to_string(),
        };
        assert!(outcome.contains(expected), "{text}\ngave {outcome}\ninstead of {expected}");
    }
}
