use api::{
    Bill, BillDetail, BillId, BillLine, Birthday, Division, FormKind, Insurance, LineKind, Patient,
    PatientNumber, PointUnit, TaxClass,
};
use money::{AmountOverflow, Yen};
use serde_json::Value;
use serde_json::error::Category;
use time::{Date, Month};

use crate::fields::Fields;

/// The version of bill files that this program understands.
pub const SCHEMA: i64 = 1;

/// A bill is a page or two of text; what is longer is another kind of file.
pub const FILE_BYTES_MAX: usize = 64 * 1024;

/// Ids go into tables and logs of both programs.
const ID_CHARS_MAX: usize = 64;
/// The longest number that a card can carry (settings: `card.length_max`).
const PATIENT_NUMBER_CHARS_MAX: usize = 32;
/// Two lines of the narrowest paper.
const TEXT_CHARS_MAX: usize = 42;
/// More than any fee table has.
const DIVISIONS_MAX: usize = 50;
/// A hand's breadth of paper more would not be a receipt but a statement.
const LINES_MAX: usize = 50;
/// Ten million yen: no bill is paid in cash beyond it.
const AMOUNT_MAX: i64 = 10_000_000;
/// As many points as make that sum.
const POINTS_MAX: u32 = 10_000_000;
const REVISION_MAX: u32 = 1_000_000;
/// Beyond it the field holds something else, such as a date.
const SCHEMA_MAX: i64 = 1_000;

/// What is wrong with a bill file, for the people who write the other program. Never with a value in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BillFileError {
    /// It ends too early: perhaps it is still being written.
    #[error("the file ends in the middle; write it under a name that does not end in .json, then rename it")]
    CutOff,
    /// It is no bill.
    #[error("the file is longer than {FILE_BYTES_MAX} bytes; write one bill a file")]
    TooLong,
    /// Shift-JIS, most of the time.
    #[error("the file is not in UTF-8; write it in UTF-8")]
    NotUtf8,
    /// It is no JSON.
    #[error("line {line}, column {column} is not JSON; write the file with a JSON library")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// It was written for a later program.
    #[error(
        "the file has schema {found}, but this program understands schema {SCHEMA}; write schema {SCHEMA} or update seisanki"
    )]
    NewerSchema {
        /// What it says.
        found: i64,
    },
    /// A field does not say what it must.
    #[error("`{field}` {rule}")]
    Field {
        /// Where it stands.
        field: String,
        /// What it must be.
        rule: String,
    },
    /// A field that nobody knows.
    #[error(
        "`{field}` is no field of schema {SCHEMA}; check its spelling in docs/bill-file.md, or leave it out"
    )]
    UnknownField {
        /// Where it stands.
        field: String,
    },
    /// The parts and the sum differ.
    #[error(
        "`due` must be insurance.patient_share and all lines[].amount and adjustment added up; correct the one that is wrong"
    )]
    DoesNotAddUp,
    /// More is taken off than there is without tax.
    #[error("`adjustment` takes off more than what carries no tax; write a smaller lines[].amount instead")]
    AdjustsTaxed,
}

/// What a bill file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillFile {
    /// The bill as it may be paid and receipted.
    pub bill: Bill,
    /// The sum may still change: nothing is collected.
    pub estimate: bool,
    /// When the patient was born, without the year; nothing of it is ever written down.
    pub birthday: Option<Birthday>,
}

/// Reads the bill of one file.
pub fn parse_bill(bytes: &[u8]) -> Result<Bill, BillFileError> {
    parse_bill_file(bytes).map(|file| file.bill)
}

