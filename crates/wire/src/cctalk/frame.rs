use std::fmt;
use std::time::Duration;

use crate::Moment;

/// The host's own address (§3).
pub const HOST: u8 = 1;

/// The length of a frame without data: destination, length, source, header and check sum.
pub const FRAME_LENGTH_MIN: usize = 5;

/// The most data that the length byte can announce.
pub const DATA_LENGTH_MAX: usize = 255;

/// A frame that pauses for longer than this is given up, as the document demands of every receiver (§1).
pub const IDLE_MAX: Duration = Duration::from_millis(50);

/// Bytes kept at most: two of the longest frames. More at once can only be noise.
const BUFFER_LENGTH_MAX: usize = 2 * (FRAME_LENGTH_MIN + DATA_LENGTH_MAX);

/// One checked message of either direction, without length and check sum.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    destination: u8,
    source: u8,
    header: u8,
    data: Vec<u8>,
}

/// A frame arrived whole, but its check sum is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the check sum of a frame is wrong")]
pub struct DamagedFrame;

/// Cuts the byte stream of a line into frames.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    last_byte_at: Moment,
    /// A frame was damaged: what follows without a pause may be its rest, and is not listened to.
    deaf: bool,
}

impl Frame {
    /// A message from `source` to `destination`.
    ///
    /// # Panics
    /// If there is more data than [`DATA_LENGTH_MAX`]: no message of the protocol has that much.
    pub fn new(destination: u8, source: u8, header: u8, data: impl Into<Vec<u8>>) -> Frame {
        let data = data.into();
        assert!(data.len() <= DATA_LENGTH_MAX, "a frame holds at most {DATA_LENGTH_MAX} bytes of data");
        Frame { destination, source, header, data }
    }

    /// For whom it is.
    pub fn destination(&self) -> u8 {
        self.destination
    }

    /// Whom it is from.
    pub fn source(&self) -> u8 {
        self.source
    }

    /// The command, or 0 for a reply.
    pub fn header(&self) -> u8 {
        self.header
    }

    /// What follows the header.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The frame as it goes over the line.
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = u8::try_from(self.data.len()).expect("the constructor bounds the data");
        let mut bytes = Vec::with_capacity(FRAME_LENGTH_MIN + self.data.len());
        bytes.extend([self.destination, length, self.source, self.header]);
        bytes.extend(&self.data);
        bytes.push(sum(&bytes).wrapping_neg());
        bytes
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Frame { destination, source, header, data } = self;
        write!(out, "{source} to {destination} header {header} data {data:02X?}")
    }
}

impl Decoder {
    /// Takes what the line brought.
    pub fn push(&mut self, now: Moment, bytes: &[u8]) {
        if now.since(self.last_byte_at) > IDLE_MAX {
            self.clear();
        }
        self.last_byte_at = now;
        if self.deaf {
            return;
        }
        self.buffer.extend(bytes);
        self.buffer.truncate(BUFFER_LENGTH_MAX);
    }

    /// The next frame, until none is whole.
    ///
    /// After damage nothing is believed until the line was silent: there is no sync byte to look for, and one in 256
    /// of all wrong places has a fitting sum (§2).
    pub fn next_frame(&mut self) -> Option<Result<Frame, DamagedFrame>> {
        let length = FRAME_LENGTH_MIN + usize::from(*self.buffer.get(1)?);
        let bytes = self.buffer.get(..length)?;
        let Some(frame) = checked(bytes) else {
            self.buffer.clear();
            self.deaf = true;
            return Some(Err(DamagedFrame));
        };
        self.buffer.drain(..length);
        Some(Ok(frame))
    }

    /// Whether the start of a frame waits for its rest.
    pub fn has_partial_frame(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Whether that start says that the frame is for `destination`.
    pub fn has_partial_frame_for(&self, destination: u8) -> bool {
        self.buffer.first() == Some(&destination)
    }

    /// Forgets what was received: the line was silent, or closed in between.
    pub fn clear(&mut self) {
        self.buffer.clear();
        self.deaf = false;
    }
}

/// The message in `bytes`, which are as long as they announce.
fn checked(bytes: &[u8]) -> Option<Frame> {
    let [destination, _, source, header, data @ .., _] = bytes else { return None };
    (sum(bytes) == 0).then(|| Frame::new(*destination, *source, *header, data))
}

/// All bytes added up, modulo 256. A whole frame sums to zero (§2).
fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}
