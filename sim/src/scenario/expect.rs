use std::str::FromStr;

use api::{CallReason, KioskView, MachineView, Outcome, PaymentSummary};
use desk_words::DeskWords;
use money::{Denomination, Yen};
use serde_json::Value;

/// Something that has to become true soon.
#[derive(Clone, Debug)]
pub enum Expectation {
    /// The page of this name is shown, with these fields of it, or of the view.
    Screen {
        /// The page's name.
        name: String,
        /// Fields and their values as in the page's JSON.
        fields: Vec<(String, String)>,
    },
    /// The note unit offers this note back.
    GivesBack(i64),
    /// The note unit refuses a note before it draws it in.
    RefusedAtEntry(i64),
    /// A piece of paper was cut that holds all these words.
    Paper(Vec<String>),
    /// The payment ended, or is suspended, like this.
    Outcome(String),
    /// A call for staff is in this state.
    Call(String),
    /// Somebody is called for with these words, and nobody has answered; `nothing`: nobody is.
    Rings(String),
    /// `status` says these words of the billing system; `nothing`: it says nothing of it.
    Status(String),
    /// So many results are not delivered yet.
    Undelivered(u32),
    /// Of so many moneys something is not known.
    Incidents(u32),
    /// So much was paid out in all: notes that were offered and not drawn back, coins that fell out of hoppers.
    Change(i64),
    /// Coins worth so much lie in the tray.
    Tray(i64),
    /// So much is owed to the patient of the newest payment.
    Owed(i64),
}

/// What can be seen of a machine.
pub(crate) struct Seen<'a> {
    pub(crate) view: &'a KioskView,
    /// Everything that came out of the devices.
    pub(crate) happened: &'a [Value],
    /// Of that, what came since the step began.
    pub(crate) lately: &'a [Value],
    /// All pieces of paper so far.
    pub(crate) papers: &'a [String],
    pub(crate) payment: Option<&'a PaymentSummary>,
    /// Why somebody is called for whom nobody has answered.
    pub(crate) ringing: &'a [CallReason],
    /// What `status` says, if it is asked.
    pub(crate) status: Option<&'a MachineView>,
}

impl FromStr for Expectation {
    type Err = String;

    fn from_str(text: &str) -> Result<Expectation, String> {
        let mut words = text.split_whitespace().map(str::to_owned);
        let kind = words.next().unwrap_or_default();
        let mut one = || words.next().ok_or_else(|| format!("`{kind}` needs a word after it"));
        match kind.as_str() {
            "screen" => {
                let name = one()?;
                let field = |word: String| {
                    word.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()))
                };
                let fields = words.map(field).collect::<Option<_>>().ok_or("fields are `key=value`")?;
                Ok(Expectation::Screen { name, fields })
            }
            "gives-back" => Ok(Expectation::GivesBack(yen(&one()?)?)),
            "refused-at-entry" => Ok(Expectation::RefusedAtEntry(yen(&one()?)?)),
            "paper" => Ok(Expectation::Paper(words.collect())),
            "outcome" => Ok(Expectation::Outcome(one()?)),
            "change" => Ok(Expectation::Change(yen(&one()?)?)),
            "tray" => Ok(Expectation::Tray(yen(&one()?)?)),
            "owed" => Ok(Expectation::Owed(yen(&one()?)?)),
            "call" => Ok(Expectation::Call(one()?)),
            "rings" => Ok(Expectation::Rings(words.collect::<Vec<_>>().join(" "))),
            "incidents" => Ok(Expectation::Incidents(number(&one()?)?)),
            "undelivered" => Ok(Expectation::Undelivered(number(&one()?)?)),
            "status" => Ok(Expectation::Status(words.collect::<Vec<_>>().join(" "))),
            _ => Err(format!("`{kind}` is nothing that can be expected")),
        }
    }
}

