//! What the billing system is told: I7, to the last field.

use api::{MachineId, Method, PaidBill, PaymentResult};

use super::facts::{Closed, Facts};
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
    let bills = paying.bills.iter().map(|bill| PaidBill {
        bill: bill.bill.clone(),
        revision: bill.revision,
        due: bill.due,
        receipt: number(&bill.bill),
    });
    PaymentResult {
        machine: MachineId(machine.to_owned()),
        payment: paying.payment,
        outcome: closed.outcome.clone(),
        closed_at: closed.at,
        bills: bills.collect(),
        method: Method::Cash,
        inserted: paying.credited,
        paid_out: paying.paid_out,
    }
}
