use super::{Frame, HOST};

/// Coins in an acceptor's table (§4).
pub const COIN_POSITIONS: u8 = 16;

/// Switches a hopper on (§4).
const ENABLE: u8 = 0xA5;

/// What the host says (§4). Headers are decimal there, as in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// 254: are you there?
    SimplePoll,
    /// 246: who made you?
    Manufacturer,
    /// 245: what are you?
    Category,
    /// 244: which model?
    Product,
    /// 242: which piece of it?
    SerialNumber,
    /// 241: which program?
    Software,
    /// 4: which edition of the protocol?
    CommsRevision,
    /// 192: which build of your program?
    Build,
    /// 197: what does your program add up to?
    ProgramSum,
    /// 216: how much does your memory take for the host?
    DataStorage,
    /// 249: how often do you want to be asked?
    PollingPriority,
    /// 1: start anew.
    Reset,
    /// 232: are you healthy?
    SelfCheck,
    /// 231: take these coins and no others, one bit a position, 1 takes.
    WriteCoins(u16),
    /// 230: which coins do you take?
    ReadCoins,
    /// 228: take coins at all, or none.
    WriteAcceptance(bool),
    /// 227: do you take coins at all?
    ReadAcceptance,
    /// 229: what happened lately?
    ReadCredits,
    /// 184: what is the coin at this position?
    CoinId(u8),
    /// 210: send the coin at this position this way.
    WriteSorterPath {
        /// The coin, 1 to 16.
        position: u8,
        /// The way, 1 to 8.
        path: u8,
    },
    /// 209: which way does the coin at this position go?
    ReadSorterPath(u8),
    /// 164: the hopper may pay out, or must not.
    EnableHopper(bool),
    /// 167: pay out so many coins. The only command that moves money.
    Dispense {
        /// What proves that this hopper is meant.
        security: Security,
        /// How many.
        coins: u8,
    },
    /// 166: what became of the last dispense command?
    HopperStatus,
    /// 163: the hopper's test registers.
    TestHopper,
    /// 168: how many coins were paid out in the hopper's life?
    DispenseTotal,
    /// 160: what is the next dispense command to be encrypted with? A hopper without encryption wants to be asked, too.
    CipherKey,
    /// 161: make your key of these random numbers.
    PumpRandom([u8; 8]),
    /// 171: which coin does the hopper hold?
    HopperCoin,
    /// 172: stop paying out.
    EmergencyStop,
    /// 217: nearly empty, nearly full?
    Level,
    /// Anything else.
    Other {
        /// The header.
        header: u8,
        /// What follows it.
        data: Vec<u8>,
    },
}

/// What a dispense command carries to prove that this hopper is meant (§4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// The hopper's serial number, low byte first.
    SerialNumber([u8; 3]),
    /// Eight zeros: a hopper without encryption.
    Zeros,
}

impl Command {
    /// The frame that says this to the device at `address`.
    pub fn to_frame(&self, address: u8) -> Frame {
        Frame::new(address, HOST, self.header(), self.data())
    }

    /// The command in `frame`.
    pub fn decode(frame: &Frame) -> Command {
        let other = || Command::Other { header: frame.header(), data: frame.data().to_vec() };
        match (frame.header(), frame.data()) {
            (231, &[low, high]) => Command::WriteCoins(u16::from_le_bytes([low, high])),
            // Only bit 0 means something; hosts set the others as they like.
            (228, &[accept]) => Command::WriteAcceptance(accept & 1 == 1),
            (184, &[position]) => Command::CoinId(position),
            (210, &[position, path]) => Command::WriteSorterPath { position, path },
            (209, &[position]) => Command::ReadSorterPath(position),
            // Any other value switches it off.
            (164, &[enable]) => Command::EnableHopper(enable == ENABLE),
            (161, &[a, b, c, d, e, f, g, h]) => Command::PumpRandom([a, b, c, d, e, f, g, h]),
            (167, &[a, b, c, coins]) => {
                Command::Dispense { security: Security::SerialNumber([a, b, c]), coins }
            }
            (167, &[0, 0, 0, 0, 0, 0, 0, 0, coins]) => Command::Dispense { security: Security::Zeros, coins },
            (header, []) => {
                WITHOUT_DATA.iter().find(|command| command.header() == header).cloned().unwrap_or_else(other)
            }
            _ => other(),
        }
    }

    /// The header on the line.
    pub fn header(&self) -> u8 {
        match self {
            Command::SimplePoll => 254,
            Command::Manufacturer => 246,
            Command::Category => 245,
            Command::Product => 244,
            Command::SerialNumber => 242,
            Command::Software => 241,
            Command::CommsRevision => 4,
            Command::Build => 192,
            Command::ProgramSum => 197,
            Command::DataStorage => 216,
            Command::PollingPriority => 249,
            Command::Reset => 1,
            Command::SelfCheck => 232,
            Command::WriteCoins(_) => 231,
            Command::ReadCoins => 230,
            Command::WriteAcceptance(_) => 228,
            Command::ReadAcceptance => 227,
            Command::ReadCredits => 229,
            Command::CoinId(_) => 184,
            Command::WriteSorterPath { .. } => 210,
            Command::ReadSorterPath(_) => 209,
            Command::EnableHopper(_) => 164,
            Command::Dispense { .. } => 167,
            Command::HopperStatus => 166,
            Command::TestHopper => 163,
            Command::DispenseTotal => 168,
            Command::CipherKey => 160,
            Command::PumpRandom(_) => 161,
            Command::HopperCoin => 171,
            Command::EmergencyStop => 172,
            Command::Level => 217,
            Command::Other { header, .. } => *header,
        }
    }

    fn data(&self) -> Vec<u8> {
        match self {
            Command::WriteCoins(mask) => mask.to_le_bytes().to_vec(),
            Command::WriteAcceptance(accept) => vec![u8::from(*accept)],
            Command::CoinId(position) | Command::ReadSorterPath(position) => vec![*position],
            Command::WriteSorterPath { position, path } => vec![*position, *path],
            Command::EnableHopper(enabled) => vec![if *enabled { ENABLE } else { 0 }],
            Command::Dispense { security, coins } => {
                let mut data = match security {
                    Security::SerialNumber(serial) => serial.to_vec(),
                    Security::Zeros => vec![0; 8],
                };
                data.push(*coins);
                data
            }
            Command::PumpRandom(random) => random.to_vec(),
            Command::Other { data, .. } => data.clone(),
            _ => Vec::new(),
        }
    }
}

/// The commands that are a header and nothing else.
static WITHOUT_DATA: [Command; 23] = [
    Command::SimplePoll,
    Command::Manufacturer,
    Command::Category,
    Command::Product,
    Command::SerialNumber,
    Command::Software,
    Command::CommsRevision,
    Command::Build,
    Command::ProgramSum,
    Command::DataStorage,
    Command::PollingPriority,
    Command::Reset,
    Command::SelfCheck,
    Command::ReadCoins,
    Command::ReadAcceptance,
    Command::ReadCredits,
    Command::HopperStatus,
    Command::TestHopper,
    Command::DispenseTotal,
    Command::CipherKey,
    Command::HopperCoin,
    Command::EmergencyStop,
    Command::Level,
];
