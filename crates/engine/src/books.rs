//! What the entries so far amount to. The running machine and the recovering one fold them with the same code.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    Bill, BillId, MachineId, Method, Outcome, PaidBill, PatientNumber, PaymentId, PaymentResult,
    ReceiptNumber, WallTime,
};
use device_api::{DeviceCounts, Place, PrintCause, PrintJobId};
use money::{CashCount, Denomination, Yen};

use crate::summary::Summaries;
use crate::{BillRef, Discrepancy, Draft, Entry, PrintMark, Receipt};

/// A visit and its payment lie on one day; a patient who comes back on the next has a new bill.
const PAID_LATELY_S: i64 = 12 * 60 * 60;

/// Questions about a payment come within days, and a receipt may have to be printed again; after a week the billing
/// system is the place to ask, and what is not there cannot leak.
const PRIVATE_KEPT_S: i64 = 7 * 24 * 60 * 60;

/// The state that the journal implies.
#[derive(Clone, Debug)]
pub(crate) struct Books {
    machine: MachineId,
    last_payment: u64,
    last_receipt: u32,
    last_job: u32,
    /// The payment whose money part has not ended.
    pub(crate) open: Option<OpenPayment>,
    /// Bills that were paid here: the same id is collected once for ever (K6). A hundred bytes a bill.
    pub(crate) collected: BTreeSet<BillId>,
    /// Who paid here, and when: a billing system forgets a bill that was paid, a patient's card may come again.
    paid: BTreeMap<PatientNumber, WallTime>,
    /// Papers that are not proven to have come out.
    pub(crate) papers: BTreeMap<PrintJobId, Paper>,
    /// Results that the billing system has not acknowledged.
    pub(crate) undelivered: BTreeMap<PaymentId, PaymentResult>,
    /// Payments whose names and treatments are still kept, with the time when the billing system had the result.
    private_since: BTreeMap<PaymentId, WallTime>,
    /// What lies where, by the device's own reports.
    pub(crate) cash: BTreeMap<Place, CashCount>,
    /// The note that is past the point of no return and not at rest.
    pub(crate) in_transport: Option<Denomination>,
    /// The note that was refused and not taken yet.
    pub(crate) refused: Option<Denomination>,
    /// A note that was to be stacked in a payment that ended before anything was heard of it.
    pub(crate) note_of_unknown_fate: Option<Denomination>,
    /// Money was found and nobody has come yet.
    pub(crate) found: bool,
    /// Bills that staff settled by hand, in the revision that they saw: the desk, not the machine, has the rest.
    pub(crate) taken_over: BTreeMap<BillId, u32>,
    /// The newest payments, in short.
    pub(crate) summaries: Summaries,
}

/// A payment whose money part has not ended.
#[derive(Clone, Debug)]
pub(crate) struct OpenPayment {
    pub(crate) id: PaymentId,
    pub(crate) refs: Vec<BillRef>,
    /// The bills themselves; empty if the private part is gone.
    bills: Vec<Bill>,
    pub(crate) due: Yen,
    /// Credited notes.
    pub(crate) inserted: CashCount,
    /// Of these, what came to rest in drums.
    pub(crate) stored_in_drums: CashCount,
    pub(crate) counts_before: DeviceCounts,
    /// The note that was to be stacked and of which nothing was heard since.
    pub(crate) stacking: Option<Denomination>,
    pub(crate) suspended: Option<Discrepancy>,
}

/// A 領収証 on its way to paper.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    pub(crate) payment: PaymentId,
    pub(crate) number: ReceiptNumber,
    pub(crate) bill: Bill,
    pub(crate) paid_at: WallTime,
    pub(crate) inserted: Yen,
    pub(crate) mark: PrintMark,
    /// Tries so far.
    pub(crate) attempts: u8,
    pub(crate) state: PaperState,
}

/// How far a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaperState {
    /// Not one byte of it was sent.
    Waiting,
    /// Sent, or about to be.
    Sending,
    /// Not one byte was sent, because something stood in the way.
    Held,
    /// Staff have to look (K20).
    Doubtful(PrintCause),
}

impl OpenPayment {
    /// What all credited notes are worth.
    pub(crate) fn inserted_yen(&self) -> Yen {
        self.inserted.total().expect("a payment's notes were each credited within a sum that fits")
    }

    /// What is missing; negative if too much is inside.
    pub(crate) fn missing(&self) -> Yen {
        self.due.minus(self.inserted_yen()).expect("two sums that fit differ by one that fits")
    }

    /// Whether the machine holds nothing of the patient's and nothing is on its way.
    pub(crate) fn holds_nothing(&self) -> bool {
        self.inserted.is_empty() && self.stacking.is_none()
    }
}

