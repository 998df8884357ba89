//! Bills for stories: the shipped examples, and plain ones. All people and clinics are plainly invented (K31).

use money::Yen;
use serde_json::json;

/// The shipped examples, by the names of their files.
const BILLS: [(&str, &str); 6] = [
    ("dental-insured", include_str!("../../config/examples/bills/dental-insured.json")),
    ("medical-insured", include_str!("../../config/examples/bills/medical-insured.json")),
    ("mixed", include_str!("../../config/examples/bills/mixed.json")),
    ("needs-coins", include_str!("../../config/examples/bills/needs-coins.json")),
    ("not-ready", include_str!("../../config/examples/bills/not-ready.json")),
    ("self-pay", include_str!("../../config/examples/bills/self-pay.json")),
];

/// The text of a shipped example.
pub fn bill(name: &str) -> Option<&'static str> {
    BILLS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The text of a self-pay bill with one item.
pub fn plain_bill(id: &str, patient: &str, due: Yen, revision: u32, ready: bool) -> String {
    json!({
        "schema": 1,
        "bill_id": id,
        "revision": revision,
        "ready": ready,
        "patient": {
            "number": patient,
            "name": "見本 花子",
            "family_kana": "ミホン",
            "given_kana": "ハナコ",
        },
        "form": "medical",
        "treated_on": "2026-11-22",
        "lines": [{ "label": "診断書", "amount": due, "kind": "other", "tax": "exempt" }],
        "due": due,
    })
    .to_string()
}
