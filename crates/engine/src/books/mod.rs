//! What the entries so far amount to. The running machine and the recovering one fold them with the same code.

mod doubts;
mod open_payment;
mod paper;
mod payouts;

use std::collections::{BTreeMap, BTreeSet};

use api::{
    Bill, BillId, Decision, MachineId, Method, Outcome, PaidBill, PatientNumber, PaymentId, PaymentResult,
    ReceiptNumber, WallTime,
};
use device_api::{DeviceCounts, DispenseId, Place, PrintJobId};
use money::{CashCount, Denomination};

pub(crate) use self::doubts::{Doubt, Units};
pub(crate) use self::open_payment::{OpenPayment, Payout, Unpaid};
use self::paper::Content;
pub(crate) use self::paper::{Paper, PaperState};
use crate::calls::calls_again_by_itself;
use crate::summary::Summaries;
use crate::{BillRef, CallReason, Draft, Entry, PrintMark, Receipt, Slip};

/// A visit and its payment lie on one day; a patient who comes back on the next has a new bill.
const PAID_LATELY_S: i64 = 12 * 60 * 60;

/// Questions about a payment come within days, and a receipt may have to be printed again; after a week the billing
/// system is the place to ask, and what is not there cannot leak.
const PRIVATE_KEPT_S: i64 = 7 * 24 * 60 * 60;

/// When and how something was paid here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paid {
    pub(crate) at: WallTime,
    pub(crate) method: Method,
}

/// The state that the journal implies.
#[derive(Clone, Debug)]
pub(crate) struct Books {
    machine: MachineId,
    last_payment: u64,
    last_receipt: u32,
    last_job: u32,
    last_dispense: u64,
    /// Where the acceptor's event counter stood at the last coin.
    pub(crate) last_coin_event: Option<u8>,
    /// The payment whose money part has not ended.
    pub(crate) open: Option<OpenPayment>,
    /// Bills that were paid here: the same id is collected once for ever (K6). A hundred bytes a bill.
    pub(crate) collected: BTreeMap<BillId, Paid>,
    /// Who paid here: a billing system forgets a bill that was paid, a patient's card may come again.
    paid: BTreeMap<PatientNumber, Paid>,
    /// Papers that are not proven to have come out.
    pub(crate) papers: BTreeMap<PrintJobId, Paper>,
    /// Results that the billing system has not acknowledged.
    pub(crate) undelivered: BTreeMap<PaymentId, PaymentResult>,
    /// Payments whose names and treatments are still kept, with the time when the billing system had the result.
    private_since: BTreeMap<PaymentId, WallTime>,
    /// What lies where, by the devices' own reports and by people's counts.
    pub(crate) cash: BTreeMap<Place, CashCount>,
    /// Places that hold another number of pieces than the books say, or may: nothing is planned from them until a
    /// person has counted (K23).
    pub(crate) uncertain: BTreeSet<Place>,
    /// The note that is past the point of no return and not at rest.
    pub(crate) in_transport: Option<Denomination>,
    /// The note that was refused and not taken yet.
    pub(crate) refused: Option<Denomination>,
    /// A note that was to be stacked in a payment that ended before anything was heard of it.
    pub(crate) note_of_unknown_fate: Option<Denomination>,
    /// What staff were called for, and nobody has answered.
    pub(crate) unanswered: BTreeSet<CallReason>,
    /// Bills that staff settled by hand, in the revision that they saw: the desk, not the machine, has the rest.
    pub(crate) taken_over: BTreeMap<BillId, u32>,
    /// What each unit must have counted by now, and what does not fit.
    pub(crate) units: Units,
    /// The newest payments, in short.
    pub(crate) summaries: Summaries,
}

impl Books {
    pub(crate) fn new(machine: MachineId) -> Books {
        Books {
            machine,
            last_payment: 0,
            last_receipt: 0,
            last_job: 0,
            last_dispense: 0,
            last_coin_event: None,
            open: None,
            collected: BTreeMap::new(),
            paid: BTreeMap::new(),
            papers: BTreeMap::new(),
            undelivered: BTreeMap::new(),
            private_since: BTreeMap::new(),
            cash: BTreeMap::new(),
            uncertain: BTreeSet::new(),
            in_transport: None,
            refused: None,
            note_of_unknown_fate: None,
            unanswered: BTreeSet::new(),
            taken_over: BTreeMap::new(),
            units: Units::default(),
            summaries: Summaries::default(),
        }
    }

