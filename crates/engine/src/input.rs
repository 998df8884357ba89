use api::{
    BillingTrouble, Button, ChainBreak, DeliveryTrouble, Order, PaymentId, QuoteOutcome, Touch, WallTime,
};
use device_api::{Moment, PrinterEvent, ScannerEvent, UnitEvent, UnitId};

/// The two clocks, and a die, read once by the carrier for each input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// For waiting.
    pub at: Moment,
    /// For people.
    pub wall: WallTime,
    /// Drawn anew for each input, and not to be guessed: the code of a 預り票 is made of it.
    pub chance: u64,
}

/// Everything that can happen to the machine.
#[derive(Clone, Debug)]
pub enum Input {
    /// A cash unit said something.
    Unit(UnitId, UnitEvent),
    /// The printer said something.
    Printer(PrinterEvent),
    /// The scanner read something.
    Scanner(ScannerEvent),
    /// A button on the screen.
    Touch(Touch),
    /// The bridge said something, or came or went.
    Billing(BillingEvent),
    /// The journal was checked while nobody paid, and does not hold.
    JournalBroken(ChainBreak),
    /// Staff did something at the desk; answered by [`Output::Answer`](crate::Output::Answer).
    Desk(Order),
    /// [`Engine::deadline`](crate::Engine::deadline) has passed.
    Tick,
}

impl From<PrinterEvent> for Input {
    fn from(event: PrinterEvent) -> Input {
        Input::Printer(event)
    }
}

impl From<ScannerEvent> for Input {
    fn from(event: ScannerEvent) -> Input {
        Input::Scanner(event)
    }
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
    /// The billing system does not have the result yet.
    NotDelivered {
        /// Of which payment.
        payment: PaymentId,
        /// Why.
        cause: DeliveryTrouble,
    },
    /// Everything that the bridge finds wrong now.
    Troubles(Vec<BillingTrouble>),
}

/// What the state of a visit has to react to.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// A card that matches the clinic's format wholly, or `None` for any other string.
    Scanned(Option<api::PatientNumber>),
    /// A button of the page that is shown.
    Touched(Button),
    /// A cash unit.
    Unit(UnitId, UnitEvent),
    /// The billing system.
    Quoted(u64, QuoteOutcome),
    /// A paper came out, or did not, or was looked at.
    PapersChanged,
    /// Staff took this payment over.
    TakenOver,
    /// Staff let this payment go on.
    Decided,
    /// Time passed.
    Tick,
}
