//! 見本 stands on all money that is not real, and on none that is (K31).

use i_slint_backend_testing::{AccessibleRole, ElementQuery};
use settings::Clinic;

use crate::pages;
use crate::stage::Stage;

/// How often the page says 見本.
fn samples(stage: &Stage, page: &str) -> usize {
    let view = pages::all().into_iter().find(|(name, _)| name == page).unwrap().1;
    stage.show(view.as_ref());
    let texts =
        ElementQuery::from_root(stage.screen.app()).match_accessible_role(AccessibleRole::Text).find_all();
    texts.iter().filter(|text| text.accessible_label().is_some_and(|label| label == "見本")).count()
}

/// The header says it once; a note, a coin and a picture of one once each.
#[test]
fn money_of_a_demo_is_marked() {
    let stage = Stage::new();
    let cases =
        [("idle", 1), ("cash_empty", 1 + 10 + 2), ("keep_note", 1 + 1), ("take_notes_presented", 1 + 1)];
    for (page, expected) in cases {
        assert_eq!(samples(&stage, page), expected, "{page}");
    }
    assert_eq!(samples(&stage, "take_coins"), 1 + 3);
}

#[test]
fn real_money_is_not_marked() {
    let stage = Stage::of(|clinic| Clinic { demo: false, ..clinic });
    for (page, _) in pages::all() {
        assert_eq!(samples(&stage, &page), 0, "{page}");
    }
}