/// Reads one bill file.
pub fn parse_bill_file(bytes: &[u8]) -> Result<BillFile, BillFileError> {
    let mut file = Fields::of_file(parse_json(bytes)?)?;
    let schema = file.number("schema", 1..=SCHEMA_MAX)?;
    if schema > SCHEMA {
        return Err(BillFileError::NewerSchema { found: schema });
    }
    let estimate = file.optional_yes_or_no("estimate")?.unwrap_or(false);
    let (patient, birthday) = patient(file.object("patient")?)?;
    let bill = Bill {
        id: BillId(file.id("bill_id", ID_CHARS_MAX)?),
        revision: file.number("revision", 1..=REVISION_MAX)?,
        visit_no: file.optional_text("visit_no", ID_CHARS_MAX)?,
        patient,
        ready: file.yes_or_no("ready")?,
        due: Yen::new(file.number("due", -AMOUNT_MAX..=AMOUNT_MAX)?),
        detail: BillDetail {
            form: file.one_of("form", &[("medical", FormKind::Medical), ("dental", FormKind::Dental)])?,
            treated_on: treated_on(&mut file)?,
            department: file.optional_text("department", TEXT_CHARS_MAX)?,
            insurance: file.optional_object("insurance")?.map(insurance).transpose()?,
            lines: file.objects("lines", LINES_MAX)?.into_iter().map(line).collect::<Result<_, _>>()?,
        },
    };
    let adjustment = file.optional_number("adjustment", -AMOUNT_MAX..=AMOUNT_MAX)?.unwrap_or(0);
    file.end()?;
    check_sums(&bill, Yen::new(adjustment))?;
    Ok(BillFile { bill, estimate, birthday })
}

/// Whose bill a file may be that cannot be understood wholly.
pub(crate) fn patient_named_in(bytes: &[u8]) -> Option<PatientNumber> {
    let file = parse_json(bytes).ok()?;
    let number = file.pointer("/patient/number")?.as_str()?;
    Some(PatientNumber(number.to_owned()))
}

fn parse_json(bytes: &[u8]) -> Result<Value, BillFileError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(BillFileError::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| match error.error_len() {
        None => BillFileError::CutOff,
        Some(_) => BillFileError::NotUtf8,
    })?;
    // Programs on Windows like to begin UTF-8 with a mark.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Eof => BillFileError::CutOff,
        Category::Syntax | Category::Data | Category::Io => {
            BillFileError::NotJson { line: error.line(), column: error.column() }
        }
    })
}

fn patient(mut fields: Fields) -> Result<(Patient, Option<Birthday>), BillFileError> {
    let patient = Patient {
        number: PatientNumber(fields.id("number", PATIENT_NUMBER_CHARS_MAX)?),
        name: fields.text("name", TEXT_CHARS_MAX)?,
        family_kana: fields.text("family_kana", TEXT_CHARS_MAX)?,
        given_kana: fields.text("given_kana", TEXT_CHARS_MAX)?,
    };
    let birthday = birthday(&mut fields)?;
    fields.end()?;
    Ok((patient, birthday))
}

fn insurance(mut fields: Fields) -> Result<Insurance, BillFileError> {
    let divisions = fields.objects("divisions", DIVISIONS_MAX)?;
    let insurance = Insurance {
        kind: fields.text("kind", TEXT_CHARS_MAX)?,
        burden_percent: fields.number("burden_percent", 0..=100)?,
        divisions: divisions.into_iter().map(division).collect::<Result<_, _>>()?,
        patient_share: Yen::new(fields.number("patient_share", 0..=AMOUNT_MAX)?),
    };
    fields.end()?;
    Ok(insurance)
}

fn division(mut fields: Fields) -> Result<Division, BillFileError> {
    let division = Division {
        code: fields.text("code", ID_CHARS_MAX)?,
        amount: fields.number("amount", 0..=POINTS_MAX)?,
        unit: fields.one_of("unit", &[("points", PointUnit::Points), ("yen", PointUnit::Yen)])?,
    };
    fields.end()?;
    Ok(division)
}

fn line(mut fields: Fields) -> Result<BillLine, BillFileError> {
    let taxes =
        [("exempt", TaxClass::Exempt), ("standard", TaxClass::Standard), ("reduced", TaxClass::Reduced)];
    let line = BillLine {
        label: fields.text("label", TEXT_CHARS_MAX)?,
        amount: Yen::new(fields.number("amount", 0..=AMOUNT_MAX)?),
        kind: fields.one_of("kind", &[("selected", LineKind::Selected), ("other", LineKind::Other)])?,
        tax: fields.one_of("tax", &taxes)?,
    };
    fields.end()?;
    Ok(line)
}

/// A day that is in no calendar would be found out only when the receipt is printed, after the money.
fn treated_on(file: &mut Fields) -> Result<(i32, u8, u8), BillFileError> {
    const FIELD: &str = "treated_on";
    let text = file.text(FIELD, "2026-11-22".len())?;
    let date = calendar_day(&text)
        .ok_or_else(|| file.wrong(FIELD, "must be a day of the calendar, written as 2026-11-22"))?;
    Ok((date.year(), date.month().into(), date.day()))
}

