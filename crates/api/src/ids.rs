use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which machine: a few letters and digits, chosen when it is set up, never changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MachineId(pub String);

/// Which journal: drawn once when it is made, so that two journals of one machine are never taken for one another.
/// 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JournalEpoch(pub String);

/// One attempt to pay, unique for the life of the machine. Made once from the journal's counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentId(pub u64);

/// One way in which money comes in for a payment: the payment, and the how-manieth tender of it, from 1. Written `12-1`,
/// before anything is sent on its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenderId {
    /// Of which payment.
    pub payment: PaymentId,
    /// The how-manieth, from 1.
    pub number: u8,
}

/// The billing system's name of a bill. The machine only ever compares it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BillId(pub String);

/// The number of a 領収証: without gaps and unique for the life of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReceiptNumber(pub u32);

/// What a unit says of itself and does not fit the journal: unique for the life of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DoubtId(pub u32);

/// Money of which something is not known: unique for the life of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub u32);

/// Seconds since 1970-01-01 00:00 UTC, for people; the order of events comes from the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WallTime(pub i64);

impl fmt::Display for PaymentId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:06}", self.0)
    }
}

impl fmt::Display for TenderId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.payment.0, self.number)
    }
}

impl From<TenderId> for String {
    fn from(tender: TenderId) -> String {
        tender.to_string()
    }
}

impl TryFrom<String> for TenderId {
    type Error = String;

    fn try_from(text: String) -> Result<TenderId, String> {
        text.parse()
    }
}

impl FromStr for TenderId {
    type Err = String;

    /// Only as it is written: the journal knows one spelling of everything.
    fn from_str(text: &str) -> Result<TenderId, String> {
        let parsed = text.split_once('-').and_then(|(payment, number)| {
            Some(TenderId { payment: PaymentId(payment.parse().ok()?), number: number.parse().ok()? })
        });
        let as_written = parsed.filter(|tender| tender.number > 0 && tender.to_string() == text);
        as_written.ok_or_else(|| format!("`{text}` is no tender; one is written 12-1"))
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:06}", self.0)
    }
}

impl fmt::Display for DoubtId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Display for MachineId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for JournalEpoch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for BillId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tender_has_one_spelling() {
        let tender = TenderId { payment: PaymentId(12), number: 1 };
        assert_eq!(("12-1".parse(), tender.to_string().as_str()), (Ok(tender), "12-1"));
        for wrong in ["", "12", "12-", "-1", "12-0", "012-1", "12-01", "12-+1", "12-256", "12-1-1"] {
            assert!(wrong.parse::<TenderId>().is_err(), "{wrong}");
        }
    }
}
