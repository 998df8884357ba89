use std::fmt;

use super::command::Command;

/// What `GS ( k` calls a QR code (docs/protocols/escpos.md §1).
const KIND: u8 = 0x31;

const SELECT_MODEL: u8 = 0x41;
const SET_MODULE: u8 = 0x43;
const SET_CORRECTION: u8 = 0x45;
const STORE: u8 = 0x50;
const PRINT: u8 = 0x51;

/// Model 2 is the one that every reader knows.
const MODEL_2: [u8; 2] = [0x32, 0x00];

/// Stands before a text to be stored, and for the stored text when it is printed.
const STORED_TEXT: u8 = 0x30;

/// One of the steps in which a QR code is printed (`GS ( k`): settings, then its text, then the order to print it.
#[derive(Clone, PartialEq, Eq)]
pub enum QrStep {
    /// The usual kind of QR code.
    Model2,
    /// How wide and high a module is, in dots.
    ModuleDots(u8),
    /// How much of the code may be spoilt.
    Correction(QrCorrection),
    /// The text, kept until another one comes.
    Store(Vec<u8>),
    /// Print the stored text, at the beginning of a line; the paper moves by the height of the code.
    Print,
}

/// How much of a QR code may be spoilt before it cannot be read any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QrCorrection {
    /// 7 percent, as after `ESC @`.
    #[default]
    Low,
    /// 15 percent.
    Medium,
    /// 25 percent.
    Quartile,
    /// 30 percent.
    High,
}

impl QrStep {
    /// The step as a command.
    pub fn command(&self) -> Command {
        let (function, parameters) = match self {
            QrStep::Model2 => (SELECT_MODEL, MODEL_2.to_vec()),
            QrStep::ModuleDots(dots) => (SET_MODULE, vec![*dots]),
            QrStep::Correction(correction) => (SET_CORRECTION, vec![correction.code()]),
            QrStep::Store(text) => (STORE, [&[STORED_TEXT], text.as_slice()].concat()),
            QrStep::Print => (PRINT, vec![STORED_TEXT]),
        };
        Command::Symbol { kind: KIND, function, parameters }
    }

    /// The step that `command` is, if it is one.
    pub fn of(command: &Command) -> Option<QrStep> {
        let Command::Symbol { kind: KIND, function, parameters } = command else { return None };
        match (*function, parameters.as_slice()) {
            (SELECT_MODEL, parameters) if parameters == MODEL_2 => Some(QrStep::Model2),
            (SET_MODULE, [dots]) => Some(QrStep::ModuleDots(*dots)),
            (SET_CORRECTION, [code]) => QrCorrection::from_code(*code).map(QrStep::Correction),
            (STORE, [STORED_TEXT, text @ ..]) => Some(QrStep::Store(text.to_vec())),
            (PRINT, [STORED_TEXT]) => Some(QrStep::Print),
            _ => None,
        }
    }
}

/// Never tells the text, like that of a command.
impl fmt::Debug for QrStep {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.command().fmt(out)
    }
}

impl QrCorrection {
    const ALL: [QrCorrection; 4] =
        [QrCorrection::Low, QrCorrection::Medium, QrCorrection::Quartile, QrCorrection::High];

    fn code(self) -> u8 {
        match self {
            QrCorrection::Low => 0x30,
            QrCorrection::Medium => 0x31,
            QrCorrection::Quartile => 0x32,
            QrCorrection::High => 0x33,
        }
    }

    fn from_code(code: u8) -> Option<QrCorrection> {
        QrCorrection::ALL.into_iter().find(|correction| correction.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Do not change me: these bytes are what printers in clinics understand.
    #[test]
    fn steps_are_frozen() {
        check(QrStep::Model2, "1D 28 6B 04 00 31 41 32 00");
        check(QrStep::ModuleDots(6), "1D 28 6B 03 00 31 43 06");
        check(QrStep::Correction(QrCorrection::Low), "1D 28 6B 03 00 31 45 30");
        check(QrStep::Correction(QrCorrection::Medium), "1D 28 6B 03 00 31 45 31");
        check(QrStep::Correction(QrCorrection::High), "1D 28 6B 03 00 31 45 33");
        check(QrStep::Store(b"AB".to_vec()), "1D 28 6B 05 00 31 50 30 41 42");
        check(QrStep::Print, "1D 28 6B 03 00 31 51 30");
    }

    #[test]
    fn other_commands_are_no_steps() {
        let symbol = |kind, function, parameters| Command::Symbol { kind, function, parameters };
        let others = [
            Command::Init,
            symbol(0x30, 0x51, vec![0x30]),
            symbol(0x31, 0x41, vec![0x31, 0x00]),
            symbol(0x31, 0x45, vec![0x39]),
            symbol(0x31, 0x50, vec![]),
            symbol(0x31, 0x99, vec![0x30]),
        ];
        for other in others {
            assert_eq!(QrStep::of(&other), None, "{other:?}");
        }
    }

    #[test]
    fn a_trace_never_tells_the_text() {
        assert_eq!(format!("{:?}", QrStep::Store(b"CODE".to_vec())), "symbol 31h step 50h, 5 bytes");
    }

    #[track_caller]
    fn check(step: QrStep, bytes: &str) {
        let command = step.command();
        let mut encoded = Vec::new();
        command.encode(&mut encoded);
        let hex: Vec<String> = encoded.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(hex.join(" "), bytes);
        assert_eq!(QrStep::of(&command), Some(step));
    }
}