impl Books {
    pub(crate) fn new(machine: MachineId) -> Books {
        Books {
            machine,
            last_payment: 0,
            last_receipt: 0,
            last_job: 0,
            open: None,
            collected: BTreeSet::new(),
            paid: BTreeMap::new(),
            papers: BTreeMap::new(),
            undelivered: BTreeMap::new(),
            private_since: BTreeMap::new(),
            cash: BTreeMap::new(),
            in_transport: None,
            refused: None,
            note_of_unknown_fate: None,
            found: false,
            taken_over: BTreeMap::new(),
            summaries: Summaries::default(),
        }
    }

    /// The newest payment.
    pub(crate) fn last_payment(&self) -> Option<PaymentId> {
        (self.last_payment > 0).then_some(PaymentId(self.last_payment))
    }

    /// Whether this patient paid here not long ago.
    pub(crate) fn has_paid_lately(&self, patient: &PatientNumber, now: WallTime) -> bool {
        self.paid.get(patient).is_some_and(|paid_at| now.0 - paid_at.0 < PAID_LATELY_S)
    }

    /// A payment whose private part has been kept long enough and is not needed for a paper any more.
    pub(crate) fn private_to_erase(&self, now: WallTime) -> Option<PaymentId> {
        let printing = |payment: PaymentId| self.papers.values().any(|paper| paper.payment == payment);
        let mut old = self.private_since.iter().filter(|(_, since)| now.0 - since.0 >= PRIVATE_KEPT_S);
        old.find(|(payment, _)| !printing(**payment)).map(|(payment, _)| *payment)
    }

    /// An id that no payment had before.
    pub(crate) fn next_payment(&self) -> PaymentId {
        PaymentId(self.last_payment + 1)
    }

    /// Numbers for the receipts of a payment that is about to close as paid.
    pub(crate) fn number_receipts(&self, refs: &[BillRef]) -> Vec<Receipt> {
        (1..)
            .zip(refs)
            .map(|(offset, bill)| Receipt {
                number: ReceiptNumber(self.last_receipt + offset),
                bill: bill.bill.clone(),
                job: PrintJobId(self.last_job + offset),
            })
            .collect()
    }

    /// Takes `draft`, written at `at`, into account. The only way in which books change.
    pub(crate) fn apply(&mut self, at: WallTime, draft: &Draft) {
        self.summaries.apply(&draft.entry);
        match &draft.entry {
            Entry::MachineStarted | Entry::PaymentConfirmed { .. } | Entry::StaffCalled { .. } => {}
            Entry::CallAnswered { .. } => self.found = false,
            Entry::NoteRefused { denomination, .. } => self.refused = Some(*denomination),
            Entry::PaymentOpened { payment, bills, counts_before } => {
                let private = draft.private.as_ref().map(|private| private.bills.clone()).unwrap_or_default();
                self.open_payment(*payment, bills, private, *counts_before);
            }
            Entry::StackIntended { denomination, .. } => self.set_stacking(Some(*denomination)),
            Entry::NoteReturned { .. } => self.returned(),
            Entry::NoteCredited { denomination, .. } => self.credit(*denomination),
            Entry::NoteFound { denomination } => self.find(*denomination),
            Entry::NoteStored { denomination, place } => self.store(*denomination, *place),
            Entry::PaymentSuspended { discrepancy, .. } => {
                if let Some(open) = &mut self.open {
                    open.suspended = Some(discrepancy.clone());
                }
            }
            Entry::PaymentClosed { payment, outcome, inserted, receipts, .. } => {
                self.close(at, *payment, outcome, *inserted, receipts);
            }
            Entry::PrintIntended { job, attempt, mark } => self.with_paper(*job, |paper| {
                paper.attempts = attempt + 1;
                paper.mark = *mark;
                paper.state = PaperState::Sending;
            }),
            Entry::PrintNotStarted { job, .. } => {
                self.with_paper(*job, |paper| paper.state = PaperState::Held)
            }
            Entry::PrintUnknown { job, cause } => {
                self.with_paper(*job, |paper| paper.state = PaperState::Doubtful(*cause));
            }
            Entry::Printed { job } => drop(self.papers.remove(job)),
            Entry::PrintAnswered { job, answer, .. } => self.answer_paper(*job, *answer),
            Entry::ResultDelivered { payment } => {
                self.undelivered.remove(payment);
                self.private_since.insert(*payment, at);
            }
            Entry::PrivateErased { payment } => drop(self.private_since.remove(payment)),
        }
    }

    fn open_payment(
        &mut self,
        id: PaymentId,
        refs: &[BillRef],
        bills: Vec<Bill>,
        counts_before: DeviceCounts,
    ) {
        self.last_payment = id.0;
        self.open = Some(OpenPayment {
            id,
            refs: refs.to_vec(),
            bills,
            due: Yen::sum(refs.iter().map(|bill| bill.due)).expect("checked before the payment was opened"),
            inserted: CashCount::EMPTY,
            stored_in_drums: CashCount::EMPTY,
            counts_before,
            stacking: None,
            suspended: None,
        });
    }

