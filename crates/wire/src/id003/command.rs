use super::{Frame, RecyclerOrder, RecyclerQuery, Setting};

/// What the host says (§3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// 11: how is the device?
    StatusRequest,
    /// 50: a VEND VALID, or what becomes of a note that is paid out, was taken note of. The only command without a
    /// reply.
    Ack,
    /// 40: start anew. A note in the acceptor comes back, one past it is stacked.
    Reset,
    /// 41: stack the note in escrow; VEND VALID comes when it has passed the lever of the stacker.
    Stack1,
    /// 42: stack the note in escrow; VEND VALID comes when it lies in its place.
    Stack2,
    /// 43: give the note in escrow back.
    Return,
    /// 44: keep the note in escrow longer.
    Hold,
    /// C0 to C5: write a setting.
    Write(Setting),
    /// 88: model and firmware?
    Version,
    /// 8A: which notes does the device know?
    CurrencyAssign,
    /// F0 20: a question to the recycler.
    Recycler(RecyclerQuery),
    /// F0 20: an order to the recycler.
    RecyclerOrder(RecyclerOrder),
    /// Anything else.
    Other(Frame),
}

impl Command {
    /// The frame of this command.
    pub fn encode(&self) -> Frame {
        match self {
            Command::StatusRequest => Frame::new(0x11, []),
            Command::Ack => Frame::new(0x50, []),
            Command::Reset => Frame::new(0x40, []),
            Command::Stack1 => Frame::new(0x41, []),
            Command::Stack2 => Frame::new(0x42, []),
            Command::Return => Frame::new(0x43, []),
            Command::Hold => Frame::new(0x44, []),
            Command::Write(setting) => setting.encode(),
            Command::Version => Frame::new(0x88, []),
            Command::CurrencyAssign => Frame::new(0x8A, []),
            Command::Recycler(query) => query.encode(),
            Command::RecyclerOrder(order) => order.encode(),
            Command::Other(frame) => frame.clone(),
        }
    }

    /// The command in `frame`.
    pub fn decode(frame: &Frame) -> Command {
        match (frame.code(), frame.data()) {
            (0x11, []) => Command::StatusRequest,
            (0x50, []) => Command::Ack,
            (0x40, []) => Command::Reset,
            (0x41, []) => Command::Stack1,
            (0x42, []) => Command::Stack2,
            (0x43, []) => Command::Return,
            (0x44, []) => Command::Hold,
            (0x88, []) => Command::Version,
            (0x8A, []) => Command::CurrencyAssign,
            _ => Setting::decode(frame)
                .map(Command::Write)
                .or_else(|| RecyclerQuery::decode(frame).map(Command::Recycler))
                .or_else(|| RecyclerOrder::decode(frame).map(Command::RecyclerOrder))
                .unwrap_or_else(|| Command::Other(frame.clone())),
        }
    }

    /// Whether the device answers this at all.
    pub fn has_reply(&self) -> bool {
        *self != Command::Ack
    }
}
