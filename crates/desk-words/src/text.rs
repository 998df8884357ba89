use std::fmt;

use serde::Deserialize;

/// A text of a language file.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text(String);

impl Text {
    /// The words as they are.
    pub(crate) fn say(&self) -> String {
        self.0.clone()
    }

    /// The words, with each value in the place of its name in braces.
    pub(crate) fn with(&self, values: &[(&str, &dyn fmt::Display)]) -> String {
        let mut said = String::new();
        let mut rest = self.0.as_str();
        // In one go, so that a brace in a value stays what it is.
        while let Some((before, (name, after))) = split_at_name(rest) {
            said.push_str(before);
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => said.push_str(&value.to_string()),
                None => said.push_str(&format!("{{{name}}}")),
            }
            rest = after;
        }
        said + rest
    }
}

fn split_at_name(text: &str) -> Option<(&str, (&str, &str))> {
    let (before, after) = text.split_once('{')?;
    Some((before, after.split_once('}')?))
}

/// A section of a language file: these words, and no others.
macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            $($word: crate::text::Text),+
        }
    };
}

pub(crate) use section;
