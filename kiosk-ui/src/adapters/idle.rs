use slint::ComponentHandle;

use super::Canvas;
use crate::ui::{IdleAdapter, PageKind};

pub(super) fn show(canvas: &Canvas<'_>) -> PageKind {
    let page = canvas.app.global::<IdleAdapter>();
    page.set_headline(canvas.words.idle.headline.as_str().into());
    page.set_sentence(canvas.words.idle.sentence.as_str().into());
    PageKind::Idle
}
