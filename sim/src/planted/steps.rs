use api::{PaymentResult, ReceiptNumber};
use device_api::{CashCommand, CoinCommand};
use engine::{Draft, Entry, Output, PaperFacts, Step};

/// An engine with a bug.
#[derive(Debug)]
pub(super) enum Engine {
    /// What is not written yet.
    PayoutBeforeIntent(Vec<Draft>),
    ChangeSign(Giving),
    ReceiptNumberReuse,
}

/// What is being paid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Giving {
    Nothing,
    /// The patient has paid, and gets what is too much.
    Change,
}

impl Engine {
    /// What becomes of `step`.
    pub(super) fn step(&mut self, mut step: Step) -> Step {
        match self {
            Engine::PayoutBeforeIntent(unwritten) => {
                let (late, now): (Vec<_>, Vec<_>) = step
                    .entries
                    .into_iter()
                    .partition(|draft| matches!(draft.entry, Entry::PayoutIntended { .. }));
                step.entries = std::mem::replace(unwritten, late);
                step.entries.extend(now);
            }
            Engine::ChangeSign(giving) => {
                step.entries.iter_mut().for_each(|draft| giving.alter_entry(&mut draft.entry));
                if *giving == Giving::Change {
                    step.outputs.iter_mut().for_each(one_piece_more);
                }
            }
            Engine::ReceiptNumberReuse => {
                step.entries.iter_mut().for_each(|draft| number_entry(&mut draft.entry));
                step.outputs.iter_mut().for_each(number_output);
            }
        }
        step
    }

    /// The program is killed: what was not written never will be.
    pub(super) fn restarted(&mut self) {
        if let Engine::PayoutBeforeIntent(unwritten) = self {
            unwritten.clear();
        }
    }
}

impl Giving {
    fn alter_entry(&mut self, entry: &mut Entry) {
        match entry {
            Entry::PaymentOpened { .. } => *self = Giving::Nothing,
            Entry::PaymentConfirmed { .. } => *self = Giving::Change,
            Entry::PayoutIntended { pieces, .. } | Entry::PayoutEnded { pieces, .. }
                if *self == Giving::Change =>
            {
                *pieces += 1;
            }
            _ => {}
        }
    }
}

fn one_piece_more(output: &mut Output) {
    if let Output::Cash(CashCommand::Dispense(dispense)) | Output::Coin(CoinCommand::Dispense(dispense)) =
        output
    {
        dispense.pieces += 1;
    }
}

fn number_entry(entry: &mut Entry) {
    if let Entry::PaymentClosed { receipts, .. } = entry {
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
