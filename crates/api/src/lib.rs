//! Data that screens, bridge and tools exchange with the daemon: one JSON object a line on Unix sockets.
//!
//! The socket a client came in by says which role it has; its first line is a [`Hello`].

mod bill;
mod billing_trouble;
mod bridge;
mod call;
mod clinic_time;
mod clock;
mod desk;
mod discrepancy;
mod doubt;
mod feed;
mod ids;
mod incident;
mod journal;
mod lines;
mod offer;
mod result;
mod say;
mod units;
mod view;

use serde::{Deserialize, Serialize};

pub use bill::{
    Bill, BillDetail, BillLine, Birthday, Division, FormKind, Insurance, LineKind, Patient, PatientNumber,
    PointUnit, TaxClass,
};
pub use billing_trouble::{BillingTrouble, DeliveryTrouble, FileFault, FileName, FolderTrouble};
pub use bridge::{FromBridge, QuoteOutcome, ToBridge};
pub use call::CallReason;
pub use clinic_time::ClinicTime;
pub use clock::{ClockCause, ClockDoubt};
pub use desk::{
    Act, Actor, Answer, CallAbout, CallView, Decision, Done, DoubtfulPrint, FromDesk, HopperView,
    MachineView, NewestNumbers, Order, OutOfOrder, PaperAnswer, PaperDoubt, PaperName, PaperThen,
    PaymentSummary, PiecesView, Question, Refusal, RefusedCode, RefusedCodes, Remark, Staff, Standing,
    StoreView, ToDesk, UnfitWords, UnitState, UnitView, UnitsView,
};
pub use discrepancy::Discrepancy;
pub use doubt::{DoubtCause, DoubtReach, DoubtSaid, DoubtView};
pub use feed::{FeedEntry, FeedRefusal, FromFollower, ToFollower};
pub use ids::{
    BillId, DoubtId, IncidentId, JournalEpoch, MachineId, PaymentId, ReceiptNumber, TenderId, WallTime,
};
pub use incident::{IncidentDoubt, IncidentSaid, IncidentView};
pub use journal::{ChainBreak, ChainFlaw, DiskFault, JournalChecked, JournalTrouble};
pub use lines::{LineError, Lines, to_line};
pub use offer::{CashOffer, Change, Lookup, Offer, Takes, Way};
pub use result::{Fate, Method, Outcome, PaidBill, PaidTender, PaymentResult, TenderView};
pub use say::{Say, Tone};
pub use units::{PartName, StoreName, UnitKind, UnitName};
pub use view::{
    Button, CallProgress, CancelEffect, CardAnswer, ClosedReason, DueBill, KeyedDigits, KioskView, Notice,
    Page, PageName, Payer, PayoutPurpose, Refused, Touch,
};

/// The version of everything in this crate. A client of another version is refused with a sentence.
pub const VERSION: u32 = 1;

/// The first line of every client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The client's [`VERSION`].
    pub hello: u32,
    /// Who it says it is, for the log; the socket decides what it may do.
    pub role: String,
}
