use std::path::Path;

use serde::Deserialize;

use crate::file::{Refusal, SettingsError, parse, read_text, require, require_printable};

/// What fits beside an amount on the narrowest paper.
const LABEL_CHARS_MAX: usize = 14;

/// What fits on two lines of the narrowest paper.
const LINE_CHARS_MAX: usize = 42;

/// A box for a stamp is as wide as a stamp.
const SEAL_CHARS_MAX: usize = 4;

/// The words of the papers that are neither the bill's nor the clinic's. `{name}` in one stands for what the machine
/// writes there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptWords {
    /// No. `{number}`, of a 領収証.
    pub number: String,
    /// 発行日(領収日).
    pub issued: String,
    /// 見本・無効, on every paper of a demo (K31).
    pub demo: String,
    /// Why the same number is printed again: the first paper was bad (K20).
    pub bad_print: String,
    /// Why the same number is printed again: nobody knows what became of the first paper (K20).
    pub reissued: String,

    /// `{year}`年`{month}`月`{day}`日.
    pub day: String,
    /// `{day}` as [`ReceiptWords::day`] writes it, and its `{year}` of 令和.
    pub day_with_era: String,
    /// `{day}` of 令和元年.
    pub day_in_first_year: String,
    /// `{day}`, `{hour}` and `{minute}`, these with two digits each.
    pub moment: String,

    /// `{name}` 様.
    pub patient_name: String,
    /// 診察券番号.
    pub patient_number: String,
    /// 診療日.
    pub treated_on: String,
    /// 受診科.
    pub department: String,
    /// 費用区分.
    pub payer: String,
    /// The 費用区分 of a bill without insurance.
    pub self_pay: String,
    /// 負担割合.
    pub burden: String,
    /// `{percent}`%.
    pub burden_percent: String,

    /// The heading of the table called `{name}`.
    pub table: String,
    /// The sum of the insured table, which is called `{name}`.
    pub insured_sum: String,
    /// The same of divisions in points: 合計点数.
    pub points_sum: String,
    /// What of the insured sum the patient pays.
    pub patient_share: String,
    /// The sum of a table outside insurance.
    pub sum: String,
    /// `{amount}`点.
    pub points: String,
    /// `{amount}`円.
    pub yen: String,
    /// That the desk hands out the 明細書, where the bill lists no items (K19).
    pub items_from_desk: String,

    /// What the billing system added or took off.
    pub adjustment: String,
    /// 領収金額.
    pub received: String,
    /// In the place of all that follows, where nothing was due.
    pub nothing_due: String,
    /// So many `{bills}` were paid at once, and what follows is of all of them.
    pub together: String,
    /// What those `{bills}` come to.
    pub together_due: String,
    /// お預り.
    pub inserted: String,
    /// お釣り.
    pub change: String,
    /// That of the お釣り `{amount}` yen …
    pub owed: String,
    /// … are paid at the desk, by the 預り票 of the payment with this `{number}` (K19).
    pub owed_by_slip: String,
    /// お支払い方法.
    pub method: String,
    /// The only お支払い方法.
    pub cash: String,
    /// お支払い番号, on the 預り票 as well.
    pub payment_number: String,

    /// What is taxed at `{rate}` percent.
    pub taxed: String,
    /// The tax contained in the line above.
    pub tax_inside: String,
    /// What carries no tax.
    pub exempt: String,
    /// Stands behind each item of the reduced rate (D.28).
    pub reduced_mark: String,
    /// What `{mark}` means.
    pub reduced_note: String,

    /// That the money was received.
    pub acknowledgement: String,
    /// The clinic's `{phone}`.
    pub phone: String,
    /// The clinic's `{number}` as a qualified invoice issuer.
    pub registration_number: String,
    /// Stands in the box for the clinic's stamp.
    pub seal: String,

    /// What only the 預り票 says.
    pub slip: SlipWords,
}

