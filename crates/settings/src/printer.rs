use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One model of ESC/POS receipt printer, as it is wired and set (docs/protocols/escpos.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrinterProfile {
    /// How staff and technician call it.
    pub name: String,
    /// Speed of the line, as set with the printer's switches.
    pub baud: NonZeroU32,
    /// Half-width characters in a line.
    pub columns: Columns,
    /// Whether it confirms a page by process id (`GS ( H`). Without, a page counts as printed when the printer
    /// has processed it and stayed well for [`settle_ms`](PrinterProfile::settle_ms).
    pub process_id: bool,
    /// How fast paper comes out.
    pub speed_mm_per_s: NonZeroU16,
    /// How long a real-time query may stay unanswered before it counts as missed.
    pub reply_timeout_ms: u32,
    /// What a page may take beyond the time for its bytes and its paper.
    pub page_slack_ms: u32,
    /// How long a page may wait in all for a closed cover, new paper or a cool head.
    pub pause_limit_ms: u32,
    /// How long a printer without process ids must stay well after its last answer: the last line and the cut.
    pub settle_ms: u32,
}

impl PrinterProfile {
    /// [`reply_timeout_ms`](PrinterProfile::reply_timeout_ms) as a duration.
    pub fn reply_timeout(&self) -> Duration {
        Duration::from_millis(self.reply_timeout_ms.into())
    }

    /// [`page_slack_ms`](PrinterProfile::page_slack_ms) as a duration.
    pub fn page_slack(&self) -> Duration {
        Duration::from_millis(self.page_slack_ms.into())
    }

    /// [`pause_limit_ms`](PrinterProfile::pause_limit_ms) as a duration.
    pub fn pause_limit(&self) -> Duration {
        Duration::from_millis(self.pause_limit_ms.into())
    }

    /// [`settle_ms`](PrinterProfile::settle_ms) as a duration.
    pub fn settle(&self) -> Duration {
        Duration::from_millis(self.settle_ms.into())
    }
}

impl Default for PrinterProfile {
    fn default() -> PrinterProfile {
        PrinterProfile {
            name: "receipt printer".to_owned(),
            baud: const { NonZeroU32::new(38_400).expect("not zero") },
            columns: Columns::FortyEight,
            process_id: true,
            speed_mm_per_s: const { NonZeroU16::new(150).expect("not zero") },
            reply_timeout_ms: 500,
            page_slack_ms: 3_000,
            pause_limit_ms: 60_000,
            settle_ms: 1_000,
        }
    }
}

/// Half-width characters in a line: the two head widths of 80 mm printers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Columns {
    /// A head of 512 dots.
    FortyTwo,
    /// A head of 576 dots.
    #[default]
    FortyEight,
}

/// A number of columns that no supported head has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a printer has 42 or 48 columns, not {columns}")]
pub struct UnknownColumns {
    /// What was asked for.
    pub columns: u8,
}

impl Columns {
    /// How many there are.
    pub fn count(self) -> u8 {
        match self {
            Columns::FortyTwo => 42,
            Columns::FortyEight => 48,
        }
    }

    /// The dots of the head.
    pub fn dots(self) -> u16 {
        match self {
            Columns::FortyTwo => 512,
            Columns::FortyEight => 576,
        }
    }
}

impl TryFrom<u8> for Columns {
    type Error = UnknownColumns;

    fn try_from(columns: u8) -> Result<Columns, UnknownColumns> {
        match columns {
            42 => Ok(Columns::FortyTwo),
            48 => Ok(Columns::FortyEight),
            _ => Err(UnknownColumns { columns }),
        }
    }
}

impl From<Columns> for u8 {
    fn from(columns: Columns) -> u8 {
        columns.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_profile_is_the_usual_printer() {
        assert_eq!(toml::from_str(""), Ok(PrinterProfile::default()));
    }

    #[test]
    fn a_profile_comes_back_from_its_text() {
        let profile = PrinterProfile { columns: Columns::FortyTwo, process_id: false, ..Default::default() };
        let text = toml::to_string(&profile).unwrap();
        assert_eq!(toml::from_str(&text), Ok(profile));
    }

    #[test]
    fn a_wrong_profile_is_refused_with_a_sentence() {
        check_refused("columns = 40", "a printer has 42 or 48 columns, not 40");
        check_refused("baud = 0", "expected a nonzero u32");
        check_refused("paper_width = 80", "unknown field `paper_width`");
    }

    #[track_caller]
    fn check_refused(text: &str, sentence: &str) {
        let error = toml::from_str::<PrinterProfile>(text).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }
}
