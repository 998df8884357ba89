//! One module a page: a view in, touched buttons out. Amounts are written, never computed.

mod bill_changed;
mod choose_method;
mod confirm_payer;
mod frame;
mod idle;
mod insert_cash;
mod keep_note;
mod key_birthday;
mod message;
mod nothing_due;
mod owed;
mod payout;
mod pieces;
mod suspended;
mod thanks;

use std::rc::Rc;

use api::{Button, Page};
use money::Yen;
use settings::{Clinic, KioskWords};
use slint::SharedString;

use self::insert_cash::{Amounts, Notice};
use self::payout::Notes;
use crate::scene::Scene;
use crate::typeface::Typeface;
use crate::ui::{App, PageKind};

pub(crate) use frame::connect_language;

/// Gets each button that is touched.
pub(crate) type Touched = Rc<dyn Fn(Button)>;

/// What a page is drawn with.
pub(crate) struct Canvas<'a> {
    pub(crate) app: &'a App,
    pub(crate) words: &'a KioskWords,
    pub(crate) clinic: &'a Clinic,
    pub(crate) typeface: &'a Typeface,
}

impl Canvas<'_> {
    /// 1,230円.
    fn amount(&self, amount: Yen) -> SharedString {
        self.words.common.amount.with(&amount.to_string()).into()
    }

    /// A text from outside the language files.
    fn legible(&self, text: &str) -> String {
        self.typeface.legible(text)
    }
}

/// Tells `touched` of every button except the one for the language.
pub(crate) fn connect(app: &App, touched: &Touched) {
    frame::connect(app, touched);
    confirm_payer::connect(app, touched);
    key_birthday::connect(app, touched);
    choose_method::connect(app, touched);
    nothing_due::connect(app, touched);
    bill_changed::connect(app, touched);
    insert_cash::connect(app, touched);
    keep_note::connect(app, touched);
}

/// Fills the adapters for `scene`.
pub(crate) fn show(canvas: &Canvas<'_>, scene: &Scene) {
    let kind = match scene {
        Scene::View(view) => show_page(canvas, &view.page),
        Scene::Away(away) => message::show_away(canvas, *away),
    };
    frame::show(canvas, scene.view(), kind);
}

fn show_page(canvas: &Canvas<'_>, page: &Page) -> PageKind {
    match page {
        Page::Idle { offer } => idle::show(canvas, offer),
        Page::Closed { reason } => message::show_closed(canvas, *reason),
        Page::LookingUp => message::show_looking_up(canvas),
        Page::Notice { notice } => message::show_notice(canvas, *notice),
        Page::AlreadyPaid { at, method } => message::show_already_paid(canvas, *at, *method),
        Page::ConfirmPayer { payer } => confirm_payer::show(canvas, payer),
        Page::KeyBirthday { keyed, again } => key_birthday::show(canvas, keyed, *again),
        Page::ChooseMethod { due, bills, takes, exact_money_only } => {
            choose_method::show(canvas, *due, bills, (*takes, *exact_money_only))
        }
        Page::NothingDue => nothing_due::show(canvas),
        &Page::InsertCash {
            due,
            inserted,
            missing,
            change,
            accepting,
            reading,
            refused,
            coins_limit,
            take_back,
            other_card,
            prompt,
            cancel,
        } => {
            let notice = Notice { take_back, other_card, reading, refused, coins_limit, prompt };
            insert_cash::show(canvas, &Amounts { due, inserted, missing, change }, accepting, &notice, cancel)
        }
        Page::KeepNote { denomination } => keep_note::show(canvas, *denomination),
        Page::TakeNoteBack => message::show_take_note_back(canvas),
        Page::TakeSecondNote => message::show_take_second_note(canvas),
        Page::BillChanged { cancel } => bill_changed::show(canvas, *cancel),
        Page::Counting => message::show_counting(canvas),
        &Page::TakeNotes { amount, purpose, presented, nth, notes } => {
            payout::show_notes(canvas, amount, purpose, &Notes { presented, nth, notes })
        }
        Page::TakeCoins { amount, purpose, falling } => {
            payout::show_coins(canvas, *amount, *purpose, *falling)
        }
        Page::Printing => message::show_printing(canvas),
        Page::Owed { amount, payment, code } => owed::show(canvas, *amount, *payment, code),
        Page::PaperTrouble => message::show_paper_trouble(canvas),
        Page::Thanks { receipts } => thanks::show(canvas, receipts),
        Page::Suspended { payment, inserted } => suspended::show(canvas, *payment, *inserted),
    }
}
