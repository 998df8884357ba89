//! What a page says aloud, for those who do not read it (K30).

use serde::{Deserialize, Serialize};

use crate::{CardAnswer, CashOffer, Change, ClosedReason, Lookup, Notice, Offer, Page, Refused, Takes, Way};

/// Which sentence is spoken: a key of `[say]` in `languages/*/kiosk.toml`. No sentence holds a name or an amount, because
/// the whole waiting room hears it. It is spoken when it changes, not with every new figure on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the pages, and of what they say when it differs")]
pub enum Say {
    Idle,
    IdleCoinsOnly,
    IdleExactMoneyOnly,
    ClosedStarting,
    ClosedDesk,
    Halted,
    LookingUp,
    NotOurCard,
    UnknownPatient,
    NotReady,
    NothingToPay,
    EstimateOnly,
    HandledAtDesk,
    RefundAtDesk,
    AskAtDesk,
    BillingUnavailable,
    NotPayableHere,
    NeedsSmallCoins,
    BillChanged,
    Cancelled,
    MoneyReturned,
    AlreadyPaid,
    ConfirmPayer,
    KeyBirthday,
    KeyBirthdayAgain,
    ChooseMethod,
    NothingDue,
    CardReadBefore,
    CardWait,
    CardAtDesk,
    InsertCash,
    InsertCashReading,
    InsertCashEnough,
    InsertCashTakeBack,
    InsertCashRefused,
    InsertCashNotWanted,
    InsertCashNoChange,
    InsertCashOtherCard,
    InsertCashCoinsLimit,
    InsertCashPrompt,
    InsertCashPromptEnough,
    KeepNote,
    TakeNoteBack,
    TakeSecondNote,
    BillChangedMeanwhile,
    Counting,
    TakeNotes,
    TakeNotesPresented,
    CoinsFall,
    TakeCoins,
    Printing,
    Owed,
    PaperTrouble,
    Thanks,
    ThanksWithoutReceipt,
    Suspended,
}

/// What sounds before the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Nothing: there is nothing to do.
    None,
    /// It is the patient's turn.
    Turn,
    /// Something came out and wants to be taken (K13).
    Take,
    /// It goes on in another way than expected.
    Attention,
}

impl Page {
    /// What the page says aloud, and what sounds before it.
    pub fn say(&self) -> (Say, Tone) {
        match self {
            Page::Idle { offer } => (start(offer), Tone::None),
            Page::Closed { reason: ClosedReason::Halted } => (Say::Halted, Tone::Attention),
            Page::Closed { reason } => (closed(*reason), Tone::None),
            Page::LookingUp => (Say::LookingUp, Tone::None),
            Page::Notice { notice } => (short_answer(*notice), Tone::Attention),
            Page::AlreadyPaid { .. } => (Say::AlreadyPaid, Tone::Attention),
            Page::ConfirmPayer { .. } => (Say::ConfirmPayer, Tone::Turn),
            Page::KeyBirthday { again: false, .. } => (Say::KeyBirthday, Tone::Turn),
            Page::KeyBirthday { again: true, .. } => (Say::KeyBirthdayAgain, Tone::Attention),
            Page::ChooseMethod { .. } => (Say::ChooseMethod, Tone::Turn),
            Page::NothingDue => (Say::NothingDue, Tone::Turn),
            // Why it came back is heard; that it is to be taken stands on the screen.
            Page::InsertCash { take_back: true, refused: Some(Refused::NotWanted), missing, .. }
                if !missing.is_zero() =>
            {
                (Say::InsertCashNotWanted, Tone::Take)
            }
            // The same order as on the screen: a note that sticks out stops everything else.
            Page::InsertCash { take_back: true, .. } => (Say::InsertCashTakeBack, Tone::Take),
            Page::InsertCash { other_card: true, .. } => (Say::InsertCashOtherCard, Tone::Attention),
            Page::InsertCash { refused: Some(Refused::Unreadable), .. } => {
                (Say::InsertCashRefused, Tone::Attention)
            }
            Page::InsertCash { refused: Some(Refused::NoChange), .. } => {
                (Say::InsertCashNoChange, Tone::Attention)
            }
            Page::InsertCash { coins_limit: Some(_), .. } => (Say::InsertCashCoinsLimit, Tone::Attention),
            Page::InsertCash { refused: Some(Refused::NotWanted), .. } => {
                (Say::InsertCashNotWanted, Tone::Attention)
            }
            Page::InsertCash { reading: true, .. } => (Say::InsertCashReading, Tone::None),
            Page::InsertCash { prompt, missing, .. } => match (*prompt, missing.is_zero()) {
                (false, false) => (Say::InsertCash, Tone::Turn),
                (false, true) => (Say::InsertCashEnough, Tone::Turn),
                (true, false) => (Say::InsertCashPrompt, Tone::Attention),
                (true, true) => (Say::InsertCashPromptEnough, Tone::Attention),
            },
            Page::KeepNote { .. } => (Say::KeepNote, Tone::Turn),
            Page::TakeNoteBack => (Say::TakeNoteBack, Tone::Take),
            Page::TakeSecondNote => (Say::TakeSecondNote, Tone::Take),
            Page::BillChanged { .. } => (Say::BillChangedMeanwhile, Tone::Attention),
            Page::Counting => (Say::Counting, Tone::None),
            Page::TakeNotes { presented: false, .. } => (Say::TakeNotes, Tone::None),
            Page::TakeNotes { presented: true, .. } => (Say::TakeNotesPresented, Tone::Take),
            Page::TakeCoins { falling: true, .. } => (Say::CoinsFall, Tone::None),
            Page::TakeCoins { falling: false, .. } => (Say::TakeCoins, Tone::Take),
            Page::Printing => (Say::Printing, Tone::None),
            Page::Owed { .. } => (Say::Owed, Tone::Attention),
            Page::PaperTrouble => (Say::PaperTrouble, Tone::Attention),
            Page::Thanks { receipts } if receipts.is_empty() => (Say::ThanksWithoutReceipt, Tone::None),
            Page::Thanks { .. } => (Say::Thanks, Tone::Take),
            Page::Suspended { .. } => (Say::Suspended, Tone::Attention),
        }
    }
}

