use wire::{cctalk, id003};

use super::PlantedBug;

/// Data of a ccTalk frame: a counter and five events of two bytes.
const CREDIT_DATA_LENGTH: usize = 11;

/// A ccTalk reply has this header.
const REPLY_HEADER: u8 = 0;

/// What happens to bytes on their way from a device to its driver.
#[derive(Debug)]
pub(crate) enum Tampering {
    /// Every frame gets the check sum that fits it, as if the driver did not look at the one it had.
    FittingCheckSums(Protocol),
    /// Each answer that tells of coins is heard twice, and the one after it not at all, so that a driver that believes
    /// what it has read twice believes what was said once.
    EachCreditTwice {
        /// What the next one is replaced by.
        again: Option<Vec<u8>>,
    },
}

/// Where a frame ends, and how it is summed up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    Id003,
    CcTalk,
}

impl Tampering {
    /// What `bug` does to the note unit's line.
    pub(crate) fn with_notes(bug: Option<PlantedBug>) -> Option<Tampering> {
        (bug? == PlantedBug::ChecksumIgnored).then_some(Tampering::FittingCheckSums(Protocol::Id003))
    }

    /// What `bug` does to the coin unit's line.
    pub(crate) fn with_coins(bug: Option<PlantedBug>) -> Option<Tampering> {
        match bug? {
            PlantedBug::ChecksumIgnored => Some(Tampering::FittingCheckSums(Protocol::CcTalk)),
            PlantedBug::SingleReplyCredit => Some(Tampering::EachCreditTwice { again: None }),
            PlantedBug::CreditAtEscrow
            | PlantedBug::EventCounterNotKept
            | PlantedBug::BlindRetry
            | PlantedBug::BlindReprint
            | PlantedBug::PayoutBeforeIntent
            | PlantedBug::ChangeSign
            | PlantedBug::ReceiptNumberReuse
            | PlantedBug::FsyncLies => None,
        }
    }

    /// What the driver hears of `bytes`.
    pub(crate) fn hear(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Tampering::FittingCheckSums(protocol) => with_fitting_check_sums(*protocol, &bytes),
            Tampering::EachCreditTwice { again } if is_credit_reply(&bytes) => match again.take() {
                Some(earlier) => earlier,
                None => again.insert(bytes).clone(),
            },
            Tampering::EachCreditTwice { .. } => bytes,
        }
    }
}

fn with_fitting_check_sums(protocol: Protocol, mut bytes: &[u8]) -> Vec<u8> {
    let mut heard = Vec::with_capacity(bytes.len());
    while let Some((frame, rest)) = first_frame(protocol, bytes) {
        heard.extend(frame);
        bytes = rest;
    }
    heard.extend(bytes);
    heard
}

/// The frame that `bytes` begin with, as long as it says that it is.
fn first_frame(protocol: Protocol, bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    match protocol {
        Protocol::Id003 => {
            let [id003::SYNC, length, ..] = *bytes else { return None };
            let (frame, rest) = bytes.split_at_checked(length.into())?;
            let (covered, _check_sum) = frame.split_last_chunk::<2>()?;
            let (code, data) = covered.get(2..)?.split_first()?;
            Some((id003::Frame::new(*code, data).to_bytes(), rest))
        }
        Protocol::CcTalk => {
            let length = usize::from(*bytes.get(1)?) + cctalk::FRAME_LENGTH_MIN;
            let (frame, rest) = bytes.split_at_checked(length)?;
            let [destination, _, source, header, data @ .., _check_sum] = frame else { return None };
            Some((cctalk::Frame::new(*destination, *source, *header, data).to_bytes(), rest))
        }
    }
}

fn is_credit_reply(bytes: &[u8]) -> bool {
    bytes.len() == cctalk::FRAME_LENGTH_MIN + CREDIT_DATA_LENGTH
        && matches!(bytes, [cctalk::HOST, _, _, REPLY_HEADER, ..])
}
