use super::code::byte_codes;
use super::{EscrowSet, Frame};

/// The code of each extended frame, in both directions (§2).
const EXTENDED: u8 = 0xF0;
/// The unit that an extended frame is about: the recycler.
const RECYCLER: u8 = 0x20;

const STATUS_REQUEST: u8 = 0x1A;
const PAY_OUT: u8 = 0x4A;
const EMERGENCY_STOP: u8 = 0x4D;
const CURRENCY: u8 = 0x90;
const TOTAL_COUNT: u8 = 0xA0;
const CURRENT_COUNT: u8 = 0xA2;

/// What the host asks of the recycler. None of these moves anything (§3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecyclerQuery {
    /// 1A: how the recycler is.
    Status,
    /// 90: which notes go to which drum.
    Currency,
    /// A0: what was counted in the device's life.
    TotalCount,
    /// A2: how many notes lie in each drum.
    CurrentCount,
}

/// What the host tells the recycler to do (§3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecyclerOrder {
    /// 4A: pay notes out of a drum, one after the other.
    PayOut {
        /// How many.
        pieces: u8,
        /// From which, counted from 1.
        drum: u8,
    },
    /// 4D: pay no further note out.
    EmergencyStop,
}

/// What the recycler answers (§3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecyclerReply {
    /// The answer to [`RecyclerQuery::Status`].
    Status(RecyclerState),
    /// Drum by drum, the escrow codes that it takes; a drum without any is not in use.
    Currency(Vec<EscrowSet>),
    /// The life counters.
    TotalCount(TotalCount),
    /// Drum by drum, the notes in it.
    CurrentCount(Vec<u16>),
}

/// The counters of the device's life, three bytes each, taken to be low byte first like all others (A0, §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TotalCount {
    /// Notes stacked, wherever they went.
    pub stacked: u32,
    /// Notes paid out.
    pub dispensed: u32,
    /// Notes moved from a drum to the cash box.
    pub collected: u32,
}

byte_codes! {
    /// How the recycler is (§4b).
    pub enum RecyclerState {
        /// No recycler answers the validator.
        Unconnected = 0x00,
        /// It works.
        Normal = 0x10,
        /// It works and holds nothing.
        Empty = 0x11,
        /// It works and a drum is full.
        Full = 0x12,
        /// It is moving.
        Busy = 0x1F,
        /// A note is stuck.
        Jam = 0x40,
        /// A door is open.
        DoorOpen = 0x41,
        /// A motor failed.
        MotorError = 0x42,
        /// Its memory failed.
        MemoryError = 0x43,
        /// It holds a note, or two at once, that it could not pay out.
        PayoutNoteError = 0x44,
        /// The recycle box is open.
        BoxOpen = 0x45,
        /// Something else broke.
        HardwareError = 0x4A,
    }
}

impl RecyclerQuery {
    /// The frame of this query.
    pub fn encode(self) -> Frame {
        Frame::new(EXTENDED, [RECYCLER, self.sub_code()])
    }

    /// The query in `frame`, if it is one.
    pub(super) fn decode(frame: &Frame) -> Option<RecyclerQuery> {
        match (frame.code(), frame.data()) {
            (EXTENDED, &[RECYCLER, STATUS_REQUEST]) => Some(RecyclerQuery::Status),
            (EXTENDED, &[RECYCLER, CURRENCY]) => Some(RecyclerQuery::Currency),
            (EXTENDED, &[RECYCLER, TOTAL_COUNT]) => Some(RecyclerQuery::TotalCount),
            (EXTENDED, &[RECYCLER, CURRENT_COUNT]) => Some(RecyclerQuery::CurrentCount),
            _ => None,
        }
    }

    fn sub_code(self) -> u8 {
        match self {
            RecyclerQuery::Status => STATUS_REQUEST,
            RecyclerQuery::Currency => CURRENCY,
            RecyclerQuery::TotalCount => TOTAL_COUNT,
            RecyclerQuery::CurrentCount => CURRENT_COUNT,
        }
    }
}

