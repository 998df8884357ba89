use super::code::byte_codes;
use super::{EscrowCode, Frame};

/// What a device answers to STATUS REQUEST, and what it says when it refuses a command (§4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 11: open and empty.
    Idling,
    /// 12: a note is being drawn in and read.
    Accepting,
    /// 13: a note was read and waits for STACK or RETURN.
    Escrow(EscrowCode),
    /// 14: the note is on its way in. A recycler says where to.
    Stacking(Option<Destination>),
    /// 15: the note is the machine's: credit it, then ACK. Repeated until the ACK.
    VendValid,
    /// 16: the note has arrived. A recycler says where.
    Stacked(Option<Destination>),
    /// 17: the note is pushed back because of its reading.
    Rejecting(RejectReason),
    /// 18: the note is given back because the host said so.
    Returning,
    /// 19: the note in escrow is held longer.
    Holding,
    /// 1A: closed.
    Inhibit,
    /// 1B: starting up; settings are written now.
    Initialize,
    /// 20: a note is on its way from a drum to the mouth.
    Paying,
    /// 23: the note in the mouth was taken: count it, then ACK. Repeated until the ACK.
    PayValid,
    /// 24: a note that is paid out waits in the mouth to be taken.
    PayStay,
    /// 25: the note in the mouth was not taken and drawn back: ACK, it is not paid.
    ReturnToBox,
    /// 26: a note could not be paid out and went back inside: ACK, it is not paid.
    ReturnPayOutNote,
    /// 2F: a note could not be paid out, nor taken back: ACK, it is not paid.
    ReturnError,
    /// 40: power came, nothing inside.
    PowerUp,
    /// 41: power came, with a note in the acceptor.
    PowerUpBillInAcceptor,
    /// 42: power came, with a note past the acceptor.
    PowerUpBillInStacker,
    /// 43: the cash box is full.
    StackerFull,
    /// 44: the cash box is not in its place.
    StackerOpen,
    /// 45: a note is stuck in the acceptor.
    JamInAcceptor,
    /// 46: a note is stuck on its way to the cash box.
    JamInStacker,
    /// 47: a second note was pushed in; over when it is pulled out.
    Pause,
    /// 48: somebody pulls at a note.
    Cheated,
    /// 49: a part is broken.
    Failure(FailureCode),
    /// 4A: the last command was damaged on the line.
    CommunicationError,
    /// 4B: the last command is unknown, or cannot be carried out now.
    InvalidCommand,
    /// 4C: the recycler cannot work; it says why when it is asked.
    RecyclerError,
}

byte_codes! {
    /// Where a recycler puts a stacked note (§4).
    pub enum Destination {
        /// The cash box.
        CashBox = 0x00,
        /// The first drum.
        Drum1 = 0x01,
        /// The second drum.
        Drum2 = 0x02,
    }
}

byte_codes! {
    /// Why a note was pushed back (§4).
    pub enum RejectReason {
        /// Pushed in askew.
        Insertion = 0x71,
        /// Magnetic pattern.
        Magnetic = 0x72,
        /// Something was left in the reading head.
        ResidualInHead = 0x73,
        /// The sensors could not be calibrated.
        Calibration = 0x74,
        /// It did not move as it should.
        Conveying = 0x75,
        /// No denomination fits.
        Discrimination = 0x76,
        /// Optical pattern.
        PhotoPattern = 0x77,
        /// Optical level.
        PhotoLevel = 0x78,
        /// Disabled denomination or direction, or no command came while it lay in escrow.
        Inhibited = 0x79,
        /// Unknown.
        Unknown = 0x7A,
        /// A mistake of operation.
        Operation = 0x7B,
        /// Something was left at the stacker.
        ResidualInStacker = 0x7C,
        /// Too long or too short.
        Length = 0x7D,
        /// Second optical pattern, or colour.
        PhotoPattern2 = 0x7E,
        /// A feature of true notes is missing.
        TrueBillFeature = 0x7F,
        /// Several notes at once.
        MultipleNotes = 0x98,
    }
}

