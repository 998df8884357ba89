use std::fmt;

use money::{Denomination, DenominationSet, Yen};
use serde::{Deserialize, Serialize};

use crate::{ClinicTime, Method, Offer, Patient, PaymentId, ReceiptNumber, Say, Takes, Tone};

/// Characters of the 診察券番号 that are shown; of a number that is no longer than this, half of it.
const NUMBER_TAIL: usize = 3;

/// Everything the kiosk screen needs to draw itself. It computes nothing and remembers nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KioskView {
    /// Counts up with every change, so that a touch on an older picture can be told apart.
    pub seq: u64,
    /// The page.
    pub page: Page,
    /// What has become of the patient's call for staff.
    pub call: CallProgress,
    /// The answer to a card that was held to the reader on a page that asks for none.
    pub card: CardAnswer,
    /// What the page says aloud.
    pub say: Say,
    /// What sounds before it.
    pub tone: Tone,
}

impl KioskView {
    /// What is said follows from the page.
    pub fn new(seq: u64, page: Page, call: CallProgress) -> KioskView {
        KioskView::answering(seq, page, call, CardAnswer::None)
    }

    /// The same, with the answer to a card beside the page.
    pub fn answering(seq: u64, page: Page, call: CallProgress, card: CardAnswer) -> KioskView {
        let (say, tone) = card.say().unwrap_or(page.say());
        KioskView { seq, page, call, card, say, tone }
    }
}

/// One decision a page (K30).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "name")]
pub enum Page {
    /// Hold your 診察券 to the reader; and what cannot be done here now, before anybody takes their money out.
    Idle {
        /// What can be done.
        offer: Offer,
    },
    /// No payment can start now.
    Closed {
        /// Why.
        reason: ClosedReason,
    },
    /// The billing system is being asked.
    LookingUp,
    /// A short answer to a scan or an ended payment; goes back to the start by itself.
    Notice {
        /// What to say.
        notice: Notice,
    },
    /// Paid before, here (K5). No amount: whoever holds the card may be somebody else.
    AlreadyPaid {
        /// When.
        at: ClinicTime,
        /// How.
        method: Method,
    },
    /// 「こちらの方のお会計でよろしいですか?」 (K1).
    ConfirmPayer {
        /// Whose bills, masked.
        payer: Payer,
    },
    /// Another patient looks the same on this screen: month and day of birth are keyed before a sum is shown (K1).
    /// A key is [`Button::Digit`] or [`Button::Delete`], 確認する is [`Button::Confirm`].
    KeyBirthday {
        /// What was keyed so far, at most four digits.
        keyed: KeyedDigits,
        /// The last try was wrong.
        again: bool,
    },
    /// Today's sum, and how to pay it.
    ChooseMethod {
        /// The sum of all bills.
        due: Yen,
        /// What they are, if there are several; otherwise empty.
        bills: Vec<DueBill>,
        /// What can be inserted, if it is not everything (K18).
        takes: Takes,
        /// Said before the first piece: nothing can be changed here now, only the exact sum can be paid (K7).
        exact_money_only: bool,
    },
    /// 「本日のお支払いはございません」 (K5): 領収証を印刷する is [`Button::Confirm`], 終わる is [`Button::Cancel`].
    NothingDue,
    /// Money is being inserted.
    InsertCash {
        /// お支払い金額.
        due: Yen,
        /// 入れた金額.
        inserted: Yen,
        /// あと; zero once enough is inside.
        missing: Yen,
        /// お釣り, once more than enough is inside.
        change: Yen,
        /// What may be inserted now.
        accepting: DenominationSet,
        /// A note was drawn in and is being looked at.
        reading: bool,
        /// A piece was pushed back just now, and why.
        refused: Option<Refused>,
        /// No more coins of this denomination are taken in this payment (K11).
        coins_limit: Option<Denomination>,
        /// A note that was pushed back still sticks out and wants to be taken.
        take_back: bool,
        /// 「前の方のお会計が終わっていません。」: another card was just held to the reader (K16).
        other_card: bool,
        /// Nothing has happened for a while (K16).
        prompt: bool,
        /// What 「やめる」 would do right now (K14).
        cancel: CancelEffect,
    },
    /// 「このお札を入れると、途中でやめるときは受付での返金になります。続けますか?」 (K9): 続ける is [`Button::Yes`],
    /// このお札を戻す is [`Button::No`].
    KeepNote {
        /// The note that waits for the answer.
        denomination: Denomination,
    },
    /// A note that was pushed back sticks out; nothing goes on before it is taken.
    TakeNoteBack,
    /// 「お札は1枚ずつお入れください」: a second note was pushed in behind the first, which goes no further before the second is
    /// taken.
    TakeSecondNote,
    /// The bill is another one since money was inserted: nothing more is taken (K6). お金を戻す is [`Button::Cancel`].
    BillChanged {
        /// What 「やめる」 would do right now (K14).
        cancel: CancelEffect,
    },
    /// Confirmed; the machine counts what it has.
    Counting,
    /// 「お札をお取りください」: notes come out, one after the other (K13).
    TakeNotes {
        /// What is paid out in notes.
        amount: Yen,
        /// お釣り, or the money of a payment that was given up.
        purpose: PayoutPurpose,
        /// A note sticks out and waits.
        presented: bool,
        /// Which one it is, or which one comes next, counted from 1; unknown after a break.
        nth: Option<u32>,
        /// How many notes there are in all.
        notes: u32,
    },
    /// 「小銭をお取りください」: coins fall into the tray, or lie in it (K13).
    TakeCoins {
        /// They still fall: some may not lie there yet.
        falling: bool,
        /// What is paid out in coins.
        amount: Yen,
        /// お釣り, or the money of a payment that was given up.
        purpose: PayoutPurpose,
    },
    /// The 領収証 is being printed.
    Printing,
    /// お釣り・ご返金 預り票: what staff still have to give (K15).
    Owed {
        /// How much.
        amount: Yen,
        /// The number on the slip.
        payment: PaymentId,
        /// The code on the slip: it stays on screen in case the slip does not come out.
        code: String,
    },
    /// Staff have to look after the paper.
    PaperTrouble,
    /// Take the 領収証; thank you.
    Thanks {
        /// The numbers that were printed.
        receipts: Vec<ReceiptNumber>,
    },
    /// Money is in the machine and a person has to decide (K17).
    Suspended {
        /// The number that staff know it by.
        payment: Option<PaymentId>,
        /// 入れた金額, as far as it is known.
        inserted: Yen,
    },
}

