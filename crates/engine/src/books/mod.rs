//! What the entries so far amount to. The running machine and the recovering one fold them with the same code.

mod called_for;
mod carried;
mod cash;
mod deposit;
mod doubts;
mod incidents;
mod open_payment;
mod paper;
mod payment;
mod payouts;
mod tender;

use std::collections::{BTreeMap, BTreeSet};

use api::{BillId, MachineId, Method, PatientNumber, PaymentId, PaymentResult, ReceiptNumber, WallTime};
use device_api::{Accuracy, DispenseId, Place, PrintJobId, StoreId, UnitId};
use money::{CashCount, Denomination};
use serde::{Deserialize, Serialize};

pub(crate) use self::called_for::CalledFor;
use self::called_for::calls_again_by_itself;
pub use self::carried::CarriedBooks;
pub(crate) use self::cash::NoteUnheard;
pub(crate) use self::deposit::{Counting, Deposit, Payout, Unpaid};
pub(crate) use self::doubts::{Doubt, Units};
pub(crate) use self::incidents::{Incident, Incidents};
pub(crate) use self::open_payment::Payment;
use self::paper::Content;
pub(crate) use self::paper::{Paper, PaperState};
pub(crate) use self::tender::Tender;
use crate::summary::Summaries;
use crate::{CallEntry, CallReason, Draft, Entry, Line, MachineEntry, PaperFacts, Receipt, SlipFacts};

/// A visit and its payment lie on one day; a patient who comes back on the next has a new bill.
const PAID_LATELY_S: i64 = 12 * 60 * 60;

/// Questions about a payment come within days, and a receipt may have to be printed again; after a week the billing
/// system is the place to ask, and what is not there cannot leak.
const PRIVATE_KEPT_S: i64 = 7 * 24 * 60 * 60;

/// When and how something was paid here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Paid {
    pub(crate) at: WallTime,
    pub(crate) method: Method,
}

