//! Every page that there is, with everything on it that can differ.

use api::{
    CallProgress, CancelEffect, CardAnswer, CashOffer, Change, ClinicTime, ClosedReason, DueBill,
    KeyedDigits, KioskView, Lookup, Method, Notice, Offer, Page, Payer, PaymentId, PayoutPurpose,
    ReceiptNumber, Refused, Takes, Way,
};
use money::{Denomination, DenominationSet, Yen};

use Denomination::{Yen10, Yen50, Yen100, Yen500, Yen1000, Yen2000, Yen5000, Yen10000};

/// The names of the pictures and what they show; `None` is a screen whose daemon is away.
pub(crate) fn all() -> Vec<(String, Option<KioskView>)> {
    let mut all: Vec<(String, Option<KioskView>)> = vec![("waiting".into(), None)];
    let named =
        closed().into_iter().chain(notices()).chain(before_money()).chain(cash()).chain(after_money());
    all.extend(named.map(|(name, page)| (name, Some(view(page, CallProgress::None)))));
    all.extend(calls().into_iter().map(|(name, view)| (name.to_owned(), Some(view))));
    all
}

pub(crate) fn view(page: Page, call: CallProgress) -> KioskView {
    KioskView::new(7, page, call)
}

fn closed() -> Vec<(String, Page)> {
    use ClosedReason::{CoinUnit, Halted, NoteUnit, Printer, Records, Scanner, Starting};
    let reasons = [
        ("starting", Starting),
        ("note_unit", NoteUnit),
        ("coin_unit", CoinUnit),
        ("printer", Printer),
        ("scanner", Scanner),
        ("records", Records),
        ("halted", Halted),
    ];
    reasons.map(|(name, reason)| (format!("closed_{name}"), Page::Closed { reason })).into()
}

fn notices() -> Vec<(String, Page)> {
    let notices = [
        ("not_our_card", Notice::NotOurCard),
        ("unknown_patient", Notice::UnknownPatient),
        ("not_ready", Notice::NotReady),
        ("nothing_to_pay", Notice::NothingToPay),
        ("estimate_only", Notice::EstimateOnly),
        ("handled_at_desk", Notice::HandledAtDesk),
        ("refund_at_desk", Notice::RefundAtDesk),
        ("ask_at_desk", Notice::AskAtDesk),
        ("billing_unavailable", Notice::BillingUnavailable),
        ("coins_only", Notice::CoinsOnly),
        ("notes_only", Notice::NotesOnly),
        ("not_payable_here", Notice::NotPayableHere),
        ("needs_small_coins", Notice::NeedsSmallCoins),
        ("bill_changed", Notice::BillChanged),
        ("cancelled", Notice::Cancelled),
        ("money_returned", Notice::MoneyReturned),
    ];
    notices.map(|(name, notice)| (format!("notice_{name}"), Page::Notice { notice })).into()
}

/// The start page of a machine that can do everything.
pub(crate) fn idle() -> Page {
    start(Lookup::ByCard, Change::EveryAmount)
}

fn start(lookup: Lookup, change: Change) -> Page {
    limited(lookup, CashOffer { takes: Takes::NotesAndCoins, up_to: None, change })
}

fn limited(lookup: Lookup, cash: CashOffer) -> Page {
    Page::Idle { offer: Offer { lookup, cash: Way::Open(cash) } }
}

