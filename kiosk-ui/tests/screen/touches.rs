//! What becomes of touches, and of the language, in the course of time.

use std::time::Duration;

use api::{Button, CallProgress, KioskView, Page, Payer, Touch};

use crate::pages::{self, view};
use crate::stage::Stage;
use crate::targets::{press, touch};

#[test]
fn a_second_touch_within_400_ms_is_ignored() {
    let stage = Stage::new();
    stage.show(Some(&view(Page::PaperTrouble, CallProgress::None)));
    let call = || touch(&stage, 300, 1800);
    call();
    stage.pass(Duration::from_millis(399));
    call();
    assert_eq!(stage.touches.take(), [Touch { seq: 7, button: Button::CallStaff }]);
    stage.pass(Duration::from_millis(1));
    call();
    assert_eq!(stage.touches.take().len(), 1);
}

#[test]
fn a_touch_names_the_picture_that_was_on_screen() {
    let stage = Stage::new();
    for seq in [3, 8] {
        stage.show(Some(&KioskView { seq, ..view(Page::PaperTrouble, CallProgress::None) }));
        press(&stage, "係員を呼ぶ");
        assert_eq!(stage.touches.take(), [Touch { seq, button: Button::CallStaff }]);
    }
}

#[test]
fn the_next_patient_reads_japanese() {
    let stage = Stage::new();
    let idle = view(pages::idle(), CallProgress::None);
    let payer = Payer { name: "ミホン ハ○○".into(), number_tail: "042".into() };
    let asking = view(Page::ConfirmPayer { payer }, CallProgress::None);

    // The visit ends.
    stage.show(Some(&idle));
    press(&stage, "English");
    stage.show(Some(&asking));
    press(&stage, "Yes");
    stage.show(Some(&idle));
    press(&stage, "係員を呼ぶ");

    // Nobody comes.
    press(&stage, "English");
    press(&stage, "Call staff");
    stage.pass(Duration::from_secs(30));
    press(&stage, "係員を呼ぶ");

    // Somebody is still there.
    press(&stage, "English");
    stage.show(Some(&asking));
    stage.pass(Duration::from_secs(300));
    press(&stage, "Yes");
    press(&stage, "日本語");
    press(&stage, "はい");
}

#[test]
fn words_may_be_changed_on_every_page() {
    let stage = Stage::new();
    for (_, page) in pages::all() {
        stage.show(page.as_ref());
        press(&stage, "English");
        press(&stage, "日本語");
        assert_eq!(stage.touches.take(), [], "changing words is no touch");
    }
}
