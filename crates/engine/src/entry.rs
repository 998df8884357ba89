//! What the journal holds: every decision, before it takes effect. Entries are only ever added.

use api::{
    BillId, Decision, DoubtId, DoubtSaid, Outcome, PaperAnswer, PaymentId, ReceiptNumber, UnitCounts,
    WallTime,
};
use device_api::{
    CashTrouble, CoinTrouble, CountedBefore, DeviceCounts, DispenseEnd, DispenseId, Disturbance, Place,
    PrintCause, PrintJobId,
};
use money::{CashCount, Denomination, Yen};
use serde::{Deserialize, Serialize};

use crate::{DoubtCause, SlipCode, Unit};

/// One fact or intention. The field names are frozen: the journal keeps these bytes for years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// The program began. Whatever was open before was interrupted.
    MachineStarted,
    /// An entry could not be written, so nothing was decided or let go from then on. Written with the next start of the
    /// machine, in the same program.
    MachineHalted {
        /// Since when.
        since: WallTime,
    },
    /// A patient chose to pay these bills in cash. The bills themselves are the entry's private part.
    PaymentOpened {
        /// The new payment.
        payment: PaymentId,
        /// What it is for.
        bills: Vec<BillRef>,
        /// What the note unit counted before it took anything.
        counts_before: DeviceCounts,
    },
    /// A note in escrow is to be stacked. Written before the command is sent.
    StackIntended {
        /// For which payment.
        payment: PaymentId,
        /// What the note is.
        denomination: Denomination,
    },
    /// A note in escrow is to be given back. Written before the command is sent.
    NoteRefused {
        /// What the note is.
        denomination: Denomination,
        /// Why.
        reason: RefusalReason,
    },
    /// The note cannot come back any more and belongs to the payment. Written before the device is told so.
    NoteCredited {
        /// For which payment.
        payment: PaymentId,
        /// What the note is.
        denomination: Denomination,
    },
    /// The credited note came to rest.
    NoteStored {
        /// What the note is.
        denomination: Denomination,
        /// Where the device says it lies.
        place: Place,
    },
    /// The patient has taken a note back: one that was refused, or one that was to be stacked.
    NoteReturned {
        /// What the note is.
        denomination: Denomination,
    },
    /// The device kept a note that belongs to no payment, or whose value it did not say.
    NoteFound {
        /// What the note is, if the device said.
        denomination: Option<Denomination>,
    },
    /// A coin fell in and belongs to the payment. It cannot come back, and the device needs no answer.
    CoinCredited {
        /// For which payment.
        payment: PaymentId,
        /// What the coin is.
        denomination: Denomination,
        /// Where the device says it fell.
        place: Place,
        /// The acceptor's event counter: after a restart the acceptor is asked for what came later.
        event_no: u8,
    },
    /// A coin fell in that belongs to no payment.
    CoinFound {
        /// What the coin is.
        denomination: Denomination,
        /// Where the device says it fell.
        place: Place,
        /// The acceptor's event counter.
        event_no: u8,
    },
    /// More coins fell in than the acceptor could remember; what they were is unknown.
    CoinsUnaccounted {
        /// How many events of the acceptor are lost.
        events: u8,
    },
    /// What a unit has counted in its life is taken as given: it was not known before, or not to the piece.
    UnitCounted {
        /// Which unit.
        unit: Unit,
        /// What it says.
        counts: UnitCounts,
    },
    /// What a unit says of itself is not what the journal expects. Until a person settles it, no payment begins.
    DoubtOpened {
        /// The new doubt.
        doubt: DoubtId,
        /// Which unit.
        unit: Unit,
        /// What its word shows.
        cause: DoubtCause,
        /// What it should have said.
        expected: UnitCounts,
        /// What it said.
        reported: UnitCounts,
        /// The newest entry before this one that holds its counters: what moved, moved after that.
        since: u64,
        /// Where it pays from: these are to be counted.
        stores: Vec<Place>,
    },
    /// A person said what a doubt comes from. What the unit had counted is taken as given.
    DoubtSettled {
        /// Which.
        doubt: DoubtId,
        /// What it comes from.
        said: DoubtSaid,
        /// The newest 領収証 that anybody has seen. Numbers go on after it, also if the journal lacks some.
        newest_receipt: ReceiptNumber,
        /// The newest payment that anybody has seen.
        newest_payment: PaymentId,
        /// Who.
        by: String,
    },
    /// A person counted what lies in a place. What differs from the books is booked as put in or taken out.
    StockSet {
        /// Where.
        place: Place,
        /// Of what.
        denomination: Denomination,
        /// What the books said.
        before: u32,
        /// What was counted.
        pieces: u32,
        /// Who counted.
        by: String,
    },
    /// The patient wants the money back, and the machine pays it out.
    ReturnDecided {
        /// Of which payment.
        payment: PaymentId,
    },
    /// A person let a suspended payment go on (K17).
    PaymentDecided {
        /// Which.
        payment: PaymentId,
        /// How.
        decision: Decision,
        /// Who.
        by: String,
    },
    /// Pieces are to be paid out. Written before the unit is told, which then counts and waits.
    PayoutIntended {
        /// For which payment.
        payment: PaymentId,
        /// The one command.
        dispense: DispenseId,
        /// From where.
        place: Place,
        /// Of what.
        denomination: Denomination,
        /// How many.
        pieces: u32,
    },
    /// The unit has counted and is told to pay out, once and never again: with these counters it can be asked after a
    /// break what became of it. A payout without this entry has moved nothing.
    PayoutPrepared {
        /// For which payment.
        payment: PaymentId,
        /// The one command.
        dispense: DispenseId,
        /// What the unit counted.
        before: CountedBefore,
    },
    /// Something happened in the middle of a payout that decides what the counters prove. Written before the unit is sent
    /// anything that makes it forget.
    PayoutDisturbed {
        /// For which payment.
        payment: PaymentId,
        /// The one command.
        dispense: DispenseId,
        /// What happened.
        what: Disturbance,
    },
    /// A payout has ended, by the device's own word, or by the word that nobody knows how.
    PayoutEnded {
        /// For which payment.
        payment: PaymentId,
        /// The one command.
        dispense: DispenseId,
        /// From where.
        place: Place,
        /// Of what.
        denomination: Denomination,
        /// How many were to be paid out.
        pieces: u32,
        /// How it ended.
        end: DispenseEnd,
    },
    /// Notes that were to be paid out left their drum for good and were not taken, by the device's own counters:
    /// they lie in the cash box.
    NotesRetracted {
        /// From where.
        from: Place,
        /// Of what.
        denomination: Denomination,
        /// How many.
        pieces: u32,
    },
    /// The patient pressed 支払いを確定する.
    PaymentConfirmed {
        /// Which payment.
        payment: PaymentId,
    },
    /// The program was away for a moment only, and the payment goes on if the devices' counters agree.
    PaymentResumed {
        /// Which payment.
        payment: PaymentId,
    },
    /// Something cannot be proven; a person has to decide.
    PaymentSuspended {
        /// Which payment.
        payment: PaymentId,
        /// What.
        discrepancy: Discrepancy,
    },
    /// The money part has ended. Receipt numbers are assigned here and nowhere else.
    PaymentClosed {
        /// Which payment.
        payment: PaymentId,
        /// How it ended.
        outcome: Outcome,
        /// What was due.
        due: Yen,
        /// What was inserted and kept.
        inserted: CashCount,
        /// One 領収証 a bill, if it was paid.
        receipts: Vec<Receipt>,
        /// What was paid out again.
        #[serde(default, skip_serializing_if = "CashCount::is_empty")]
        paid_out: CashCount,
        /// The 預り票, if the patient still has to get something (K15).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slip: Option<Slip>,
    },
    /// A paper is about to be sent to the printer.
    PrintIntended {
        /// The paper.
        job: PrintJobId,
        /// Which try, from 0.
        attempt: u8,
        /// What is printed at its top.
        mark: PrintMark,
    },
    /// The printer's own word that the paper came out.
    Printed {
        /// The paper.
        job: PrintJobId,
    },
    /// Not one byte of it was sent.
    PrintNotStarted {
        /// The paper.
        job: PrintJobId,
        /// What stood in the way.
        cause: PrintCause,
    },
    /// Nobody knows whether it came out whole.
    PrintUnknown {
        /// The paper.
        job: PrintJobId,
        /// What happened.
        cause: PrintCause,
    },
    /// A person looked at the paper.
    PrintAnswered {
        /// The paper.
        job: PrintJobId,
        /// What they saw.
        answer: PaperAnswer,
        /// Who.
        by: String,
    },
    /// Staff were called.
    StaffCalled {
        /// Why.
        reason: CallReason,
    },
    /// Somebody answered the call.
    CallAnswered {
        /// Who.
        by: String,
    },
    /// The billing system has the result of this payment.
    ResultDelivered {
        /// Which payment.
        payment: PaymentId,
    },
    /// Names and treatments of this payment are erased from the journal's file.
    PrivateErased {
        /// Which payment.
        payment: PaymentId,
    },
}

