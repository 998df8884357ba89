//! What is shown: I15, that each sum on the screen is what is so, and I14.

use api::{KioskView, Page};

use super::facts::Facts;
use super::{Violation, ensure};

/// I15: the sums on a page are those of the payment.
pub(super) fn is_true(view: &KioskView, facts: &Facts) -> Result<(), Violation> {
    match (&view.page, &facts.open) {
        (Page::InsertCash { due, inserted, missing, change, .. }, Some(open)) => {
            let (shown, right) = (
                (*due, *inserted, *missing, *change),
                (open.due, open.inserted(), open.missing(), open.change()),
            );
            ensure("I15", shown == right, || format!("the screen shows {shown:?}, right is {right:?}"))
        }
        (Page::InsertCash { .. }, None) => {
            ensure("I15", false, || "cash is asked for without a payment".to_owned())
        }
        (Page::Owed { amount, payment, code }, _) => {
            let slip = facts.closed.get(payment).and_then(|closed| closed.slip.as_ref());
            let right = slip.is_some_and(|slip| slip.amount == *amount && slip.code.as_str() == code);
            ensure("I15", right, || {
                format!("the screen owes {amount} for payment {payment}, the slip {slip:?}")
            })
        }
        (Page::Thanks { receipts }, _) => {
            let known = |number: &api::ReceiptNumber| facts.receipt(number.0).is_some();
            ensure("I15", receipts.iter().all(known), || format!("the screen names {receipts:?}"))
        }
        (Page::Suspended { payment, inserted }, open) => {
            let right = open.as_ref().is_some_and(|open| {
                let known = (Some(open.payment), open.inserted());
                open.suspended.is_some() && (*payment, *inserted) == known
            });
            ensure("I15", right, || {
                format!("the screen says that payment {payment:?} with {inserted} is suspended")
            })
        }
        _ => Ok(()),
    }
}
