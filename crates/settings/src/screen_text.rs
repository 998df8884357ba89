//! Texts that have their place on the screen. Nothing scrolls and nothing is cut off, so what does not fit its place is
//! refused.

use std::fmt;

use serde::{Deserialize, Serialize};

/// In BIZ UDPGothic five Latin letters are as wide as three kanji or kana, more or less.
const KANJI_WIDTH: usize = 5;
const LATIN_WIDTH: usize = 3;

/// What fits into one place.
#[derive(Clone, Copy, Debug)]
struct Place {
    lines_max: usize,
    /// How wide a line may be.
    kanji_max: usize,
    /// What the machine fills in, such as `{amount}`.
    placeholders: &'static [&'static str],
}

/// A text that does not fit.
#[derive(Debug)]
struct Unfit(Place);

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { lines_max, kanji_max, placeholders } = self.0;
        let lines = if lines_max == 1 { "1 line".to_owned() } else { format!("1 to {lines_max} lines") };
        let latin_max = kanji_max * KANJI_WIDTH / LATIN_WIDTH;
        write!(
            out,
            "this text must be {lines} of at most {kanji_max} kanji or {latin_max} Latin letters, without tabs, "
        )?;
        match placeholders {
            [] => write!(out, "without braces"),
            names => write!(out, "with {} once and no other braces", names.join(", ")),
        }
    }
}

impl Place {
    fn check(self, text: String) -> Result<String, Unfit> {
        let shown = self.placeholders.iter().try_fold(text.clone(), |shown, name| {
            shown.split_once(name).map(|(before, after)| format!("{before}{after}"))
        });
        let line_fits =
            |line: &str| width(line) <= self.kanji_max * KANJI_WIDTH && !line.contains(char::is_control);
        let fits = shown.is_some_and(|shown| {
            !shown.contains(['{', '}'])
                && shown.split('\n').count() <= self.lines_max
                && shown.split('\n').all(line_fits)
        }) && text.split('\n').all(|line| !line.trim().is_empty());
        if fits { Ok(text) } else { Err(Unfit(self)) }
    }
}

fn width(line: &str) -> usize {
    line.chars().map(|c| if c.is_ascii() { LATIN_WIDTH } else { KANJI_WIDTH }).sum()
}

/// A text of one place, checked.
macro_rules! screen_text {
    ($(#[$doc:meta])* $name:ident, $lines_max:literal x $kanji_max:literal) => {
        screen_text!(@type $(#[$doc])* $name, $lines_max, $kanji_max, &[]);

        impl $name {
            /// The words.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
    ($(#[$doc:meta])* $name:ident, $lines_max:literal x $kanji_max:literal, $placeholder:literal) => {
        screen_text!(@type $(#[$doc])* $name, $lines_max, $kanji_max, &[$placeholder]);

        impl $name {
            /// The words, with `value` where it belongs.
            #[must_use]
            pub fn with(&self, value: &str) -> String {
                self.0.replacen($placeholder, value, 1)
            }
        }
    };
    ($(#[$doc:meta])* $name:ident, $lines_max:literal x $kanji_max:literal, [$($placeholder:literal),+]) => {
        screen_text!(@type $(#[$doc])* $name, $lines_max, $kanji_max, &[$($placeholder),+]);

        impl $name {
            /// The words, with each value in the place of its name.
            #[must_use]
            pub fn with(&self, values: &[(&str, &str)]) -> String {
                values.iter().fold(self.0.clone(), |text, (name, value)| text.replacen(name, value, 1))
            }
        }
    };
    (@type $(#[$doc:meta])* $name:ident, $lines_max:literal, $kanji_max:literal, $placeholders:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<$name, String> {
                let place = Place {
                    lines_max: $lines_max,
                    kanji_max: $kanji_max,
                    placeholders: $placeholders,
                };
                place.check(text).map($name).map_err(|unfit| unfit.to_string())
            }
        }
    };
}

screen_text!(
    /// What a page says first, in the largest letters.
    Headline, 2 x 11
);
screen_text!(
    /// The same on a page with smaller letters.
    LongHeadline, 2 x 12
);
screen_text!(
    /// What to do, or what happens next.
    Sentence, 3 x 20
);
screen_text!(
    /// On a button that decides: large, and two lines at most (K30).
    ButtonText, 2 x 11
);
screen_text!(
    /// On a button that says what it will do.
    WideButtonText, 2 x 16
);
screen_text!(
    /// Beside or above something else.
    Label, 1 x 14
);
screen_text!(
    /// In a corner.
    ShortText, 1 x 6
);
screen_text!(
    /// An amount with its unit.
    AmountText, 1 x 2, "{amount}"
);
screen_text!(
    /// The payer's masked name.
    NameText, 1 x 6, "{name}"
);
screen_text!(
    /// A headline about a note of so many yen.
    NoteText, 2 x 11, "{note}"
);
screen_text!(
    /// A sentence about a coin of so many yen.
    CoinText, 3 x 20, "{coin}"
);
screen_text!(
    /// A sentence about sums up to so many yen.
    UpToText, 3 x 20, "{amount}"
);
screen_text!(
    /// When and how something was paid.
    PaidText, 2 x 20, ["{year}", "{month}", "{day}", "{hour}", "{minute}", "{method}"]
);
screen_text!(
    /// Spoken aloud: what takes longer than a breath is not listened to.
    SpokenText, 1 x 40
);
screen_text!(
    /// The numbers of receipts.
    NumbersText, 1 x 14, "{numbers}"
);
screen_text!(
    /// A label with how many notes there are.
    NotesText, 1 x 14, "{notes}"
);
screen_text!(
    /// A sentence with how many more notes come.
    MoreText, 3 x 20, "{more}"
);
screen_text!(
    /// A headline with how many papers there are.
    PapersText, 2 x 11, "{papers}"
);
screen_text!(
    /// A label with the number of a payment.
    PaymentNumberText, 1 x 16, "{number}"
);
screen_text!(
    /// On a band across the page.
    StripText, 1 x 20
);
screen_text!(
    /// A label with a day.
    DayText, 1 x 14, ["{month}", "{day}"]
);
screen_text!(
    /// A label with how many bills there are.
    BillsText, 1 x 14, "{bills}"
);