/// The words of the お釣り・ご返金 預り票 (K15).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlipWords {
    /// お釣り・ご返金 預り票.
    pub title: String,
    /// When it was issued.
    pub issued: String,
    /// Stands above the amount.
    pub amount: String,
    /// 受付でお渡しします.
    pub at_desk: String,
    /// Stands above the code that proves the slip.
    pub code: String,
    /// What the patient is to do with it.
    pub hand_in: String,
    /// What the patient is to do without it.
    pub lost: String,
    /// Where whoever hands the money out writes the day and their name.
    pub handed_over: String,
}

impl ReceiptWords {
    /// Reads `ja/receipt.toml` in `folder`: the papers of a Japanese clinic are Japanese (K19).
    pub fn load(folder: &Path) -> Result<ReceiptWords, SettingsError> {
        let file = folder.join("ja/receipt.toml");
        ReceiptWords::parse(&read_text(&file)?, &file)
    }

    /// Parses the text of `file`, which is named in the error.
    pub fn parse(text: &str, file: &Path) -> Result<ReceiptWords, SettingsError> {
        let words: ReceiptWords = parse(text, file)?;
        words.check().map_err(|refusal| refusal.in_file(file))?;
        Ok(words)
    }

    fn check(&self) -> Result<(), Refusal> {
        for (key, label) in self.labels() {
            require_printable(label, LABEL_CHARS_MAX, key)?;
            require_placeholders(label, &[], key)?;
        }
        for (key, line, placeholders) in self.lines() {
            require_printable(line, LINE_CHARS_MAX, key)?;
            require_placeholders(line, placeholders, key)?;
        }
        require_printable(&self.seal, SEAL_CHARS_MAX, "seal")?;
        require_placeholders(&self.seal, &[], "seal")
    }

