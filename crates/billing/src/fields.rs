use std::fmt::Display;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::BillFileError;
use crate::plain_text::{as_meant, invisible_in, kana};

/// A whole number that a field may hold.
pub(crate) trait Number: TryFrom<i64> + PartialOrd + Display {}

impl<T: TryFrom<i64> + PartialOrd + Display> Number for T {}

/// The fields of one JSON object, taken one by one; what is left over at the end is a mistake.
///
/// Errors name the field and the rule, never the value: it may be a patient's. This is why no `Deserialize` is
/// derived, whose messages quote what they found.
pub(crate) struct Fields {
    /// Where the object stands in the file: empty, or `insurance.divisions[2].`.
    prefix: String,
    values: Map<String, Value>,
}

impl Fields {
    pub(crate) fn of_file(value: Value) -> Result<Fields, BillFileError> {
        Fields::new(value, String::new(), "the file")
    }

    fn new(value: Value, prefix: String, name: &str) -> Result<Fields, BillFileError> {
        match value {
            Value::Object(values) => Ok(Fields { prefix, values }),
            _ => Err(BillFileError::Field { field: name.to_owned(), rule: "must be an object {…}".into() }),
        }
    }

    /// Printable text that is not empty.
    pub(crate) fn text(&mut self, name: &str, chars_max: usize) -> Result<String, BillFileError> {
        self.optional_text(name, chars_max)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn optional_text(
        &mut self,
        name: &str,
        chars_max: usize,
    ) -> Result<Option<String>, BillFileError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let Value::String(text) = value else {
            return Err(self.wrong_found(name, "must be text in quotes", kind_of(&value)));
        };
        if let Some(found) = unprintable(&text, chars_max) {
            let rule = format!("must be 1 to {chars_max} characters, without tabs and line breaks");
            return Err(self.wrong_found(name, &rule, &found));
        }
        let text = text.trim();
        match invisible_in(text) {
            None => Ok(Some(text.to_owned())),
            Some(c) => {
                let found = format!("U+{:04X}", u32::from(c));
                Err(self.wrong_found(name, "must have no invisible characters", &found))
            }
        }
    }

    /// A name in kana, spelt in one way, because it is compared.
    pub(crate) fn kana(&mut self, name: &str, chars_max: usize) -> Result<String, BillFileError> {
        self.text(name, chars_max).map(|text| kana(&text))
    }

    /// What becomes part of names and commands of other programs, so it is kept plain.
    pub(crate) fn id(&mut self, name: &str, chars_max: usize) -> Result<String, BillFileError> {
        let id = self.text(name, chars_max)?;
        let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if plain && !id.starts_with('.') {
            return Ok(id);
        }
        let rule = "must be ASCII letters, digits, hyphens, underscores and dots, and not begin with a dot";
        let found = match as_meant(&id) != id {
            true => "full-width characters or blanks",
            false => "others",
        };
        Err(self.wrong_found(name, rule, found))
    }

    pub(crate) fn number<T: Number>(
        &mut self,
        name: &str,
        range: RangeInclusive<T>,
    ) -> Result<T, BillFileError> {
        self.optional_number(name, range)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn optional_number<T: Number>(
        &mut self,
        name: &str,
        range: RangeInclusive<T>,
    ) -> Result<Option<T>, BillFileError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let number = value.as_i64().and_then(|number| T::try_from(number).ok());
        let rule =
            format!("must be a whole number from {} to {}, without quotes", range.start(), range.end());
        let found = || match value {
            Value::Number(_) => self.wrong_found(name, &rule, "another number"),
            _ => self.wrong_found(name, &rule, kind_of(&value)),
        };
        number.filter(|number| range.contains(number)).map(Some).ok_or_else(found)
    }

    pub(crate) fn yes_or_no(&mut self, name: &str) -> Result<bool, BillFileError> {
        self.optional_yes_or_no(name)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn optional_yes_or_no(&mut self, name: &str) -> Result<Option<bool>, BillFileError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let wrong = || self.wrong_found(name, "must be true or false, without quotes", kind_of(&value));
        value.as_bool().map(Some).ok_or_else(wrong)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Result<T, BillFileError> {
        let value = self.take(name).ok_or_else(|| self.missing(name))?;
        let found = words.iter().find(|(word, _)| value.as_str() == Some(word));
        let known: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let rule = format!("must be {}", known.join(" or "));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| self.wrong(name, &rule))
    }

    pub(crate) fn object(&mut self, name: &str) -> Result<Fields, BillFileError> {
        self.optional_object(name)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn optional_object(&mut self, name: &str) -> Result<Option<Fields>, BillFileError> {
        let path = self.path(name);
        self.take(name).map(|value| Fields::new(value, format!("{path}."), &path)).transpose()
    }

    pub(crate) fn objects(&mut self, name: &str, count_max: usize) -> Result<Vec<Fields>, BillFileError> {
        let value = self.take(name).ok_or_else(|| self.missing(name))?;
        let rule = format!("must be a list […] of {count_max} objects at most");
        let Value::Array(values) = value else { return Err(self.wrong(name, &rule)) };
        if values.len() > count_max {
            return Err(self.wrong(name, &rule));
        }
        let elements = values.into_iter().enumerate();
        elements
            .map(|(index, value)| {
                let path = format!("{}[{index}]", self.path(name));
                Fields::new(value, format!("{path}."), &path)
            })
            .collect()
    }

    /// Refuses what nobody asked for: a field with a typing mistake must not count as left out.
    pub(crate) fn end(self) -> Result<(), BillFileError> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(name) => Err(BillFileError::UnknownField { field: self.path(name) }),
        }
    }

    pub(crate) fn wrong(&self, name: &str, rule: &str) -> BillFileError {
        BillFileError::Field { field: self.path(name), rule: rule.to_owned() }
    }

    /// With what was found, as far as that tells nothing of a patient.
    pub(crate) fn wrong_found(&self, name: &str, rule: &str, found: &str) -> BillFileError {
        self.wrong(name, &format!("{rule}; found {found}"))
    }

    fn missing(&self, name: &str) -> BillFileError {
        self.wrong(name, "is missing")
    }

    fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Many programs write `null` for what they do not have.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }
}

/// What is wrong with a text, in words that tell nothing of what it says.
fn unprintable(text: &str, chars_max: usize) -> Option<String> {
    let control = text.chars().find(|character| character.is_control());
    match (text.trim().chars().count(), control) {
        (_, Some(control)) => Some(format!("the control character U+{:04X}", u32::from(control))),
        (0, None) if text.is_empty() => Some("nothing".to_owned()),
        (0, None) => Some("nothing but blanks".to_owned()),
        (chars, None) if chars > chars_max => Some(format!("{chars} characters")),
        (_, None) => None,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
