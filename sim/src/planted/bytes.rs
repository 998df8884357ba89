use std::fmt;

use wire::{cctalk, id003};

use super::PlantedBug;
use super::catalogue::Seam;

/// Data of a ccTalk frame: a counter and five events of two bytes.
const CREDIT_DATA_LENGTH: usize = 11;

/// A ccTalk reply has this header.
const REPLY_HEADER: u8 = 0;

/// The note unit's words for ESCROW and VEND VALID (docs/protocols/id003.md §4).
const ESCROW: u8 = 0x13;
const VEND_VALID: u8 = 0x15;

/// A ccTalk command that pays coins out (docs/protocols/cctalk.md §4).
const DISPENSE: u8 = 167;

/// Others of its commands: to close all of an acceptor, to ask whether it is, and to ask whether it is there.
const WRITE_ACCEPTANCE: u8 = 228;
const READ_ACCEPTANCE: u8 = 227;
const SIMPLE_POLL: u8 = 254;

/// A driver that hears and says something else than it should.
pub(crate) trait Tampering: fmt::Debug + Send {
    /// What the driver hears of `bytes`.
    fn hear(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        bytes
    }

    /// What the driver says by itself now that it has heard something.
    fn blurt(&mut self) -> Option<Vec<u8>> {
        None
    }

    /// What the device is told instead of `bytes`, one message each.
    fn say(&mut self, bytes: Vec<u8>) -> Vec<Vec<u8>> {
        vec![bytes]
    }
}

impl PlantedBug {
    /// What it does to the note unit's line.
    pub(crate) fn with_notes(self) -> Option<Box<dyn Tampering>> {
        match self.planted().seam {
            Seam::Bytes { notes, .. } => notes.map(|make| make()),
            Seam::Above(_) => None,
        }
    }

    /// What it does to the coin unit's line.
    pub(crate) fn with_coins(self) -> Option<Box<dyn Tampering>> {
        match self.planted().seam {
            Seam::Bytes { coins, .. } => coins.map(|make| make()),
            Seam::Above(_) => None,
        }
    }
}

/// Every frame gets the check sum that fits it, as if the driver did not look at the one it had.
#[derive(Debug)]
pub(super) struct FittingCheckSums(pub(super) Protocol);

impl Tampering for FittingCheckSums {
    fn hear(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        with_fitting_check_sums(self.0, &bytes)
    }
}

/// Each answer that tells of coins is heard twice, and the one after it not at all, so that a driver that believes
/// what it has read twice believes what was said once.
#[derive(Debug, Default)]
pub(super) struct EachCreditTwice {
    /// What the next one is replaced by.
    again: Option<Vec<u8>>,
}

impl Tampering for EachCreditTwice {
    fn hear(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        if !is_credit_reply(&bytes) {
            return bytes;
        }
        match self.again.take() {
            Some(earlier) => earlier,
            None => self.again.insert(bytes).clone(),
        }
    }
}

/// The driver answers a status by itself, before the machine has decided.
#[derive(Debug)]
pub(super) struct AnswersBeforeMachine {
    /// The status.
    status: u8,
    answer: fn() -> id003::Command,
    /// It was heard just now.
    heard: bool,
}

impl AnswersBeforeMachine {
    pub(super) fn escrow_with_stack() -> AnswersBeforeMachine {
        AnswersBeforeMachine { status: ESCROW, answer: || id003::Command::Stack1, heard: false }
    }

    pub(super) fn escrow_with_return() -> AnswersBeforeMachine {
        AnswersBeforeMachine { status: ESCROW, answer: || id003::Command::Return, heard: false }
    }

    pub(super) fn vend_valid_with_ack() -> AnswersBeforeMachine {
        AnswersBeforeMachine { status: VEND_VALID, answer: || id003::Command::Ack, heard: false }
    }
}

impl Tampering for AnswersBeforeMachine {
    fn hear(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        self.heard = matches!(*bytes, [id003::SYNC, _, code, ..] if code == self.status);
        bytes
    }

    fn blurt(&mut self) -> Option<Vec<u8>> {
        std::mem::take(&mut self.heard).then(|| (self.answer)().encode().to_bytes())
    }
}

/// Each command that pays something out is said once more behind the other, as if its reply had not come.
#[derive(Debug)]
pub(super) struct SaysPayoutTwice(pub(super) Protocol);

impl Tampering for SaysPayoutTwice {
    fn say(&mut self, bytes: Vec<u8>) -> Vec<Vec<u8>> {
        match is_payout(self.0, &bytes) {
            true => vec![bytes.clone(), bytes],
            false => vec![bytes],
        }
    }
}

/// The driver asks for one coin more than it was told to pay.
#[derive(Debug)]
pub(super) struct OneCoinMore;

impl Tampering for OneCoinMore {
    fn say(&mut self, mut bytes: Vec<u8>) -> Vec<Vec<u8>> {
        if is_payout(Protocol::CcTalk, &bytes)
            && let [destination, _, source, header, data @ .., _check_sum] = bytes.as_mut_slice()
            && let Some(coins) = data.last_mut()
        {
            *coins += 1;
            return vec![cctalk::Frame::new(*destination, *source, *header, &*data).to_bytes()];
        }
        vec![bytes]
    }
}

/// The acceptor is never closed, and the driver takes it for closed.
#[derive(Debug, Default)]
pub(super) struct SlotLeftOpen {
    closed: bool,
    /// The acceptor was asked just now.
    asked: bool,
    /// What was said instead, and what was meant: the line may echo it.
    instead: Option<[Vec<u8>; 2]>,
}

impl Tampering for SlotLeftOpen {
    fn say(&mut self, bytes: Vec<u8>) -> Vec<Vec<u8>> {
        match *bytes {
            [_, _, _, WRITE_ACCEPTANCE, accept, _] => {
                self.closed = accept == 0;
                if self.closed {
                    let said = cctalk::Frame::new(bytes[0], bytes[2], SIMPLE_POLL, []).to_bytes();
                    self.instead = Some([said.clone(), bytes]);
                    return vec![said];
                }
            }
            [_, _, _, READ_ACCEPTANCE, _] => self.asked = true,
            _ => {}
        }
        vec![bytes]
    }

    fn hear(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        if let Some([_, meant]) = self.instead.take_if(|[said, _]| *said == bytes) {
            return meant;
        }
        match *bytes {
            [cctalk::HOST, _, from, REPLY_HEADER, _, _] if std::mem::take(&mut self.asked) && self.closed => {
                cctalk::Frame::new(cctalk::HOST, from, REPLY_HEADER, [0]).to_bytes()
            }
            _ => bytes,
        }
    }
}

fn is_payout(protocol: Protocol, bytes: &[u8]) -> bool {
    match protocol {
        Protocol::Id003 => bytes.get(2..5) == Some(&PAY_OUT),
        Protocol::CcTalk => bytes.get(3) == Some(&DISPENSE),
    }
}

/// Code, unit and sub-code of PAY OUT (docs/protocols/id003.md §3).
const PAY_OUT: [u8; 3] = [0xF0, 0x20, 0x4A];

/// Where a frame ends, and how it is summed up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    Id003,
    CcTalk,
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
