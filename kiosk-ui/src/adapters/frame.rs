use api::{Button, CallProgress, CardAnswer, KioskView};
use settings::CommonWords;
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
    let mark = canvas.app.global::<SampleMark>();
    mark.set_text(sample.into());
    mark.set_coin_text(if canvas.clinic.demo { words.demo_coin.as_str() } else { "" }.into());

    let progress = view.map_or(CallProgress::None, |view| view.call);
    let (call, text) = match (card_answer(words, view), progress) {
        (Some(answer), _) => (Call::Card, answer),
        (None, CallProgress::None) => (Call::None, ""),
        (None, CallProgress::Ringing) => (Call::Ringing, words.call_ringing.as_str()),
        (None, CallProgress::Answered) => (Call::Answered, words.call_answered.as_str()),
        (None, CallProgress::Unanswered) => (Call::Unanswered, words.call_unanswered.as_str()),
    };
    frame.set_call(call);
    frame.set_call_text(text.into());

    // While seisankid is away a call would reach nobody.
    frame.set_call_away(if view.is_some() { "" } else { words.call_away.as_str() }.into());
    frame.set_call_staff(if view.is_some() { words.call_staff.as_str() } else { "" }.into());
    // On every page: other words move no money, and a question about it has to be understood.
    frame.set_other_language(words.other_language.as_str().into());
    frame.set_page(kind);
}

/// For a while it stands in the place of a call's progress: whoever holds a card there has just asked something.
fn card_answer<'a>(words: &'a CommonWords, view: Option<&KioskView>) -> Option<&'a str> {
    let text = match view?.card {
        CardAnswer::None => return None,
        CardAnswer::ReadBefore => &words.card_read_before,
        CardAnswer::Wait => &words.card_wait,
        CardAnswer::AtDesk => &words.card_at_desk,
    };
    Some(text.as_str())
}