impl CardAnswer {
    /// What is said instead of what the page says.
    pub fn say(self) -> Option<(Say, Tone)> {
        let say = match self {
            CardAnswer::None => return None,
            CardAnswer::ReadBefore => Say::CardReadBefore,
            CardAnswer::Wait => Say::CardWait,
            CardAnswer::AtDesk => Say::CardAtDesk,
        };
        Some((say, Tone::Attention))
    }
}

fn start(offer: &Offer) -> Say {
    let Way::Open(CashOffer { takes, change, .. }) = &offer.cash else { return Say::ClosedDesk };
    match (offer.lookup, takes, change) {
        (Lookup::NoReader | Lookup::NoBilling, _, _) => Say::ClosedDesk,
        (Lookup::ByCard, Takes::Coins, _) => Say::IdleCoinsOnly,
        (Lookup::ByCard, Takes::NotesAndCoins | Takes::Notes, Change::None) => Say::IdleExactMoneyOnly,
        (Lookup::ByCard, Takes::NotesAndCoins | Takes::Notes, Change::EveryAmount | Change::SomeAmounts) => {
            Say::Idle
        }
    }
}

fn closed(reason: ClosedReason) -> Say {
    match reason {
        ClosedReason::Starting => Say::ClosedStarting,
        ClosedReason::NoteUnit
        | ClosedReason::CoinUnit
        | ClosedReason::Exit
        | ClosedReason::Printer
        | ClosedReason::Scanner
        | ClosedReason::Records => Say::ClosedDesk,
        ClosedReason::Halted => Say::Halted,
    }
}

fn short_answer(notice: Notice) -> Say {
    match notice {
        Notice::NotOurCard => Say::NotOurCard,
        Notice::UnknownPatient => Say::UnknownPatient,
        Notice::NotReady => Say::NotReady,
        Notice::NothingToPay => Say::NothingToPay,
        Notice::EstimateOnly => Say::EstimateOnly,
        Notice::HandledAtDesk => Say::HandledAtDesk,
        Notice::RefundAtDesk => Say::RefundAtDesk,
        Notice::AskAtDesk => Say::AskAtDesk,
        Notice::BillingUnavailable => Say::BillingUnavailable,
        // They are sent to the desk; the page says why.
        Notice::CoinsOnly | Notice::NotesOnly | Notice::NotPayableHere => Say::NotPayableHere,
        Notice::NeedsSmallCoins => Say::NeedsSmallCoins,
        Notice::BillChanged => Say::BillChanged,
        Notice::Cancelled => Say::Cancelled,
        Notice::MoneyReturned => Say::MoneyReturned,
    }
}
