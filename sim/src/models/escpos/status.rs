use std::collections::VecDeque;

use serde_json::{Value, json};
use wire::escpos::{Condition, IdentityQuery, Reply};

use crate::model::ModelOutput;

/// Everything that comes out of the printer but paper: answers, and what a person beside it sees.
#[derive(Debug, Default)]
pub(super) struct Status {
    outputs: VecDeque<ModelOutput>,
    /// Which changes are reported unasked (`GS a`).
    pub(super) reported_changes: u8,
    /// Answers that a page asks for, still to be lost.
    pub(super) to_lose: u32,
    /// Answers still to be garbled.
    pub(super) to_garble: u32,
    /// Where their bit is drawn from; without, it is the lowest of the byte in the middle.
    chance: Option<fastrand::Rng>,
}

/// The bits of `GS a`.
const REPORT_ONLINE: u8 = 0x02;
const REPORT_ERRORS: u8 = 0x04;
const REPORT_PAPER: u8 = 0x08;

/// The header of the texts of `GS I`.
const IDENTITY_HEADER: u8 = 0x5F;

impl Status {
    pub(super) fn draw_from(&mut self, seed: u64) {
        self.chance = Some(fastrand::Rng::with_seed(seed));
    }

    /// An answer that stands in the page's own order: the kind that `lose-reply` loses.
    pub(super) fn answer_in_turn(&mut self, reply: &Reply) {
        if self.to_lose > 0 {
            self.to_lose -= 1;
        } else {
            self.answer(reply);
        }
    }

    pub(super) fn answer(&mut self, reply: &Reply) {
        let mut bytes = reply.encode();
        if self.to_garble > 0 {
            self.to_garble -= 1;
            let bits = bytes.len() * 8;
            let bit = self.chance.as_mut().map_or(bits / 16 * 8, |chance| chance.usize(..bits));
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        self.outputs.push_back(ModelOutput::Transmit(bytes));
    }

    /// Reports a change unasked, if somebody asked to be told of such.
    pub(super) fn changed(&mut self, before: &Condition, after: &Condition) {
        let online = before.offline != after.offline || before.cover_open != after.cover_open;
        let errors = errors_of(before) != errors_of(after);
        let paper = before.paper_byte() != after.paper_byte();
        let reports = |bit: u8| self.reported_changes & bit != 0;
        if online && reports(REPORT_ONLINE)
            || errors && reports(REPORT_ERRORS)
            || paper && reports(REPORT_PAPER)
        {
            self.answer(&Reply::Auto(*after));
        }
    }

    pub(super) fn identify(&mut self, query: IdentityQuery) {
        let text: &[u8] = match query {
            IdentityQuery::ModelNumber => return self.answer_in_turn(&Reply::Buffered(0x20)),
            IdentityQuery::TypeNumber => return self.answer_in_turn(&Reply::Buffered(0x03)),
            IdentityQuery::RomNumber => return self.answer_in_turn(&Reply::Buffered(0x01)),
            IdentityQuery::Firmware => b"1.00",
            IdentityQuery::Maker => b"SEISANKI",
            IdentityQuery::Model => b"SIM-80",
            IdentityQuery::Serial => b"SIM0000001",
            IdentityQuery::Font => b"JAPANESE",
        };
        self.answer_in_turn(&Reply::Block { header: IDENTITY_HEADER, text: text.to_vec() });
    }

    /// Something that a person would see; `details` is an object.
    pub(super) fn show(&mut self, happened: &str, mut details: Value) {
        details["happened"] = json!(happened);
        self.outputs.push_back(ModelOutput::Happened(details));
    }

    /// Power is gone: nothing that was not said is said, and nobody is subscribed any more.
    pub(super) fn fall_silent(&mut self) {
        self.outputs.retain(|output| matches!(output, ModelOutput::Happened(_)));
        self.reported_changes = 0;
    }

    pub(super) fn poll(&mut self) -> Option<ModelOutput> {
        self.outputs.pop_front()
    }
}

fn errors_of(condition: &Condition) -> [bool; 4] {
    [
        condition.cutter_error,
        condition.mechanical_error,
        condition.unrecoverable_error,
        condition.passing_error,
    ]
}
