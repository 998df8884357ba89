use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest line that a client may send. A patient with a hundred bills of a hundred items fits ten times.
const LINE_BYTES_MAX: usize = 4 << 20;

/// `message` as one line, with its line feed.
pub fn to_line<T: Serialize>(message: &T) -> Vec<u8> {
    let mut line = serde_json::to_vec(message).expect("the messages of this crate have string keys only");
    line.push(b'\n');
    line
}

/// Bytes of a socket, cut into messages. It has no `Debug`: what passes through may be private.
#[derive(Default)]
pub struct Lines {
    buffer: Vec<u8>,
    /// So many of its first bytes are known to hold no line feed; searched again with every read, a line that does not end
    /// would keep its reader from everything else.
    searched: usize,
}

/// A line that is no message. Its content is not repeated, not even where it is wrong: it may be private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// It is not one of the messages that belong here; nothing of it was carried out.
    NotAMessage {
        /// Counted from 1.
        column: usize,
    },
    /// It does not end; the connection is of no more use.
    TooLong,
}

impl fmt::Display for LineError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineError::NotAMessage { column } => {
                write!(out, "this line is no message of version {} (column {column})", crate::VERSION)
            }
            LineError::TooLong => write!(out, "a line is longer than {LINE_BYTES_MAX} bytes"),
        }
    }
}

impl std::error::Error for LineError {}

impl Lines {
    /// Takes what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole line as a message, until there is none.
    pub fn next_message<T: DeserializeOwned>(&mut self) -> Option<Result<T, LineError>> {
        let Some(ahead) = self.buffer[self.searched..].iter().position(|&byte| byte == b'\n') else {
            self.searched = self.buffer.len();
            return (self.buffer.len() > LINE_BYTES_MAX).then_some(Err(LineError::TooLong));
        };
        let line: Vec<u8> = self.buffer.drain(..=self.searched + ahead).collect();
        self.searched = 0;
        Some(serde_json::from_slice(&line).map_err(|error| LineError::NotAMessage { column: error.column() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_arrive_in_any_pieces() {
        let sent = [to_line(&1), to_line(&22), to_line(&333)].concat();
        for piece in 1..sent.len() {
            let mut lines = Lines::default();
            let mut received: Vec<u32> = Vec::new();
            for bytes in sent.chunks(piece) {
                lines.push(bytes);
                while let Some(message) = lines.next_message() {
                    received.push(message.unwrap());
                }
            }
            assert_eq!(received, [1, 22, 333]);
        }
    }

    #[test]
    fn a_line_that_does_not_end_is_given_up() {
        let mut lines = Lines::default();
        let piece = [b' '; 4096];
        let mut pushed = 0;
        let given_up = loop {
            lines.push(&piece);
            pushed += piece.len();
            if let Some(received) = lines.next_message::<u32>() {
                break received;
            }
        };
        assert_eq!(given_up, Err(LineError::TooLong));
        assert_eq!(pushed, LINE_BYTES_MAX + piece.len());
    }

    #[test]
    fn a_wrong_line_costs_only_itself() {
        let mut lines = Lines::default();
        lines.push(b"{\n7\n");
        assert!(matches!(lines.next_message::<u32>(), Some(Err(LineError::NotAMessage { .. }))));
        assert!(matches!(lines.next_message::<u32>(), Some(Ok(7))));
    }
}