fn before_money() -> Vec<(String, Page)> {
    let payer =
        |name: &str| Page::ConfirmPayer { payer: Payer { name: name.into(), number_tail: "042".into() } };
    let at = ClinicTime { year: 2026, month: 11, day: 22, hour: 9, minute: 5 };
    let key_birthday = |keyed: &str, again| Page::KeyBirthday { keyed: KeyedDigits(keyed.into()), again };
    let due = Yen::new(1_230);
    let choose = |due, bills: &[i64], exact_money_only| {
        let bill = |due: &i64| DueBill { month: 11, day: 22, due: Yen::new(*due) };
        let (due, bills) = (Yen::new(due), bills.iter().map(bill).collect());
        Page::ChooseMethod { due, bills, takes: Takes::NotesAndCoins, exact_money_only }
    };
    let with = |takes, exact_money_only| Page::ChooseMethod {
        due: Yen::new(620),
        bills: Vec::new(),
        takes,
        exact_money_only,
    };
    let change = Change::EveryAmount;
    let coins_only = CashOffer { takes: Takes::Coins, up_to: Some(Yen::new(1_000)), change };
    let notes_only = CashOffer { takes: Takes::Notes, up_to: None, change };
    let pages = [
        ("idle", idle()),
        ("idle_exact", start(Lookup::ByCard, Change::None)),
        ("idle_short", start(Lookup::ByCard, Change::SomeAmounts)),
        ("idle_coins_only", limited(Lookup::ByCard, coins_only)),
        ("idle_notes_only", limited(Lookup::ByCard, notes_only)),
        ("idle_no_billing", start(Lookup::NoBilling, Change::EveryAmount)),
        ("looking_up", Page::LookingUp),
        ("confirm_payer", payer("ミホン ハ○○")),
        ("confirm_payer_long", payer("カラスマルノミヤノ シ○○○○")),
        ("already_paid", Page::AlreadyPaid { at, method: Method::Cash }),
        ("key_birthday", key_birthday("", false)),
        ("key_birthday_some", key_birthday("01", false)),
        ("key_birthday_whole", key_birthday("0105", false)),
        ("key_birthday_again", key_birthday("", true)),
        ("choose_method", choose(due.amount(), &[], false)),
        ("choose_method_coins_only", with(Takes::Coins, false)),
        ("choose_method_coins_only_exact", with(Takes::Coins, true)),
        ("choose_method_notes_only", with(Takes::Notes, false)),
        ("choose_method_notes_only_exact", with(Takes::Notes, true)),
        ("choose_method_exact", choose(1_234_560, &[], true)),
        ("choose_method_two", choose(2_007, &[2_000, 7], false)),
        ("choose_method_five_exact", choose(6_000, &[2_000, 1_000, 1_000, 1_000, 1_000], true)),
        ("nothing_due", Page::NothingDue),
    ];
    pages.map(|(name, page)| (name.to_owned(), page)).into()
}

/// The cash page with nothing special on it.
struct Cash {
    due: i64,
    inserted: i64,
    accepting: DenominationSet,
    reading: bool,
    refused: Option<Refused>,
    coins_limit: Option<Denomination>,
    take_back: bool,
    other_card: bool,
    prompt: bool,
    cancel: CancelEffect,
}

impl Cash {
    fn of(due: i64, inserted: i64) -> Cash {
        Cash {
            due,
            inserted,
            accepting: Denomination::ALL.into_iter().collect(),
            reading: false,
            refused: None,
            coins_limit: None,
            take_back: false,
            other_card: false,
            prompt: false,
            cancel: CancelEffect::MachineReturnsMoney,
        }
    }

    /// Nothing is inside.
    fn empty(self) -> Cash {
        Cash { cancel: CancelEffect::BackToStart, ..self }
    }

    fn accepting(self, kinds: &[Denomination]) -> Cash {
        Cash { accepting: kinds.iter().copied().collect(), ..self }
    }

    fn page(self) -> Page {
        Page::InsertCash {
            due: Yen::new(self.due),
            inserted: Yen::new(self.inserted),
            missing: Yen::new((self.due - self.inserted).max(0)),
            change: Yen::new((self.inserted - self.due).max(0)),
            accepting: self.accepting,
            reading: self.reading,
            refused: self.refused,
            coins_limit: self.coins_limit,
            take_back: self.take_back,
            other_card: self.other_card,
            prompt: self.prompt,
            cancel: self.cancel,
        }
    }
}

