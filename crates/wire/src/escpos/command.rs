use std::fmt;

use super::parameter::{
    Align, BufferedQuery, IdentityQuery, KanjiSystem, Recovery, Size, StatusQuery, Underline,
};
use super::process_id::ProcessId;
use super::text::{NotInDeviceFont, encode_text};

pub(super) const LF: u8 = 0x0A;
pub(super) const EOT: u8 = 0x04;
pub(super) const ENQ: u8 = 0x05;
pub(super) const DLE: u8 = 0x10;
pub(super) const ESC: u8 = 0x1B;
pub(super) const FS: u8 = 0x1C;
pub(super) const GS: u8 = 0x1D;

/// What our pages and our driver say to a printer (docs/protocols/escpos.md §1).
///
/// Its `Debug` tells what kind of command it is and never what is printed: a page names a patient.
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// `ESC @`: all settings as after power-on.
    Init,
    /// Characters, as [`encode_text`] makes them.
    Text(Vec<u8>),
    /// `LF`: print the line and go to the next.
    LineFeed,
    /// `ESC a n`.
    Align(Align),
    /// `ESC E n`.
    Bold(bool),
    /// `GS ! n`.
    Size(Size),
    /// `ESC - n`, for half-width characters.
    Underline(Underline),
    /// `FS - n`, for full-width characters.
    KanjiUnderline(Underline),
    /// `ESC 3 n`: the distance of lines in dots.
    LineSpacing(u8),
    /// `ESC 2`: the usual distance of lines.
    DefaultLineSpacing,
    /// `ESC d n`: print the line, then go on by `n` lines.
    FeedLines(u8),
    /// `ESC J n`: print the line, then go on by `n` dots.
    FeedDots(u8),
    /// `GS V 66 n`: feed to the cutter and `n` dots more, then cut.
    Cut {
        /// Dots beyond the cutter.
        feed: u8,
    },
    /// `GS V 0`: cut where the cutter stands.
    CutHere,
    /// `ESC R n`; 8 is Japan.
    InternationalSet(u8),
    /// `ESC t n`; 1 holds half-width kana.
    CodePage(u8),
    /// `FS C n`.
    KanjiSystem(KanjiSystem),
    /// `FS &` and `FS .`.
    KanjiMode(bool),
    /// `GS ( k`: one step of printing a two-dimensional code. The parameters hold its text.
    Symbol {
        /// The kind of code, 31h for QR.
        kind: u8,
        /// The step, 51h for printing.
        function: u8,
        /// What the step needs.
        parameters: Vec<u8>,
    },
    /// `GS a n`: report these changes unasked.
    AutoStatus(u8),
    /// `DLE EOT n`, in real time.
    RealTimeStatus(StatusQuery),
    /// `DLE ENQ n`, in real time.
    Recover(Recovery),
    /// `GS r n`.
    BufferedStatus(BufferedQuery),
    /// `GS I n`.
    Identify(IdentityQuery),
    /// `GS ( H`, function 48: say this when everything before is printed.
    ReportProcessId(ProcessId),
    /// What we do not know, with as much of it as its length is known.
    Unknown(Vec<u8>),
}

impl Command {
    /// The characters of `text`, which holds no line end.
    pub fn text(text: &str) -> Result<Command, NotInDeviceFont> {
        encode_text(text).map(Command::Text)
    }

    /// Whether the printer obeys on receipt, before everything that waits in its buffer.
    pub fn is_real_time(&self) -> bool {
        matches!(self, Command::RealTimeStatus(_) | Command::Recover(_))
    }

