//! Whom a file concerns that cannot be understood: what can be read in its bytes and in its name all the same.

use std::collections::BTreeSet;

use api::{BillId, PatientNumber};

use crate::plain_text::as_meant;

/// What was found in the bytes of a wrong file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traces {
    numbers: BTreeSet<PatientNumber>,
    bills: BTreeSet<BillId>,
}

impl Traces {
    /// Looks for `"number"` and `"bill_id"` wherever they stand, in a text that is cut off, in another encoding, or no
    /// JSON at all.
    pub(crate) fn of(bytes: &[u8]) -> Traces {
        // In UTF-16 there is a zero beside each ASCII character.
        let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        Traces {
            numbers: values_of(&bytes, "number").map(PatientNumber).collect(),
            bills: values_of(&bytes, "bill_id").map(BillId).collect(),
        }
    }

    pub(crate) fn names(&self, patient: &PatientNumber) -> bool {
        self.numbers.iter().any(|number| is_same(&number.0, &patient.0))
    }

    pub(crate) fn names_bill(&self, bill: &BillId) -> bool {
        self.bills.contains(bill)
    }

    /// Whether it says whose it is.
    pub(crate) fn name_anybody(&self) -> bool {
        !self.numbers.is_empty()
    }

    pub(crate) fn name_any_bill(&self) -> bool {
        !self.bills.is_empty()
    }
}

/// Leading zeros are what a program loses that takes the text for a number. Too many patients stopped is the safe side.
fn is_same(found: &str, number: &str) -> bool {
    found.trim_start_matches('0') == number.trim_start_matches('0')
}

/// Every whole value of this key: text, or a bare word such as a number.
fn values_of<'a>(bytes: &'a [u8], key: &str) -> impl Iterator<Item = String> + 'a {
    let key = format!("\"{key}\"").into_bytes();
    let length = key.len();
    let starts = (0..bytes.len()).filter(move |at| bytes[*at..].starts_with(&key));
    starts.filter_map(move |at| value_at(&bytes[at + length..])).filter(|value| !value.is_empty())
}

fn value_at(bytes: &[u8]) -> Option<String> {
    let rest = bytes.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    let (raw, is_text) = match rest.strip_prefix(b"\"") {
        // The other end has to be there: half a number is another number.
        Some(text) => (&text[..text.iter().position(|byte| *byte == b'"')?], true),
        None => (&rest[..rest.iter().position(|byte| b",}] \t\r\n".contains(byte))?], false),
    };
    let text = String::from_utf8_lossy(raw);
    // An escape such as \u0030 stands for a character.
    let text = match is_text {
        true => serde_json::from_str(&format!("\"{text}\"")).unwrap_or_else(|_| text.into_owned()),
        false => text.into_owned(),
    };
    Some(as_meant(&text))
}

/// Whether `word` stands in a file's name by itself: `0042` in `0042.json` and `bill-0042-2.json`, not in `10042.json`.
pub(crate) fn is_word_in(name: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !word.is_empty()
        && name.match_indices(word).any(|(at, _)| {
            !is_letter(name[..at].chars().last()) && !is_letter(name[at + word.len()..].chars().next())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_a_file_is_can_often_be_read() {
        let sjis =
            [b"{\"patient\":{\"name\":\"\x8c\xa9\x96\x7b\",\"number\":\"0042\"".as_slice(), b"}}"].concat();
        let utf16: Vec<u8> = r#"{"number": "0042"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let named: [(&str, &[u8]); 8] = [
            ("cut off", br#"{"patient": {"number": "0042", "na"#),
            ("no JSON", br#"{"number" : "0042",, }"#),
            ("Shift-JIS", &sjis),
            ("UTF-16", &utf16),
            ("full width", "{\"number\": \"\u{FF10}\u{FF10}\u{FF14}\u{FF12}\"}".as_bytes()),
            ("a number", br#"{"number": 42}"#),
            ("escaped", br#"{"number": "00\u00342"}"#),
            ("twice", br#"{"number": "1", "number": "0042"}"#),
        ];
        for (how, bytes) in named {
            assert!(Traces::of(bytes).names(&PatientNumber("0042".into())), "{how}");
        }
        let not_named: [(&str, &[u8]); 5] = [
            ("empty", b""),
            ("cut off in the number", br#"{"number": "0042"#),
            ("cut off in a bare number", br#"{"number": 42"#),
            ("another's", br#"{"number": "10042"}"#),
            ("no key", br#"{"visit_no": "0042"}"#),
        ];
        for (how, bytes) in not_named {
            assert!(!Traces::of(bytes).names(&PatientNumber("0042".into())), "{how}");
        }
        assert!(Traces::of(br#"{"bill_id": "B-1", "#).names_bill(&BillId("B-1".into())));
    }

    #[test]
    fn a_word_in_a_name_stands_by_itself() {
        for (name, is_there) in [
            ("0042.json", true),
            ("bill_0042-2.json", true),
            ("見本 0042.json", true),
            ("10042.json", false),
            ("00421.json", false),
            ("a.json", false),
            ("0042", true),
        ] {
            assert_eq!(is_word_in(name, "0042"), is_there, "{name}");
        }
    }
}
