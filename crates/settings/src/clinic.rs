use serde::Deserialize;

use crate::file::{Refusal, require, require_printable};

/// What fits on two lines of the narrowest paper.
const LINE_CHARS_MAX: usize = 42;

/// More would push what the patient came for off the paper's first hand's breadth.
const FOOTER_LINES_MAX: usize = 6;

/// Digits after the T of a registration number (D.28).
const REGISTRATION_DIGITS: usize = 13;

/// Who issues the 領収証.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clinic {
    /// As on the clinic's sign.
    pub name: String,
    /// As patients know it.
    pub address: String,
    /// As patients dial it.
    pub phone: String,
    /// 登録番号 of a qualified invoice issuer: T and 13 digits. Without it nothing is printed about it (D.30).
    pub registration_number: Option<String>,
    /// Every paper carries 見本・無効, because nothing on it is real (K31).
    #[serde(default)]
    pub demo: bool,
    /// Printed at the foot of each 領収証.
    #[serde(default)]
    pub footer: Vec<String>,
    /// Printed there only if something insured is on it: that fees contain the clinic's own tax (C.20).
    #[serde(default)]
    pub footer_insured: Vec<String>,
}

impl Clinic {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        require_printable(&self.name, LINE_CHARS_MAX, "clinic.name")?;
        require_printable(&self.address, LINE_CHARS_MAX, "clinic.address")?;
        require_printable(&self.phone, LINE_CHARS_MAX, "clinic.phone")?;
        require(
            self.registration_number.as_deref().is_none_or(is_registration_number),
            "clinic.registration_number",
            format!("must be T and {REGISTRATION_DIGITS} digits, or be left out"),
        )?;
        check_footer(&self.footer, "clinic.footer")?;
        check_footer(&self.footer_insured, "clinic.footer_insured")
    }
}

fn check_footer(lines: &[String], key: &'static str) -> Result<(), Refusal> {
    require(lines.len() <= FOOTER_LINES_MAX, key, format!("must be {FOOTER_LINES_MAX} lines at most"))?;
    lines.iter().try_for_each(|line| require_printable(line, LINE_CHARS_MAX, key))
}

fn is_registration_number(text: &str) -> bool {
    let digits = text.strip_prefix('T');
    digits.is_some_and(|d| d.len() == REGISTRATION_DIGITS && d.bytes().all(|byte| byte.is_ascii_digit()))
}