    /// Appends the bytes of this command.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Command::Init => out.extend([ESC, b'@']),
            Command::Text(bytes) | Command::Unknown(bytes) => out.extend(bytes),
            Command::LineFeed => out.push(LF),
            Command::Align(align) => out.extend([ESC, b'a', align.code()]),
            Command::Bold(on) => out.extend([ESC, b'E', u8::from(*on)]),
            Command::Size(size) => out.extend([GS, b'!', size.code()]),
            Command::Underline(line) => out.extend([ESC, b'-', line.code()]),
            Command::KanjiUnderline(line) => out.extend([FS, b'-', line.code()]),
            Command::LineSpacing(dots) => out.extend([ESC, b'3', *dots]),
            Command::DefaultLineSpacing => out.extend([ESC, b'2']),
            Command::FeedLines(lines) => out.extend([ESC, b'd', *lines]),
            Command::FeedDots(dots) => out.extend([ESC, b'J', *dots]),
            Command::Cut { feed } => out.extend([GS, b'V', b'B', *feed]),
            Command::CutHere => out.extend([GS, b'V', 0]),
            Command::InternationalSet(set) => out.extend([ESC, b'R', *set]),
            Command::CodePage(page) => out.extend([ESC, b't', *page]),
            Command::KanjiSystem(system) => out.extend([FS, b'C', system.code()]),
            Command::KanjiMode(on) => out.extend([FS, if *on { b'&' } else { b'.' }]),
            Command::Symbol { kind, function, parameters } => {
                encode_symbol(*kind, *function, parameters, out);
            }
            Command::AutoStatus(changes) => out.extend([GS, b'a', *changes]),
            Command::RealTimeStatus(query) => out.extend([DLE, EOT, query.code()]),
            Command::Recover(recovery) => out.extend([DLE, ENQ, recovery.code()]),
            Command::BufferedStatus(query) => out.extend([GS, b'r', query.code()]),
            Command::Identify(query) => out.extend([GS, b'I', query.code()]),
            Command::ReportProcessId(id) => {
                out.extend([GS, b'(', b'H', 6, 0, b'0', b'0']);
                out.extend(id.bytes());
            }
        }
    }

    /// The bytes of several commands.
    pub fn encode_all<'a>(commands: impl IntoIterator<Item = &'a Command>) -> Vec<u8> {
        let mut bytes = Vec::new();
        commands.into_iter().for_each(|command| command.encode(&mut bytes));
        bytes
    }

    /// One line for a trace. It never holds what is printed.
    pub fn describe(&self) -> String {
        match self {
            Command::Init => "initialise".to_owned(),
            Command::Text(bytes) => format!("text of {} bytes", bytes.len()),
            Command::LineFeed => "line feed".to_owned(),
            Command::Align(align) => format!("align {align:?}"),
            Command::Bold(on) => format!("bold {on}"),
            Command::Size(size) => format!("size {} x {}", size.width(), size.height()),
            Command::Underline(line) => format!("underline {line:?}"),
            Command::KanjiUnderline(line) => format!("kanji underline {line:?}"),
            Command::LineSpacing(dots) => format!("line spacing {dots} dots"),
            Command::DefaultLineSpacing => "usual line spacing".to_owned(),
            Command::FeedLines(lines) => format!("feed {lines} lines"),
            Command::FeedDots(dots) => format!("feed {dots} dots"),
            Command::Cut { feed } => format!("feed {feed} dots and cut"),
            Command::CutHere => "cut".to_owned(),
            Command::InternationalSet(set) => format!("international set {set}"),
            Command::CodePage(page) => format!("code page {page}"),
            Command::KanjiSystem(system) => format!("kanji system {system:?}"),
            Command::KanjiMode(on) => format!("kanji mode {on}"),
            Command::Symbol { kind, function, parameters } => {
                format!("symbol {kind:02X}h step {function:02X}h, {} bytes", parameters.len())
            }
            Command::AutoStatus(changes) => format!("report changes {changes:02X}h"),
            Command::RealTimeStatus(query) => format!("real-time status {query:?}"),
            Command::Recover(recovery) => format!("recover: {recovery:?}"),
            Command::BufferedStatus(query) => format!("status in turn {query:?}"),
            Command::Identify(query) => format!("identify {query:?}"),
            Command::ReportProcessId(id) => format!("report process {id}"),
            Command::Unknown(bytes) => describe_unknown(bytes),
        }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.describe())
    }
}

/// The most parameters that fit the two-byte length, which counts kind and function too.
const SYMBOL_PARAMETERS_MAX: usize = 0xFFFF - 2;

fn encode_symbol(kind: u8, function: u8, parameters: &[u8], out: &mut Vec<u8>) {
    assert!(
        parameters.len() <= SYMBOL_PARAMETERS_MAX,
        "a symbol's text is bounded by the page that holds it"
    );
    let length = parameters.len() + 2;
    out.extend([GS, b'(', b'k', (length & 0xFF) as u8, (length >> 8) as u8, kind, function]);
    out.extend(parameters);
}

