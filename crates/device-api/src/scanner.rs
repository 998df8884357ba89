use std::fmt;

/// What a scanner reads, whole and unjudged.
///
/// It may be a stranger's card or a My Number QR, so it never shows itself: not in logs, traces or panics
/// (K2).
#[derive(Clone, PartialEq, Eq)]
pub struct ScannedCode(String);

impl ScannedCode {
    /// Wraps what was read.
    pub fn new(text: String) -> ScannedCode {
        ScannedCode(text)
    }

    /// The text, for the one place that matches it against the clinic's card format.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ScannedCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ScannedCode({} characters)", self.0.chars().count())
    }
}

/// What a scanner tells the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerEvent {
    /// A code was read.
    Scanned(ScannedCode),
    /// Something was read that is no complete code: wrong framing, too long, not text.
    Unreadable,
    /// The line is open or gone. A scanner that only speaks cannot be asked whether it lives.
    Connected(bool),
}
