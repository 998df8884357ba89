//! Doubts about what units have counted, where somebody has moved money outside the books.

use api::{Act, DoubtSaid, NewestNumbers, PaymentId, ReceiptNumber};
use engine::{Entry, PaymentEntry};

use super::attendant::act;
use crate::world::World;

/// Settles what doubts stand, with the newest numbers that are on paper or in the billing system. The payment that is open
/// has to end before.
pub(super) fn settle(world: &mut World) -> Result<(), String> {
    if world.engine().open_payment().is_some() {
        return Ok(());
    }
    let newest = newest_numbers(world);
    for doubt in world.engine().doubts() {
        act(world, Act::SettleDoubt { doubt: doubt.doubt, said: DoubtSaid::Counted, newest })?;
    }
    Ok(())
}

/// The newest numbers that anybody has seen, whatever the journal says.
fn newest_numbers(world: &World) -> NewestNumbers {
    let written = in_entries(world.written());
    world.lost_numbers().map_or(written, |lost| NewestNumbers {
        receipt: lost.receipt.max(written.receipt),
        payment: lost.payment.max(written.payment),
    })
}

/// The newest numbers that these entries gave.
pub(in crate::world) fn in_entries(entries: &[Entry]) -> NewestNumbers {
    let closed = entries.iter().filter_map(|entry| match entry {
        Entry::Payment(PaymentEntry::PaymentClosed { payment, receipts, .. }) => {
            Some((receipts.last().map(|one| one.number), *payment))
        }
        _ => None,
    });
    let (receipts, payments): (Vec<_>, Vec<_>) = closed.unzip();
    let newest = receipts.into_iter().flatten().max();
    NewestNumbers {
        receipt: newest.unwrap_or(ReceiptNumber(0)),
        payment: payments.into_iter().max().unwrap_or(PaymentId(0)),
    }
}
