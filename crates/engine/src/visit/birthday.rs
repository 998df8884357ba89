//! The question that tells two patients apart who look the same on the screen (K1).

use api::{Birthday, Button, KeyedDigits, Notice, Page};
use device_api::Moment;
use settings::Times;

use super::{Choosing, Idle, Noticing, Scene, Stage, ToPay, Visit};
use crate::turn::Turn;

/// Two for the month, two for the day: 0105.
const DIGITS: usize = 4;

/// A finger slips once or twice. Whoever is wrong three times is not helped by a fourth try, and may be guessing: three
/// of 366 days are no way in.
const TRIES_MAX: u8 = 3;

/// Month and day of birth are being keyed. Nothing of it is written down anywhere.
#[derive(Debug)]
pub(crate) struct KeyingBirthday {
    to_pay: ToPay,
    birthday: Birthday,
    keyed: KeyedDigits,
    wrong_tries: u8,
    since: Moment,
}

impl KeyingBirthday {
    pub(crate) fn enter(turn: &Turn<'_>, to_pay: ToPay, birthday: Birthday) -> Visit {
        let since = turn.now.at;
        KeyingBirthday { to_pay, birthday, keyed: KeyedDigits::default(), wrong_tries: 0, since }.into()
    }

    fn digit(mut self, digit: u8) -> KeyingBirthday {
        let digit = char::from_digit(digit.into(), 10);
        self.keyed.0.extend(digit.filter(|_| self.keyed.0.len() < DIGITS));
        self
    }

    fn delete(mut self) -> KeyingBirthday {
        self.keyed.0.pop();
        self
    }

    fn confirm(self, turn: &mut Turn<'_>) -> Visit {
        let Birthday { month, day } = self.birthday;
        if self.keyed.0.len() < DIGITS {
            return self.into();
        }
        if self.keyed.0 == format!("{month:02}{day:02}") {
            return Choosing::enter(turn, self.to_pay);
        }
        let wrong_tries = self.wrong_tries + 1;
        if wrong_tries >= TRIES_MAX {
            return Noticing::enter(turn, Notice::AskAtDesk);
        }
        KeyingBirthday { keyed: KeyedDigits::default(), wrong_tries, ..self }.into()
    }
}

impl Stage for KeyingBirthday {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        let again = self.wrong_tries > 0 && self.keyed.0.is_empty();
        Page::KeyBirthday { keyed: self.keyed.clone(), again }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.walked_away()))
    }

    fn touched(mut self, turn: &mut Turn<'_>, button: Button) -> Visit {
        self.since = turn.now.at;
        match button {
            Button::Digit(digit) => self.digit(digit).into(),
            Button::Delete => self.delete().into(),
            Button::Confirm => self.confirm(turn),
            Button::Cancel => Idle::enter(turn),
            Button::Yes | Button::No | Button::PayCash | Button::CallStaff => self.into(),
        }
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }
}