byte_codes! {
    /// Which part is broken (§4).
    pub enum FailureCode {
        /// Motor of the stacker.
        StackMotor = 0xA2,
        /// Speed of the transport.
        TransportSpeed = 0xA5,
        /// Motor of the transport.
        TransportMotor = 0xA6,
        /// Solenoid.
        Solenoid = 0xA8,
        /// The unit that pushes notes into the box.
        PusherUnit = 0xA9,
        /// The cash box is not ready.
        CashBoxNotReady = 0xAB,
        /// The head of the validator was taken off.
        HeadRemoved = 0xAF,
        /// Start program.
        BootRom = 0xB0,
        /// External program memory.
        ExternalRom = 0xB1,
        /// Memory.
        Ram = 0xB2,
        /// Writing the external program memory.
        ExternalRomWrite = 0xB3,
    }
}

impl Status {
    /// The frame of this status.
    pub fn encode(self) -> Frame {
        let data = match self {
            Status::Escrow(code) => vec![code.byte()],
            Status::Stacking(place) | Status::Stacked(place) => {
                place.map(Destination::byte).into_iter().collect()
            }
            Status::Rejecting(reason) => vec![reason.byte()],
            Status::Failure(code) => vec![code.byte()],
            _ => Vec::new(),
        };
        Frame::new(self.code(), data)
    }

    /// The status in `frame`, if it is one. Data that a status is not known to have is passed over: a VEND VALID
    /// must not go unheard because a newer firmware adds a byte.
    pub(super) fn decode(frame: &Frame) -> Option<Status> {
        let first = frame.data().first().copied();
        Some(match frame.code() {
            0x13 => Status::Escrow(EscrowCode::new(first?)),
            0x14 => Status::Stacking(first.map(Destination::from_byte)),
            0x16 => Status::Stacked(first.map(Destination::from_byte)),
            0x17 => Status::Rejecting(RejectReason::from_byte(first?)),
            0x49 => Status::Failure(FailureCode::from_byte(first?)),
            code => WITHOUT_DATA.into_iter().find(|status| status.code() == code)?,
        })
    }

    /// The code on the line.
    pub fn code(self) -> u8 {
        match self {
            Status::Idling => 0x11,
            Status::Accepting => 0x12,
            Status::Escrow(_) => 0x13,
            Status::Stacking(_) => 0x14,
            Status::VendValid => 0x15,
            Status::Stacked(_) => 0x16,
            Status::Rejecting(_) => 0x17,
            Status::Returning => 0x18,
            Status::Holding => 0x19,
            Status::Inhibit => 0x1A,
            Status::Initialize => 0x1B,
            Status::Paying => 0x20,
            Status::PayValid => 0x23,
            Status::PayStay => 0x24,
            Status::ReturnToBox => 0x25,
            Status::ReturnPayOutNote => 0x26,
            Status::ReturnError => 0x2F,
            Status::PowerUp => 0x40,
            Status::PowerUpBillInAcceptor => 0x41,
            Status::PowerUpBillInStacker => 0x42,
            Status::StackerFull => 0x43,
            Status::StackerOpen => 0x44,
            Status::JamInAcceptor => 0x45,
            Status::JamInStacker => 0x46,
            Status::Pause => 0x47,
            Status::Cheated => 0x48,
            Status::Failure(_) => 0x49,
            Status::CommunicationError => 0x4A,
            Status::InvalidCommand => 0x4B,
            Status::RecyclerError => 0x4C,
        }
    }
}

/// The statuses that are a code and nothing else.
const WITHOUT_DATA: [Status; 25] = [
    Status::Idling,
    Status::Accepting,
    Status::VendValid,
    Status::Returning,
    Status::Holding,
    Status::Inhibit,
    Status::Initialize,
    Status::Paying,
    Status::PayValid,
    Status::PayStay,
    Status::ReturnToBox,
    Status::ReturnPayOutNote,
    Status::ReturnError,
    Status::PowerUp,
    Status::PowerUpBillInAcceptor,
    Status::PowerUpBillInStacker,
    Status::StackerFull,
    Status::StackerOpen,
    Status::JamInAcceptor,
    Status::JamInStacker,
    Status::Pause,
    Status::Cheated,
    Status::CommunicationError,
    Status::InvalidCommand,
    Status::RecyclerError,
];
