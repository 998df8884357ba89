use std::fmt;
use std::str::FromStr;

use money::{CashCount, Denomination, Yen};
use serde::{Deserialize, Serialize};

use crate::{DoubtId, DoubtSaid, DoubtView, Outcome, PaymentId, ReceiptNumber, WallTime};

/// What a client of `diag.sock` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskRequest {
    /// How is the machine?
    Status,
    /// Who is calling for staff?
    Calls,
    /// Somebody goes to the machine.
    AnswerCall {
        /// Who.
        by: String,
    },
    /// Does the journal's hash chain hold?
    JournalVerify,
    /// The newest entries, at most this many.
    JournalShow {
        /// How many.
        last: u32,
    },
    /// What became of a payment?
    Payment {
        /// Which.
        id: PaymentId,
    },
    /// Staff settle a suspended payment by hand.
    TakeOver {
        /// Which.
        id: PaymentId,
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// Staff let a suspended payment go on at the machine (K17).
    Decide {
        /// Which.
        id: PaymentId,
        /// How.
        decision: Decision,
        /// Who.
        by: String,
    },
    /// A person counted what lies in a drum or hopper. Refused while a payment is open.
    SetStock {
        /// Of what.
        denomination: Denomination,
        /// How many pieces there are.
        pieces: u32,
        /// Who counted.
        by: String,
    },
    /// Which units say something that does not fit the journal?
    DoubtList,
    /// A person says what a doubt comes from.
    SettleDoubt {
        /// Which.
        doubt: DoubtId,
        /// What it comes from.
        said: DoubtSaid,
        /// The newest 領収証 that anybody has seen, on paper or in the billing system.
        newest_receipt: ReceiptNumber,
        /// The newest payment that anybody has seen; it stands on the receipt, too.
        newest_payment: PaymentId,
        /// Who.
        by: String,
    },
    /// Which papers are in doubt?
    PrintList,
    /// A person says whether a paper came out whole (K20).
    PrintAnswer {
        /// Which.
        paper: PaperName,
        /// What they saw.
        answer: PaperAnswer,
        /// Who.
        by: String,
    },
}

/// How staff let a suspended payment go on (K17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Where it was.
    Continue,
    /// The patient gets back what was inserted.
    Return,
}

/// A paper as people call it: `000017` for a 領収証, `slip-000023` for the 預り票 of payment 000023.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperName {
    /// The 領収証 with this number.
    Receipt(ReceiptNumber),
    /// The お釣り・ご返金 預り票 of this payment.
    Slip(PaymentId),
}

impl fmt::Display for PaperName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaperName::Receipt(number) => number.fmt(out),
            PaperName::Slip(payment) => write!(out, "slip-{payment}"),
        }
    }
}

impl FromStr for PaperName {
    type Err = String;

    fn from_str(text: &str) -> Result<PaperName, String> {
        let wrong = |_| format!("`{text}` is no paper; write 000017 for a receipt or slip-000023 for a slip");
        match text.strip_prefix("slip-") {
            Some(payment) => payment.parse().map(|id| PaperName::Slip(PaymentId(id))).map_err(wrong),
            None => text.parse().map(|number| PaperName::Receipt(ReceiptNumber(number))).map_err(wrong),
        }
    }
}

/// 「レシートは最後まで出ましたか」.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperAnswer {
    /// Yes: done.
    Complete,
    /// No: printed again under the same number, marked 印字不良のため再印字.
    Incomplete,
    /// Cannot tell: printed again, marked 再発行.
    Unknown,
    /// It never will come out; staff wrote one by hand.
    WrittenByHand,
}

/// What the daemon answers on `diag.sock`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskAnswer {
    /// It was done.
    Done,
    /// It was not done, and this says why and what to do.
    Refused(String),
    /// How the machine is.
    Status(Box<MachineStatus>),
    /// Who is calling.
    Calls(Vec<CallView>),
    /// The chain holds.
    JournalVerified {
        /// How many entries.
        entries: u64,
        /// The last entry's hash, in hexadecimal digits.
        head: String,
    },
    /// Entries, oldest first: each its stored bytes as JSON, with number, time and hash around it.
    Journal(Vec<serde_json::Value>),
    /// A payment.
    Payment(Box<PaymentSummary>),
    /// Papers in doubt.
    Prints(Vec<DoubtfulPrint>),
    /// What does not fit the journal.
    Doubts(Vec<DoubtView>),
}

/// How the machine is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineStatus {
    /// Why the machine stands still, if nothing can be written down.
    pub journal: Option<JournalTrouble>,
    /// The page on screen, by name.
    pub page: String,
    /// The note unit in a few words.
    pub note_unit: String,
    /// The coin unit in a few words.
    pub coin_unit: String,
    /// The printer in a few words.
    pub printer: String,
    /// The scanner in a few words; one that only speaks cannot be asked whether it lives.
    pub scanner: String,
    /// Whether the bridge is connected.
    pub billing_connected: bool,
    /// What is wrong on the side of the billing system, each in a sentence.
    pub billing_troubles: Vec<String>,
    /// The payment that is open, if any; or that may be, while the machine stands still.
    pub open_payment: Option<PaymentId>,
    /// The newest payment, open or not.
    pub last_payment: Option<PaymentId>,
    /// Results that the billing system does not have yet; unknown while the machine stands still.
    pub undelivered_results: Option<u32>,
    /// What units say of themselves and does not fit the journal. While there is any, no payment begins.
    pub doubts: Vec<DoubtView>,
    /// What the books say lies in the machine, place by place; nothing while it stands still.
    pub cash: Vec<LedgerLine>,
    /// Whether all postings sum to zero; unknown while the machine stands still.
    pub ledger_balanced: Option<bool>,
}

/// Why nothing can be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalTrouble {
    /// Since when.
    pub since: WallTime,
    /// The journal's file.
    pub file: String,
    /// What the system says, and what a person has to do. The machine goes on by itself then.
    pub why: String,
}

/// What the books say lies in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// The place, by name: `drum 1`, `cash box`, `transport`.
    pub place: String,
    /// The pieces.
    pub pieces: CashCount,
}

/// A call for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallView {
    /// When it began to ring.
    pub since: WallTime,
    /// Why, in a few words.
    pub reason: String,
    /// Who answered, if anyone.
    pub answered_by: Option<String>,
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
    pub suspended: Option<String>,
    /// What a person may let the machine do then, beside settling it by hand.
    pub decisions: Vec<Decision>,
    /// The 領収証 that were numbered.
    pub receipts: Vec<ReceiptNumber>,
}

/// A paper of which nobody knows whether it came out whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtfulPrint {
    /// Which.
    pub paper: PaperName,
    /// The payment.
    pub payment: PaymentId,
    /// What happened, in a few words.
    pub cause: String,
    /// Some of it may be on paper: somebody has to look. Otherwise nothing was sent, and it can only be written by hand.
    pub was_begun: bool,
}