/// The state that the journal implies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Books {
    machine: MachineId,
    last_payment: u64,
    last_receipt: u32,
    last_job: u32,
    last_dispense: u64,
    /// Where the event counter of each unit that numbers what falls in stood at the last piece.
    pub(crate) last_events: BTreeMap<UnitId, u8>,
    /// The payment whose money part has not ended. None is open when books are carried forward.
    #[serde(skip)]
    pub(crate) open: Option<Payment>,
    /// Bills that were paid here: the same id is collected once for ever (K6). A hundred bytes a bill.
    pub(crate) collected: BTreeMap<BillId, Paid>,
    /// Who paid here: a billing system forgets a bill that was paid, a patient's card may come again.
    #[serde(skip)]
    paid: BTreeMap<PatientNumber, Paid>,
    /// When the newest payment ended since the books were last carried forward.
    closed_at: Option<WallTime>,
    /// Papers that are not proven to have come out.
    #[serde(skip)]
    pub(crate) papers: BTreeMap<PrintJobId, Paper>,
    /// Results that the billing system has not acknowledged.
    pub(crate) undelivered: BTreeMap<PaymentId, PaymentResult>,
    /// Payments whose names and treatments are still kept, with the time when the billing system had the result.
    private_since: BTreeMap<PaymentId, WallTime>,
    /// What lies where, by the devices' own reports and by people's counts.
    pub(crate) cash: BTreeMap<StoreId, CashCount>,
    /// How the numbers of pieces are known, of the stores that somebody or something has counted.
    accuracy: BTreeMap<StoreId, Accuracy>,
    /// Stores that hold another number of pieces than the books say, or may: nothing is planned from them until a
    /// person has counted (K23).
    pub(crate) uncertain: BTreeSet<StoreId>,
    /// In each unit, the note that is past the point of no return and not at rest.
    pub(crate) in_transport: BTreeMap<UnitId, Denomination>,
    /// In each unit, the note that was refused and not taken yet.
    pub(crate) refused: BTreeMap<UnitId, Denomination>,
    /// In each unit, a note that was to be stacked in a payment that ended before anything was heard of it.
    pub(crate) notes_of_unknown_fate: BTreeMap<UnitId, NoteUnheard>,
    /// What a payout did not pay in a payment that ended before the unit's counters told where it lies.
    pub(crate) left_unpaid: Option<Unpaid>,
    /// What staff were called for, and when, and nobody has answered.
    pub(crate) unanswered: BTreeMap<CallReason, WallTime>,
    /// What they are about, where the books know nothing else of it.
    pub(crate) called_for: CalledFor,
    /// Bills that staff settled by hand, in the revision that they saw: the desk, not the machine, has the rest.
    pub(crate) taken_over: BTreeMap<BillId, u32>,
    /// What each unit must have counted by now, and what does not fit.
    pub(crate) units: Units,
    /// Money of which something is not known, beside payments.
    pub(crate) incidents: Incidents,
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
            last_events: BTreeMap::new(),
            open: None,
            collected: BTreeMap::new(),
            paid: BTreeMap::new(),
            closed_at: None,
            papers: BTreeMap::new(),
            undelivered: BTreeMap::new(),
            private_since: BTreeMap::new(),
            cash: BTreeMap::new(),
            accuracy: BTreeMap::new(),
            uncertain: BTreeSet::new(),
            in_transport: BTreeMap::new(),
            refused: BTreeMap::new(),
            notes_of_unknown_fate: BTreeMap::new(),
            left_unpaid: None,
            unanswered: BTreeMap::new(),
            called_for: CalledFor::default(),
            taken_over: BTreeMap::new(),
            units: Units::default(),
            incidents: Incidents::default(),
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

    /// What the books say lies in a store.
    pub(crate) fn pieces_in(&self, store: StoreId) -> CashCount {
        self.cash.get(&store).copied().unwrap_or_default()
    }

    /// Notes that were credited or found, and of which it was not told where they came to rest.
    pub(crate) fn on_its_way(&self, unit: UnitId) -> CashCount {
        self.pieces_in(StoreId { unit, place: Place::Transport })
    }

    /// How the number of pieces in a store is known.
    pub(crate) fn accuracy(&self, store: StoreId) -> Accuracy {
        match self.uncertain.contains(&store) {
            true => Accuracy::Unknown,
            false => self.accuracy.get(&store).copied().unwrap_or(Accuracy::Unknown),
        }
    }

    /// Notes in all drums of a unit.
    pub(crate) fn drums(&self, unit: UnitId) -> CashCount {
        let is_drum = |store: &StoreId| store.unit == unit && matches!(store.place, Place::Drum(_));
        let drums = self.cash.iter().filter(|(store, _)| is_drum(store));
        let sum = |all: CashCount, (_, pieces): (&StoreId, &CashCount)| {
            all.plus(pieces).expect("no cabinet holds four thousand million pieces")
        };
        drums.fold(CashCount::EMPTY, sum)
    }

    /// The slip of a payment, while it is not proven to have come out.
    pub(crate) fn slip(&self, payment: PaymentId) -> Option<SlipFacts> {
        let mut papers = self.papers.values().filter(|paper| paper.payment == payment);
        papers.find_map(|paper| match paper.facts() {
            Some(PaperFacts::Slip(slip)) => Some(slip),
            Some(PaperFacts::Receipt(_)) | None => None,
        })
    }

    /// The 領収証 of a payment that are not proven to have come out.
    pub(crate) fn receipts_to_print(&self, payment: PaymentId) -> Vec<ReceiptNumber> {
        let papers = self.papers.values().filter(|paper| paper.payment == payment);
        let number = |paper: &Paper| match &paper.content {
            Content::Receipt { number, .. } => Some(*number),
            Content::Slip { .. } => None,
        };
        papers.filter_map(number).collect()
    }

    /// A paper that no other was before, beside `receipts` of the same payment.
    pub(crate) fn next_job_after(&self, receipts: &[Receipt]) -> PrintJobId {
        PrintJobId(receipts.last().map_or(self.last_job, |receipt| receipt.job.0) + 1)
    }

    /// Numbers for the receipts of a payment that is about to close as paid.
    pub(crate) fn number_receipts(&self, lines: &[Line]) -> Vec<Receipt> {
        (1..)
            .zip(lines)
            .map(|(offset, line)| Receipt {
                number: ReceiptNumber(self.last_receipt + offset),
                bill: line.bill.clone(),
                job: PrintJobId(self.last_job + offset),
            })
            .collect()
    }

    /// Takes `draft`, written at `at`, into account. The only way in which books change.
    pub(crate) fn apply(&mut self, at: WallTime, draft: &Draft) {
        self.summaries.apply(&draft.entry);
        self.count_along(&draft.entry);
        self.called_for.apply(&draft.entry);
        match &draft.entry {
            Entry::Machine(MachineEntry::MachineStarted) => self.with_open(Payment::was_stopped),
            Entry::Machine(
                MachineEntry::JournalBegun { .. }
                | MachineEntry::ClockDoubted { .. }
                | MachineEntry::ClockConfirmed { .. }
                | MachineEntry::MachineHalted { .. },
            ) => {}
            Entry::Machine(MachineEntry::BooksCarried) => self.were_carried(),
            Entry::Cash(entry) => self.apply_cash(at, entry),
            Entry::Payout(entry) => self.apply_payout(entry),
            Entry::Payment(entry) => self.apply_payment(at, entry, draft.private.as_ref()),
            Entry::Tender(entry) => self.apply_tender(entry),
            Entry::Paper(entry) => self.apply_paper(entry),
            Entry::Call(CallEntry::StaffCalled { reason }) => self.called(at, *reason),
            Entry::Call(CallEntry::CallAnswered { reason: None, .. }) => self.unanswered.clear(),
            Entry::Call(CallEntry::CallAnswered { reason: Some(reason), .. }) => {
                self.unanswered.remove(reason);
            }
            // Counted along above: a doubt touches nothing but the units.
            Entry::Doubt(_) => {}
            Entry::Incident(entry) => self.incidents.apply(at, entry),
        }
    }

    /// What does not call again by itself after a start is kept in mind.
    fn called(&mut self, at: WallTime, reason: CallReason) {
        if !calls_again_by_itself(reason) {
            self.unanswered.entry(reason).or_insert(at);
        }
    }

    /// The notes and coins that are coming in, or go out again.
    pub(crate) fn deposit(&self) -> Option<&Deposit> {
        self.open.as_ref().and_then(Payment::deposit)
    }

    fn with_deposit(&mut self, change: impl FnOnce(&mut Deposit)) {
        if let Some(deposit) = self.open.as_mut().and_then(Payment::deposit_mut) {
            change(deposit);
        }
    }

    fn with_open(&mut self, change: impl FnOnce(&mut Payment)) {
        if let Some(open) = &mut self.open {
            change(open);
        }
    }
}
