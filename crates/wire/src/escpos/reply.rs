use std::fmt;

use super::process_id::ProcessId;
use super::status::Condition;

/// One thing that a printer says.
#[derive(Clone, PartialEq, Eq)]
pub enum Reply {
    /// An automatic status.
    Auto(Condition),
    /// The byte that answers `DLE EOT`; only the order of asking tells which query it answers.
    RealTime(u8),
    /// The byte that answers `GS r`, or `GS I` with a small number.
    Buffered(u8),
    /// Everything before this id is printed.
    ProcessId(ProcessId),
    /// A text block: its header, then what it says.
    Block {
        /// 5Fh for the texts of `GS I`.
        header: u8,
        /// What stands between header and NUL.
        text: Vec<u8>,
    },
    /// A byte that fits nowhere.
    Noise(u8),
}

impl Reply {
    /// The bytes that a printer sends for this.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Reply::Auto(condition) => condition.auto_status().to_vec(),
            Reply::RealTime(byte) | Reply::Buffered(byte) | Reply::Noise(byte) => vec![*byte],
            Reply::ProcessId(id) => [&[PROCESS_HEADER, PROCESS_FUNCTION], &id.bytes()[..], &[NUL]].concat(),
            Reply::Block { header, text } => [&[*header], &text[..], &[NUL]].concat(),
        }
    }

    /// One line for a trace.
    pub fn describe(&self) -> String {
        match self {
            Reply::Auto(condition) => format!("automatic status {condition:?}"),
            Reply::RealTime(byte) => format!("real-time status {byte:02X}h"),
            Reply::Buffered(byte) => format!("status in turn {byte:02X}h"),
            Reply::ProcessId(id) => format!("process {id} done"),
            Reply::Block { header, text } => {
                format!("block {header:02X}h {:?}", String::from_utf8_lossy(text))
            }
            Reply::Noise(byte) => format!("noise {byte:02X}h"),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.describe())
    }
}

/// Separates the streams in which a printer answers (docs/protocols/escpos.md §3).
pub struct ReplyParser {
    state: State,
    /// Whether 11h and 13h are flow control, which may stand anywhere, even within a block.
    flow_control: bool,
}

/// The longest text of `GS I` is 80 characters; a longer block is noise that looked like a header.
const BLOCK_BYTES_MAX: usize = 80;

const NUL: u8 = 0x00;
const XON: u8 = 0x11;
const XOFF: u8 = 0x13;
const PROCESS_HEADER: u8 = 0x37;
const PROCESS_FUNCTION: u8 = 0x22;

enum State {
    Idle,
    Auto(Vec<u8>),
    Block { header: u8, text: Vec<u8> },
}

impl ReplyParser {
    /// A parser between two replies. With `flow_control`, XON and XOFF are taken out first.
    pub fn new(flow_control: bool) -> ReplyParser {
        ReplyParser { state: State::Idle, flow_control }
    }

    /// Takes one byte; most complete nothing.
    pub fn push(&mut self, byte: u8) -> Option<Reply> {
        if self.flow_control && matches!(byte, XON | XOFF) {
            return None;
        }
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => self.begin(byte),
            State::Auto(bytes) => self.go_on_with_auto(bytes, byte),
            State::Block { header, text } => self.go_on_with_block(header, text, byte),
        }
    }

    /// Forgets what has come of an unfinished reply, after a silence that no printer makes within one.
    pub fn abandon(&mut self) {
        self.state = State::Idle;
    }

    fn begin(&mut self, byte: u8) -> Option<Reply> {
        match byte {
            0x37 | 0x3B | 0x3D | 0x5F => {
                self.state = State::Block { header: byte, text: Vec::new() };
                None
            }
            _ if byte & 0x93 == 0x12 => Some(Reply::RealTime(byte)),
            _ if byte & 0x93 == 0x10 => {
                self.state = State::Auto(vec![byte]);
                None
            }
            _ if byte & 0x90 == 0x00 => Some(Reply::Buffered(byte)),
            _ => Some(Reply::Noise(byte)),
        }
    }

    /// A byte that cannot belong to an automatic status begins something else: the rest of this one is lost.
    fn go_on_with_auto(&mut self, mut bytes: Vec<u8>, byte: u8) -> Option<Reply> {
        if byte & 0x90 != 0 {
            return self.begin(byte);
        }
        bytes.push(byte);
        match <[u8; 4]>::try_from(&bytes[..]) {
            Ok(whole) => Condition::from_auto_status(whole).map(Reply::Auto),
            Err(_) => {
                self.state = State::Auto(bytes);
                None
            }
        }
    }

    fn go_on_with_block(&mut self, header: u8, mut text: Vec<u8>, byte: u8) -> Option<Reply> {
        if byte == NUL {
            return Some(finish_block(header, text));
        }
        let printable = (0x20..=0x7E).contains(&byte);
        if !printable || text.len() == BLOCK_BYTES_MAX {
            return self.begin(byte);
        }
        text.push(byte);
        self.state = State::Block { header, text };
        None
    }
}

