use api::{Bill, Done, PatientNumber, PaymentId, PaymentResult, ReceiptNumber, Refusal, WallTime};
use device_api::{PrintJobId, UnitCommand, UnitId};
use money::Yen;

use crate::{Draft, PrintMark, SlipCode};

/// What one input leads to: first write the entries, then, and only then, let the outputs go.
#[derive(Debug, Default)]
pub struct Step {
    /// To be appended in one transaction.
    pub entries: Vec<Draft>,
    /// To be carried out in this order once the entries are durable.
    pub outputs: Vec<Output>,
}

/// What the machine does to the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Ask a cash unit.
    Unit(UnitId, UnitCommand),
    /// Print a paper.
    Print(Box<PrintRequest>),
    /// Ask the billing system.
    Quote {
        /// Counts up for the life of the program.
        request: u64,
        /// Whose bills.
        patient: PatientNumber,
    },
    /// Tell the billing system; dropped without harm while no bridge is connected.
    Deliver(Box<PaymentResult>),
    /// Answer the desk's order that was the input.
    Answer(Box<Result<Done, Refusal>>),
}

/// A paper, with everything that stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintRequest {
    /// The paper.
    pub job: PrintJobId,
    /// Which try, from 0.
    pub attempt: u8,
    /// What is printed at its top.
    pub mark: PrintMark,
    /// A part of another paper may hang in the printer: nobody knows what became of it, or it has just come out badly.
    pub separate: bool,
    /// What it is.
    pub paper: PaperFacts,
}

/// What a paper states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaperFacts {
    /// A 領収証.
    Receipt(Box<ReceiptFacts>),
    /// An お釣り・ご返金 預り票.
    Slip(SlipFacts),
}

/// What a 領収証 states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptFacts {
    /// Its number.
    pub number: ReceiptNumber,
    /// The payment that it belongs to.
    pub payment: PaymentId,
    /// The bill that it receipts.
    pub bill: Bill,
    /// 領収日.
    pub paid_at: WallTime,
    /// The bills that were paid with it, if there are others.
    pub together: Option<Together>,
    /// お預り of the whole payment.
    pub inserted: Yen,
    /// お釣り of the whole payment.
    pub change: Yen,
    /// What part of the change could not be paid out: 「お釣りのうち○○円は預り票 No.…」 (K19). The number is the
    /// payment's.
    pub owed: Yen,
}

/// Several bills that were paid at once, each with a 領収証 of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Together {
    /// How many.
    pub bills: u32,
    /// What they come to.
    pub due: Yen,
}

/// What an お釣り・ご返金 預り票 states (K15). No name, nothing of the treatment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipFacts {
    /// Its number.
    pub payment: PaymentId,
    /// What the patient gets at the desk.
    pub amount: Yen,
    /// What proves that it is this slip.
    pub code: SlipCode,
    /// When the payment ended.
    pub at: WallTime,
}
