use api::{Button, PaperAnswer, PaymentId, QuoteOutcome, ReceiptNumber, Touch, WallTime};
use device_api::{CashEvent, Moment, PrinterEvent, ScannerEvent};

/// The two clocks, read once by the shell for each input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// For waiting.
    pub at: Moment,
    /// For people.
    pub wall: WallTime,
}

/// Everything that can happen to the machine.
#[derive(Clone, Debug)]
pub enum Input {
    /// The note unit said something.
    Cash(CashEvent),
    /// The printer said something.
    Printer(PrinterEvent),
    /// The scanner read something.
    Scanner(ScannerEvent),
    /// A button on the screen.
    Touch(Touch),
    /// The bridge said something, or came or went.
    Billing(BillingEvent),
    /// Staff did something at the desk; answered by [`Output::Answer`](crate::Output::Answer).
    Desk(DeskAction),
    /// [`Engine::deadline`](crate::Engine::deadline) has passed.
    Tick,
}

/// What the bridge says.
#[derive(Clone, Debug)]
pub enum BillingEvent {
    /// A bridge connected: it is sent every result that was not acknowledged yet.
    Connected,
    /// The bridge is gone.
    Disconnected,
    /// The answer to a quote.
    Quoted {
        /// Whose answer.
        request: u64,
        /// The answer.
        outcome: QuoteOutcome,
    },
    /// The billing system has the result.
    Delivered {
        /// Of which payment.
        payment: PaymentId,
    },
}

/// What staff do.
#[derive(Clone, Debug)]
pub enum DeskAction {
    /// Somebody goes to the machine.
    AnswerCall {
        /// Who.
        by: String,
    },
    /// Staff settle a suspended payment by hand.
    TakeOver {
        /// Which.
        payment: PaymentId,
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// A person looked whether a paper came out whole.
    PrintAnswer {
        /// Which.
        number: ReceiptNumber,
        /// What they saw.
        answer: PaperAnswer,
        /// Who.
        by: String,
    },
}

/// What the state of a visit has to react to.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// A card that matches the clinic's format wholly, or `None` for any other string.
    Scanned(Option<api::PatientNumber>),
    /// A button of the page that is shown.
    Touched(Button),
    /// The note unit.
    Cash(CashEvent),
    /// The billing system.
    Quoted(u64, QuoteOutcome),
    /// A paper came out, or did not, or was looked at.
    PapersChanged,
    /// Staff took this payment over.
    TakenOver,
    /// Time passed.
    Tick,
}
