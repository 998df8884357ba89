use std::collections::BTreeMap;

use api::{Fate, Method, PaymentId, PaymentSummary, TenderView};
use device_api::UnitId;
use money::{CashCount, Denomination, Yen};
use serde::{Deserialize, Serialize};

use crate::{CashEntry, Entry, Line, Means, PaymentEntry, PayoutEntry, Purpose, Recorded, TenderEntry};

/// Payments that are answered from memory. A technician asks for those of today; older ones are in the journal.
const SUMMARIES_MAX: usize = 200;

/// What became of payments, by the journal alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summaries {
    payments: BTreeMap<PaymentId, PaymentSummary>,
    /// Of the payment under way.
    inserted: CashCount,
    /// The unit that holds the note under way.
    holds_note: Option<UnitId>,
}

/// What became of one payment, found out entry by entry.
#[derive(Debug)]
pub struct Inquiry {
    payment: PaymentId,
    summaries: Summaries,
    /// How it ended.
    found: Option<PaymentSummary>,
}

impl Inquiry {
    /// Nothing is read yet.
    pub fn about(payment: PaymentId) -> Inquiry {
        Inquiry { payment, summaries: Summaries::default(), found: None }
    }

    /// Takes in the next entry, from the oldest on.
    pub fn take_in(&mut self, recorded: &Recorded) {
        if self.found.is_some() {
            return;
        }
        self.summaries.apply(&recorded.entry);
        let ended = self.summaries.get(self.payment).filter(|summary| summary.outcome.is_some());
        self.found = ended.cloned();
    }

    /// Whether the entries that follow say nothing more of it.
    pub fn has_ended(&self) -> bool {
        self.found.is_some()
    }

    /// What became of it; `None` if it never was opened.
    pub fn answer(mut self) -> Option<PaymentSummary> {
        self.found.or_else(|| self.summaries.payments.remove(&self.payment))
    }
}

impl Summaries {
    pub(crate) fn get(&self, payment: PaymentId) -> Option<&PaymentSummary> {
        self.payments.get(&payment)
    }

    pub(crate) fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Cash(entry) => self.inserted(entry),
            Entry::Payout(entry) => self.paid_out(entry),
            Entry::Tender(entry) => self.tendered(entry),
            Entry::Payment(entry) => self.went_on(entry),
            Entry::Machine(_) | Entry::Paper(_) | Entry::Call(_) | Entry::Doubt(_) | Entry::Incident(_) => {}
        }
    }

    fn inserted(&mut self, entry: &CashEntry) {
        match entry {
            CashEntry::StackIntended { purpose, unit, denomination } => {
                self.holds_note = Some(*unit);
                self.with(purpose.payment(), |summary| summary.note_under_way = Some(*denomination));
            }
            CashEntry::NoteCredited { purpose, denomination, .. } => {
                self.with(purpose.payment(), |summary| summary.note_under_way = None);
                self.credit(*purpose, *denomination);
            }
            CashEntry::CoinCredited { purpose, denomination, .. } => self.credit(*purpose, *denomination),
            CashEntry::NoteReturned { unit, .. } => {
                if let (Some(mut last), true) = (self.payments.last_entry(), self.holds_note == Some(*unit)) {
                    last.get_mut().note_under_way = None;
                }
            }
            CashEntry::NoteRefused { .. }
            | CashEntry::NoteStored { .. }
            | CashEntry::NoteFound { .. }
            | CashEntry::CoinFound { .. }
            | CashEntry::CoinsUnaccounted { .. }
            | CashEntry::EventsTold { .. }
            | CashEntry::StockSet { .. } => {}
        }
    }

    /// A count that does not fit was never booked either.
    fn credit(&mut self, purpose: Purpose, piece: Denomination) {
        if self.inserted.add(piece, 1).is_ok() {
            let inserted = self.inserted.total().unwrap_or_default();
            self.with(purpose.payment(), |summary| summary.inserted = inserted);
        }
    }

    fn paid_out(&mut self, entry: &PayoutEntry) {
        match entry {
            PayoutEntry::PayoutEnded { purpose, denomination, pieces, end, .. } => {
                let (paid, _) = end.paid_and_doubtful(*pieces);
                let value = denomination.value().times(paid).unwrap_or_default();
                self.with(purpose.payment(), |summary| {
                    summary.paid_out = summary.paid_out.plus(value).unwrap_or(summary.paid_out);
                });
            }
            PayoutEntry::PayoutIntended { .. }
            | PayoutEntry::PayoutPrepared { .. }
            | PayoutEntry::PayoutDisturbed { .. }
            | PayoutEntry::NotesRetracted { .. } => {}
        }
    }

    fn tendered(&mut self, entry: &TenderEntry) {
        let tender = entry.tender();
        let fate = match entry {
            TenderEntry::TenderIntended { asked, means: Means::Cash { .. }, .. } => {
                let view = TenderView { tender, method: Method::Cash, asked: *asked, fate: None };
                self.with(tender.payment, |summary| summary.tenders.push(view));
                return;
            }
            TenderEntry::TenderTaken { .. } => Fate::Taken,
            TenderEntry::TenderVoid { .. } => Fate::Void,
            TenderEntry::TenderUnknown { .. } => Fate::Unknown,
        };
        self.with(tender.payment, |summary| {
            let mut tenders = summary.tenders.iter_mut();
            tenders.find(|one| one.tender == tender).into_iter().for_each(|one| one.fate = Some(fate));
        });
    }

    fn went_on(&mut self, entry: &PaymentEntry) {
        match entry {
            PaymentEntry::PaymentOpened { payment, lines } => self.opened(*payment, lines),
            PaymentEntry::PaymentSuspended { payment, discrepancy } => self.with(*payment, |summary| {
                summary.suspended = Some(discrepancy.clone());
                summary.decisions = discrepancy.decisions().to_vec();
            }),
            PaymentEntry::PaymentDecided { payment, .. } | PaymentEntry::ReturnDecided { payment } => {
                self.with(*payment, |summary| {
                    summary.suspended = None;
                    summary.decisions.clear();
                });
            }
            PaymentEntry::PaymentClosed { payment, outcome, receipts, .. } => {
                self.with(*payment, |summary| {
                    summary.outcome = Some(outcome.clone());
                    summary.receipts = receipts.iter().map(|receipt| receipt.number).collect();
                })
            }
            PaymentEntry::PaymentConfirmed { .. }
            | PaymentEntry::PaymentResumed { .. }
            | PaymentEntry::ResultDelivered { .. }
            | PaymentEntry::PrivateErased { .. } => {}
        }
    }

    fn opened(&mut self, id: PaymentId, lines: &[Line]) {
        self.inserted = CashCount::EMPTY;
        let summary = PaymentSummary {
            id,
            due: Yen::sum(lines.iter().map(|line| line.due)).unwrap_or_default(),
            inserted: Yen::ZERO,
            paid_out: Yen::ZERO,
            outcome: None,
            suspended: None,
            decisions: Vec::new(),
            note_under_way: None,
            receipts: Vec::new(),
            tenders: Vec::new(),
        };
        self.payments.insert(id, summary);
        if self.payments.len() > SUMMARIES_MAX {
            self.payments.pop_first();
        }
    }

    fn with(&mut self, payment: PaymentId, change: impl FnOnce(&mut PaymentSummary)) {
        if let Some(summary) = self.payments.get_mut(&payment) {
            change(summary);
        }
    }
}
