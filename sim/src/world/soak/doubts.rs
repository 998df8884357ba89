//! Doubts about what units have counted: in a world in which nobody moves anything outside the books there are none.

use api::{DoubtSaid, PaymentId, ReceiptNumber};
use engine::{DeskAction, Entry, PaymentEntry};

use super::attendant::{NAME, act};
use crate::world::World;

/// Settles what doubts stand, with the newest numbers that are on paper or in the billing system.
pub(super) fn settle(world: &mut World) -> Result<(), String> {
    let (newest_receipt, newest_payment) = newest_numbers(world);
    for doubt in world.engine().doubts() {
        let (doubt, said, by) = (doubt.doubt, DoubtSaid::Counted, NAME.to_owned());
        act(world, DeskAction::SettleDoubt { doubt, said, newest_receipt, newest_payment, by })?;
    }
    Ok(())
}

/// The newest numbers that anybody has seen, whatever the journal says.
pub(super) fn newest_numbers(world: &World) -> (ReceiptNumber, PaymentId) {
    let closed = world.written().iter().filter_map(|entry| match entry {
        Entry::Payment(PaymentEntry::PaymentClosed { payment, receipts, .. }) => {
            Some((receipts.last().map(|one| one.number), *payment))
        }
        _ => None,
    });
    let (receipts, payments): (Vec<_>, Vec<_>) = closed.unzip();
    let newest = receipts.into_iter().flatten().max();
    (newest.unwrap_or(ReceiptNumber(0)), payments.into_iter().max().unwrap_or(PaymentId(0)))
}