/// Programs that know the whole date may write it; the year stays here.
fn birthday(fields: &mut Fields) -> Result<Option<Birthday>, BillFileError> {
    const FIELD: &str = "birthday";
    let Some(text) = fields.optional_text(FIELD, "1961-01-05".len())? else { return Ok(None) };
    // In a leap year there are all days that there can be.
    let date = calendar_day(&text).or_else(|| calendar_day(&format!("2000-{text}")));
    let date = date.ok_or_else(|| {
        fields.wrong(FIELD, "must be a day of the calendar, written as 1961-01-05, or as 01-05")
    })?;
    Ok(Some(Birthday { month: date.month().into(), day: date.day() }))
}

fn calendar_day(text: &str) -> Option<Date> {
    let [year, month, day] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// The machine collects what the billing system says (A.3), but not what it contradicts.
fn check_sums(bill: &Bill, adjustment: Yen) -> Result<(), BillFileError> {
    let sums = sums(bill, adjustment).map_err(|AmountOverflow| BillFileError::DoesNotAddUp)?;
    if sums.untaxed.plus(sums.taxed) != Ok(bill.due) {
        return Err(BillFileError::DoesNotAddUp);
    }
    // Tax is printed for the full price of each taxed item, so nothing may be taken off it elsewhere.
    if sums.untaxed.is_negative() && !sums.taxed.is_zero() {
        return Err(BillFileError::AdjustsTaxed);
    }
    Ok(())
}

struct Sums {
    untaxed: Yen,
    taxed: Yen,
}

fn sums(bill: &Bill, adjustment: Yen) -> Result<Sums, AmountOverflow> {
    let detail = &bill.detail;
    let share = detail.insurance.as_ref().map_or(Yen::ZERO, |insurance| insurance.patient_share);
    let (exempt, taxed): (Vec<&BillLine>, Vec<&BillLine>) =
        detail.lines.iter().partition(|line| line.tax == TaxClass::Exempt);
    let exempt = Yen::sum(exempt.iter().map(|line| line.amount))?;
    let taxed = Yen::sum(taxed.iter().map(|line| line.amount))?;
    Ok(Sums { untaxed: share.plus(exempt)?.plus(adjustment)?, taxed })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DENTAL: &str = include_str!("../../../config/examples/bills/dental-insured.json");
    const MIXED: &str = include_str!("../../../config/examples/bills/mixed.json");
    const ESTIMATE: &str = include_str!("../../../config/examples/bills/estimate.json");
    const EXAMPLES: [&str; 10] = [
        DENTAL,
        MIXED,
        ESTIMATE,
        include_str!("../../../config/examples/bills/ends-in-seven.json"),
        include_str!("../../../config/examples/bills/in-credit.json"),
        include_str!("../../../config/examples/bills/medical-insured.json"),
        include_str!("../../../config/examples/bills/needs-coins.json"),
        include_str!("../../../config/examples/bills/not-ready.json"),
        include_str!("../../../config/examples/bills/nothing-due.json"),
        include_str!("../../../config/examples/bills/self-pay.json"),
    ];

    proptest! {
        /// A file that was damaged anywhere is understood or refused with a sentence, whatever it says then.
        #[test]
        fn a_damaged_file_is_no_surprise(
            example in 0..EXAMPLES.len(),
            damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..6),
        ) {
            let mut bytes = EXAMPLES[example].as_bytes().to_vec();
            for (at, byte, how) in damage {
                let at = at.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => bytes.truncate(at.max(1)),
                }
            }
            if let Err(refusal) = parse_bill(&bytes) {
                prop_assert!(!refusal.to_string().is_empty());
            }
        }
    }

    #[test]
    fn every_example_is_understood() {
        for text in EXAMPLES {
            let bill = parse_bill(text.as_bytes()).unwrap();
            assert!(bill.patient.family_kana == "ミホン", "people in examples are plainly invented (K31)");
        }
    }

    /// The formula of rule A.3; the machine itself never computes a share.
    #[test]
    fn the_shares_of_the_examples_are_right() {
        for text in EXAMPLES {
            let Some(insurance) = parse_bill(text.as_bytes()).unwrap().detail.insurance else { continue };
            let points: i64 = insurance.divisions.iter().map(|division| i64::from(division.amount)).sum();
            let share = (points * 10 * i64::from(insurance.burden_percent) + 500) / 1_000 * 10;
            assert_eq!(insurance.patient_share, Yen::new(share));
        }
    }

    #[test]
    fn every_field_arrives() {
        let bill = parse_bill(DENTAL.as_bytes()).unwrap();
        assert_eq!((bill.id.0.as_str(), bill.revision, bill.ready), ("20261122-visit-12", 1, true));
        assert_eq!((bill.due, bill.visit_no.as_deref()), (Yen::new(3_000), Some("12")));
        assert_eq!((bill.patient.number.0.as_str(), bill.patient.name.as_str()), ("0042", "見本 花子"));
        assert_eq!(bill.patient.given_kana, "ハナコ");
        assert_eq!((bill.detail.form, bill.detail.treated_on), (FormKind::Dental, (2026, 11, 22)));
        let insurance = bill.detail.insurance.unwrap();
        assert_eq!((insurance.kind.as_str(), insurance.burden_percent), ("社保", 30));
        assert_eq!(insurance.divisions.len(), 5);
        assert_eq!((insurance.divisions[2].code.as_str(), insurance.divisions[2].amount), ("imaging", 402));
        assert_eq!(insurance.divisions[2].unit, PointUnit::Points);
        let lines = parse_bill(MIXED.as_bytes()).unwrap().detail.lines;
        assert_eq!((lines[2].tax, lines[2].kind), (TaxClass::Reduced, LineKind::Other));
    }

    #[test]
    fn of_a_birthday_only_month_and_day_are_kept() {
        let born = |text: &str| {
            let with = DENTAL.replace("\"ハナコ\"", &format!("\"ハナコ\", \"birthday\": {text}"));
            parse_bill_file(with.as_bytes()).unwrap().birthday
        };
        let cases = [
            ("\"1961-01-05\"", Some((1, 5))),
            ("\"01-05\"", Some((1, 5))),
            ("\"02-29\"", Some((2, 29))),
            ("null", None),
        ];
        for (text, expected) in cases {
            assert_eq!(born(text), expected.map(|(month, day)| Birthday { month, day }), "{text}");
        }
    }

    #[test]
    fn an_estimate_says_so() {
        assert!(parse_bill_file(ESTIMATE.as_bytes()).unwrap().estimate);
        assert!(!parse_bill_file(DENTAL.as_bytes()).unwrap().estimate);
    }

    #[test]
    fn a_mark_at_the_beginning_and_null_are_nothing() {
        let text = format!("\u{FEFF}{}", DENTAL.replace("\"12\"", "null"));
        assert_eq!(parse_bill(text.as_bytes()).unwrap().visit_no, None);
    }

    #[test]
    fn wrong_files_are_refused_with_a_sentence() {
        let cases = [
            ("\"0042\"", "42", "`patient.number` must be text in quotes"),
            (
                "\"0042\"",
                "\"../42\"",
                "`patient.number` must be ASCII letters, digits, hyphens, underscores and dots",
            ),
            ("\"0042\"", "\"\"", "`patient.number` must be 1 to 32 characters"),
            ("\"20261122-visit-12\"", "\".x\"", "`bill_id` must be ASCII letters"),
            ("\"20261122-visit-12\"", "\"a/b\"", "`bill_id` must be ASCII letters"),
            ("\"bill_id\": \"20261122-visit-12\",", "", "`bill_id` is missing"),
            ("見本 花子", "見本\\u001b花子", "`patient.name` must be 1 to 42 characters, without tabs"),
            ("\"due\": 3000", "\"due\": \"3000\"", "`due` must be a whole number from -10000000 to 10000000"),
            ("\"due\": 3000", "\"due\": 3000.0", "`due` must be a whole number"),
            (
                "\"due\": 3000",
                "\"due\": 2990",
                "`due` must be insurance.patient_share and all lines[].amount",
            ),
            ("\"due\": 3000", "\"due\": 2500, \"adjustment\": -400", "`due` must be insurance.patient_share"),
            ("\"revision\": 1", "\"revision\": 0", "`revision` must be a whole number from 1 to 1000000"),
            ("\"ready\": true", "\"ready\": \"yes\"", "`ready` must be true or false, without quotes"),
            (
                "\"ready\": true",
                "\"ready\": true, \"estimate\": 1",
                "`estimate` must be true or false, without quotes",
            ),
            (
                "\"ハナコ\"",
                "\"ハナコ\", \"birthday\": \"1961-02-29\"",
                "`patient.birthday` must be a day of the calendar, written as 1961-01-05, or as 01-05",
            ),
            ("\"ハナコ\"", "\"ハナコ\", \"birthday\": \"1-5\"", "`patient.birthday` must be a day"),
            ("\"ハナコ\"", "\"ハナコ\", \"birthday\": 105", "`patient.birthday` must be text in quotes"),
            ("\"dental\"", "\"Dental\"", "`form` must be \"medical\" or \"dental\""),
            ("2026-11-22", "2026-02-30", "`treated_on` must be a day of the calendar, written as 2026-11-22"),
            ("2026-11-22", "2026-1-2", "`treated_on` must be a day of the calendar"),
            (
                "\"amount\": 72",
                "\"amount\": -72",
                "`insurance.divisions[3].amount` must be a whole number from 0",
            ),
            (
                "\"treatment\", \"amount\"",
                "\"treatment\", \"amuont\"",
                "`insurance.divisions[3].amount` is missing",
            ),
            ("\"lines\": []", "\"lines\": {}", "`lines` must be a list […] of 50 objects at most"),
            (
                "\"lines\": []",
                "\"lines\": [], \"lnies\": 1",
                "`lnies` is no field of schema 1; check its spelling",
            ),
            (
                "\"schema\": 1",
                "\"schema\": 2",
                "the file has schema 2, but this program understands schema 1",
            ),
            ("\"schema\": 1,", "", "`schema` is missing"),
            ("\"schema\": 1,", "\"schema\" = 1,", "line 2, column 12 is not JSON"),
            ("\n}\n", "\n", "the file ends in the middle"),
        ];
        for (right, wrong, sentence) in cases {
            assert!(DENTAL.contains(right), "the example has no {right}");
            check_refused(DENTAL.replacen(right, wrong, 1).as_bytes(), sentence);
        }
        check_refused(b"", "the file ends in the middle");
        check_refused(b"[]", "`the file` must be an object");
        check_refused(&[b' '; FILE_BYTES_MAX + 1], "the file is longer than 65536 bytes");
        check_refused(&[b'"', 0x8C, 0xA9, b'"'], "the file is not in UTF-8");
    }

    #[test]
    fn an_adjustment_explains_a_difference() {
        let adjusted = DENTAL.replace("\"due\": 3000", "\"due\": 2500, \"adjustment\": -500");
        assert_eq!(parse_bill(adjusted.as_bytes()).unwrap().due, Yen::new(2_500));

        let in_favour = DENTAL.replace("\"due\": 3000", "\"due\": -500, \"adjustment\": -3500");
        assert_eq!(parse_bill(in_favour.as_bytes()).unwrap().due, Yen::new(-500));

        let too_much = MIXED.replace("\"due\": 6000", "\"due\": 4000, \"adjustment\": -2000");
        check_refused(too_much.as_bytes(), "`adjustment` takes off more than what carries no tax");
    }

    /// Wherever a file that is being written ends, it counts as unfinished and never as wrong.
    #[test]
    fn every_beginning_of_a_file_is_cut_off() {
        for length in 0..DENTAL.trim_end().len() {
            assert_eq!(
                parse_bill(&DENTAL.as_bytes()[..length]),
                Err(BillFileError::CutOff),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn a_wrong_file_still_tells_whose_it_is() {
        let wrong = DENTAL.replace("\"due\": 3000", "\"due\": 1");
        assert!(patient_named_in(wrong.as_bytes()).is_some_and(|number| number.0 == "0042"));
        assert!(patient_named_in(b"{}").is_none());
    }

    #[track_caller]
    fn check_refused(bytes: &[u8], sentence: &str) {
        let error = parse_bill(bytes).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}\ninstead of {sentence}");
        assert!(!error.contains("0042") && !error.contains("花子"), "{error} tells a private value");
    }
}
