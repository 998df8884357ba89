//! What the billing system is told: I7, to the last field.

use api::{Fate, MachineId, Method, PaidBill, PaidTender, PaymentResult};
use money::Yen;

use super::facts::{Closed, Facts, Paying, Tendered};
use super::{Violation, ensure};

/// I7: a result says what became of a payment that ended.
pub(super) fn is_true(result: &PaymentResult, machine: &str, facts: &Facts) -> Result<(), Violation> {
    let right = facts.closed.get(&result.payment).map(|closed| right(closed, machine));
    ensure("I7", right.as_ref() == Some(result), || format!("told was {result:?}, right is {right:?}"))
}

fn right(closed: &Closed, machine: &str) -> PaymentResult {
    let paying = &closed.paying;
    let number = |bill: &api::BillId| {
        closed.receipts.iter().find(|receipt| receipt.bill == *bill).map(|receipt| receipt.number)
    };
    let bills = paying.lines.iter().map(|line| PaidBill {
        bill: line.bill.clone(),
        revision: line.revision,
        due: line.due,
        receipt: number(&line.bill),
    });
    PaymentResult {
        machine: MachineId(machine.to_owned()),
        payment: paying.payment,
        outcome: closed.outcome.clone(),
        closed_at: closed.at,
        bills: bills.collect(),
        tenders: paying.tenders.iter().map(|tender| right_tender(paying, *tender)).collect(),
        inserted: paying.credited,
        paid_out: paying.paid_out,
    }
}

/// There is one way to bring cash, so all of it came in by this tender.
fn right_tender(paying: &Paying, Tendered { id, fate }: Tendered) -> PaidTender {
    let paid_out = paying.paid_out.total().expect("a payment has few pieces");
    let kept = paying.inserted().minus(paid_out).unwrap_or(Yen::ZERO);
    PaidTender { tender: id, method: Method::Cash, fate: fate.unwrap_or(Fate::Unknown), kept }
}