/// A bill as the journal knows it: no name, no treatment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillRef {
    /// Which bill.
    pub bill: BillId,
    /// Which revision was shown.
    pub revision: u32,
    /// What was due.
    pub due: Yen,
}

/// A numbered 領収証.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its number.
    pub number: ReceiptNumber,
    /// The bill that it receipts.
    pub bill: BillId,
    /// The paper that carries it.
    pub job: PrintJobId,
}

/// An お釣り・ご返金 預り票 (K15): what the desk owes a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// How much.
    pub amount: Yen,
    /// What proves that a slip is this one.
    pub code: SlipCode,
    /// The paper that carries it.
    pub job: PrintJobId,
}

/// Why a note in escrow was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// With it there would be no way to pay the sum, and to change what is too much.
    DoesNotFit,
    /// The patient would rather not insert it, because the machine could not pay it back (K9).
    PatientTookBack,
    /// The payment is being cancelled, confirmed or settled by staff.
    NoLongerAccepting,
    /// Nothing is being paid.
    NoPayment,
}

/// Why a payment cannot go on without a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Discrepancy {
    /// Written by earlier versions: the patient wanted out, and the machine could not pay notes back.
    MoneyInside,
    /// The program was interrupted in the middle.
    Interrupted,
    /// The note unit failed in the middle.
    NoteUnit {
        /// How.
        trouble: CashTrouble,
    },
    /// The coin acceptor failed in the middle.
    CoinUnit {
        /// How.
        trouble: CoinTrouble,
    },
    /// The billing system wants another amount since money was inserted (K6).
    BillChanged,
    /// More coins fell in than the acceptor could remember.
    CoinsUnaccounted,
    /// Nobody knows how many pieces were paid out.
    PayoutUnknown,
    /// The device kept another note than the one that was decided on.
    UnexpectedNote {
        /// What it said the note is.
        reported: Option<Denomination>,
    },
    /// What a unit has counted does not fit the journal (a doubt stands).
    UnitInDoubt,
    /// The private part of the payment is gone: the machine knows neither whose the bills are nor what stands on them.
    BillsMissing,
    /// The device's own counters moved by something else than what was credited.
    CountsDiffer {
        /// What the counters should be.
        expected: DeviceCounts,
        /// What they are.
        reported: DeviceCounts,
    },
}