/// One of several bills: when the treatment was, and what is due. Not what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each name says what it is")]
pub struct DueBill {
    pub month: u8,
    pub day: u8,
    pub due: Yen,
}

/// A [`Page`] by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the same names as those of `Page`")]
pub enum PageName {
    Idle,
    Closed,
    LookingUp,
    Notice,
    AlreadyPaid,
    ConfirmPayer,
    KeyBirthday,
    ChooseMethod,
    NothingDue,
    InsertCash,
    KeepNote,
    TakeNoteBack,
    TakeSecondNote,
    BillChanged,
    Counting,
    TakeNotes,
    TakeCoins,
    Printing,
    Owed,
    PaperTrouble,
    Thanks,
    Suspended,
}

impl Page {
    /// Whether it is the page that waits for the next patient, open or closed: nobody is being served.
    pub fn is_start(&self) -> bool {
        matches!(self, Page::Idle { .. } | Page::Closed { .. })
    }

    /// Its name.
    pub fn name(&self) -> PageName {
        match self {
            Page::Idle { .. } => PageName::Idle,
            Page::Closed { .. } => PageName::Closed,
            Page::LookingUp => PageName::LookingUp,
            Page::Notice { .. } => PageName::Notice,
            Page::AlreadyPaid { .. } => PageName::AlreadyPaid,
            Page::ConfirmPayer { .. } => PageName::ConfirmPayer,
            Page::KeyBirthday { .. } => PageName::KeyBirthday,
            Page::ChooseMethod { .. } => PageName::ChooseMethod,
            Page::NothingDue => PageName::NothingDue,
            Page::InsertCash { .. } => PageName::InsertCash,
            Page::KeepNote { .. } => PageName::KeepNote,
            Page::TakeNoteBack => PageName::TakeNoteBack,
            Page::TakeSecondNote => PageName::TakeSecondNote,
            Page::BillChanged { .. } => PageName::BillChanged,
            Page::Counting => PageName::Counting,
            Page::TakeNotes { .. } => PageName::TakeNotes,
            Page::TakeCoins { .. } => PageName::TakeCoins,
            Page::Printing => PageName::Printing,
            Page::Owed { .. } => PageName::Owed,
            Page::PaperTrouble => PageName::PaperTrouble,
            Page::Thanks { .. } => PageName::Thanks,
            Page::Suspended { .. } => PageName::Suspended,
        }
    }
}

/// Why a piece was pushed back (K9, K12). Never a false reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// It could not be read.
    Unreadable,
    /// It could be read, and no more of its kind is taken now.
    NotWanted,
    /// The machine could not give the change for it.
    NoChange,
}

/// What money that comes out is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutPurpose {
    /// お釣り.
    Change,
    /// The money that the patient had inserted.
    Return,
}

