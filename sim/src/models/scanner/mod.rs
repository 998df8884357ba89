//! Model of a serial scanner (docs/protocols/scanner.md).

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use wire::Moment;
use wire::scanner::Framing;

use crate::model::{Inside, Model, ModelOutput, Trouble, known_commands};
use crate::models::faulty_line::FaultyLine;

/// A scanner that sends what is held under it.
///
/// What it shows a person never holds the code: that is the patient's, as on the real machine.
pub struct ScannerModel {
    framing: Framing,
    /// Send byte by byte, with gaps, as slow adapters deliver.
    split: bool,
    /// Without power it sees nothing.
    powered: bool,
    /// It hangs: the power is on, but it reads nothing.
    stalled: bool,
    /// What becomes of the next codes on their way.
    line: FaultyLine,
    /// Pieces that are still to go out, and when.
    queue: VecDeque<(Moment, Vec<u8>)>,
    outputs: VecDeque<ModelOutput>,
}

/// Between two bytes of a code that is sent in pieces: more than the line needs, less than any idle timeout.
const SPLIT_GAP: Duration = Duration::from_millis(5);

const HELP: &[(&str, &str)] = &[
    ("scan CODE", "hold a code under the scanner"),
    ("scan-bytes HEX", "send these bytes as they are, without framing"),
    ("split on|off", "send each byte by itself, with gaps"),
    ("lose-reply N", "the next N codes get lost on their way"),
    ("garble N", "one bit flips in each of the next N codes"),
    ("power cut|on", "take the power away, give it back"),
    (
        "stall on|off",
        "let it hang, so that it reads nothing until off; a code that is half sent still goes out",
    ),
];

impl ScannerModel {
    /// A scanner that is set to `framing`.
    pub fn new(framing: Framing) -> ScannerModel {
        ScannerModel {
            framing,
            split: false,
            powered: true,
            stalled: false,
            line: FaultyLine::default(),
            queue: VecDeque::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Something is held under it.
    fn see(&mut self, now: Moment, bytes: Vec<u8>) {
        let sees = self.powered && !self.stalled;
        let what = if sees { "scan" } else { "not_seen" };
        self.show(json!({ "happened": what }));
        if !sees || bytes.is_empty() {
            return;
        }
        if let Some(bytes) = self.line.carry(bytes) {
            self.send(now, &bytes);
        }
    }

    fn send(&mut self, now: Moment, bytes: &[u8]) {
        let gap = if self.split { SPLIT_GAP } else { Duration::ZERO };
        let piece_length = if self.split { 1 } else { bytes.len().max(1) };
        let mut at = self.queue.back().map_or(now, |(last, _)| last.after(gap));
        for piece in bytes.chunks(piece_length) {
            self.queue.push_back((at, piece.to_vec()));
            at = at.after(gap);
        }
        self.handle_timeout(now);
    }

    /// What was on its way is lost.
    fn lose_power(&mut self) {
        self.queue.clear();
        self.switch(false);
    }

    fn switch(&mut self, on: bool) {
        self.powered = on;
        self.show(json!({ "happened": "power", "on": on }));
    }

    fn show(&mut self, what: Value) {
        self.outputs.push_back(ModelOutput::Happened(what));
    }
}

impl Model for ScannerModel {
    fn draw_from(&mut self, seed: u64) {
        self.line.draw_from(seed);
    }

    fn start(&mut self, _now: Moment) {}

    /// A scanner in its usual setting takes no commands.
    fn handle_bytes(&mut self, _now: Moment, _bytes: &[u8]) {}

    fn handle_timeout(&mut self, now: Moment) {
        while let Some((_, bytes)) = self.queue.pop_front_if(|(at, _)| *at <= now) {
            self.outputs.push_back(ModelOutput::Transmit(bytes));
        }
    }

    fn deadline(&self) -> Option<Moment> {
        self.queue.front().map(|(at, _)| *at)
    }

    fn act(&mut self, now: Moment, command: &str) -> Result<(), String> {
        match command.split_once(' ') {
            Some(("scan", code)) => self.see(now, self.framing.wrap(code.as_bytes())),
            Some(("scan-bytes", hex)) => self.see(now, bytes_of(hex)?),
            Some(("lose-reply", count)) => self.line.lose = number(count)?,
            Some(("garble", count)) => self.line.garble = number(count)?,
            Some(("power", "cut")) => self.lose_power(),
            Some(("power", "on")) => self.switch(true),
            Some(("stall", "on")) => self.stalled = true,
            Some(("stall", "off")) => self.stalled = false,
            Some(("split", "on")) => self.split = true,
            Some(("split", "off")) => self.split = false,
            _ => return Err(format!("a scanner takes one of: {}", known_commands(HELP))),
        }
        Ok(())
    }

    fn poll(&mut self) -> Option<ModelOutput> {
        self.outputs.pop_front()
    }

    /// Nothing ever lies in a scanner.
    fn look_inside(&self) -> Inside {
        let troubles = [(Trouble::PowerOff, !self.powered), (Trouble::Stalled, self.stalled)];
        Inside { troubles: Trouble::among(troubles), ..Inside::default() }
    }

    fn help(&self) -> &'static [(&'static str, &'static str)] {
        HELP
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.trim().parse().map_err(|_| format!("{text} is not a number of codes"))
}

fn bytes_of(hex: &str) -> Result<Vec<u8>, String> {
    let digits: String = hex.split_whitespace().collect();
    let pairs =
        digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2));
    pairs
        .map(|pair| pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| "scan-bytes takes two hexadecimal digits a byte, e.g. 30 30 34 32 0D".to_owned())
}

#[cfg(test)]
mod tests;
