use std::fmt;

use money::Yen;
use serde::{Deserialize, Serialize};

use crate::BillId;

/// What one patient owes for one visit, as the clinic's billing system says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// The same id is collected once for ever.
    pub id: BillId,
    /// Counts up when the billing system changes the bill.
    pub revision: u32,
    /// 受付番号 of the visit.
    pub visit_no: Option<String>,
    /// Whose bill it is.
    pub patient: Patient,
    /// Whether the billing system has finished it.
    pub ready: bool,
    /// What is to be paid; negative if the clinic owes the patient.
    pub due: Yen,
    /// What stands on the 領収証. Decides nothing.
    pub detail: BillDetail,
}

/// A patient as the billing system knows them. Never in logs, traces or panics: `Debug` hides everything.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// 診察券番号.
    pub number: PatientNumber,
    /// The name as written, for the receipt.
    pub name: String,
    /// Family name in kana.
    pub family_kana: String,
    /// Given name in kana.
    pub given_kana: String,
}

/// 診察券番号: a string, leading zeros and all. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PatientNumber(pub String);

impl fmt::Debug for Patient {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Patient(…)")
    }
}

impl fmt::Debug for PatientNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PatientNumber(…)")
    }
}

/// Month and day of a patient's birth. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each name says what it is")]
pub struct Birthday {
    pub month: u8,
    pub day: u8,
}

impl fmt::Debug for Birthday {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Birthday(…)")
    }
}

/// What stands on the 領収証 beside the sums. `Debug` hides it, because treatment is private.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillDetail {
    /// Which form table applies.
    pub form: FormKind,
    /// 診療日, year, month, day in the clinic's calendar.
    pub treated_on: (i32, u8, u8),
    /// 診療科, if the clinic has several.
    pub department: Option<String>,
    /// The insured part, if there is one.
    pub insurance: Option<Insurance>,
    /// What is paid outside insurance, or in addition to it, item by item.
    pub lines: Vec<BillLine>,
}

impl fmt::Debug for BillDetail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("BillDetail(…)")
    }
}

/// Which table of divisions a receipt follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// 医科.
    Medical,
    /// 歯科.
    Dental,
}

/// The insured part of a bill.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insurance {
    /// 費用区分 as the clinic prints it, e.g. 社保.
    pub kind: String,
    /// 負担割合 in percent.
    pub burden_percent: u8,
    /// The divisions of the fee table that occur.
    pub divisions: Vec<Division>,
    /// What the patient pays of it.
    pub patient_share: Yen,
}

/// One division of the fee table (初・再診料, 検査, …).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    /// The code of the division in the form table.
    pub code: String,
    /// How much.
    pub amount: u32,
    /// Of what: the receipt must say it (疑義解釈 H18.3.28).
    pub unit: PointUnit,
}

/// What a division is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointUnit {
    /// 点.
    Points,
    /// 円.
    Yen,
}

/// One item outside the fee table.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// Its name on paper.
    pub label: String,
    /// What it costs, tax included.
    pub amount: Yen,
    /// Where on the form it stands.
    pub kind: LineKind,
    /// Consumption tax contained in it.
    pub tax: TaxClass,
}

/// Where on the form an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// 評価療養・選定療養.
    Selected,
    /// その他の保険外負担.
    Other,
}

/// Consumption tax contained in an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    /// 非課税.
    Exempt,
    /// 10 %.
    Standard,
    /// 8 %.
    Reduced,
}