/// The first bytes name the command; what follows may be data and stays unsaid.
fn describe_unknown(bytes: &[u8]) -> String {
    const NAME_BYTES: usize = 2;
    let name: Vec<String> = bytes.iter().take(NAME_BYTES).map(|byte| format!("{byte:02X}")).collect();
    format!("unknown {} ({} bytes)", name.join(" "), bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(command: Command, bytes: &[u8]) {
        let mut encoded = Vec::new();
        command.encode(&mut encoded);
        assert_eq!(encoded, bytes, "{command:?}");
    }

    /// Do not change me: these bytes are what printers in clinics understand.
    #[test]
    fn layout_commands_are_frozen() {
        check(Command::Init, &[0x1B, 0x40]);
        check(Command::LineFeed, &[0x0A]);
        check(Command::Align(Align::Center), &[0x1B, 0x61, 0x01]);
        check(Command::Align(Align::Right), &[0x1B, 0x61, 0x02]);
        check(Command::Bold(true), &[0x1B, 0x45, 0x01]);
        check(Command::Size(Size::DOUBLE), &[0x1D, 0x21, 0x11]);
        check(Command::Size(Size::TRIPLE), &[0x1D, 0x21, 0x22]);
        check(Command::Size(Size::WIDE), &[0x1D, 0x21, 0x10]);
        check(Command::Size(Size::TALL), &[0x1D, 0x21, 0x01]);
        check(Command::Underline(Underline::Thin), &[0x1B, 0x2D, 0x01]);
        check(Command::KanjiUnderline(Underline::Thick), &[0x1C, 0x2D, 0x02]);
        check(Command::LineSpacing(30), &[0x1B, 0x33, 0x1E]);
        check(Command::DefaultLineSpacing, &[0x1B, 0x32]);
        check(Command::FeedLines(3), &[0x1B, 0x64, 0x03]);
        check(Command::FeedDots(8), &[0x1B, 0x4A, 0x08]);
        check(Command::Cut { feed: 0 }, &[0x1D, 0x56, 0x42, 0x00]);
    }

    /// Do not change me: these bytes are what printers in clinics understand.
    #[test]
    fn character_commands_are_frozen() {
        check(Command::InternationalSet(8), &[0x1B, 0x52, 0x08]);
        check(Command::CodePage(1), &[0x1B, 0x74, 0x01]);
        check(Command::KanjiSystem(KanjiSystem::ShiftJis), &[0x1C, 0x43, 0x01]);
        check(Command::KanjiMode(true), &[0x1C, 0x26]);
        check(Command::KanjiMode(false), &[0x1C, 0x2E]);
        check(Command::text("領収書").unwrap(), &[0x97, 0xCC, 0x8E, 0xFB, 0x8F, 0x91]);
        let model_two = Command::Symbol { kind: 0x31, function: 0x41, parameters: vec![0x32, 0x00] };
        check(model_two, &[0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00]);
        let print = Command::Symbol { kind: 0x31, function: 0x51, parameters: vec![0x30] };
        check(print, &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30]);
    }

    /// Do not change me: these bytes are what printers in clinics understand.
    #[test]
    fn queries_are_frozen() {
        check(Command::AutoStatus(0xFF), &[0x1D, 0x61, 0xFF]);
        check(Command::RealTimeStatus(StatusQuery::Printer), &[0x10, 0x04, 0x01]);
        check(Command::RealTimeStatus(StatusQuery::Paper), &[0x10, 0x04, 0x04]);
        check(Command::Recover(Recovery::Clear), &[0x10, 0x05, 0x02]);
        check(Command::BufferedStatus(BufferedQuery::Paper), &[0x1D, 0x72, 0x01]);
        check(Command::Identify(IdentityQuery::Model), &[0x1D, 0x49, 0x43]);
        let id = ProcessId::from_bytes(*b"R001").unwrap();
        check(
            Command::ReportProcessId(id),
            &[0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, 0x52, 0x30, 0x30, 0x31],
        );
    }

    #[test]
    fn a_trace_never_tells_the_text() {
        let name = Command::text("NAME").unwrap();
        assert_eq!(format!("{name:?}"), "text of 4 bytes");
        let symbol = Command::Symbol { kind: 0x31, function: 0x50, parameters: b"0NAME".to_vec() };
        assert_eq!(symbol.describe(), "symbol 31h step 50h, 5 bytes");
        assert_eq!(Command::Unknown(b"\x1D(ANAME".to_vec()).describe(), "unknown 1D 28 (7 bytes)");
    }
}