    fn set_stacking(&mut self, note: Option<Denomination>) {
        if let Some(open) = &mut self.open {
            open.stacking = note;
        }
    }

    /// A refused note is the last that came to the mouth; without one it was the note that was to be stacked.
    fn returned(&mut self) {
        if self.refused.take().is_none() {
            self.set_stacking(None);
        }
    }

    fn find(&mut self, note: Option<Denomination>) {
        self.found = true;
        self.note_of_unknown_fate = None;
        if let Some(note) = note {
            self.put_on_its_way(note);
        }
    }

    fn put_on_its_way(&mut self, note: Denomination) {
        self.in_transport = Some(note);
        self.put(Place::Transport, note);
    }

    fn put(&mut self, place: Place, note: Denomination) {
        let here = self.cash.entry(place).or_default();
        here.add(note, 1).expect("no cabinet holds four thousand million notes");
    }

    fn take_away(&mut self, place: Place, note: Denomination) {
        let here = self.cash.remove(&place).unwrap_or_default();
        let left = here.iter().map(|(kind, pieces)| (kind, pieces - u32::from(kind == note)));
        let left = CashCount::try_from(left.collect::<Vec<_>>()).expect("fewer pieces than before");
        if !left.is_empty() {
            self.cash.insert(place, left);
        }
    }

    fn credit(&mut self, note: Denomination) {
        self.put_on_its_way(note);
        if let Some(open) = &mut self.open {
            open.stacking = None;
            open.inserted.add(note, 1).expect("nobody inserts four thousand million notes");
        }
    }

    fn store(&mut self, note: Denomination, place: Place) {
        self.in_transport = None;
        self.take_away(Place::Transport, note);
        self.put(place, note);
        if let (Some(open), Place::Drum(_)) = (&mut self.open, place) {
            open.stored_in_drums.add(note, 1).expect("no drum holds four thousand million notes");
        }
    }

    fn close(
        &mut self,
        at: WallTime,
        payment: PaymentId,
        outcome: &Outcome,
        inserted: CashCount,
        receipts: &[Receipt],
    ) {
        let Some(open) = self.open.take() else { return };
        self.note_of_unknown_fate = self.note_of_unknown_fate.or(open.stacking);
        if matches!(outcome, Outcome::TakenOverByStaff { .. }) {
            self.taken_over.extend(open.refs.iter().map(|bill| (bill.bill.clone(), bill.revision)));
        }
        let number_of =
            |bill: &BillId| receipts.iter().find(|receipt| receipt.bill == *bill).map(|r| r.number);
        let bills = open.refs.iter().map(|bill| PaidBill {
            bill: bill.bill.clone(),
            revision: bill.revision,
            due: bill.due,
            receipt: number_of(&bill.bill),
        });
        let result = PaymentResult {
            machine: self.machine.clone(),
            payment,
            outcome: outcome.clone(),
            closed_at: at,
            bills: bills.collect(),
            method: Method::Cash,
            inserted,
        };
        self.undelivered.insert(payment, result);
        if matches!(outcome, Outcome::Paid) {
            self.paid.retain(|_, paid_at| at.0 - paid_at.0 < PAID_LATELY_S);
            self.paid.extend(open.bills.iter().map(|bill| (bill.patient.number.clone(), at)));
        }
        for receipt in receipts {
            self.last_receipt = receipt.number.0;
            self.last_job = receipt.job.0;
            self.collected.insert(receipt.bill.clone());
            self.add_paper(at, &open, receipt);
        }
    }

    /// A bill whose private part was erased can no longer be printed; it was settled long before.
    fn add_paper(&mut self, at: WallTime, open: &OpenPayment, receipt: &Receipt) {
        let Some(bill) = open.bills.iter().find(|bill| bill.id == receipt.bill) else { return };
        let paper = Paper {
            payment: open.id,
            number: receipt.number,
            bill: bill.clone(),
            paid_at: at,
            inserted: open.inserted_yen(),
            mark: PrintMark::Original,
            attempts: 0,
            state: PaperState::Waiting,
        };
        self.papers.insert(receipt.job, paper);
    }

    fn with_paper(&mut self, job: PrintJobId, change: impl FnOnce(&mut Paper)) {
        if let Some(paper) = self.papers.get_mut(&job) {
            change(paper);
        }
    }

    fn answer_paper(&mut self, job: PrintJobId, answer: api::PaperAnswer) {
        let mark = match answer {
            api::PaperAnswer::Complete | api::PaperAnswer::WrittenByHand => {
                self.papers.remove(&job);
                return;
            }
            api::PaperAnswer::Incomplete => PrintMark::BadPrint,
            api::PaperAnswer::Unknown => PrintMark::Reissued,
        };
        self.with_paper(job, |paper| {
            paper.mark = mark;
            paper.state = PaperState::Waiting;
        });
    }
}
