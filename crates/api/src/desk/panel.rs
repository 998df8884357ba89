use device_api::{Accuracy, ExitBlock, PrintCause, PrinterStatus, UnitTrouble};
use money::{CashCount, Denomination, Yen};
use serde::{Deserialize, Serialize};

use super::{Decision, PaperAnswer, PaperName, Staff};
use crate::{
    BillingTrouble, CallReason, ChainBreak, ClockDoubt, Discrepancy, DoubtView, IncidentView, JournalChecked,
    JournalTrouble, Offer, Outcome, PageName, PartName, PaymentId, ReceiptNumber, StoreName, TenderView,
    UnitName, WallTime,
};

/// How the machine is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineView {
    /// Why the machine stands still, if nothing can be written down.
    pub journal: Option<JournalTrouble>,
    /// The page on screen.
    pub page: PageName,
    /// What a patient is offered now, and why not the rest.
    pub offer: Offer,
    /// The devices.
    pub units: UnitsView,
    /// Whether the bridge is connected.
    pub billing_connected: bool,
    /// What is wrong on the side of the billing system.
    pub billing_troubles: Vec<BillingTrouble>,
    /// The payment that is open, if any; or that may be, while the machine stands still.
    pub open_payment: Option<PaymentId>,
    /// The newest payment, open or not.
    pub last_payment: Option<PaymentId>,
    /// Results that the billing system does not have yet; unknown while the machine stands still.
    pub undelivered_results: Option<u32>,
    /// What units say of themselves and does not fit the journal. While there is any, no payment begins.
    pub doubts: Vec<DoubtView>,
    /// Money of which something is not known, and nobody has settled it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<IncidentView>,
    /// Where change is paid from; nothing while the machine stands still.
    pub stores: Vec<StoreView>,
    /// What the books say lies elsewhere: in boxes, and on its way.
    pub elsewhere: Vec<PiecesView>,
    /// Whether all postings sum to zero; unknown while the machine stands still.
    pub ledger_balanced: Option<bool>,
    /// How far the journal was checked; nothing before the first piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal_checked: Option<JournalChecked>,
}

/// What the devices last said of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsView {
    /// What takes and gives money, in the order of the configuration.
    pub cash: Vec<UnitView>,
    /// The printer.
    pub printer: PrinterStatus,
    /// The scanner's port is open; one that only speaks cannot be asked whether it lives.
    pub scanner_connected: bool,
    /// The computer's clock, if it is not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockDoubt>,
}

/// A unit that takes or gives money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitView {
    /// Which.
    pub unit: UnitName,
    /// What takes pieces in.
    pub acceptor: UnitState,
    /// Its hoppers that have said how they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hoppers: Vec<HopperView>,
}

/// A hopper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HopperView {
    /// Which, and what for.
    pub part: PartName,
    /// How it is.
    pub state: UnitState,
}

/// How a part of a unit is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitState {
    /// It has not said anything yet.
    Starting,
    /// It works.
    Ready,
    /// It does not.
    Trouble(UnitTrouble),
}

/// A drum or hopper, as the books and its unit see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreView {
    /// Where, and what for.
    pub store: StoreName,
    /// How many pieces the books say lie there.
    pub pieces: CashCount,
    /// How many fit, if that is known.
    pub capacity: Option<u32>,
    /// How that number is known.
    pub accuracy: Accuracy,
    /// What that number is worth.
    pub standing: Standing,
}

/// What the books' number of pieces is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Change is paid from there.
    Certain,
    /// Nobody knows how many pieces lie there: no change is paid before somebody has counted them.
    ToCount,
    /// The unit found nothing more to pay out, whatever the books say: to be filled and counted.
    FoundEmpty,
}

/// What the books say lies in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PiecesView {
    /// The place.
    pub store: StoreName,
    /// The pieces.
    pub pieces: CashCount,
}

/// A call for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallView {
    /// When it began to ring.
    pub since: WallTime,
    /// Why.
    pub reason: CallReason,
    /// What it is about, if that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<CallAbout>,
    /// Who answered, if anyone.
    pub answered_by: Option<Staff>,
}

