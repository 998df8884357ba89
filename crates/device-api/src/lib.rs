//! The words that every note unit, coin unit, printer and scanner shares, whatever its wire protocol.
//!
//! The words follow UnifiedPOS (CashChanger, POSPrinter, Scanner) where it has them and XFS4IoT where it does
//! not. A [`Driver`] is a pure state machine between these words and the bytes of one device.

mod cash;
mod coin;
mod dispense;
mod driver;
mod printer;
mod scanner;

pub use cash::{CashCommand, CashEvent, CashTrouble, DeviceCounts, ExitBlock, Place, RejectCause};
pub use coin::{CoinCommand, CoinCounts, CoinDevice, CoinEvent, CoinPlace, CoinTrouble};
pub use dispense::{CountedBefore, Dispense, DispenseEnd, DispenseId, Disturbance, ShortCause};
pub use driver::{Driver, DriverOutput};
pub use printer::{Paper, PrintCause, PrintJobId, PrinterCommand, PrinterEvent, PrinterStatus};
pub use scanner::{ScannedCode, ScannerEvent};
pub use wire::Moment;