/// Whose bills, masked by the daemon (K1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// Family name in kana and the first kana of the given name: ヤマダ ハ○○.
    pub name: String,
    /// The last three characters of the 診察券番号.
    pub number_tail: String,
}

impl Payer {
    /// Enough for the payer to recognise the patient, too little for a bystander (K1).
    pub fn of(patient: &Patient) -> Payer {
        let mut given = patient.given_kana.chars();
        let first: String = given.by_ref().take(1).collect();
        let hidden: String = given.map(|_| '○').collect();
        let digits: Vec<char> = patient.number.0.chars().collect();
        let shown = if digits.len() > NUMBER_TAIL { NUMBER_TAIL } else { digits.len() / 2 };
        Payer {
            name: format!("{} {first}{hidden}", patient.family_kana),
            number_tail: digits[digits.len() - shown..].iter().collect(),
        }
    }
}

/// Digits of a birthday as somebody keys them, right or wrong. `Debug` hides them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyedDigits(pub String);

impl fmt::Debug for KeyedDigits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("KeyedDigits(…)")
    }
}

/// Why no payment can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedReason {
    /// The devices have not answered yet.
    Starting,
    /// The note unit cannot work.
    NoteUnit,
    /// The coin acceptor cannot work.
    CoinUnit,
    /// A piece sticks out of a slot and waits to be taken.
    Exit,
    /// 「領収証を印刷できないため受付でお支払いください」 (K8).
    Printer,
    /// The reader for the 診察券 is away.
    Scanner,
    /// Nothing can be written down, so nothing may happen.
    Records,
    /// The same, and somebody may stand there who has begun something: staff are called.
    Halted,
}

/// A short answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Not a card of this clinic (K2).
    NotOurCard,
    /// 「受付でご確認ください」.
    UnknownPatient,
    /// 「ただいま計算中です。順番が来ましたらお呼びします」.
    NotReady,
    /// 「本日のお支払いはございません」.
    NothingToPay,
    /// There is a sum, but it may still change: desk.
    EstimateOnly,
    /// Staff settle this bill by hand already: desk.
    HandledAtDesk,
    /// The clinic owes the patient: desk.
    RefundAtDesk,
    /// Only a person can tell: desk.
    AskAtDesk,
    /// The billing system does not answer: desk.
    BillingUnavailable,
    /// The sum cannot be paid exactly with what this machine takes (K7).
    NotPayableHere,
    /// The note unit is out of order, and the sum is more than can be paid in coins alone (K18).
    CoinsOnly,
    /// The coin slot is out of order, and the sum cannot be paid with notes and changed (K18).
    NotesOnly,
    /// 「この金額は1円・5円硬貨が必要なため、受付でお支払いください」: the sum does not end in 0, and such coins are neither
    /// taken nor paid here (K7).
    NeedsSmallCoins,
    /// The bill changed while the patient looked at it; scan again.
    BillChanged,
    /// Nothing was inserted, nothing is kept.
    Cancelled,
    /// Everything that was inserted was paid out again.
    MoneyReturned,
}

/// What 「やめる」 would do right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelEffect {
    /// Nothing is inside: back to the start.
    BackToStart,
    /// Money is inside and comes back the way change does.
    MachineReturnsMoney,
    /// Money is inside that the machine cannot pay out as a whole: staff give back what is missing.
    StaffReturnMoney,
}

/// What has become of a call for staff (K24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallProgress {
    /// Nobody was called.
    None,
    /// 「係員を呼びました」.
    Ringing,
    /// 「まもなくまいります」: somebody answered.
    Answered,
    /// 「受付までお声がけください」: nobody answered for a while.
    Unanswered,
}

/// What whoever held a card to the reader is told where no card is asked for: every scan is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardAnswer {
    /// Nobody did, or the page itself is the answer.
    None,
    /// It is the card of whoever is being served: it was read before.
    ReadBefore,
    /// 「前の方のお会計が終わっていません。」 (K16).
    Wait,
    /// No payment can start now.
    AtDesk,
}

/// What the kiosk screen sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// The [`KioskView::seq`] that was on screen: a touch meant for another page is dropped.
    pub seq: u64,
    /// What was touched.
    pub button: Button,
}

/// Every button there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// はい, to the question whose bill it is; 続ける, to the question about a note (K9).
    Yes,
    /// いいえ, or このお札を戻す, to the same questions.
    No,
    /// 現金で支払う.
    PayCash,
    /// 支払いを確定する, 領収証を印刷する where nothing is to be paid, or 確認する below a birthday.
    Confirm,
    /// やめる(お金を戻します).
    Cancel,
    /// A key of the number pad, 0 to 9.
    Digit(u8),
    /// 1文字消す.
    Delete,
    /// 係員を呼ぶ.
    CallStaff,
}
