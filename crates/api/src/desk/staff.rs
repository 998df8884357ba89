use std::fmt;

use serde::{Deserialize, Serialize};

/// What a person signs with, or gives as a reason, stays in the record for years, and is read on one line.
const CHARS_MAX: usize = 100;

/// Words that cannot stay in the record: none, too many, or more than one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write 1 to {CHARS_MAX} characters on one line")]
pub struct UnfitWords;

/// All of it counts: it is kept as it was said, with the blanks around it.
fn check(text: String) -> Result<String, UnfitWords> {
    let fits = !text.trim().is_empty() && text.chars().count() <= CHARS_MAX;
    if fits && !text.chars().any(char::is_control) { Ok(text) } else { Err(UnfitWords) }
}

/// A text of one line that a person said and that stays in the record.
macro_rules! said_by_a_person {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// As it was said.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = UnfitWords;

            fn try_from(text: String) -> Result<$name, UnfitWords> {
                check(text).map($name)
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnfitWords;

            fn from_str(text: &str) -> Result<$name, UnfitWords> {
                $name::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(words: $name) -> String {
                words.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

said_by_a_person!(
    /// Who of the clinic does something.
    Staff
);
said_by_a_person!(
    /// Why, in their words. No patient's name: it stays in the record.
    Remark
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bounded_with_the_blanks_around_them() {
        for words in ["佐藤", " 佐藤 ", &"あ".repeat(100)] {
            assert_eq!(words.parse::<Staff>().unwrap().as_str(), words);
        }
        for none in ["", "  ", "a\nb", "a\t", &"あ".repeat(101), &format!("{}A", " ".repeat(100))] {
            assert_eq!(none.parse::<Staff>(), Err(UnfitWords), "{none}");
            assert!(serde_json::from_value::<Remark>(none.into()).is_err(), "{none}");
        }
    }
}
