//! Serial barcode and QR scanners: bytes into codes. The facts stand in `docs/protocols/scanner.md`; "§N" here is a
//! section of it.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use encoding_rs::SHIFT_JIS;

use crate::Moment;

/// What marks a code's end, and for one kind its beginning (§2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// CR behind the code.
    Cr,
    /// LF behind the code.
    Lf,
    /// CR LF behind the code.
    CrLf,
    /// STX before and ETX behind the code.
    StxEtx,
}

impl Framing {
    /// The bytes in which a scanner sends `code`.
    pub fn wrap(self, code: &[u8]) -> Vec<u8> {
        match self {
            Framing::Cr => [code, &[CR]].concat(),
            Framing::Lf => [code, &[LF]].concat(),
            Framing::CrLf => [code, &[CR, LF]].concat(),
            Framing::StxEtx => [&[STX], code, &[ETX]].concat(),
        }
    }

    fn last_byte(self) -> u8 {
        match self {
            Framing::Cr => CR,
            Framing::Lf | Framing::CrLf => LF,
            Framing::StxEtx => ETX,
        }
    }
}

/// What came out of the scanner. A code never shows itself: it may be anybody's.
#[derive(Clone, PartialEq, Eq)]
pub enum Scan {
    /// A whole code.
    Code(String),
    /// Something that is no whole code: broken framing, too long, not text.
    Unreadable,
}

impl fmt::Debug for Scan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scan::Code(code) => write!(out, "Code({} characters)", code.chars().count()),
            Scan::Unreadable => out.write_str("Unreadable"),
        }
    }
}

/// How a scanner frames its codes, and what bounds them (§2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScannerFormat {
    /// What marks the end.
    pub framing: Framing,
    /// A code whose end has not come this long after its last byte will not come whole.
    pub idle_timeout: Duration,
    /// Bytes of the longest code.
    pub length_max: usize,
}

/// Puts codes together from bytes as they come.
pub struct Decoder {
    format: ScannerFormat,
    state: State,
    last_byte: Moment,
    scans: VecDeque<Scan>,
}

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const LF: u8 = 0x0A;
const CR: u8 = 0x0D;

enum State {
    /// Between two codes.
    Between,
    /// Within one.
    Within(Vec<u8>),
    /// Within something already reported as unreadable, until it ends.
    Skipping,
}

impl Decoder {
    /// A decoder between two codes.
    pub fn new(format: ScannerFormat) -> Decoder {
        Decoder { format, state: State::Between, last_byte: Moment::START, scans: VecDeque::new() }
    }

    /// Takes bytes as they come.
    pub fn push(&mut self, now: Moment, bytes: &[u8]) {
        self.expire(now);
        for byte in bytes {
            self.push_byte(*byte);
        }
        self.last_byte = now;
    }

    /// Gives up a code whose end has not come in time.
    pub fn expire(&mut self, now: Moment) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        match std::mem::replace(&mut self.state, State::Between) {
            State::Between | State::Skipping => {}
            State::Within(_) => self.scans.push_back(Scan::Unreadable),
        }
    }

    /// When [`expire`](Decoder::expire) wants to be called.
    pub fn deadline(&self) -> Option<Moment> {
        match self.state {
            State::Between => None,
            State::Within(_) | State::Skipping => Some(self.last_byte.after(self.format.idle_timeout)),
        }
    }

    /// The next scan, until there is none.
    pub fn next_scan(&mut self) -> Option<Scan> {
        self.scans.pop_front()
    }

    fn push_byte(&mut self, byte: u8) {
        let state = std::mem::replace(&mut self.state, State::Between);
        self.state = match self.format.framing {
            Framing::StxEtx if byte == STX => self.begin(state),
            _ if byte == self.format.framing.last_byte() => self.end(state),
            _ => self.go_on(state, byte),
        };
    }

    /// A second beginning within a code means that the end of the first was lost.
    fn begin(&mut self, state: State) -> State {
        match state {
            State::Between | State::Skipping => {}
            State::Within(_) => self.scans.push_back(Scan::Unreadable),
        }
        State::Within(Vec::new())
    }

    fn end(&mut self, state: State) -> State {
        match (state, self.format.framing) {
            (State::Between | State::Skipping, _) => {}
            (State::Within(code), Framing::Cr | Framing::Lf | Framing::StxEtx) => self.report(&code),
            (State::Within(code), Framing::CrLf) => match code.strip_suffix(&[CR]) {
                Some(code) => self.report(code),
                None => self.scans.push_back(Scan::Unreadable),
            },
        }
        State::Between
    }

    fn go_on(&mut self, state: State, byte: u8) -> State {
        match state {
            State::Skipping => State::Skipping,
            State::Between if self.format.framing == Framing::StxEtx => self.go_on_outside(byte),
            State::Between => State::Within(vec![byte]),
            State::Within(code) if code.len() >= self.room() => {
                self.scans.push_back(Scan::Unreadable);
                State::Skipping
            }
            State::Within(mut code) => {
                code.push(byte);
                State::Within(code)
            }
        }
    }

    /// Scanners with STX and ETX often send a line end behind them all the same.
    fn go_on_outside(&mut self, byte: u8) -> State {
        if matches!(byte, CR | LF) {
            return State::Between;
        }
        self.scans.push_back(Scan::Unreadable);
        State::Skipping
    }

    /// Bytes to keep: the longest code, and the CR that precedes its LF.
    fn room(&self) -> usize {
        self.format.length_max + usize::from(self.format.framing == Framing::CrLf)
    }

    /// A line end alone is a scanner's habit, not a code.
    fn report(&mut self, code: &[u8]) {
        if code.is_empty() {
            return;
        }
        let text = if code.len() > self.format.length_max { None } else { text_of(code) };
        self.scans.push_back(text.map_or(Scan::Unreadable, Scan::Code));
    }
}

/// UTF-8, or else Shift-JIS, which Japanese QR codes hold; `None` if neither, or if it holds control characters (§2).
fn text_of(code: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(code) {
        Ok(text) => text.to_owned(),
        Err(_) => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(code)?.into_owned(),
    };
    (!text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests;