fn finish_block(header: u8, text: Vec<u8>) -> Reply {
    let id = match *text {
        [PROCESS_FUNCTION, a, b, c, d] if header == PROCESS_HEADER => ProcessId::from_bytes([a, b, c, d]),
        _ => None,
    };
    id.map_or(Reply::Block { header, text }, Reply::ProcessId)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], replies: &[Reply]) {
        assert_eq!(parsed(bytes, true), replies);
    }

    fn parsed(bytes: &[u8], flow_control: bool) -> Vec<Reply> {
        let mut parser = ReplyParser::new(flow_control);
        bytes.iter().filter_map(|byte| parser.push(*byte)).collect()
    }

    fn id(characters: &[u8; 4]) -> Reply {
        Reply::ProcessId(ProcessId::from_bytes(*characters).unwrap())
    }

    fn cover_open() -> Reply {
        Reply::Auto(Condition { offline: true, cover_open: true, ..Condition::default() })
    }

    /// Do not change me: these bytes are what printers in clinics send.
    #[test]
    fn replies_are_frozen() {
        check(&[0x12], &[Reply::RealTime(0x12)]);
        check(&[0x38, 0x00, 0x00, 0x00], &[cover_open()]);
        check(&[0x00], &[Reply::Buffered(0x00)]);
        check(&[0x0F], &[Reply::Buffered(0x0F)]);
        check(&[0x37, 0x22, b'R', b'0', b'0', b'1', 0x00], &[id(b"R001")]);
        check(b"\x5FTM-T88V\0", &[Reply::Block { header: 0x5F, text: b"TM-T88V".to_vec() }]);
        check(&[0x37, 0x25, 0x00], &[Reply::Block { header: 0x37, text: vec![0x25] }]);
    }

    #[test]
    fn flow_control_may_stand_anywhere() {
        check(&[0x38, 0x13, 0x00, 0x00, 0x11, 0x00], &[cover_open()]);
        check(&[0x37, 0x22, 0x13, b'R', b'0', b'0', b'1', 0x11, 0x00], &[id(b"R001")]);
        assert_eq!(parsed(&[0x13], false), [Reply::Noise(0x13)]);
    }

    #[test]
    fn replies_that_follow_each_other_stay_apart() {
        check(
            &[0x12, 0x10, 0, 0, 0, 0x00, 0x37, 0x22, b'!', b'!', b'!', b'!', 0x00, 0x12],
            &[
                Reply::RealTime(0x12),
                Reply::Auto(Condition::default()),
                Reply::Buffered(0x00),
                id(b"!!!!"),
                Reply::RealTime(0x12),
            ],
        );
    }

    #[test]
    fn a_lost_byte_costs_one_reply() {
        check(&[0x38, 0x00, 0x37, 0x22, b'R', b'0', b'0', b'1', 0x00], &[id(b"R001")]);
        check(&[0x37, 0x22, b'R', 0x12, 0x12], &[Reply::RealTime(0x12), Reply::RealTime(0x12)]);
        let endless = [&[0x5F; 200][..], &[0x00, 0x12]].concat();
        assert_eq!(parsed(&endless, true).last(), Some(&Reply::RealTime(0x12)));
    }

    proptest! {
        #[test]
        fn no_bytes_stop_it(bytes: Vec<u8>, flow_control: bool) {
            parsed(&bytes, flow_control);
        }

        #[test]
        fn noise_never_swallows_more_than_the_reply_behind_it(
            noise in prop::collection::vec(any::<u8>(), 0..40),
            job: u32,
        ) {
            let whole = Reply::ProcessId(ProcessId::of(job, 0));
            let bytes = [noise, whole.encode(), whole.encode()].concat();
            let replies = parsed(&bytes, true);
            prop_assert_eq!(replies.last(), Some(&whole));
        }
    }
}
