use api::WallTime;
use engine::{Entry, Recorded};

use super::at_work::Bug;

/// A program that starts takes no notice of some entries.
#[derive(Debug)]
pub(super) struct Forgets(pub(super) fn(&Entry) -> bool);

impl Bug for Forgets {
    fn read_back(&mut self, _now: WallTime, mut records: Vec<Recorded>) -> Vec<Recorded> {
        records.retain(|record| !(self.0)(&record.entry));
        records
    }
}

/// A program that starts takes every break for a short one.
#[derive(Debug)]
pub(super) struct BreakNotMeasured;

impl Bug for BreakNotMeasured {
    fn read_back(&mut self, now: WallTime, mut records: Vec<Recorded>) -> Vec<Recorded> {
        let away = records.last().map_or(0, |newest| now.0 - newest.at.0);
        records.iter_mut().for_each(|record| record.at.0 += away);
        records
    }
}
