use api::{PaymentResult, ReceiptNumber};
use device_api::{DepositCommand, PayoutCommand, UnitCommand};
use engine::{Entry, Output, PaperFacts, PaymentEntry, PayoutEntry, Step};
use money::DenominationSet;

use super::at_work::Bug;
use crate::cabinet::COINS;

/// Too much change is paid out, one piece a unit; intention, command and end agree.
#[derive(Debug, Default)]
pub(super) struct ChangeSign {
    /// The patient has paid, and gets what is too much.
    is_change: bool,
}

impl Bug for ChangeSign {
    fn step(&mut self, mut step: Step) -> Step {
        step.entries.iter_mut().for_each(|draft| self.alter_entry(&mut draft.entry));
        if self.is_change {
            step.outputs.iter_mut().for_each(one_piece_more);
        }
        step
    }
}

impl ChangeSign {
    fn alter_entry(&mut self, entry: &mut Entry) {
        match entry {
            Entry::Payment(PaymentEntry::PaymentOpened { .. }) => self.is_change = false,
            Entry::Payment(PaymentEntry::PaymentConfirmed { .. }) => self.is_change = true,
            Entry::Payout(PayoutEntry::PayoutIntended { pieces, .. })
            | Entry::Payout(PayoutEntry::PayoutEnded { pieces, .. })
                if self.is_change =>
            {
                *pieces += 1;
            }
            _ => {}
        }
    }
}

fn one_piece_more(output: &mut Output) {
    if let Output::Unit(_, UnitCommand::Out(PayoutCommand::Dispense(dispense))) = output {
        dispense.pieces += 1;
    }
}

/// Numbers of receipts begin with 1 once more.
#[derive(Debug)]
pub(super) struct NumbersReused;

impl Bug for NumbersReused {
    fn step(&mut self, mut step: Step) -> Step {
        step.entries.iter_mut().for_each(|draft| number_entry(&mut draft.entry));
        step.outputs.iter_mut().for_each(number_output);
        step
    }
}

fn number_entry(entry: &mut Entry) {
    if let Entry::Payment(PaymentEntry::PaymentClosed { receipts, .. }) = entry {
        receipts.iter_mut().for_each(|receipt| receipt.number = reused(receipt.number));
    }
}

fn number_output(output: &mut Output) {
    match output {
        Output::Print(request) => {
            if let PaperFacts::Receipt(facts) = &mut request.paper {
                facts.number = reused(facts.number);
            }
        }
        Output::Deliver(result) => number_result(result),
        _ => {}
    }
}

fn number_result(result: &mut PaymentResult) {
    for number in result.bills.iter_mut().filter_map(|bill| bill.receipt.as_mut()) {
        *number = reused(*number);
    }
}

/// The first number twice, then on from there.
fn reused(number: ReceiptNumber) -> ReceiptNumber {
    ReceiptNumber(number.0.saturating_sub(1).max(1))
}

/// Coins are taken however many of their kind are inside.
#[derive(Debug, Default)]
pub(super) struct NoLimitOfCoins {
    /// What was ever taken.
    known: DenominationSet,
}

impl Bug for NoLimitOfCoins {
    fn step(&mut self, mut step: Step) -> Step {
        for output in &mut step.outputs {
            if let Output::Unit(COINS, UnitCommand::In(DepositCommand::Accept(coins))) = output
                && !coins.is_empty()
            {
                self.known = self.known.iter().chain(coins.iter()).collect();
                *coins = self.known;
            }
        }
        step
    }
}

/// What a step causes is something else.
#[derive(Debug)]
pub(super) struct Causes(pub(super) fn(&mut Output));

impl Bug for Causes {
    fn step(&mut self, mut step: Step) -> Step {
        step.outputs.iter_mut().for_each(self.0);
        step
    }
}

/// The acceptor's counter runs from 1 to 255, and is 0 only after it was switched on (docs/protocols/cctalk.md §4).
pub(super) fn last_coin_not_told(output: &mut Output) {
    if let Output::Unit(COINS, UnitCommand::In(DepositCommand::ToldUpTo(event))) = output {
        *event = if *event == 1 { u8::MAX } else { event.saturating_sub(1) };
    }
}