fn cash() -> Vec<(String, Page)> {
    let coins = [Yen10, Yen50, Yen100, Yen500];
    let notes = [Yen1000, Yen2000, Yen5000, Yen10000];
    let vending = [coins.as_slice(), &[Yen1000]].concat();
    let pages = [
        ("cash_empty", Cash { cancel: CancelEffect::BackToStart, ..Cash::of(1_230, 0) }),
        ("cash_some", Cash::of(1_230, 1_000).accepting(&vending)),
        ("cash_exact", Cash::of(1_230, 1_230).accepting(&coins)),
        ("cash_change", Cash::of(1_230, 10_000).accepting(&coins)),
        ("cash_change_notes_only", Cash::of(3_000, 5_000).accepting(&[])),
        ("cash_million", Cash { cancel: CancelEffect::BackToStart, ..Cash::of(1_234_560, 0) }),
        (
            "cash_notes_only",
            Cash { cancel: CancelEffect::BackToStart, ..Cash::of(3_000, 0).accepting(&notes) },
        ),
        ("cash_staff_return", Cash { cancel: CancelEffect::StaffReturnMoney, ..Cash::of(8_230, 5_000) }),
        ("cash_refused", Cash { refused: Some(Refused::Unreadable), ..Cash::of(1_230, 1_000) }),
        ("cash_refused_enough", Cash { refused: Some(Refused::Unreadable), ..Cash::of(1_230, 2_000) }),
        ("cash_not_wanted", Cash { refused: Some(Refused::NotWanted), ..Cash::of(1_230, 0).empty() }),
        ("cash_no_change", Cash { refused: Some(Refused::NoChange), ..Cash::of(1_230, 1_000) }),
        ("cash_other_card", Cash { other_card: true, ..Cash::of(1_230, 1_000) }),
        ("cash_take_back", Cash { take_back: true, ..Cash::of(1_230, 0).empty() }),
        (
            "cash_take_back_no_change",
            Cash { take_back: true, refused: Some(Refused::NoChange), ..Cash::of(1_230, 0).empty() },
        ),
        ("cash_reading", Cash { reading: true, ..Cash::of(1_230, 0).empty() }),
        ("cash_reading_enough", Cash { reading: true, ..Cash::of(1_230, 2_000) }),
        (
            "cash_take_back_enough",
            Cash { take_back: true, refused: Some(Refused::NotWanted), ..Cash::of(1_230, 2_000) },
        ),
        (
            "cash_coins_limit",
            Cash {
                coins_limit: Some(Yen100),
                ..Cash::of(2_230, 2_000).accepting(&[Yen10, Yen50, Yen500, Yen1000])
            },
        ),
        (
            "cash_coins_limit_enough",
            Cash { coins_limit: Some(Yen100), ..Cash::of(2_230, 2_500).accepting(&[Yen10, Yen50, Yen500]) },
        ),
        ("cash_prompt", Cash { prompt: true, ..Cash::of(1_230, 1_000) }),
        ("cash_prompt_enough", Cash { prompt: true, ..Cash::of(1_230, 2_000) }),
    ];
    let mut pages: Vec<_> = pages.map(|(name, cash)| (name.to_owned(), cash.page())).into();
    pages.push(("keep_note".into(), Page::KeepNote { denomination: Yen10000 }));
    pages.push(("take_note_back".into(), Page::TakeNoteBack));
    pages.push(("take_second_note".into(), Page::TakeSecondNote));
    pages
}

fn after_money() -> Vec<(String, Page)> {
    let amount = Yen::new(8_770);
    let owed = Page::Owed { amount, payment: PaymentId(42), code: "K7QM2W9HX4TD".into() };
    let notes = |purpose, presented, nth| Page::TakeNotes {
        amount: Yen::new(8_000),
        purpose,
        presented,
        nth,
        notes: 4,
    };
    let coins = |purpose, falling| Page::TakeCoins { amount: Yen::new(770), purpose, falling };
    let suspended = |payment, inserted| Page::Suspended { payment, inserted: Yen::new(inserted) };
    let pages = [
        ("counting", Page::Counting),
        ("bill_changed", Page::BillChanged { cancel: CancelEffect::MachineReturnsMoney }),
        ("bill_changed_staff", Page::BillChanged { cancel: CancelEffect::StaffReturnMoney }),
        ("take_notes", notes(PayoutPurpose::Change, false, Some(1))),
        ("take_notes_next", notes(PayoutPurpose::Change, false, Some(2))),
        ("take_notes_presented", notes(PayoutPurpose::Change, true, Some(2))),
        ("take_notes_last", notes(PayoutPurpose::Change, true, Some(4))),
        ("take_notes_return", notes(PayoutPurpose::Return, true, None)),
        ("take_coins_falling", coins(PayoutPurpose::Change, true)),
        ("take_coins", coins(PayoutPurpose::Change, false)),
        ("take_coins_return", coins(PayoutPurpose::Return, false)),
        ("printing", Page::Printing),
        ("owed", owed),
        ("paper_trouble", Page::PaperTrouble),
        ("thanks", Page::Thanks { receipts: vec![ReceiptNumber(17)] }),
        ("thanks_three", Page::Thanks { receipts: [17, 18, 19].map(ReceiptNumber).into() }),
        ("thanks_no_receipt", Page::Thanks { receipts: Vec::new() }),
        ("suspended", suspended(Some(PaymentId(42)), 10_500)),
        ("suspended_unknown", suspended(None, 0)),
    ];
    pages.map(|(name, page)| (name.to_owned(), page)).into()
}

fn calls() -> [(&'static str, KioskView); 6] {
    let suspended = Page::Suspended { payment: Some(PaymentId(42)), inserted: Yen::new(10_500) };
    let card = |page, answer| KioskView::answering(7, page, CallProgress::Ringing, answer);
    let starting = Page::Closed { reason: ClosedReason::Starting };
    [
        ("card_read_before", card(Page::LookingUp, CardAnswer::ReadBefore)),
        ("card_wait", card(Page::Counting, CardAnswer::Wait)),
        ("card_at_desk", card(starting, CardAnswer::AtDesk)),
        ("call_ringing", view(Cash::of(1_230, 10_000).page(), CallProgress::Ringing)),
        ("call_answered", view(suspended, CallProgress::Answered)),
        ("call_unanswered", view(idle(), CallProgress::Unanswered)),
    ]
}