/// One thing that a call is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallAbout {
    /// A payment that waits for somebody.
    Payment {
        /// Which.
        payment: PaymentId,
        /// What was inserted so far.
        inserted: Yen,
    },
    /// A 預り票: somebody gets money at the desk.
    Slip {
        /// The payment, and the slip's number.
        payment: PaymentId,
        /// How much.
        amount: Yen,
    },
    /// A paper of which nobody knows whether it came out whole.
    Paper(DoubtfulPrint),
    /// A drum or hopper that has to be counted or filled.
    Store(StoreView),
    /// A piece that belongs to no payment.
    Found {
        /// What it is, if its unit said so.
        denomination: Option<Denomination>,
    },
    /// Money of which something is not known.
    Incident(IncidentView),
    /// A unit whose word does not fit the journal.
    Unit(DoubtView),
    /// Something on the side of the billing system.
    Billing(BillingTrouble),
    /// A device that does not work.
    OutOfOrder(OutOfOrder),
}

/// A device that does not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutOfOrder {
    /// What takes or gives money.
    Unit {
        /// What of it.
        part: PartName,
        /// What is wrong with it.
        trouble: UnitTrouble,
    },
    /// The slot of a unit: a piece sticks out of it, and nobody takes it.
    Exit {
        /// Which.
        unit: UnitName,
        /// What sticks out of it.
        block: ExitBlock,
    },
    /// The printer.
    Printer(PrinterStatus),
    /// The scanner: its port cannot be opened.
    Scanner,
    /// The computer's clock.
    Clock(ClockDoubt),
    /// The journal: what was written once is not there as it was.
    Journal(ChainBreak),
    /// The scanner, or what it is told to expect: one code after the other is refused in the same way.
    Codes(RefusedCodes),
}

/// Codes that were refused one after the other, all in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCodes {
    /// In which way.
    pub how: RefusedCode,
    /// How many, with none in between that was taken.
    pub count: u32,
}

/// In which way a code was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedCode {
    /// It does not have the shape of the clinic's cards (`[card]` in the configuration).
    NotOurCard,
    /// It has, and the billing system knows nobody of that number.
    UnknownPatient,
}

/// What became of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentSummary {
    /// Which.
    pub id: PaymentId,
    /// What was due.
    pub due: Yen,
    /// What was inserted.
    pub inserted: Yen,
    /// What was paid out again: change, or the money of a cancelled payment.
    pub paid_out: Yen,
    /// How it ended; `None` while it is open.
    pub outcome: Option<Outcome>,
    /// A note that was to be stacked and of which nothing was heard since.
    pub note_under_way: Option<Denomination>,
    /// Why a person has to decide, if so.
    pub suspended: Option<Discrepancy>,
    /// What a person may let the machine do then, beside settling it by hand.
    pub decisions: Vec<Decision>,
    /// The 領収証 that were numbered.
    pub receipts: Vec<ReceiptNumber>,
    /// The ways in which money comes in, and what became of each.
    pub tenders: Vec<TenderView>,
}

/// A paper of which nobody knows whether it came out whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtfulPrint {
    /// Which.
    pub paper: PaperName,
    /// The payment.
    pub payment: PaymentId,
    /// What happened.
    pub doubt: PaperDoubt,
}

/// Why a person has to look at a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperDoubt {
    /// Some of it may be on paper: somebody has to look.
    Begun(PrintCause),
    /// Not one byte was sent; it is printed when the printer is ready, or can be written by hand.
    Held,
    /// It was tried too often: it can only be written by hand.
    TriedTooOften,
    /// The code of the slip is gone from the journal's file: it can only be written by hand.
    CodeGone,
}

impl PaperDoubt {
    /// What can be said of it.
    pub fn answers(self) -> &'static [PaperAnswer] {
        match self {
            PaperDoubt::Begun(_) => &[
                PaperAnswer::Complete,
                PaperAnswer::Incomplete,
                PaperAnswer::Unknown,
                PaperAnswer::WrittenByHand,
            ],
            PaperDoubt::Held | PaperDoubt::TriedTooOften | PaperDoubt::CodeGone => {
                &[PaperAnswer::WrittenByHand]
            }
        }
    }
}
