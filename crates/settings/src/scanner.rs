use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One serial scanner, as it is set with its menu codes (docs/protocols/scanner.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScannerProfile {
    /// Speed of the line.
    pub baud: NonZeroU32,
    /// What marks the end of a code.
    pub framing: ScannerFraming,
    /// How long after its last byte a code without an end is given up.
    pub idle_timeout_ms: u32,
    /// Bytes of the longest code that is taken.
    pub length_max: NonZeroU16,
}

impl ScannerProfile {
    /// [`idle_timeout_ms`](ScannerProfile::idle_timeout_ms) as a duration.
    pub fn idle_timeout(&self) -> Duration {
        Duration::from_millis(self.idle_timeout_ms.into())
    }
}

impl Default for ScannerProfile {
    fn default() -> ScannerProfile {
        ScannerProfile {
            baud: const { NonZeroU32::new(9_600).expect("not zero") },
            framing: ScannerFraming::Cr,
            idle_timeout_ms: 100,
            length_max: const { NonZeroU16::new(512).expect("not zero") },
        }
    }
}

/// What marks the end of a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScannerFraming {
    /// CR behind the code.
    #[default]
    Cr,
    /// LF behind the code.
    Lf,
    /// CR LF behind the code.
    #[serde(rename = "crlf")]
    CrLf,
    /// STX before and ETX behind the code.
    StxEtx,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framings_are_written_as_technicians_know_them() {
        for (text, framing) in [
            ("cr", ScannerFraming::Cr),
            ("lf", ScannerFraming::Lf),
            ("crlf", ScannerFraming::CrLf),
            ("stx-etx", ScannerFraming::StxEtx),
        ] {
            let profile: ScannerProfile = toml::from_str(&format!("framing = {text:?}")).unwrap();
            assert_eq!(profile, ScannerProfile { framing, ..Default::default() });
        }
    }

    #[test]
    fn unknown_settings_are_refused() {
        assert!(toml::from_str::<ScannerProfile>("parity = \"even\"").is_err());
        assert!(toml::from_str::<ScannerProfile>("length_max = 0").is_err());
    }
}
