//! The cards that lie beside the machine, and the bills of the people they belong to.

use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};

use crate::examples;

/// The examples with a bill, in the order in which a newcomer best tries them.
const WITH_BILLS: [&str; 12] = [
    "dental-insured",
    "needs-coins",
    "self-pay",
    "medical-insured",
    "mixed",
    "ends-in-seven",
    "alike-first",
    "alike-second",
    "not-ready",
    "estimate",
    "nothing-due",
    "in-credit",
];

/// A card that looks like one of this clinic, of nobody whom the billing system knows.
const UNKNOWN: &str = "9999";

/// A card that is not of this clinic: its code has another shape.
const OTHER_CLINIC: &str = "B-1002-77";

/// A card that can be held to the scanner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Card {
    /// Its code.
    pub(super) code: String,
    /// Whose it is; `None` for a card that belongs to nobody here.
    name: Option<String>,
    /// What is to be paid; `None` if nothing can be.
    due: Option<i64>,
    /// Which words stand there instead: `not_ready`, `estimate`, `nothing_due` or `in_credit`.
    not_payable: Option<&'static str>,
    /// Which words stand on it: `patient`, `unknown` or `other_clinic`.
    kind: &'static str,
    /// A bill lies in the folder of the billing system.
    pub(super) open: bool,
    #[serde(skip)]
    bill: Option<Bill>,
}

#[derive(Clone, Debug, PartialEq)]
struct Bill {
    example: &'static str,
    /// How often it was put.
    put: u32,
}

impl Bill {
    fn file_name(&self) -> String {
        format!("{}-{}.json", self.example, self.put)
    }
}

/// All cards.
pub(super) struct Cards(Vec<Card>);

impl Cards {
    pub(super) fn new() -> Cards {
        let mut cards: Vec<Card> = WITH_BILLS.iter().filter_map(|example| patient(example)).collect();
        for (code, kind) in [(UNKNOWN, "unknown"), (OTHER_CLINIC, "other_clinic")] {
            cards.push(Card {
                code: code.to_owned(),
                name: None,
                due: None,
                not_payable: None,
                kind,
                open: false,
                bill: None,
            });
        }
        Cards(cards)
    }

    pub(super) fn find(&self, code: &str) -> Option<&Card> {
        self.0.iter().find(|card| card.code == code)
    }

    /// The codes of all cards with a bill.
    pub(super) fn patients(&self) -> Vec<String> {
        let with_bill = self.0.iter().filter(|card| card.bill.is_some());
        with_bill.map(|card| card.code.clone()).collect()
    }

    /// The next bill of this patient: the name of its file, and its text.
    pub(super) fn next_bill(&mut self, code: &str) -> Option<(String, String)> {
        let bill = self.0.iter_mut().find(|card| card.code == code)?.bill.as_mut()?;
        let mut content: Value = serde_json::from_str(examples::bill(bill.example)?).ok()?;
        bill.put += 1;
        // A paid bill is never paid again, so that the next one has to be another.
        if bill.put > 1 {
            let first = content["bill_id"].as_str().unwrap_or_default().to_owned();
            content["bill_id"] = json!(format!("{first}-{}", bill.put));
        }
        Some((bill.file_name(), content.to_string()))
    }

    /// The cards as they are now. The bridge moves a bill away once it is paid.
    pub(super) fn now(&self, bills: &Path) -> Vec<Card> {
        let is_open =
            |card: &Card| card.bill.as_ref().is_some_and(|bill| bills.join(bill.file_name()).exists());
        self.0.iter().map(|card| Card { open: is_open(card), ..card.clone() }).collect()
    }
}

fn patient(example: &'static str) -> Option<Card> {
    let content: Value = serde_json::from_str(examples::bill(example)?).ok()?;
    let due = content["due"].as_i64()?;
    let not_payable = not_payable(&content, due);
    Some(Card {
        code: content["patient"]["number"].as_str()?.to_owned(),
        name: content["patient"]["name"].as_str().map(str::to_owned),
        due: Some(due).filter(|_| not_payable.is_none()),
        not_payable,
        kind: "patient",
        open: false,
        bill: Some(Bill { example, put: 0 }),
    })
}

fn not_payable(content: &Value, due: i64) -> Option<&'static str> {
    let is = |field: &str| content[field].as_bool().unwrap_or_default();
    match due {
        _ if !is("ready") => Some("not_ready"),
        _ if is("estimate") => Some("estimate"),
        0 => Some("nothing_due"),
        1.. => None,
        _ => Some("in_credit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patients_of_the_demo_have_cards() {
        let cards = Cards::new();
        let codes: Vec<&str> = cards.0.iter().map(|card| card.code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "0042",
                "0123",
                "0077",
                "0105",
                "0310",
                "0620",
                "5301",
                "6301",
                "0200",
                "0256",
                "0418",
                "0519",
                UNKNOWN,
                OTHER_CLINIC
            ]
        );
        let instead: Vec<&str> = cards.0.iter().filter_map(|card| card.not_payable).collect();
        assert_eq!(instead, ["not_ready", "estimate", "nothing_due", "in_credit"]);
        assert_eq!(cards.patients().len(), WITH_BILLS.len());
    }

    #[test]
    fn a_second_bill_is_another_one() {
        let mut cards = Cards::new();
        let (first, first_text) = cards.next_bill("0042").unwrap();
        let (second, second_text) = cards.next_bill("0042").unwrap();
        assert_eq!((first.as_str(), second.as_str()), ("dental-insured-1.json", "dental-insured-2.json"));
        assert!(
            first_text.contains("\"20261122-visit-12\"") && second_text.contains("\"20261122-visit-12-2\"")
        );
        assert_eq!(cards.next_bill(UNKNOWN), None);
    }
}
