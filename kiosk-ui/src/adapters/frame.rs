use api::{Button, CallProgress, KioskView, Page};
use slint::ComponentHandle;

use super::{Canvas, Touched};
use crate::ui::{App, Call, FrameAdapter, PageKind, SampleMark};

pub(super) fn connect(app: &App, touched: &Touched) {
    let touched = touched.clone();
    app.global::<FrameAdapter>().on_call_staff_touched(move || touched(Button::CallStaff));
}

/// Tells `touched` when the other language is asked for.
pub(crate) fn connect_language(app: &App, touched: impl Fn() + 'static) {
    app.global::<FrameAdapter>().on_language_touched(touched);
}

/// What stands around the page.
pub(super) fn show(canvas: &Canvas<'_>, view: Option<&KioskView>, kind: PageKind) {
    let words = &canvas.words.common;
    let frame = canvas.app.global::<FrameAdapter>();
    frame.set_clinic(canvas.legible(&canvas.clinic.name).into());
    let sample = if canvas.clinic.demo { words.demo.as_str() } else { "" };
    frame.set_demo(sample.into());
    canvas.app.global::<SampleMark>().set_text(sample.into());

    let (call, text) = match view.map_or(CallProgress::None, |view| view.call) {
        CallProgress::None => (Call::None, ""),
        CallProgress::Ringing => (Call::Ringing, words.call_ringing.as_str()),
        CallProgress::Answered => (Call::Answered, words.call_answered.as_str()),
        CallProgress::Unanswered => (Call::Unanswered, words.call_unanswered.as_str()),
    };
    frame.set_call(call);
    frame.set_call_text(text.into());

    // While seisankid is away a call would reach nobody.
    frame.set_call_staff(if view.is_some() { words.call_staff.as_str() } else { "" }.into());
    let changeable = view.is_none_or(|view| may_change_language(&view.page));
    frame.set_other_language(if changeable { words.other_language.as_str() } else { "" }.into());
    frame.set_page(kind);
}

/// Before money: from then on there is one thing to do at a time.
fn may_change_language(page: &Page) -> bool {
    match page {
        Page::Idle
        | Page::Closed { .. }
        | Page::LookingUp
        | Page::Notice { .. }
        | Page::AlreadyPaid { .. }
        | Page::ConfirmPayer { .. }
        | Page::KeyBirthday { .. }
        | Page::ChooseMethod { .. }
        | Page::NothingDue => true,
        Page::InsertCash { .. }
        | Page::KeepNote { .. }
        | Page::TakeNoteBack
        | Page::Counting
        | Page::TakeNotes { .. }
        | Page::TakeCoins { .. }
        | Page::Printing
        | Page::Owed { .. }
        | Page::PaperTrouble
        | Page::Thanks { .. }
        | Page::Suspended => false,
    }
}
