use super::{Command, CurrencyTable, Frame, RecyclerReply, Setting, Status};

// Codes of replies that are no status (§3).
const ACK: u8 = 0x50;
const ENQUIRY: u8 = 0x05;
const VERSION: u8 = 0x88;
const CURRENCY_ASSIGN: u8 = 0x8A;

/// What the device says (§3, §4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// 50: RESET, STACK, RETURN, HOLD or an order to the recycler was taken.
    Ack,
    /// 05: something changed. Only in the interrupt modes, and never an answer.
    Enquiry,
    /// How the device is, or that it refuses the command.
    Status(Status),
    /// The echo of a setting.
    Setting(Setting),
    /// 88: model and firmware, unprintable characters as question marks.
    Version(String),
    /// 8A: which notes the device knows.
    CurrencyAssign(CurrencyTable),
    /// F0 20: what the recycler answers.
    Recycler(RecyclerReply),
    /// Anything else, statuses of later steps among it.
    Other(Frame),
}

impl Reply {
    /// The frame of this reply.
    pub fn encode(&self) -> Frame {
        match self {
            Reply::Ack => Frame::new(ACK, []),
            Reply::Enquiry => Frame::new(ENQUIRY, []),
            Reply::Status(status) => status.encode(),
            Reply::Setting(setting) => setting.encode(),
            Reply::Version(text) => Frame::new(VERSION, text.as_bytes()),
            Reply::CurrencyAssign(table) => Frame::new(CURRENCY_ASSIGN, table.to_data()),
            Reply::Recycler(reply) => reply.encode(),
            Reply::Other(frame) => frame.clone(),
        }
    }

    /// The reply in `frame`.
    pub fn decode(frame: &Frame) -> Reply {
        Reply::decode_known(frame).unwrap_or_else(|| Reply::Other(frame.clone()))
    }

    /// Whether this can be the answer to `command`. Echoes count only with the data that was written, so that a late
    /// echo of an earlier value does not confirm a newer one. A refusal answers everything.
    pub fn answers(&self, command: &Command) -> bool {
        match (self, command) {
            (Reply::Enquiry, _) => false,
            (Reply::Status(Status::InvalidCommand | Status::CommunicationError), _) => true,
            (Reply::Status(_) | Reply::Other(_), Command::StatusRequest) => true,
            (Reply::Ack, command) => is_acknowledged(command),
            (Reply::Setting(echo), Command::Write(written)) => echo == written,
            (Reply::Version(_), Command::Version) => true,
            (Reply::CurrencyAssign(_), Command::CurrencyAssign) => true,
            (Reply::Recycler(reply), Command::Recycler(query)) => reply.answers(*query),
            _ => false,
        }
    }

    fn decode_known(frame: &Frame) -> Option<Reply> {
        match (frame.code(), frame.data()) {
            (ACK, []) => Some(Reply::Ack),
            (ENQUIRY, []) => Some(Reply::Enquiry),
            (VERSION, text) => Some(Reply::Version(text.iter().copied().map(printable).collect())),
            (CURRENCY_ASSIGN, data) => CurrencyTable::from_data(data).map(Reply::CurrencyAssign),
            _ => Status::decode(frame)
                .map(Reply::Status)
                .or_else(|| Setting::decode(frame).map(Reply::Setting))
                .or_else(|| RecyclerReply::decode(frame).map(Reply::Recycler)),
        }
    }
}

/// The commands that a bare ACK answers.
fn is_acknowledged(command: &Command) -> bool {
    matches!(
        command,
        Command::Reset
            | Command::Stack1
            | Command::Stack2
            | Command::Return
            | Command::Hold
            | Command::RecyclerOrder(_)
    )
}

fn printable(byte: u8) -> char {
    if byte == b' ' || byte.is_ascii_graphic() { char::from(byte) } else { '?' }
}
