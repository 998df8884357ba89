use std::collections::VecDeque;

/// Takes the host's own bytes out of what is received. On one wire everything that is sent comes back (§1).
///
/// Bytes that are no echo are let through, so an adapter that filters the echo itself does no harm. An echo that is
/// not told to this filter does none either: it is a frame for somebody else.
#[derive(Clone, Debug, Default)]
pub struct EchoFilter {
    expected: VecDeque<u8>,
}

impl EchoFilter {
    /// These bytes go out now, and will come back. An echo that never came is not waited for any more.
    pub fn sent(&mut self, bytes: &[u8]) {
        self.expected.clear();
        self.expected.extend(bytes);
    }

    /// What of `bytes` is not the echo. After the first byte that differs the rest is no echo either.
    pub fn strip<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            if self.expected.pop_front() != Some(*byte) {
                self.expected.clear();
                break;
            }
            rest = after;
        }
        rest
    }

    /// Waits for no echo: the line was closed.
    pub fn clear(&mut self) {
        self.expected.clear();
    }
}
