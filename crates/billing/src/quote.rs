//! What a patient is told out of all bills that are there.

use api::{Bill, Birthday, Patient, PatientNumber, Payer, QuoteOutcome};

use crate::BillFile;

/// What `patient` has to pay, oldest first, out of `known`: the newest revision of each bill, whoseever it is.
pub fn quote<'a>(known: impl Iterator<Item = &'a BillFile> + Clone, patient: &PatientNumber) -> QuoteOutcome {
    let mut own: Vec<&BillFile> = known.clone().filter(|file| file.bill.patient.number == *patient).collect();
    own.sort_by_key(|file| file.bill.detail.treated_on);
    let Some(first) = own.first() else { return QuoteOutcome::UnknownPatient };
    if own.iter().any(|file| file.estimate) {
        return QuoteOutcome::EstimateOnly;
    }
    let bills: Vec<Bill> = own.iter().map(|file| file.bill.clone()).collect();
    let others: Vec<&BillFile> =
        known.filter(|file| looks_like(&file.bill.patient, &first.bill.patient)).collect();
    match others.as_slice() {
        [] => QuoteOutcome::Bills(bills),
        others => QuoteOutcome::Alike { bills, birthday: telling_birthday(&own, others) },
    }
}

/// Whether `other` is somebody else of whom the screen shows the same (K1).
fn looks_like(other: &Patient, patient: &Patient) -> bool {
    other.number != patient.number && Payer::of(other) == Payer::of(patient)
}

/// The patient's birthday, if it is known, and known to be no other's.
fn telling_birthday(own: &[&BillFile], others: &[&BillFile]) -> Option<Birthday> {
    let birthday = own.iter().find_map(|file| file.birthday)?;
    let is_own = own.iter().all(|file| file.birthday.is_none_or(|found| found == birthday));
    let is_no_other = others.iter().all(|file| file.birthday.is_some_and(|found| found != birthday));
    (is_own && is_no_other).then_some(birthday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_bill_file;

    const DENTAL: &str = include_str!("../../../config/examples/bills/dental-insured.json");

    /// A bill of 見本 花子 with this 診察券番号, and what else stands behind her name.
    fn bill(number: &str, more: &str) -> BillFile {
        let text =
            DENTAL.replace("0042", number).replace("visit-12", &format!("visit-{number}-{}", more.len()));
        let text = text.replace("\"ハナコ\"", &format!("\"ハナコ\"{more}"));
        parse_bill_file(text.as_bytes()).unwrap()
    }

    fn born(day: &str) -> String {
        format!(", \"birthday\": \"{day}\"")
    }

    #[test]
    fn a_birthday_is_asked_only_of_those_who_look_alike() {
        let (own, same, other) = (born("01-05"), born("1990-01-05"), born("12-24"));
        let asked = |own: &str, others: &[BillFile]| {
            let known = [&[bill("0042", own)], others].concat();
            match quote(known.iter(), &PatientNumber("0042".into())) {
                QuoteOutcome::Bills(_) => "nothing",
                QuoteOutcome::Alike { birthday: Some(Birthday { month: 1, day: 5 }), .. } => "birthday",
                QuoteOutcome::Alike { birthday: None, .. } => "desk",
                outcome => panic!("{outcome:?}"),
            }
        };
        assert_eq!(asked(&own, &[]), "nothing");
        assert_eq!(asked("", &[bill("0043", "")]), "nothing", "another tail of the number");
        let taro = BillFile { bill: taro("1042"), ..bill("1042", &other) };
        assert_eq!(asked("", &[taro]), "nothing", "another name");

        assert_eq!(asked(&own, &[bill("1042", &other)]), "birthday");
        assert_eq!(asked(&own, &[bill("1042", &other), bill("2042", &other)]), "birthday");
        assert_eq!(asked("", &[bill("1042", &other)]), "desk", "nobody knows the patient's");
        assert_eq!(asked(&own, &[bill("1042", "")]), "desk", "nobody knows the other's");
        assert_eq!(asked(&own, &[bill("1042", &same)]), "desk", "it is the same day");
        assert_eq!(
            asked(&own, &[bill("1042", &other), bill("1042", "")]),
            "desk",
            "one of the other's bills"
        );
        assert_eq!(asked(&own, &[bill("1042", &other), bill("0042", &other)]), "desk", "two birthdays");
    }

    fn taro(number: &str) -> Bill {
        let mut bill = bill(number, "").bill;
        bill.patient.given_kana = "タロウ".into();
        bill
    }

    #[test]
    fn an_estimate_is_not_collected() {
        let number = PatientNumber("0042".into());
        let estimate = BillFile { estimate: true, ..bill("0042", "") };
        assert_eq!(quote([&estimate].into_iter(), &number), QuoteOutcome::EstimateOnly);
        let known = [bill("0042", &born("01-05")), estimate];
        assert_eq!(quote(known.iter(), &number), QuoteOutcome::EstimateOnly);
    }
}
