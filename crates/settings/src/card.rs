use serde::Deserialize;

use crate::file::{Refusal, require};

/// The longest number that a clinic's card is known to carry, and as much again.
const NUMBER_CHARS_MAX: usize = 32;

/// What stands in the code of this clinic's 診察券 (K2).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFormat {
    /// Must stand before the number, and is cut off. Empty if there is none.
    #[serde(default)]
    pub prefix: String,
    /// The fewest characters of a number, without prefix and start and stop letters.
    pub length_min: usize,
    /// The most characters of a number, without prefix and start and stop letters.
    pub length_max: usize,
    /// A number is digits and nothing else; otherwise ASCII letters, digits and hyphens.
    pub digits_only: bool,
    /// What the reader sends around the code.
    pub start_stop_letters: StartStopLetters,
}

/// The letters A to D that begin and end every NW-7 code; readers may be set to send them or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartStopLetters {
    /// They are sent, and are no part of the 診察券番号.
    Cut,
    /// They are sent, and are part of the 診察券番号.
    Kept,
    /// None are sent.
    None,
}

impl CardFormat {
    /// The 診察券番号 in a scanned code, leading zeros and all; `None` if the code is not wholly one of this
    /// clinic's. Nothing is trimmed to make it fit: half of another clinic's number may be a patient's here.
    pub fn read(&self, code: &str) -> Option<String> {
        let inner = match self.start_stop_letters {
            StartStopLetters::Cut | StartStopLetters::Kept => without_letters(code)?,
            StartStopLetters::None => code,
        };
        let number = inner.strip_prefix(&self.prefix)?;
        let right_length = (self.length_min..=self.length_max).contains(&number.len());
        if !right_length || !number.bytes().all(|byte| self.may_contain(byte)) {
            return None;
        }
        Some(match self.start_stop_letters {
            StartStopLetters::Kept => format!("{}{number}{}", &code[..1], &code[code.len() - 1..]),
            StartStopLetters::Cut | StartStopLetters::None => number.to_owned(),
        })
    }

    fn may_contain(&self, byte: u8) -> bool {
        byte.is_ascii_digit() || !self.digits_only && (byte.is_ascii_alphabetic() || byte == b'-')
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let prefix_is_plain = self.prefix.bytes().all(|byte| byte.is_ascii_graphic());
        require(prefix_is_plain, "card.prefix", "must be ASCII letters, digits and signs without blanks")?;
        require(self.length_min >= 1, "card.length_min", "must be 1 or more")?;
        require(
            (self.length_min..=NUMBER_CHARS_MAX).contains(&self.length_max),
            "card.length_max",
            format!("must be card.length_min to {NUMBER_CHARS_MAX}"),
        )
    }
}

/// Cuts one NW-7 letter off each end.
fn without_letters(code: &str) -> Option<&str> {
    let is_letter = |c: char| matches!(c, 'A'..='D' | 'a'..='d');
    code.strip_prefix(is_letter)?.strip_suffix(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &CardFormat, cases: &[(&str, Option<&str>)]) {
        for (code, number) in cases {
            assert_eq!(format.read(code).as_deref(), *number, "{code:?}");
        }
    }

    #[test]
    fn a_code_matches_wholly_or_not_at_all() {
        let format = CardFormat {
            prefix: "12".into(),
            length_min: 4,
            length_max: 6,
            digits_only: true,
            start_stop_letters: StartStopLetters::Cut,
        };
        check(
            &format,
            &[
                ("A120042A", Some("0042")),
                ("a12000042d", Some("000042")),
                ("120042", None),
                ("A120042", None),
                ("A990042A", None),
                ("A12042A", None),
                ("A120000042A", None),
                ("A1200 42A", None),
                (" A120042A", None),
                ("A120042A\r", None),
                ("A1200421234567890123456A", None),
                ("", None),
                ("A", None),
                ("AA", None),
                ("A12診察A", None),
            ],
        );
    }

    #[test]
    fn letters_may_be_part_of_the_number() {
        let mut format = CardFormat {
            prefix: String::new(),
            length_min: 1,
            length_max: 5,
            digits_only: true,
            start_stop_letters: StartStopLetters::Kept,
        };
        check(&format, &[("A0042B", Some("A0042B")), ("0042", None), ("E0042E", None), ("AxB", None)]);

        format.start_stop_letters = StartStopLetters::None;
        format.digits_only = false;
        check(&format, &[("A-42B", Some("A-42B")), ("0042", Some("0042")), ("A_42", None)]);
    }
}
