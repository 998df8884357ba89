use super::coin_code::printable;
use super::{CoinCode, Command, CreditBuffer, Frame, HOST, HopperStatus, TestRegisters};

// Headers of replies (§2).
const ANSWER: u8 = 0;
const NAK: u8 = 5;
const BUSY: u8 = 6;

/// What a device says (§4). A reply does not name its command: it is read by what was asked (§2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Done, or here.
    Ack,
    /// Refused.
    Nak,
    /// Not now.
    Busy,
    /// 246, 245, 244, 241, 192: a name, unprintable characters as question marks.
    Text(String),
    /// 242: the serial number, low byte first.
    SerialNumber([u8; 3]),
    /// 4: release, major and minor edition.
    CommsRevision([u8; 3]),
    /// 197: a sum of the maker's own kind.
    ProgramSum([u8; 4]),
    /// 216: kind of memory, then blocks and their length, for reading and for writing.
    DataStorage([u8; 5]),
    /// 249: a unit of time, and how many of them lie between two questions.
    PollingPriority([u8; 2]),
    /// 232: a fault code, 0 for none.
    SelfCheck(u8),
    /// 230: the coins that are taken.
    Coins(u16),
    /// 227: whether coins are taken at all.
    Acceptance(bool),
    /// 229: the last events.
    Credits(CreditBuffer),
    /// 184, 171: a coin.
    Coin(CoinCode),
    /// 209: the way of a coin.
    SorterPath(u8),
    /// 167: the event counter that stands for the accepted command.
    Dispensing(u8),
    /// 166: the last dispense command.
    HopperStatus(HopperStatus),
    /// 163: the test registers.
    Registers(TestRegisters),
    /// 160: the key; of no use without the maker's algorithm.
    CipherKey([u8; 8]),
    /// 168: coins paid out in the hopper's life; 24 bits.
    Total(u32),
    /// 172: the coins that are not paid out any more.
    Unpaid(u8),
    /// 217: bit 0 nearly empty, bit 1 nearly full, bits 4 and 5 whether that is known.
    Level(u8),
}

impl Reply {
    /// The frame in which the device at `address` says this.
    pub fn to_frame(&self, address: u8) -> Frame {
        let (header, data) = match self {
            Reply::Ack => (ANSWER, Vec::new()),
            Reply::Nak => (NAK, Vec::new()),
            Reply::Busy => (BUSY, Vec::new()),
            Reply::Text(text) => (ANSWER, text.as_bytes().to_vec()),
            Reply::SerialNumber(bytes) | Reply::CommsRevision(bytes) => (ANSWER, bytes.to_vec()),
            Reply::SelfCheck(byte) | Reply::SorterPath(byte) | Reply::Dispensing(byte) => {
                (ANSWER, vec![*byte])
            }
            Reply::Unpaid(byte) | Reply::Level(byte) => (ANSWER, vec![*byte]),
            Reply::Acceptance(accepts) => (ANSWER, vec![u8::from(*accepts)]),
            Reply::Coins(mask) => (ANSWER, mask.to_le_bytes().to_vec()),
            Reply::Credits(buffer) => (ANSWER, buffer.bytes()),
            Reply::Coin(code) => (ANSWER, code.bytes().to_vec()),
            Reply::HopperStatus(status) => (ANSWER, status.bytes().to_vec()),
            Reply::Registers(TestRegisters(registers)) => (ANSWER, registers.to_vec()),
            Reply::CipherKey(key) => (ANSWER, key.to_vec()),
            Reply::ProgramSum(sum) => (ANSWER, sum.to_vec()),
            Reply::DataStorage(storage) => (ANSWER, storage.to_vec()),
            Reply::PollingPriority(priority) => (ANSWER, priority.to_vec()),
            Reply::Total(total) => (ANSWER, total.to_le_bytes()[..3].to_vec()),
        };
        Frame::new(HOST, address, header, data)
    }

