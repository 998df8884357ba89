//! What happened beside the machine, for the page: the last happenings, and the papers that came out.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

use crate::machine::Happening;
use crate::surroundings::Device;

/// More than anybody reads; older ones are forgotten.
const KEPT: usize = 50;

/// Papers that are kept to look at; a demo of a day prints more.
const PAPERS_KEPT: usize = 12;

/// In a paper's text, before what a QR code says.
const QR_CODE: &str = "[QR ";

/// See the module.
#[derive(Default)]
pub(super) struct Log {
    last: VecDeque<Line>,
    papers: VecDeque<Paper>,
    count: u64,
}

/// A happening.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Line {
    /// Counts up.
    number: u64,
    /// Seconds since the machine was started.
    at_s: u64,
    device: &'static str,
    what: Value,
}

/// A piece of paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Paper {
    /// Which piece of the printer's life.
    pub(super) number: u64,
    /// Nothing disturbed it.
    complete: bool,
    /// Somebody has taken it.
    taken: bool,
    text: Vec<String>,
    /// What its QR code says, if there is one.
    pub(super) qr: Option<String>,
}

impl Log {
    /// Notes what happened `at_s` seconds after the start.
    pub(super) fn note(&mut self, at_s: u64, happening: &Happening) {
        let mut what = happening.value.clone();
        match (happening.device, what["happened"].as_str()) {
            (Device::Escpos, Some("cut")) => self.keep_paper(&what),
            (Device::Escpos, Some("taken")) => self.papers.iter_mut().for_each(|paper| paper.taken = true),
            _ => {}
        }
        if let Some(fields) = what.as_object_mut() {
            fields.remove("text");
        }
        self.count += 1;
        self.last.push_front(Line { number: self.count, at_s, device: name(happening.device), what });
        self.last.truncate(KEPT);
    }

    fn keep_paper(&mut self, cut: &Value) {
        let (Some(number), Some(lines)) = (cut["piece"].as_u64(), cut["text"].as_array()) else { return };
        let text: Vec<String> = lines.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let qr = text.iter().find_map(|line| line.trim().strip_prefix(QR_CODE)?.strip_suffix(']'));
        self.papers.push_front(Paper {
            number,
            complete: cut["complete"].as_bool().unwrap_or_default(),
            taken: false,
            qr: qr.map(str::to_owned),
            text,
        });
        self.papers.truncate(PAPERS_KEPT);
    }

    /// Newest first.
    pub(super) fn last(&self) -> Vec<Line> {
        self.last.iter().cloned().collect()
    }

    /// Newest first.
    pub(super) fn papers(&self) -> Vec<Paper> {
        self.papers.iter().cloned().collect()
    }
}

/// The devices by the names that the page uses.
pub(super) fn name(device: Device) -> &'static str {
    match device {
        Device::Id003 | Device::SecondId003 => "note",
        Device::Cctalk | Device::SecondCctalk => "coin",
        Device::Escpos => "printer",
        Device::Scanner => "scanner",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn printer(value: Value) -> Happening {
        Happening { device: Device::Escpos, value }
    }

    #[test]
    fn papers_lie_there_until_they_are_taken() {
        let mut log = Log::default();
        let text = ["領収証", "   [QR S-12-34]"];
        log.note(3, &printer(json!({ "happened": "cut", "piece": 1, "complete": true, "text": text })));
        log.note(3, &printer(json!({ "happened": "cut", "blank": true })));
        let [paper] = &log.papers()[..] else { panic!("one paper") };
        assert_eq!((paper.number, paper.taken, paper.qr.as_deref()), (1, false, Some("S-12-34")));
        log.note(4, &printer(json!({ "happened": "taken", "pieces": [1] })));
        assert!(log.papers()[0].taken);
        assert_eq!(log.last().len(), 3);
        assert_eq!(log.last()[2].what, json!({ "happened": "cut", "piece": 1, "complete": true }));
    }

    #[test]
    fn old_happenings_are_forgotten() {
        let mut log = Log::default();
        for _ in 0..KEPT + 10 {
            log.note(0, &Happening { device: Device::Scanner, value: json!({ "happened": "scan" }) });
        }
        assert_eq!((log.last().len(), log.last()[0].number), (KEPT, 60));
    }
}
