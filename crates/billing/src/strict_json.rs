//! JSON in which no key stands twice. Most parsers take the last of them without a word, and another program may have
//! meant the first: whoever reads an amount must not choose.

use std::collections::BTreeSet;

use serde_json::Value;

/// Why a text is not taken.
pub(crate) enum JsonError {
    /// By serde_json.
    Json(serde_json::Error),
    /// This key stands twice in one object.
    Duplicate(String),
}

/// An object or a list that is open at one place of the text.
enum Open {
    Object {
        keys: BTreeSet<String>,
        /// The newest.
        key: String,
        /// A key comes next, not a value.
        before_key: bool,
    },
    List {
        index: usize,
    },
}

/// Reads one value.
pub(crate) fn parse(text: &str) -> Result<Value, JsonError> {
    let value = serde_json::from_str(text).map_err(JsonError::Json)?;
    duplicate_in(text).map_or(Ok(value), |path| Err(JsonError::Duplicate(path)))
}

/// The first key that stands twice, as `insurance.divisions[2].code`. `text` is known to be JSON.
fn duplicate_in(text: &str) -> Option<String> {
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        let mut end = at + 1;
        match byte {
            b'{' => {
                open.push(Open::Object { keys: BTreeSet::new(), key: String::new(), before_key: true });
            }
            b'[' => open.push(Open::List { index: 0 }),
            b'}' | b']' => drop(open.pop()),
            b',' => go_on(open.last_mut()),
            b'"' => {
                end = end_of_text(text, at);
                if is_duplicate(open.last_mut(), &text[at..end]) {
                    return Some(path_of(&open));
                }
            }
            _ => {}
        }
        at = end;
    }
    None
}

fn go_on(open: Option<&mut Open>) {
    match open {
        Some(Open::Object { before_key, .. }) => *before_key = true,
        Some(Open::List { index }) => *index += 1,
        None => {}
    }
}

/// Whether this text is a key, and not the first of its name. Keys are compared as what their escapes stand for.
fn is_duplicate(open: Option<&mut Open>, text: &str) -> bool {
    match open {
        Some(Open::Object { keys, key, before_key: before_key @ true }) => {
            *before_key = false;
            *key = serde_json::from_str(text).unwrap_or_default();
            !keys.insert(key.clone())
        }
        Some(Open::Object { .. } | Open::List { .. }) | None => false,
    }
}

/// Behind the quote that ends the text that begins at `start`.
fn end_of_text(text: &str, start: usize) -> usize {
    let mut escaped = false;
    let length = text[start + 1..].bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    length.map_or(text.len(), |length| start + length + 2)
}

fn path_of(open: &[Open]) -> String {
    let mut path = String::new();
    for one in open {
        match one {
            Open::Object { key, .. } if path.is_empty() => path.push_str(key),
            Open::Object { key, .. } => path.push_str(&format!(".{key}")),
            Open::List { index } => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_named() {
        for (text, found) in [
            (r#"{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}"#, None),
            (r#"{"a": "a", "b": "a"}"#, None),
            (r#"{"a": "\"", "b": "\\", "c": "{\"a\": 1, \"a\""}"#, None),
            (r#"["a", "a", 1.5, "a"]"#, None),
            (r#"{"a": 1, "a": 1}"#, Some("a")),
            (r#"{"a": 1, "\u0061": 1}"#, Some("a")),
            (r#"{"a": {"b": [1, [], {"c": null, "d": {}, "c": 2}]}}"#, Some("a.b[2].c")),
        ] {
            assert_eq!(duplicate_in(text).as_deref(), found, "{text}");
        }
    }
}