/// What is printed at the top of a paper, so that there are never two unmarked originals (K20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintMark {
    /// Nothing: the original.
    Original,
    /// 印字不良のため再印字.
    BadPrint,
    /// 再発行.
    Reissued,
}

/// Why staff were called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallReason {
    /// The patient pressed the button.
    Patient,
    /// Money is inside and the patient does nothing (K16).
    Waiting,
    /// Money is to come out and does not.
    Stuck,
    /// A payment is suspended.
    Suspended,
    /// A paper did not come out, or may not have.
    Paper,
    /// Money lies in the machine that belongs to no payment.
    FoundMoney,
    /// A patient has a 預り票 and money to get.
    Owed,
    /// What lies in a drum or hopper has to be counted or refilled.
    Stock,
    /// The billing system cannot be asked or told, or not about everybody.
    Billing,
    /// What a unit says of itself does not fit the journal.
    Doubt,
    /// The journal could not be written, and the machine stood still.
    Records,
}

/// An entry on its way into the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What is chained.
    pub entry: Entry,
    /// What is kept beside the chain and erased later; the chain holds its salted hash.
    pub private: Option<Private>,
}

/// The private part of [`Entry::PaymentOpened`]: the bills, names and all.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Private {
    /// The bills in the order of the entry's [`BillRef`]s.
    pub bills: Vec<api::Bill>,
}

impl std::fmt::Debug for Private {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Private({} bills)", self.bills.len())
    }
}

/// An entry as the journal gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its number: 1, 2, 3, …
    pub seq: u64,
    /// When it was written.
    pub at: WallTime,
    /// What was chained.
    pub entry: Entry,
    /// The private part, if it had one and it is not erased yet.
    pub private: Option<Private>,
}
