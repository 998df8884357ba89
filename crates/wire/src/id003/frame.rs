use std::fmt;
use std::time::Duration;

use crate::Moment;

/// The first byte of each frame. It may occur again inside one: nothing is escaped (§2).
pub const SYNC: u8 = 0xFC;

/// The length of a frame without data: sync, length, code and two bytes of check sum.
pub const FRAME_LENGTH_MIN: usize = 5;

/// The longest frame that the length byte can announce.
pub const FRAME_LENGTH_MAX: usize = 255;

/// The most data that fits a frame.
pub const DATA_LENGTH_MAX: usize = FRAME_LENGTH_MAX - FRAME_LENGTH_MIN;

/// A frame that pauses for longer than this is given up.
///
/// A damaged length byte would otherwise swallow the replies that follow. The pause is longer than the gaps that a
/// USB adapter (16 ms) or a busy system leaves inside a frame, and shorter than the wait for a reply (300 ms, §7),
/// so that the repeated request finds an empty buffer.
pub const IDLE_MAX: Duration = Duration::from_millis(100);

/// Bytes kept at most. One request is outstanding at a time, so more than a few frames at once can only be noise.
const BUFFER_LENGTH_MAX: usize = 4 * FRAME_LENGTH_MAX;

/// One checked message of either direction: its code and data, without sync, length and check sum.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    code: u8,
    data: Vec<u8>,
}

/// A frame arrived whole, but its check sum is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the check sum of a frame is wrong")]
pub struct DamagedFrame;

/// Cuts the byte stream of one direction into frames.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    last_byte_at: Moment,
}

impl Frame {
    /// A message of `code` and `data`.
    ///
    /// # Panics
    /// If there is more data than [`DATA_LENGTH_MAX`]: no message of the protocol has that much.
    pub fn new(code: u8, data: impl Into<Vec<u8>>) -> Frame {
        let data = data.into();
        assert!(data.len() <= DATA_LENGTH_MAX, "a frame holds at most {DATA_LENGTH_MAX} bytes of data");
        Frame { code, data }
    }

    /// The command or status code.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// What follows the code.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The frame as it goes over the line.
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = self.data.len() + FRAME_LENGTH_MIN;
        let mut bytes = Vec::with_capacity(length);
        bytes.extend([SYNC, u8::try_from(length).expect("the constructor bounds the data"), self.code]);
        bytes.extend(&self.data);
        bytes.extend(crc(&bytes).to_le_bytes());
        bytes
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "code {:02X} data {:02X?}", self.code, self.data)
    }
}

impl Decoder {
    /// Takes what the line brought.
    pub fn push(&mut self, now: Moment, bytes: &[u8]) {
        if now.since(self.last_byte_at) > IDLE_MAX {
            self.buffer.clear();
        }
        self.last_byte_at = now;
        self.buffer.extend(bytes);
        let excess = self.buffer.len().saturating_sub(BUFFER_LENGTH_MAX);
        self.buffer.drain(..excess);
    }

    /// The next frame, until none is whole. After damage it looks for the next sync byte inside what it refused,
    /// because a damaged length may have covered the start of a good frame.
    pub fn next_frame(&mut self) -> Option<Result<Frame, DamagedFrame>> {
        loop {
            let start = self.buffer.iter().position(|&byte| byte == SYNC).unwrap_or(self.buffer.len());
            self.buffer.drain(..start);
            let length = usize::from(*self.buffer.get(1)?);
            if length < FRAME_LENGTH_MIN {
                self.buffer.remove(0);
                continue;
            }
            let bytes = self.buffer.get(..length)?;
            let Some(frame) = checked(bytes) else {
                self.buffer.remove(0);
                return Some(Err(DamagedFrame));
            };
            self.buffer.drain(..length);
            return Some(Ok(frame));
        }
    }

    /// Whether the start of a frame waits for its rest.
    pub fn has_partial_frame(&self) -> bool {
        self.buffer.contains(&SYNC)
    }

    /// Forgets what was received: the line was closed in between.
    pub fn clear(&mut self) {
        self.buffer.clear();
    }
}

/// The message in `bytes`, which begin with a sync byte and are as long as they announce.
fn checked(bytes: &[u8]) -> Option<Frame> {
    let (covered, check_sum) = bytes.split_last_chunk::<2>()?;
    let (code, data) = covered.get(2..)?.split_first()?;
    (crc(covered) == u16::from_le_bytes(*check_sum)).then(|| Frame::new(*code, data))
}

/// CRC-16/KERMIT over everything from the sync byte to the last data byte; sent low byte first (§2).
pub(super) fn crc(bytes: &[u8]) -> u16 {
    const POLYNOMIAL_REFLECTED: u16 = 0x8408;
    bytes.iter().fold(0, |sum, &byte| {
        (0..8).fold(sum ^ u16::from(byte), |sum, _| {
            if sum & 1 == 0 { sum >> 1 } else { (sum >> 1) ^ POLYNOMIAL_REFLECTED }
        })
    })
}