    /// The newest payment.
    pub(crate) fn last_payment(&self) -> Option<PaymentId> {
        (self.last_payment > 0).then_some(PaymentId(self.last_payment))
    }

    /// The number of the newest 領収証, or 0.
    pub(crate) fn last_receipt(&self) -> u32 {
        self.last_receipt
    }

    /// What this patient paid here not long ago.
    pub(crate) fn paid_lately(&self, patient: &PatientNumber, now: WallTime) -> Option<Paid> {
        self.paid.get(patient).copied().filter(|paid| now.0 - paid.at.0 < PAID_LATELY_S)
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

    /// An id that no payout had before.
    pub(crate) fn next_dispense(&self) -> DispenseId {
        DispenseId(self.last_dispense + 1)
    }

    /// What the books say lies in `place` of one kind.
    pub(crate) fn pieces_in(&self, place: Place, kind: Denomination) -> u32 {
        self.cash.get(&place).map_or(0, |pieces| pieces.pieces(kind))
    }

    /// Notes in all drums.
    pub(crate) fn drums(&self) -> CashCount {
        let drums = self.cash.iter().filter(|(place, _)| matches!(place, Place::Drum(_)));
        let sum = |all: CashCount, (_, pieces): (&Place, &CashCount)| {
            all.plus(pieces).expect("no cabinet holds four thousand million pieces")
        };
        drums.fold(CashCount::EMPTY, sum)
    }

    /// The slip of a payment, while it is not proven to have come out.
    pub(crate) fn slip(&self, payment: PaymentId) -> Option<&Slip> {
        self.papers.values().find_map(|paper| match &paper.content {
            Content::Slip(slip) if paper.payment == payment => Some(slip),
            Content::Slip(_) | Content::Receipt { .. } => None,
        })
    }

    /// The 領収証 of a payment that are not proven to have come out.
    pub(crate) fn receipts_to_print(&self, payment: PaymentId) -> Vec<ReceiptNumber> {
        let papers = self.papers.values().filter(|paper| paper.payment == payment);
        let number = |paper: &Paper| match &paper.content {
            Content::Receipt { number, .. } => Some(*number),
            Content::Slip(_) => None,
        };
        papers.filter_map(number).collect()
    }

    /// A paper that no other was before, beside `receipts` of the same payment.
    pub(crate) fn next_job_after(&self, receipts: &[Receipt]) -> PrintJobId {
        PrintJobId(receipts.last().map_or(self.last_job, |receipt| receipt.job.0) + 1)
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
        self.count_along(&draft.entry);
        match &draft.entry {
            Entry::MachineStarted => self.with_open(|open| open.was_stopped = true),
            Entry::MachineHalted { .. }
            | Entry::PaymentResumed { .. }
            | Entry::UnitCounted { .. }
            | Entry::DoubtOpened { .. }
            | Entry::DoubtSettled { .. } => {}
            Entry::PaymentConfirmed { .. } => self.with_open(|open| open.confirmed = true),
            Entry::StaffCalled { reason } => self.called(*reason),
            Entry::CallAnswered { .. } => self.unanswered.clear(),
            Entry::NoteRefused { denomination, .. } => {
                // There is one note in escrow: if it was to be stacked, it is not any more.
                self.set_stacking(None);
                self.refused = Some(*denomination);
            }
            Entry::PaymentOpened { payment, bills, counts_before } => {
                let private = draft.private.as_ref().map(|private| private.bills.clone()).unwrap_or_default();
                self.open_payment(*payment, bills, private, *counts_before);
            }
            Entry::StackIntended { denomination, .. } => {
                // There is one note in escrow: one that was refused before is gone.
                self.refused = None;
                self.set_stacking(Some(*denomination));
            }
            Entry::NoteReturned { .. } => self.returned(),
            Entry::NoteCredited { denomination, .. } => self.credit(*denomination),
            Entry::NoteFound { denomination } => self.find(*denomination),
            Entry::NoteStored { denomination, place } => self.store(*denomination, *place),
            Entry::CoinCredited { denomination, place, event_no, .. } => {
                self.coin_fell(*denomination, *place, *event_no);
                self.with_open(|open| open.credit(*denomination));
            }
            Entry::CoinFound { denomination, place, event_no } => {
                self.coin_fell(*denomination, *place, *event_no);
                self.called(CallReason::FoundMoney);
            }
            Entry::CoinsUnaccounted { .. } => self.called(CallReason::FoundMoney),
            Entry::StockSet { place, denomination, before, pieces, .. } => {
                self.counted(*place, *denomination, *before, *pieces);
            }
            Entry::ReturnDecided { .. } => self.decided(Decision::Return),
            Entry::PaymentDecided { decision, .. } => self.decided(*decision),
            Entry::PayoutIntended { .. }
            | Entry::PayoutPrepared { .. }
            | Entry::PayoutDisturbed { .. }
            | Entry::PayoutEnded { .. }
            | Entry::NotesRetracted { .. } => self.apply_payout(&draft.entry),
            Entry::PaymentSuspended { discrepancy, .. } => {
                self.with_open(|open| open.suspend(discrepancy));
            }
            Entry::PaymentClosed { payment, outcome, inserted, receipts, paid_out, slip, .. } => {
                self.close(at, *payment, outcome, (*inserted, *paid_out), receipts, slip.as_ref());
            }
            Entry::PrintIntended { job, attempt, mark } => self.with_paper(*job, |paper| {
                paper.attempts = attempt + 1;
                paper.mark = *mark;
                paper.state = PaperState::Sending;
            }),
            Entry::PrintNotStarted { job, .. } => self.paper_is(*job, PaperState::Held),
            Entry::PrintUnknown { job, cause } => self.paper_is(*job, PaperState::Doubtful(*cause)),
            Entry::Printed { job } => drop(self.papers.remove(job)),
            Entry::PrintAnswered { job, answer, .. } => self.answer_paper(*job, *answer),
            Entry::ResultDelivered { payment } => {
                self.undelivered.remove(payment);
                self.private_since.insert(*payment, at);
            }
            Entry::PrivateErased { payment } => drop(self.private_since.remove(payment)),
        }
    }

    /// What does not call again by itself after a start is kept in mind.
    fn called(&mut self, reason: CallReason) {
        if !calls_again_by_itself(reason) {
            self.unanswered.insert(reason);
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
        let drums = self.drums();
        let differs = |kind: &Denomination| drums.pieces(*kind) != counts_before.drums.pieces(*kind);
        let miscounted = Denomination::ALL.into_iter().filter(differs).collect();
        self.open = Some(OpenPayment::new(id, refs, bills, counts_before, miscounted));
    }

    fn with_open(&mut self, change: impl FnOnce(&mut OpenPayment)) {
        if let Some(open) = &mut self.open {
            change(open);
        }
    }

    fn decided(&mut self, decision: Decision) {
        self.with_open(|open| {
            open.returning |= decision == Decision::Return;
            open.suspended = None;
        });
    }

    fn set_stacking(&mut self, note: Option<Denomination>) {
        self.with_open(|open| open.stacking = note);
    }

    /// A refused note is the last that came to the mouth; without one it was the note that was to be stacked.
    fn returned(&mut self) {
        if self.refused.take().is_none() {
            self.set_stacking(None);
        }
    }

    fn find(&mut self, note: Option<Denomination>) {
        self.called(CallReason::FoundMoney);
        self.note_of_unknown_fate = None;
        if let Some(note) = note {
            self.put_on_its_way(note);
        }
    }

    fn put_on_its_way(&mut self, note: Denomination) {
        self.in_transport = Some(note);
        self.put(Place::Transport, note, 1);
    }

    fn coin_fell(&mut self, coin: Denomination, place: Place, event_no: u8) {
        self.last_coin_event = Some(event_no);
        self.put(place, coin, 1);
    }

    fn counted(&mut self, place: Place, kind: Denomination, before: u32, pieces: u32) {
        self.take_away(place, kind, before);
        self.put(place, kind, pieces);
        self.uncertain.remove(&place);
    }

    fn put(&mut self, place: Place, kind: Denomination, pieces: u32) {
        if pieces == 0 {
            return;
        }
        let here = self.cash.entry(place).or_default();
        here.add(kind, pieces).expect("no cabinet holds four thousand million pieces");
    }

    fn take_away(&mut self, place: Place, kind: Denomination, pieces: u32) {
        let here = self.cash.remove(&place).unwrap_or_default();
        let gone = CashCount::try_from(vec![(kind, pieces)]).expect("one kind fits");
        let left = here.minus(&gone).expect("nothing is taken away that was not booked there");
        if !left.is_empty() {
            self.cash.insert(place, left);
        }
    }

    fn credit(&mut self, note: Denomination) {
        self.put_on_its_way(note);
        self.set_stacking(None);
        self.with_open(|open| open.credit(note));
    }

    fn store(&mut self, note: Denomination, place: Place) {
        self.in_transport = None;
        self.take_away(Place::Transport, note, 1);
        self.put(place, note, 1);
        if let (Some(open), Place::Drum(_)) = (&mut self.open, place) {
            open.drums.add(note, 1).expect("no drum holds four thousand million notes");
        }
    }

    fn close(
        &mut self,
        at: WallTime,
        payment: PaymentId,
        outcome: &Outcome,
        (inserted, paid_out): (CashCount, CashCount),
        receipts: &[Receipt],
        slip: Option<&Slip>,
    ) {
        let Some(open) = self.open.take() else { return };
        self.unanswered.remove(&CallReason::Waiting);
        self.unanswered.remove(&CallReason::Stuck);
        self.note_of_unknown_fate = self.note_of_unknown_fate.or(open.stacking);
        if matches!(outcome, Outcome::TakenOverByStaff { .. }) {
            self.taken_over.extend(open.refs.iter().map(|bill| (bill.bill.clone(), bill.revision)));
        }
        let result = PaymentResult {
            machine: self.machine.clone(),
            payment,
            outcome: outcome.clone(),
            closed_at: at,
            bills: paid_bills(&open.refs, receipts),
            method: Method::Cash,
            inserted,
            paid_out,
        };
        self.undelivered.insert(payment, result);
        let paid = Paid { at, method: Method::Cash };
        if outcome.is_paid() {
            self.paid.retain(|_, paid| at.0 - paid.at.0 < PAID_LATELY_S);
            self.paid.extend(open.bills.iter().map(|bill| (bill.patient.number.clone(), paid)));
        }
        for receipt in receipts {
            self.last_receipt = receipt.number.0;
            self.last_job = receipt.job.0;
            self.collected.insert(receipt.bill.clone(), paid);
            self.add_receipt(at, &open, receipt, slip);
        }
        if let Some(slip) = slip {
            self.last_job = slip.job.0;
            self.papers.insert(slip.job, Paper::new(payment, Content::Slip(slip.clone()), at));
        }
    }

    /// A bill whose private part was erased can no longer be printed; it was settled long before.
    fn add_receipt(&mut self, at: WallTime, open: &OpenPayment, receipt: &Receipt, slip: Option<&Slip>) {
        let Some(bill) = open.bills.iter().find(|bill| bill.id == receipt.bill) else { return };
        let content = Content::Receipt {
            number: receipt.number,
            bill: Box::new(bill.clone()),
            inserted: open.inserted_yen(),
            change: open.change(),
            owed: slip.map(|slip| slip.amount).unwrap_or_default(),
        };
        self.papers.insert(receipt.job, Paper::new(open.id, content, at));
    }

    fn with_paper(&mut self, job: PrintJobId, change: impl FnOnce(&mut Paper)) {
        if let Some(paper) = self.papers.get_mut(&job) {
            change(paper);
        }
    }

    fn paper_is(&mut self, job: PrintJobId, state: PaperState) {
        self.with_paper(job, |paper| paper.state = state);
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

fn paid_bills(refs: &[BillRef], receipts: &[Receipt]) -> Vec<PaidBill> {
    let number_of = |bill: &BillId| receipts.iter().find(|receipt| receipt.bill == *bill).map(|r| r.number);
    let paid = refs.iter().map(|bill| PaidBill {
        bill: bill.bill.clone(),
        revision: bill.revision,
        due: bill.due,
        receipt: number_of(&bill.bill),
    });
    paid.collect()
}
