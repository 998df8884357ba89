use api::WallTime;
use device_api::{DepositCommand, Deposited, UnitCommand, UnitEvent};
use engine::{Entry, Input, Output, PaymentEntry, Recorded};

use super::at_work::{Bug, Turned, told};
use crate::cabinet::COINS;

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

/// A coin that an acceptor tells of before any payment is told once slots are open: whoever pays next has it.
#[derive(Debug, Default)]
pub(super) struct FoundCoins {
    /// Nobody has paid since the start.
    waits: bool,
    found: Vec<Input>,
}

impl Bug for FoundCoins {
    fn read_back(&mut self, _now: WallTime, records: Vec<Recorded>) -> Vec<Recorded> {
        let newest = records.iter().rev().find_map(|record| match record.entry {
            Entry::Payment(PaymentEntry::PaymentOpened { .. }) => Some(true),
            Entry::Payment(PaymentEntry::PaymentClosed { .. }) => Some(false),
            _ => None,
        });
        self.waits = newest != Some(true);
        records
    }

    fn ordered(&mut self, output: &Output) -> Option<Input> {
        if let Output::Unit(COINS, UnitCommand::In(DepositCommand::Accept(coins))) = output {
            self.waits &= coins.is_empty();
        }
        None
    }

    fn told(&mut self, event: Input) -> Turned {
        match (self.waits, &event) {
            (true, Input::Unit(COINS, UnitEvent::In(Deposited::Inserted { .. }))) => {
                self.found.push(event);
                Turned::default()
            }
            (true, _) => told([event]),
            (false, _) => told(std::mem::take(&mut self.found).into_iter().chain([event])),
        }
    }
}
