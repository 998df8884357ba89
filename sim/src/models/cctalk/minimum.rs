//! What every ccTalk device has to answer (part 3, appendix 13), although our driver does not ask it.

/// 192.
pub(super) const BUILD: &str = "SIM-B1";

/// 197: each maker adds up in its own way.
pub(super) const PROGRAM_SUM: [u8; 4] = [0x53, 0x49, 0x4D, 0x31];

/// 216: nothing can be kept here for the host.
pub(super) const NO_STORAGE: [u8; 5] = [0; 5];
