use api::{Bill, Outcome, PaymentResult};
use engine::{Entry, Output, PaperEntry, PaperFacts, PrintMark, ReceiptFacts, SlipCode, SlipFacts, Step};
use money::{CashCount, Yen};

use super::at_work::Bug;

/// A 領収証 states something else than it should.
#[derive(Debug)]
pub(super) struct Receipts(pub(super) fn(&mut ReceiptFacts));

impl Bug for Receipts {
    fn step(&mut self, mut step: Step) -> Step {
        for facts in step.outputs.iter_mut().filter_map(receipt) {
            (self.0)(facts);
        }
        step
    }
}

/// A 領収証 is made out for the bill of the one before.
#[derive(Debug, Default)]
pub(super) struct BillBefore(Option<Bill>);

impl Bug for BillBefore {
    fn step(&mut self, mut step: Step) -> Step {
        for facts in step.outputs.iter_mut().filter_map(receipt) {
            let now = facts.bill.clone();
            if let Some(before) = self.0.replace(now) {
                facts.bill = before;
            }
        }
        step
    }
}

fn receipt(output: &mut Output) -> Option<&mut ReceiptFacts> {
    match output {
        Output::Print(request) => match &mut request.paper {
            PaperFacts::Receipt(facts) => Some(facts),
            PaperFacts::Slip(_) => None,
        },
        _ => None,
    }
}

pub(super) fn tendered_exactly(facts: &mut ReceiptFacts) {
    facts.inserted = facts.bill.due;
}

pub(super) fn received_what_was_inserted(facts: &mut ReceiptFacts) {
    facts.bill.due = facts.inserted;
}

pub(super) fn no_change(facts: &mut ReceiptFacts) {
    facts.change = Yen::ZERO;
}

pub(super) fn nothing_owed(facts: &mut ReceiptFacts) {
    facts.owed = Yen::ZERO;
}

/// A 預り票 states something else than it should.
#[derive(Debug)]
pub(super) struct Slips(pub(super) fn(&mut SlipFacts));

impl Bug for Slips {
    fn step(&mut self, mut step: Step) -> Step {
        for output in &mut step.outputs {
            if let Output::Print(request) = output
                && let PaperFacts::Slip(facts) = &mut request.paper
            {
                (self.0)(facts);
            }
        }
        step
    }
}

/// As if small coins were not owed.
pub(super) fn rounded_down(facts: &mut SlipFacts) {
    facts.amount = Yen::new(facts.amount.amount() / 100 * 100);
}

pub(super) fn drawn_anew(facts: &mut SlipFacts) {
    facts.code = SlipCode::of(facts.payment.0);
}

/// No paper says that it is not the first.
#[derive(Debug)]
pub(super) struct Unmarked;

impl Bug for Unmarked {
    fn step(&mut self, mut step: Step) -> Step {
        for draft in &mut step.entries {
            if let Entry::Paper(PaperEntry::PrintIntended { mark, .. }) = &mut draft.entry {
                *mark = PrintMark::Original;
            }
        }
        for output in &mut step.outputs {
            if let Output::Print(request) = output {
                request.mark = PrintMark::Original;
            }
        }
        step
    }
}

/// The billing system is told something else.
#[derive(Debug)]
pub(super) struct Results(pub(super) fn(&mut PaymentResult));

impl Bug for Results {
    fn step(&mut self, mut step: Step) -> Step {
        for output in &mut step.outputs {
            if let Output::Deliver(result) = output {
                (self.0)(result);
            }
        }
        step
    }
}

/// The billing system is told nothing.
#[derive(Debug)]
pub(super) struct NoResults;

impl Bug for NoResults {
    fn step(&mut self, mut step: Step) -> Step {
        step.outputs.retain(|output| !matches!(output, Output::Deliver(_)));
        step
    }
}

pub(super) fn nothing_paid_out(result: &mut PaymentResult) {
    result.paid_out = CashCount::EMPTY;
}

pub(super) fn first_revision(result: &mut PaymentResult) {
    result.bills.iter_mut().for_each(|bill| bill.revision = 1);
}

pub(super) fn no_numbers(result: &mut PaymentResult) {
    result.bills.iter_mut().for_each(|bill| bill.receipt = None);
}

pub(super) fn no_tenders(result: &mut PaymentResult) {
    result.tenders.clear();
}

pub(super) fn due_is_what_was_inserted(result: &mut PaymentResult) {
    let inserted = result.inserted.total().unwrap_or_default();
    result.bills.iter_mut().for_each(|bill| bill.due = inserted);
}

pub(super) fn cancelled_is_paid(result: &mut PaymentResult) {
    if let Outcome::Cancelled { .. } = result.outcome {
        result.outcome = Outcome::Paid;
    }
}
