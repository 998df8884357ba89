//! What the entries say of each payment, put together without the engine.

use std::collections::BTreeMap;

use api::{Outcome, PaymentId, WallTime};
use engine::{BillRef, CashEntry, Discrepancy, Entry, PaymentEntry, PayoutEntry, Receipt, Slip};
use money::{CashCount, Denomination, Yen};

/// Every payment so far.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) open: Option<Paying>,
    pub(super) closed: BTreeMap<PaymentId, Closed>,
}

/// A payment whose money part has not ended.
#[derive(Clone, Debug)]
pub(super) struct Paying {
    pub(super) payment: PaymentId,
    pub(super) bills: Vec<BillRef>,
    pub(super) due: Yen,
    pub(super) credited: CashCount,
    pub(super) paid_out: CashCount,
    /// The note that was to be stacked and of which nothing was written since.
    pub(super) stacking: Option<Denomination>,
    pub(super) suspended: Option<Discrepancy>,
}

/// A payment whose money part has ended.
#[derive(Clone, Debug)]
pub(super) struct Closed {
    pub(super) paying: Paying,
    pub(super) outcome: Outcome,
    pub(super) at: WallTime,
    pub(super) receipts: Vec<Receipt>,
    pub(super) slip: Option<Slip>,
}

impl Facts {
    /// Takes an entry into account that was written `at`.
    pub(super) fn apply(&mut self, at: WallTime, entry: &Entry) {
        match entry {
            Entry::Payment(PaymentEntry::PaymentOpened { payment, bills, .. }) => {
                self.open = Some(Paying::new(*payment, bills))
            }
            Entry::Payment(PaymentEntry::PaymentClosed { outcome, receipts, slip, .. }) => {
                if let Some(paying) = self.open.take() {
                    let (outcome, receipts, slip) = (outcome.clone(), receipts.clone(), slip.clone());
                    self.closed.insert(paying.payment, Closed { paying, outcome, at, receipts, slip });
                }
            }
            _ => {
                if let Some(open) = &mut self.open {
                    open.apply(entry);
                }
            }
        }
    }

    /// The payment that a 領収証 belongs to, and the receipt.
    pub(super) fn receipt(&self, number: u32) -> Option<(&Closed, &Receipt)> {
        let mut newest_first = self.closed.values().rev();
        newest_first.find_map(|closed| {
            let receipt = closed.receipts.iter().find(|receipt| receipt.number.0 == number)?;
            Some((closed, receipt))
        })
    }
}

impl Paying {
    fn new(payment: PaymentId, bills: &[BillRef]) -> Paying {
        let due = Yen::sum(bills.iter().map(|bill| bill.due)).expect("bills are sums that fit");
        Paying {
            payment,
            bills: bills.to_vec(),
            due,
            credited: CashCount::EMPTY,
            paid_out: CashCount::EMPTY,
            stacking: None,
            suspended: None,
        }
    }

    fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Cash(CashEntry::StackIntended { denomination, .. }) => self.stacking = Some(*denomination),
            Entry::Cash(CashEntry::NoteRefused { .. }) | Entry::Cash(CashEntry::NoteReturned { .. }) => {
                self.stacking = None
            }
            Entry::Cash(CashEntry::NoteCredited { denomination, .. }) => {
                self.stacking = None;
                add(&mut self.credited, *denomination, 1);
            }
            Entry::Cash(CashEntry::CoinCredited { denomination, .. }) => {
                add(&mut self.credited, *denomination, 1)
            }
            Entry::Payout(PayoutEntry::PayoutEnded { denomination, pieces, end, .. }) => {
                let (paid, _) = end.paid_and_doubtful(*pieces);
                add(&mut self.paid_out, *denomination, paid);
            }
            Entry::Payment(PaymentEntry::PaymentSuspended { discrepancy, .. }) => {
                self.suspended = Some(discrepancy.clone())
            }
            Entry::Payment(PaymentEntry::PaymentDecided { .. })
            | Entry::Payment(PaymentEntry::ReturnDecided { .. }) => self.suspended = None,
            _ => {}
        }
    }

    pub(super) fn inserted(&self) -> Yen {
        self.credited.total().expect("a payment has few pieces")
    }

    /// What is too much for the bills.
    pub(super) fn change(&self) -> Yen {
        not_below_zero(self.inserted(), self.due)
    }

    pub(super) fn missing(&self) -> Yen {
        not_below_zero(self.due, self.inserted())
    }
}

fn not_below_zero(amount: Yen, less: Yen) -> Yen {
    amount.minus(less).expect("two sums that fit").max(Yen::ZERO)
}

fn add(pile: &mut CashCount, kind: Denomination, pieces: u32) {
    pile.add(kind, pieces).expect("a payment has few pieces");
}