    /// What `frame` answers to `command`; `None` if it cannot be its answer.
    pub fn decode(command: &Command, frame: &Frame) -> Option<Reply> {
        match (frame.header(), frame.data()) {
            (NAK, []) => Some(Reply::Nak),
            (BUSY, []) => Some(Reply::Busy),
            (ANSWER, data) => Reply::decode_answer(command, data),
            _ => None,
        }
    }

    /// `frame` in words, without knowing what was asked.
    pub(super) fn describe(frame: &Frame) -> String {
        match (frame.header(), frame.data()) {
            (ANSWER, []) => "ACK".to_owned(),
            (NAK, []) => "NAK".to_owned(),
            (BUSY, []) => "BUSY".to_owned(),
            (ANSWER, data) if data.len() > 2 && data.iter().all(|byte| printable(*byte) != '?') => {
                format!("`{}`", text(data))
            }
            (ANSWER, data) => match CreditBuffer::decode(data) {
                Some(buffer) => format!("{buffer:?}"),
                None => format!("{data:02X?}"),
            },
            _ => format!("{frame:?}"),
        }
    }

    fn decode_answer(command: &Command, data: &[u8]) -> Option<Reply> {
        Some(match (command, data) {
            (command, []) if is_acknowledged(command) => Reply::Ack,
            (
                Command::Manufacturer
                | Command::Category
                | Command::Product
                | Command::Software
                | Command::Build,
                [_, ..],
            ) => Reply::Text(text(data)),
            (Command::ProgramSum, sum) => Reply::ProgramSum(sum.try_into().ok()?),
            (Command::DataStorage, storage) => Reply::DataStorage(storage.try_into().ok()?),
            (Command::PollingPriority, priority) => Reply::PollingPriority(priority.try_into().ok()?),
            // Some devices have a fourth byte (§4); the security of a dispense command uses three.
            (Command::SerialNumber, &[a, b, c] | &[a, b, c, _]) => Reply::SerialNumber([a, b, c]),
            (Command::CommsRevision, &[a, b, c]) => Reply::CommsRevision([a, b, c]),
            (Command::SelfCheck, &[fault] | &[fault, _]) => Reply::SelfCheck(fault),
            (Command::ReadCoins, &[low, high]) => Reply::Coins(u16::from_le_bytes([low, high])),
            // Only bit 0 means something; the others are not defined.
            (Command::ReadAcceptance, &[accepts]) => Reply::Acceptance(accepts & 1 == 1),
            (Command::ReadCredits, data) => Reply::Credits(CreditBuffer::decode(data)?),
            (Command::CoinId(_) | Command::HopperCoin, data) => {
                Reply::Coin(CoinCode::new(data.try_into().ok()?))
            }
            // The first is the default; three further ones are where the coin goes when that is full.
            (Command::ReadSorterPath(_), &[path] | &[path, _, _, _]) => Reply::SorterPath(path),
            (Command::Dispense { .. }, &[event]) => Reply::Dispensing(event),
            (Command::HopperStatus, data) => Reply::HopperStatus(HopperStatus::decode(data)?),
            (Command::TestHopper, data) => Reply::Registers(TestRegisters::decode(data)?),
            (Command::CipherKey, key) => Reply::CipherKey(key.try_into().ok()?),
            (Command::DispenseTotal, &[a, b, c]) => Reply::Total(u32::from_le_bytes([a, b, c, 0])),
            (Command::EmergencyStop, &[unpaid]) => Reply::Unpaid(unpaid),
            (Command::Level, &[level]) => Reply::Level(level),
            _ => return None,
        })
    }
}

/// The commands that a bare ACK answers.
fn is_acknowledged(command: &Command) -> bool {
    matches!(
        command,
        Command::SimplePoll
            | Command::Reset
            | Command::WriteCoins(_)
            | Command::WriteAcceptance(_)
            | Command::WriteSorterPath { .. }
            | Command::EnableHopper(_)
            | Command::PumpRandom(_)
    )
}

fn text(data: &[u8]) -> String {
    data.iter().copied().map(printable).collect()
}
