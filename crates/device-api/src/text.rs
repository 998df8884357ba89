//! Names that stand as one short text in entries, in answers and on a command line.

/// The number behind `prefix`, written as numbers are and in no other way.
pub(crate) fn numbered(text: &str, prefix: &str) -> Option<u8> {
    let digits = text.strip_prefix(prefix)?;
    let number: u8 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

/// Written by `Display`, read back by `FromStr`.
macro_rules! as_text {
    ($($name:ty),*) => {
        $(
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
        )*
    };
}

pub(crate) use as_text;