    /// What stands beside a value, or is one.
    fn labels(&self) -> [(&'static str, &str); 24] {
        [
            ("issued", &self.issued),
            ("patient_number", &self.patient_number),
            ("treated_on", &self.treated_on),
            ("department", &self.department),
            ("payer", &self.payer),
            ("self_pay", &self.self_pay),
            ("burden", &self.burden),
            ("points_sum", &self.points_sum),
            ("patient_share", &self.patient_share),
            ("sum", &self.sum),
            ("adjustment", &self.adjustment),
            ("received", &self.received),
            ("inserted", &self.inserted),
            ("change", &self.change),
            ("method", &self.method),
            ("cash", &self.cash),
            ("payment_number", &self.payment_number),
            ("tax_inside", &self.tax_inside),
            ("exempt", &self.exempt),
            ("reduced_mark", &self.reduced_mark),
            ("demo", &self.demo),
            ("slip.issued", &self.slip.issued),
            ("slip.amount", &self.slip.amount),
            ("slip.code", &self.slip.code),
        ]
    }

    /// What has a line for itself, or is filled in.
    fn lines(&self) -> [(&'static str, &str, &'static [&'static str]); 29] {
        [
            ("number", &self.number, &["{number}"]),
            ("bad_print", &self.bad_print, &[]),
            ("reissued", &self.reissued, &[]),
            ("day", &self.day, &["{year}", "{month}", "{day}"]),
            ("day_with_era", &self.day_with_era, &["{day}", "{year}"]),
            ("day_in_first_year", &self.day_in_first_year, &["{day}"]),
            ("moment", &self.moment, &["{day}", "{hour}", "{minute}"]),
            ("patient_name", &self.patient_name, &["{name}"]),
            ("burden_percent", &self.burden_percent, &["{percent}"]),
            ("table", &self.table, &["{name}"]),
            ("insured_sum", &self.insured_sum, &["{name}"]),
            ("points", &self.points, &["{amount}"]),
            ("yen", &self.yen, &["{amount}"]),
            ("owed", &self.owed, &["{amount}"]),
            ("owed_by_slip", &self.owed_by_slip, &["{number}"]),
            ("taxed", &self.taxed, &["{rate}"]),
            ("reduced_note", &self.reduced_note, &["{mark}"]),
            ("acknowledgement", &self.acknowledgement, &[]),
            ("phone", &self.phone, &["{phone}"]),
            ("registration_number", &self.registration_number, &["{number}"]),
            ("items_from_desk", &self.items_from_desk, &[]),
            ("nothing_due", &self.nothing_due, &[]),
            ("together", &self.together, &["{bills}"]),
            ("together_due", &self.together_due, &["{bills}"]),
            ("slip.title", &self.slip.title, &[]),
            ("slip.at_desk", &self.slip.at_desk, &[]),
            ("slip.hand_in", &self.slip.hand_in, &[]),
            ("slip.lost", &self.slip.lost, &[]),
            ("slip.handed_over", &self.slip.handed_over, &[]),
        ]
    }
}

/// A placeholder that is missing would leave a sum or a name off the paper; one too many would be printed as it is.
fn require_placeholders(text: &str, placeholders: &[&str], key: &'static str) -> Result<(), Refusal> {
    let without = placeholders.iter().try_fold(text.to_owned(), |rest, placeholder| {
        rest.split_once(placeholder).map(|(before, after)| format!("{before}{after}"))
    });
    let rule = match placeholders {
        [] => "must hold no braces".to_owned(),
        _ => format!("must hold {} once each, and no other braces", placeholders.join(", ")),
    };
    require(without.is_some_and(|rest| !rest.contains(['{', '}'])), key, rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../config/languages/ja/receipt.toml");

    #[track_caller]
    fn check_refused(right: &str, wrong: &str, sentence: &str) {
        assert!(SHIPPED.contains(right), "the file has no {right}");
        let error = parsed(&SHIPPED.replacen(right, wrong, 1)).unwrap_err().to_string();
        assert!(error.contains(sentence), "{wrong}\ngave {error}\ninstead of {sentence}");
    }

    #[test]
    fn no_word_is_left_unchecked() {
        let shipped: toml::Table = toml::from_str(SHIPPED).unwrap();
        let slip = shipped["slip"].as_table().unwrap();
        for key in shipped.keys().filter(|key| *key != "slip") {
            check_checked(key, |bad| with(&shipped, key, bad.into()));
        }
        for key in slip.keys() {
            check_checked(&format!("slip.{key}"), |bad| {
                with(&shipped, "slip", with(slip, key, bad.into()).into())
            });
        }
    }

    #[test]
    fn a_wrong_word_is_refused_with_a_sentence() {
        let placeholders = "`day` must hold {year}, {month}, {day} once each, and no other braces";
        check_refused("{month}月", "月", placeholders);
        check_refused("{month}月", "{month}{month}月", placeholders);
        check_refused("{month}月", "{mnth}月", placeholders);
        check_refused("\"お釣り\"", "\"{change}\"", "`change` must hold no braces");
        check_refused(
            "\"お釣り\"",
            "\"お釣りと、お返しする金額のすべて\"",
            "`change` must be 1 to 14 characters",
        );
        check_refused("\"印\"", "\"院長之印章\"", "`seal` must be 1 to 4 characters");
        check_refused("seal", "seel", "unknown field `seel`");
        check_refused("at_desk", "at_dusk", "unknown field `at_dusk`");
        check_refused("{amount}円は", "", "`owed` must hold {amount} once each");
        check_refused("yen = \"{amount}円\"", "", "missing field `yen`");
    }

    #[track_caller]
    fn check_checked(key: &str, words_with: impl Fn(&str) -> toml::Table) {
        for bad in ["", "\t", "{"] {
            let words = toml::to_string(&words_with(bad)).unwrap();
            let error = parsed(&words).unwrap_err().to_string();
            assert!(error.starts_with(&format!("receipt.toml: `{key}` must ")), "{error}");
        }
    }

    fn with(words: &toml::Table, key: &str, value: toml::Value) -> toml::Table {
        let mut words = words.clone();
        words.insert(key.to_owned(), value);
        words
    }

    fn parsed(text: &str) -> Result<ReceiptWords, SettingsError> {
        ReceiptWords::parse(text, Path::new("receipt.toml"))
    }
}