impl Expectation {
    pub(crate) fn holds(&self, seen: &Seen<'_>) -> bool {
        match self {
            Expectation::Screen { name, fields } => {
                let view = serde_json::to_value(seen.view).unwrap_or_default();
                let page = &view["page"];
                let field = |key: &str| within(page, key).unwrap_or(&view[key]);
                page["name"] == name.as_str() && fields.iter().all(|(key, value)| field_is(field(key), value))
            }
            Expectation::GivesBack(value) => {
                happened(seen.lately, "returned", *value) || happened(seen.lately, "rejected", *value)
            }
            Expectation::RefusedAtEntry(value) => happened(seen.lately, "refused_at_entry", *value),
            Expectation::Paper(words) => {
                seen.papers.iter().any(|paper| words.iter().all(|word| paper.contains(word.as_str())))
            }
            Expectation::Outcome(name) => seen.payment.map(outcome_name).as_deref() == Some(name),
            Expectation::Call(name) => {
                serde_json::to_value(seen.view.call).unwrap_or_default() == name.as_str()
            }
            Expectation::Rings(words) => {
                let said = |reason: &CallReason| DeskWords::english().call(*reason);
                is_said(seen.ringing.iter().map(said), words)
            }
            Expectation::Status(words) => seen.status.is_some_and(|status| {
                let troubles = status.billing_troubles.iter();
                is_said(troubles.map(|trouble| DeskWords::english().billing_trouble(trouble)), words)
            }),
            Expectation::Incidents(count) => {
                seen.status.is_some_and(|status| u32::try_from(status.incidents.len()) == Ok(*count))
            }
            Expectation::Undelivered(count) => {
                seen.status.is_some_and(|status| status.undelivered_results == Some(*count))
            }
            Expectation::Change(value) => paid_out(seen.happened) == *value,
            Expectation::Tray(value) => in_tray(seen.happened) == *value,
            Expectation::Owed(value) => seen.payment.map(owed) == Some(Yen::new(*value)),
        }
    }
}

/// A field of the page; `offer.lookup` is a field of a field.
fn within<'a>(page: &'a Value, key: &str) -> Option<&'a Value> {
    key.split('.').try_fold(page, |value, key| value.get(key))
}

/// Whether one of these sentences has the words in it; `nothing` if there are none.
fn is_said(mut sentences: impl Iterator<Item = String>, words: &str) -> bool {
    match words {
        "nothing" => sentences.next().is_none(),
        words => sentences.any(|sentence| sentence.contains(words)),
    }
}

/// The word for how a payment stands.
pub(crate) fn outcome_name(payment: &PaymentSummary) -> String {
    match (&payment.outcome, &payment.suspended) {
        (Some(Outcome::Paid), _) => "paid",
        (Some(Outcome::PaidShort { .. }), _) => "paid_short",
        (Some(Outcome::Cancelled { .. }), _) => "cancelled",
        (Some(Outcome::TakenOverByStaff { .. }), _) => "taken_over",
        (None, Some(_)) => "suspended",
        (None, None) => "open",
    }
    .to_owned()
}

/// What the desk owes the patient.
pub(crate) fn owed(payment: &PaymentSummary) -> Yen {
    payment.outcome.as_ref().map_or(Yen::ZERO, Outcome::owed_to_patient)
}

/// What was paid out in all.
fn paid_out(happened: &[Value]) -> i64 {
    happened.iter().fold(0, |sum, one| match one["happened"].as_str() {
        Some("dispensed") => sum + value(one),
        Some("retracted") => sum - value(one),
        _ => sum,
    })
}

/// What the coins in the tray are worth, whether they were paid out or not taken in.
fn in_tray(happened: &[Value]) -> i64 {
    happened.iter().fold(0, |sum, one| match one["happened"].as_str() {
        Some("dispensed" | "refused_at_entry" | "returned") if is_coin(one) => sum + value(one),
        Some("taken") if one["coins"].is_array() => 0,
        _ => sum,
    })
}

fn value(happening: &Value) -> i64 {
    happening["value"].as_i64().unwrap_or(0)
}

fn is_coin(happening: &Value) -> bool {
    Denomination::try_from(value(happening)).is_ok_and(Denomination::is_coin)
}

fn field_is(field: &Value, expected: &str) -> bool {
    match field {
        Value::String(text) => text == expected,
        other => expected.parse::<Value>().is_ok_and(|expected| expected == *other),
    }
}

fn happened(all: &[Value], name: &str, value: i64) -> bool {
    all.iter().any(|one| one["happened"] == name && one["value"] == value)
}

fn yen(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| format!("`{text}` is no amount"))
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is no number of results"))
}