impl RecyclerOrder {
    /// The frame of this order.
    pub fn encode(self) -> Frame {
        match self {
            RecyclerOrder::PayOut { pieces, drum } => Frame::new(EXTENDED, [RECYCLER, PAY_OUT, pieces, drum]),
            RecyclerOrder::EmergencyStop => Frame::new(EXTENDED, [RECYCLER, EMERGENCY_STOP]),
        }
    }

    /// The order in `frame`, if it is one.
    pub(super) fn decode(frame: &Frame) -> Option<RecyclerOrder> {
        match (frame.code(), frame.data()) {
            (EXTENDED, &[RECYCLER, PAY_OUT, pieces, drum]) => Some(RecyclerOrder::PayOut { pieces, drum }),
            (EXTENDED, &[RECYCLER, EMERGENCY_STOP]) => Some(RecyclerOrder::EmergencyStop),
            _ => None,
        }
    }
}

impl RecyclerReply {
    /// The frame of this reply.
    pub fn encode(&self) -> Frame {
        let mut data = vec![RECYCLER];
        match self {
            RecyclerReply::Status(state) => data.push(state.byte()),
            RecyclerReply::Currency(drums) => {
                data.push(CURRENCY);
                data.extend(drums.iter().flat_map(|codes| codes.bytes()));
            }
            RecyclerReply::TotalCount(total) => {
                data.push(TOTAL_COUNT);
                data.extend([total.stacked, total.dispensed, total.collected].iter().flat_map(|n| three(*n)));
            }
            RecyclerReply::CurrentCount(pieces) => {
                data.push(CURRENT_COUNT);
                data.extend(pieces.iter().flat_map(|n| n.to_le_bytes()));
            }
        }
        Frame::new(EXTENDED, data)
    }

    /// The reply in `frame`, if it is one.
    pub(super) fn decode(frame: &Frame) -> Option<RecyclerReply> {
        let (EXTENDED, [RECYCLER, sub_code, data @ ..]) = (frame.code(), frame.data()) else { return None };
        match (*sub_code, data) {
            (CURRENCY, data) => {
                Some(RecyclerReply::Currency(pairs(data)?.map(EscrowSet::from_bytes).collect()))
            }
            (TOTAL_COUNT, &[a, b, c, d, e, f, g, h, i]) => Some(RecyclerReply::TotalCount(TotalCount {
                stacked: u32::from_le_bytes([a, b, c, 0]),
                dispensed: u32::from_le_bytes([d, e, f, 0]),
                collected: u32::from_le_bytes([g, h, i, 0]),
            })),
            (CURRENT_COUNT, data) => {
                Some(RecyclerReply::CurrentCount(pairs(data)?.map(u16::from_le_bytes).collect()))
            }
            // What follows the state is not interpreted. No state has the code of one of the other replies.
            (state, _) if state < CURRENCY => Some(RecyclerReply::Status(RecyclerState::from_byte(state))),
            _ => None,
        }
    }

    /// Whether this answers `query`.
    pub(super) fn answers(&self, query: RecyclerQuery) -> bool {
        matches!(
            (self, query),
            (RecyclerReply::Status(_), RecyclerQuery::Status)
                | (RecyclerReply::Currency(_), RecyclerQuery::Currency)
                | (RecyclerReply::TotalCount(_), RecyclerQuery::TotalCount)
                | (RecyclerReply::CurrentCount(_), RecyclerQuery::CurrentCount)
        )
    }
}

/// The three low bytes of a counter, as the line carries it.
fn three(counter: u32) -> [u8; 3] {
    let [low, middle, high, _] = counter.to_le_bytes();
    [low, middle, high]
}

/// `data` two by two; `None` if that does not come out even.
fn pairs(data: &[u8]) -> Option<impl Iterator<Item = [u8; 2]>> {
    let (pairs, rest) = data.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().copied())
}
