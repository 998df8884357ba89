use api::PaymentResult;
use serde::Serialize;

use crate::SCHEMA;

/// A file for `results/`.
#[derive(Clone, PartialEq, Eq)]
pub struct ResultFile {
    /// The same for every repeat of the same result.
    pub name: String,
    /// The same for every repeat of the same result.
    pub text: String,
}

/// How a payment ended, for the billing system (docs/bill-file.md).
pub fn result_file(result: &PaymentResult) -> Result<ResultFile, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&Content { schema: SCHEMA, result })?;
    text.push('\n');
    Ok(ResultFile { name: format!("{}-{}.json", result.machine, result.payment), text })
}

#[derive(Serialize)]
struct Content<'a> {
    schema: i64,
    #[serde(flatten)]
    result: &'a PaymentResult,
}

#[cfg(test)]
mod tests {
    use api::{
        BillId, Fate, MachineId, Method, Outcome, PaidBill, PaidTender, PaymentId, ReceiptNumber, TenderId,
        WallTime,
    };
    use money::{CashCount, Denomination, Yen};

    use super::*;

    fn result(outcome: Outcome) -> PaymentResult {
        let mut inserted = CashCount::EMPTY;
        inserted.add(Denomination::Yen1000, 3).unwrap();
        PaymentResult {
            machine: MachineId("K1".into()),
            payment: PaymentId(23),
            outcome,
            closed_at: WallTime(1_795_329_720),
            bills: vec![PaidBill {
                bill: BillId("20261122-visit-12".into()),
                revision: 1,
                due: Yen::new(3_000),
                receipt: Some(ReceiptNumber(17)),
            }],
            tenders: vec![PaidTender {
                tender: TenderId { payment: PaymentId(23), number: 1 },
                method: Method::Cash,
                fate: Fate::Taken,
                kept: Yen::new(3_000),
            }],
            inserted,
            paid_out: CashCount::EMPTY,
        }
    }

    /// Do not change me: programs of others read these files.
    #[test]
    fn results_are_frozen() {
        let file = result_file(&result(Outcome::Paid)).unwrap();
        assert_eq!(file.name, "K1-000023.json");
        insta::assert_snapshot!(file.text, @r#"
        {
          "schema": 1,
          "machine": "K1",
          "payment": 23,
          "outcome": "paid",
          "closed_at": 1795329720,
          "bills": [
            {
              "bill": "20261122-visit-12",
              "revision": 1,
              "due": 3000,
              "receipt": 17
            }
          ],
          "tenders": [
            {
              "tender": "23-1",
              "method": "cash",
              "fate": "taken",
              "kept": 3000
            }
          ],
          "inserted": [
            [
              1000,
              3
            ]
          ]
        }
        "#);

        let by_staff = Outcome::TakenOverByStaff {
            by: "佐藤".parse().unwrap(),
            reason: "手で精算".parse().unwrap(),
        };
        let text = result_file(&result(by_staff)).unwrap().text;
        assert!(text.contains(
            "\"outcome\": \"taken_over_by_staff\",\n  \"by\": \"佐藤\",\n  \"reason\": \"手で精算\""
        ));
        let cancelled = Outcome::Cancelled { returned: Yen::ZERO, owed_to_patient: Yen::ZERO };
        let text = result_file(&result(cancelled)).unwrap().text;
        assert!(text.contains("\"outcome\": \"cancelled\",\n  \"returned\": 0,\n  \"closed_at\""));
    }

    /// Do not change me: programs of others read these files.
    #[test]
    fn results_with_change_are_frozen() {
        let mut short = result(Outcome::PaidShort { owed_to_patient: Yen::new(300) });
        short.tenders[0].kept = Yen::new(3_300);
        short.inserted.add(Denomination::Yen1000, 1).unwrap();
        short.paid_out.add(Denomination::Yen100, 2).unwrap();
        short.paid_out.add(Denomination::Yen500, 1).unwrap();
        insta::assert_snapshot!(result_file(&short).unwrap().text, @r#"
        {
          "schema": 1,
          "machine": "K1",
          "payment": 23,
          "outcome": "paid_short",
          "owed_to_patient": 300,
          "closed_at": 1795329720,
          "bills": [
            {
              "bill": "20261122-visit-12",
              "revision": 1,
              "due": 3000,
              "receipt": 17
            }
          ],
          "tenders": [
            {
              "tender": "23-1",
              "method": "cash",
              "fate": "taken",
              "kept": 3300
            }
          ],
          "inserted": [
            [
              1000,
              4
            ]
          ],
          "paid_out": [
            [
              100,
              2
            ],
            [
              500,
              1
            ]
          ]
        }
        "#);

        let cancelled = Outcome::Cancelled { returned: Yen::new(1_000), owed_to_patient: Yen::new(2_000) };
        let mut cancelled = result(cancelled);
        cancelled.tenders[0] =
            PaidTender { fate: Fate::Void, kept: Yen::new(2_000), ..cancelled.tenders[0].clone() };
        cancelled.paid_out.add(Denomination::Yen1000, 1).unwrap();
        let text = result_file(&cancelled).unwrap().text;
        assert!(text.contains(
            "\"outcome\": \"cancelled\",\n  \"returned\": 1000,\n  \"owed_to_patient\": 2000,\n  \"closed_at\""
        ));
        assert!(text.ends_with("\"paid_out\": [\n    [\n      1000,\n      1\n    ]\n  ]\n}\n"), "{text}");
    }
}
