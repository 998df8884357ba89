use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name that a unit has in the machine's configuration, as `notes`: short ASCII, so that it may stand in entries of the
/// journal, on a technician's screen and in a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId([u8; UnitId::BYTES_MAX]);

/// A name that no unit may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a unit must be 1 to {} small ASCII letters, digits and hyphens", UnitId::BYTES_MAX)]
pub struct NotAUnitId;

impl UnitId {
    /// Longer names would not fit beside a number on a technician's screen.
    pub const BYTES_MAX: usize = 16;

    /// The unit of this name.
    pub const fn new(name: &str) -> Result<UnitId, NotAUnitId> {
        let written = name.as_bytes();
        if written.is_empty() || written.len() > UnitId::BYTES_MAX {
            return Err(NotAUnitId);
        }
        let mut bytes = [0; UnitId::BYTES_MAX];
        let mut index = 0;
        while index < written.len() {
            match written[index] {
                byte @ (b'a'..=b'z' | b'0'..=b'9' | b'-') => bytes[index] = byte,
                _ => return Err(NotAUnitId),
            }
            index += 1;
        }
        Ok(UnitId(bytes))
    }

    /// A name that stands in the code of a test or of a simulation.
    ///
    /// # Panics
    ///
    /// If no unit may have it.
    pub const fn fixed(name: &str) -> UnitId {
        match UnitId::new(name) {
            Ok(id) => id,
            Err(NotAUnitId) => panic!("no unit may have this name"),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        let written = self.0.iter().position(|byte| *byte == 0).unwrap_or(UnitId::BYTES_MAX);
        std::str::from_utf8(&self.0[..written]).expect("it is ASCII")
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Debug for UnitId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl Serialize for UnitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for UnitId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UnitId, D::Error> {
        let name = String::deserialize(deserializer)?;
        UnitId::new(&name).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_plain_ascii() {
        for (name, is_one) in [
            ("notes", true),
            ("coins-2", true),
            ("abcdefghijklmnop", true),
            ("", false),
            ("abcdefghijklmnopq", false),
            ("Notes", false),
            ("a b", false),
            ("硬貨", false),
        ] {
            let id = UnitId::new(name);
            assert_eq!(id.is_ok(), is_one, "{name}");
            assert!(id.is_err() || id.is_ok_and(|id| id.to_string() == name));
        }
    }
}
