//! Bills for stories: the shipped examples, and plain ones. All people and clinics are plainly invented (K31).

use money::Yen;
use serde_json::json;

/// The shipped examples, by the names of their files.
const BILLS: [(&str, &str); 12] = [
    ("alike-first", include_str!("../../config/examples/bills/alike-first.json")),
    ("alike-second", include_str!("../../config/examples/bills/alike-second.json")),
    ("dental-insured", include_str!("../../config/examples/bills/dental-insured.json")),
    ("ends-in-seven", include_str!("../../config/examples/bills/ends-in-seven.json")),
    ("estimate", include_str!("../../config/examples/bills/estimate.json")),
    ("in-credit", include_str!("../../config/examples/bills/in-credit.json")),
    ("medical-insured", include_str!("../../config/examples/bills/medical-insured.json")),
    ("mixed", include_str!("../../config/examples/bills/mixed.json")),
    ("needs-coins", include_str!("../../config/examples/bills/needs-coins.json")),
    ("not-ready", include_str!("../../config/examples/bills/not-ready.json")),
    ("nothing-due", include_str!("../../config/examples/bills/nothing-due.json")),
    ("self-pay", include_str!("../../config/examples/bills/self-pay.json")),
];

/// The text of a shipped example.
pub fn bill(name: &str) -> Option<&'static str> {
    BILLS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A self-pay bill with one item, or with none if it is in the patient's favour.
#[derive(Clone, Debug)]
pub struct PlainBill {
    /// The billing system's name of it.
    pub id: String,
    /// Whose. They are all called 見本 花子.
    pub patient: String,
    /// How much.
    pub due: Yen,
    /// Its revision.
    pub revision: u32,
    /// Whether the billing system has finished it.
    pub ready: bool,
    /// Whether its sum may still change.
    pub estimate: bool,
    /// As a bill file says it.
    pub birthday: Option<String>,
}

impl PlainBill {
    /// A first revision that can be paid.
    pub fn ready(id: String, patient: String, due: Yen) -> PlainBill {
        PlainBill { id, patient, due, revision: 1, ready: true, estimate: false, birthday: None }
    }

    /// The text of its file.
    pub fn text(&self) -> String {
        let item = json!({ "label": "診断書", "amount": self.due, "kind": "other", "tax": "exempt" });
        let (lines, adjustment) = match self.due.is_negative() {
            true => (json!([]), Some(self.due)),
            false => (json!([item]), None),
        };
        json!({
            "schema": 1,
            "bill_id": self.id,
            "revision": self.revision,
            "ready": self.ready,
            "estimate": self.estimate,
            "patient": {
                "number": self.patient,
                "name": "見本 花子",
                "family_kana": "ミホン",
                "given_kana": "ハナコ",
                "birthday": self.birthday,
            },
            "form": "medical",
            "treated_on": "2026-11-22",
            "lines": lines,
            "adjustment": adjustment,
            "due": self.due,
        })
        .to_string()
    }
}
