use api::{
    Bill, BillDetail, BillId, BillLine, Birthday, Division, FileFault, FormKind, Insurance, LineKind,
    Patient, PatientNumber, PointUnit, TaxClass,
};
use money::{AmountOverflow, Yen};
use serde_json::Value;
use serde_json::error::Category;
use time::{Date, Month};

use crate::fields::Fields;
use crate::strict_json::{self, JsonError};

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
    /// A key stands twice in one object: nobody knows which was meant.
    #[error("`{field}` stands twice; write it once")]
    Duplicate {
        /// Where it stands.
        field: String,
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

impl BillFileError {
    /// The same for the desk.
    pub fn fault(&self) -> FileFault {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        match self {
            BillFileError::CutOff => FileFault::CutOff,
            BillFileError::TooLong => FileFault::TooLong,
            BillFileError::NotUtf8 => FileFault::NotUtf8,
            BillFileError::NotJson { line, column } => {
                FileFault::NotJson { line: count(*line), column: count(*column) }
            }
            BillFileError::Duplicate { field } => FileFault::Duplicate { field: field.clone() },
            BillFileError::NewerSchema { found } => FileFault::NewerSchema { found: *found },
            BillFileError::Field { field, rule } => {
                FileFault::Field { field: field.clone(), rule: rule.clone() }
            }
            BillFileError::UnknownField { field } => FileFault::UnknownField { field: field.clone() },
            BillFileError::DoesNotAddUp => FileFault::DoesNotAddUp,
            BillFileError::AdjustsTaxed => FileFault::AdjustsTaxed,
        }
    }
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

/// Whether this is a whole object that is about no bill and no patient: something that was put into the wrong folder.
pub(crate) fn is_about_no_bill(bytes: &[u8]) -> bool {
    match parse_json(bytes) {
        Ok(Value::Object(fields)) => !fields.contains_key("bill_id") && !fields.contains_key("patient"),
        Ok(_) | Err(_) => false,
    }
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
    strict_json::parse(text).map_err(|error| match error {
        JsonError::Duplicate(field) => BillFileError::Duplicate { field },
        JsonError::Json(error) => match error.classify() {
            Category::Eof => BillFileError::CutOff,
            Category::Syntax | Category::Data | Category::Io => {
                BillFileError::NotJson { line: error.line(), column: error.column() }
            }
        },
    })
}

fn patient(mut fields: Fields) -> Result<(Patient, Option<Birthday>), BillFileError> {
    let patient = Patient {
        number: PatientNumber(fields.id("number", PATIENT_NUMBER_CHARS_MAX)?),
        name: fields.text("name", TEXT_CHARS_MAX)?,
        family_kana: fields.kana("family_kana", TEXT_CHARS_MAX)?,
        given_kana: fields.kana("given_kana", TEXT_CHARS_MAX)?,
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

/// Enough for a day with time and zone, which is to be named as what it is.
const DATE_CHARS_MAX: usize = 40;

/// A day that is in no calendar would be found out only when the receipt is printed, after the money.
fn treated_on(file: &mut Fields) -> Result<(i32, u8, u8), BillFileError> {
    const FIELD: &str = "treated_on";
    let text = file.text(FIELD, DATE_CHARS_MAX)?;
    let date = calendar_day(&text).ok_or_else(|| {
        file.wrong_found(FIELD, "must be a day of the calendar, written as 2026-11-22", no_day(&text))
    })?;
    Ok((date.year(), date.month().into(), date.day()))
}

/// Programs that know the whole date may write it; the year stays here.
fn birthday(fields: &mut Fields) -> Result<Option<Birthday>, BillFileError> {
    const FIELD: &str = "birthday";
    let Some(text) = fields.optional_text(FIELD, DATE_CHARS_MAX)? else { return Ok(None) };
    // In a leap year there are all days that there can be.
    let date = calendar_day(&text).or_else(|| calendar_day(&format!("2000-{text}")));
    let date = date.ok_or_else(|| {
        let rule = "must be a day of the calendar, written as 1961-01-05, or as 01-05";
        fields.wrong_found(FIELD, rule, no_day(&text))
    })?;
    Ok(Some(Birthday { month: date.month().into(), day: date.day() }))
}

/// What stands there instead of a day.
fn no_day(text: &str) -> &'static str {
    match text.get(.."2026-11-22".len()).and_then(calendar_day) {
        Some(_) => "a day and more; leave out the time",
        None => "none",
    }
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
mod tests;
