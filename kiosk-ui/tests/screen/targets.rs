//! Where a finger has to hit, and what it hits (K30).

use api::{Button, Touch};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use kiosk_ui::Language;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};

use crate::pages;
use crate::stage::Stage;

/// 22 mm on the panel that the pages are made for: 21.5 inch, 1080 x 1920, 0.248 mm a pixel. Half as much again, for
/// hands that shake.
const TARGET_MIN: u16 = 130;

/// The lower 60 % of 1920 pixels begin here.
const UPPERMOST: u16 = 768;

/// Between two targets, so that a finger on the edge of one does not touch the other.
const GAP_MIN: u16 = 20;

#[test]
fn targets_are_large_low_and_apart() {
    let stage = Stage::new();
    for language in [Language::Japanese, Language::English] {
        for (name, view) in pages::all() {
            stage.show(view.as_ref());
            stage.screen.speak(language);
            let buttons = buttons(&stage);
            for (index, button) in buttons.iter().enumerate() {
                let label = &button.label;
                assert!(
                    button.width >= TARGET_MIN && button.height >= TARGET_MIN,
                    "{name}: {label} is too small"
                );
                assert!(button.y >= UPPERMOST, "{name}: {label} is too high for a person in a wheelchair");
                assert!(
                    button.x + button.width <= 1080 && button.y + button.height <= 1920,
                    "{name}: {label} is cut off"
                );
                assert!(label.lines().count() <= 2, "{name}: {label} has more than two lines");
                for other in &buttons[..index] {
                    assert!(button.is_apart_from(other), "{name}: {label} is too close to {}", other.label);
                }
            }
        }
    }
}

#[test]
fn staff_can_be_called_from_every_page() {
    let stage = Stage::new();
    for (name, view) in pages::all() {
        stage.show(view.as_ref());
        let there = buttons(&stage).iter().any(|button| button.label == "係員を呼ぶ");
        // Without seisankid nobody would hear it.
        assert_eq!(there, view.is_some(), "{name}");
    }
}

#[test]
fn each_button_sends_what_it_says() {
    let stage = Stage::new();
    let cases: [(&str, &[(&str, Button)]); 7] = [
        ("confirm_payer", &[("はい", Button::Yes), ("いいえ", Button::No)]),
        (
            "key_birthday_whole",
            &[
                ("0", Button::Digit(0)),
                ("1", Button::Digit(1)),
                ("2", Button::Digit(2)),
                ("3", Button::Digit(3)),
                ("4", Button::Digit(4)),
                ("5", Button::Digit(5)),
                ("6", Button::Digit(6)),
                ("7", Button::Digit(7)),
                ("8", Button::Digit(8)),
                ("9", Button::Digit(9)),
                ("消す", Button::Delete),
                ("確認する", Button::Confirm),
                ("やめる(最初の画面に戻る)", Button::Cancel),
            ],
        ),
        ("choose_method", &[("現金で支払う", Button::PayCash), ("やめる(最初の画面に戻る)", Button::Cancel)]),
        ("nothing_due", &[("領収証を印刷する", Button::Confirm), ("終わる", Button::Cancel)]),
        ("cash_some", &[("やめる(お金を戻します)", Button::Cancel)]),
        ("cash_change", &[("支払いを確定する", Button::Confirm), ("やめる(お金を戻します)", Button::Cancel)]),
        ("keep_note", &[("続ける", Button::Yes), ("このお札を戻す", Button::No)]),
    ];
    for (page, expected) in cases {
        let view = pages::all().into_iter().find(|(name, _)| name == page).unwrap().1.unwrap();
        stage.show(Some(&view));
        let labels: Vec<String> = buttons(&stage).into_iter().map(|button| button.label).collect();
        let decided = labels.iter().filter(|label| !["係員を呼ぶ", "English"].contains(&label.as_str()));
        assert_eq!(decided.count(), expected.len(), "{page}: {labels:?}");
        for (label, button) in expected.iter().chain(&[("係員を呼ぶ", Button::CallStaff)]) {
            press(&stage, label);
            assert_eq!(stage.touches.take(), [Touch { seq: view.seq, button: *button }], "{page}: {label}");
        }
    }
}

struct Target {
    label: String,
    x: u16,
    y: u16,
    width: u16,
    height: u16,
}

impl Target {
    fn is_apart_from(&self, other: &Target) -> bool {
        self.y + self.height + GAP_MIN <= other.y
            || other.y + other.height + GAP_MIN <= self.y
            || self.x + self.width + GAP_MIN <= other.x
            || other.x + other.width + GAP_MIN <= self.x
    }
}

fn buttons(stage: &Stage) -> Vec<Target> {
    let found =
        ElementQuery::from_root(stage.screen.app()).match_accessible_role(AccessibleRole::Button).find_all();
    found.iter().map(target).collect()
}

fn target(element: &ElementHandle) -> Target {
    let (position, size) = (element.absolute_position(), element.size());
    Target {
        label: element.accessible_label().unwrap().into(),
        x: position.x as u16,
        y: position.y as u16,
        width: size.width as u16,
        height: size.height as u16,
    }
}

/// Touches the middle of a button, and lets its echo pass.
pub(crate) fn press(stage: &Stage, label: &str) {
    let target = buttons(stage).into_iter().find(|target| target.label == label);
    let target = target.unwrap_or_else(|| panic!("there is no button {label}"));
    stage.pass(std::time::Duration::from_secs(1));
    touch(stage, target.x + target.width / 2, target.y + target.height / 2);
}

pub(crate) fn touch(stage: &Stage, x: u16, y: u16) {
    let position = LogicalPosition::new(x.into(), y.into());
    let button = PointerEventButton::Left;
    let window = stage.screen.app().window();
    window.dispatch_event(WindowEvent::PointerPressed { position, button });
    window.dispatch_event(WindowEvent::PointerReleased { position, button });
}
