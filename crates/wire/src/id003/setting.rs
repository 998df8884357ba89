use super::code::byte_codes;
use super::{EscrowSet, Frame};

const DENOMINATIONS: u8 = 0xC0;
const SECURITY: u8 = 0xC1;
const COMMUNICATION_MODE: u8 = 0xC2;
const INHIBIT: u8 = 0xC3;
const DIRECTION: u8 = 0xC4;
const OPTIONAL_FUNCTION: u8 = 0xC5;

/// The bit of [`Setting::OptionalFunction`] that makes a device tell again, after a power failure, of a note it had
/// not been able to report (§3, §6).
pub const OPTION_POWER_RECOVERY: u8 = 0x02;

/// A setting that the host writes and the device echoes, so that a repeat does no harm (§3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// C0: the escrow codes that are *not* taken.
    DisabledDenominations(EscrowSet),
    /// C1: the escrow codes that are read with high security.
    HighSecurity(EscrowSet),
    /// C2: whether the device only answers or also speaks up.
    CommunicationMode(CommunicationMode),
    /// C3: whether the slot is closed.
    Inhibit(bool),
    /// C4: the directions of insertion that are forbidden, one bit each.
    ForbiddenDirections(u8),
    /// C5: two bytes of bits, the first one the lower.
    OptionalFunction([u8; 2]),
}

byte_codes! {
    /// Who may begin to speak (§3).
    pub enum CommunicationMode {
        /// Only the host. The only mode that seisanki uses.
        Polled = 0x00,
        /// The device sends ENQ at each change of its status.
        InterruptAtEachStatus = 0x01,
        /// The device sends ENQ only where the host must act.
        InterruptWhenNeeded = 0x02,
    }
}

impl Setting {
    /// The frame that writes this setting, and the one that echoes it.
    pub fn encode(self) -> Frame {
        match self {
            Setting::DisabledDenominations(codes) => Frame::new(DENOMINATIONS, codes.bytes()),
            Setting::HighSecurity(codes) => Frame::new(SECURITY, codes.bytes()),
            Setting::CommunicationMode(mode) => Frame::new(COMMUNICATION_MODE, [mode.byte()]),
            Setting::Inhibit(inhibited) => Frame::new(INHIBIT, [u8::from(inhibited)]),
            Setting::ForbiddenDirections(bits) => Frame::new(DIRECTION, [bits]),
            Setting::OptionalFunction(bits) => Frame::new(OPTIONAL_FUNCTION, bits),
        }
    }

    /// The setting in `frame`, if it is one.
    pub(super) fn decode(frame: &Frame) -> Option<Setting> {
        Some(match (frame.code(), frame.data()) {
            (DENOMINATIONS, &[low, high]) => {
                Setting::DisabledDenominations(EscrowSet::from_bytes([low, high]))
            }
            (SECURITY, &[low, high]) => Setting::HighSecurity(EscrowSet::from_bytes([low, high])),
            (COMMUNICATION_MODE, &[mode]) => Setting::CommunicationMode(CommunicationMode::from_byte(mode)),
            (INHIBIT, &[0]) => Setting::Inhibit(false),
            (INHIBIT, &[1]) => Setting::Inhibit(true),
            (DIRECTION, &[bits]) => Setting::ForbiddenDirections(bits),
            (OPTIONAL_FUNCTION, &[first, second]) => Setting::OptionalFunction([first, second]),
            _ => return None,
        })
    }
}
