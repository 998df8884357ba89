//! What the entries say of each payment, put together without the engine.

use std::collections::BTreeMap;

use api::{Fate, Outcome, PaymentId, Takes, TenderId, WallTime};
use device_api::{DispenseEnd, PrintJobId, UnitId};
use engine::{
    CashEntry, Discrepancy, Entry, Line, Means, PaymentEntry, PayoutEntry, Private, Receipt, Slip, SlipCode,
    TenderEntry,
};
use money::{CashCount, Denomination, Yen};

use super::{Violation, violation};

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
    pub(super) lines: Vec<Line>,
    /// Each tender, with what became of it.
    pub(super) tenders: Vec<Tendered>,
    /// What can be inserted, once that is intended.
    pub(super) takes: Option<Takes>,
    pub(super) due: Yen,
    pub(super) credited: CashCount,
    pub(super) paid_out: CashCount,
    /// In each unit, the note that was to be stacked and of which nothing was written since.
    pub(super) stacking: BTreeMap<UnitId, Denomination>,
    /// Nobody knows how a payout ended.
    pub(super) has_unknown_payout: bool,
    pub(super) suspended: Option<Discrepancy>,
}

/// One way in which money comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tendered {
    pub(super) id: TenderId,
    pub(super) fate: Option<Fate>,
}

/// A payment whose money part has ended.
#[derive(Clone, Debug)]
pub(super) struct Closed {
    pub(super) paying: Paying,
    pub(super) outcome: Outcome,
    pub(super) at: WallTime,
    pub(super) receipts: Vec<Receipt>,
    pub(super) slip: Option<IssuedSlip>,
}

/// What the desk owes, and the code that stands on the paper, of which the chain holds the seal only.
#[derive(Clone, Debug)]
pub(super) struct IssuedSlip {
    pub(super) job: PrintJobId,
    pub(super) amount: Yen,
    pub(super) code: SlipCode,
}

impl Facts {
    /// Every 領収証 so far.
    pub(super) fn receipts(&self) -> impl Iterator<Item = &Receipt> {
        self.closed.values().flat_map(|closed| &closed.receipts)
    }

    /// Every 預り票 so far.
    pub(super) fn slips(&self) -> impl Iterator<Item = (PaymentId, &IssuedSlip)> {
        self.closed.iter().filter_map(|(payment, closed)| Some((*payment, closed.slip.as_ref()?)))
    }

    /// Takes an entry into account that was written `at`. I8: the seal of a slip is that of the code beside the chain.
    pub(super) fn apply(
        &mut self,
        at: WallTime,
        entry: &Entry,
        private: Option<&Private>,
    ) -> Result<(), Violation> {
        match entry {
            Entry::Payment(PaymentEntry::PaymentOpened { payment, lines }) => {
                self.open = Some(Paying::new(*payment, lines))
            }
            Entry::Payment(PaymentEntry::PaymentClosed { outcome, receipts, slip, .. }) => {
                if let Some(paying) = self.open.take() {
                    let (outcome, receipts) = (outcome.clone(), receipts.clone());
                    let slip = issued(paying.payment, slip.as_ref(), private)?;
                    self.closed.insert(paying.payment, Closed { paying, outcome, at, receipts, slip });
                }
            }
            _ => {
                if let Some(open) = &mut self.open {
                    open.apply(entry);
                }
            }
        }
        Ok(())
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

fn issued(
    payment: PaymentId,
    slip: Option<&Slip>,
    private: Option<&Private>,
) -> Result<Option<IssuedSlip>, Violation> {
    match (slip, private) {
        (None, None) => Ok(None),
        (Some(slip), Some(Private::SlipCode(code))) if code.seal(payment) == slip.code => {
            Ok(Some(IssuedSlip { job: slip.job, amount: slip.amount, code: code.clone() }))
        }
        (_, _) => {
            Err(violation("I8", format!("payment {payment} was closed with another code than its slip's")))
        }
    }
}

impl Paying {
    fn new(payment: PaymentId, lines: &[Line]) -> Paying {
        let due = Yen::sum(lines.iter().map(|line| line.due)).expect("bills are sums that fit");
        Paying {
            payment,
            lines: lines.to_vec(),
            tenders: Vec::new(),
            takes: None,
            due,
            credited: CashCount::EMPTY,
            paid_out: CashCount::EMPTY,
            stacking: BTreeMap::new(),
            has_unknown_payout: false,
            suspended: None,
        }
    }

    fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Cash(CashEntry::StackIntended { unit, denomination, .. }) => {
                self.stacking.insert(*unit, *denomination);
            }
            Entry::Cash(CashEntry::NoteRefused { unit, .. })
            | Entry::Cash(CashEntry::NoteReturned { unit, .. }) => {
                self.stacking.remove(unit);
            }
            Entry::Cash(CashEntry::NoteCredited { unit, denomination, .. }) => {
                self.stacking.remove(unit);
                add(&mut self.credited, *denomination, 1);
            }
            Entry::Cash(CashEntry::CoinCredited { denomination, .. }) => {
                add(&mut self.credited, *denomination, 1)
            }
            Entry::Payout(PayoutEntry::PayoutEnded { denomination, pieces, end, .. }) => {
                let (paid, _) = end.paid_and_doubtful(*pieces);
                self.has_unknown_payout |= matches!(end, DispenseEnd::Unknown { .. });
                add(&mut self.paid_out, *denomination, paid);
            }
            Entry::Tender(entry) => self.tendered(entry),
            Entry::Payment(PaymentEntry::PaymentSuspended { discrepancy, .. }) => {
                self.suspended = Some(discrepancy.clone())
            }
            Entry::Payment(PaymentEntry::PaymentDecided { .. })
            | Entry::Payment(PaymentEntry::ReturnDecided { .. }) => self.suspended = None,
            _ => {}
        }
    }

    fn tendered(&mut self, entry: &TenderEntry) {
        let id = entry.tender();
        let fate = match entry {
            TenderEntry::TenderIntended { means: Means::Cash { takes, .. }, .. } => {
                self.takes = Some(*takes);
                self.tenders.push(Tendered { id, fate: None });
                return;
            }
            TenderEntry::TenderTaken { .. } => Fate::Taken,
            TenderEntry::TenderVoid { .. } => Fate::Void,
            TenderEntry::TenderUnknown { .. } => Fate::Unknown,
        };
        let tender = self.tenders.iter_mut().find(|tender| tender.id == id);
        tender.into_iter().for_each(|tender| tender.fate = Some(fate));
    }

    /// The tender on whose account money moves now.
    pub(super) fn tender(&self) -> Option<TenderId> {
        self.tenders.iter().find(|tender| tender.fate.is_none()).map(|tender| tender.id)
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
