//! The words that every note unit, coin unit, printer and scanner shares, whatever its wire protocol.
//!
//! The words follow UnifiedPOS (CashChanger, POSPrinter, Scanner) where it has them and XFS4IoT where it does
//! not. A [`Driver`] is a pure state machine between these words and the bytes of one device.

mod dispense;
mod driver;
mod mismatch;
mod printer;
mod scanner;
mod store;
mod text;
mod unit;
mod unit_id;

pub use dispense::{CountedBefore, Dispense, DispenseEnd, DispenseId, Disturbance, ShortCause};
pub use driver::{Driver, DriverOutput};
pub use mismatch::Mismatch;
pub use printer::{Paper, PrintCause, PrintJobId, PrinterCommand, PrinterEvent, PrinterStatus};
pub use scanner::{ScannedCode, ScannerEvent};
pub use store::{Accuracy, DeviceCounts, NotAPart, NotAStore, PartId, Place, StoreId};
pub use unit::{
    Capabilities, Counted, DepositCommand, Deposited, ExitBlock, Paid, PayoutCommand, RejectCause, Stated,
    UnitCommand, UnitCounts, UnitEvent, UnitPart, UnitTrouble,
};
pub use unit_id::{NotAUnitId, UnitId};
pub use wire::Moment;
