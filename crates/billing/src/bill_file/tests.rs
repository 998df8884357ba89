use proptest::prelude::*;

use super::*;
use crate::traces::Traces;

const DENTAL: &str = include_str!("../../../../config/examples/bills/dental-insured.json");
const MIXED: &str = include_str!("../../../../config/examples/bills/mixed.json");
const ESTIMATE: &str = include_str!("../../../../config/examples/bills/estimate.json");
const EXAMPLES: [&str; 12] = [
    DENTAL,
    MIXED,
    ESTIMATE,
    include_str!("../../../../config/examples/bills/alike-first.json"),
    include_str!("../../../../config/examples/bills/alike-second.json"),
    include_str!("../../../../config/examples/bills/ends-in-seven.json"),
    include_str!("../../../../config/examples/bills/in-credit.json"),
    include_str!("../../../../config/examples/bills/medical-insured.json"),
    include_str!("../../../../config/examples/bills/needs-coins.json"),
    include_str!("../../../../config/examples/bills/not-ready.json"),
    include_str!("../../../../config/examples/bills/nothing-due.json"),
    include_str!("../../../../config/examples/bills/self-pay.json"),
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
        let _whose = Traces::of(&bytes);
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
        (
            "見本 花子",
            "見本\\u001b花子",
            "`patient.name` must be 1 to 42 characters, without tabs and line breaks; found the control character U+001B",
        ),
        ("見本 花子", "見本\\u0000花子", "found the control character U+0000"),
        ("見本 花子", "  ", "found nothing but blanks"),
        ("2026-11-22", "2026-11-22T09:30:00+09:00", "found a day and more; leave out the time"),
        ("\"due\": 3000", "\"due\": \"3000\"", "`due` must be a whole number from -10000000 to 10000000"),
        ("\"due\": 3000", "\"due\": 3000.0", "`due` must be a whole number"),
        ("\"due\": 3000", "\"due\": 2990", "`due` must be insurance.patient_share and all lines[].amount"),
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
        ("\"schema\": 1", "\"schema\": 2", "the file has schema 2, but this program understands schema 1"),
        ("\"schema\": 1,", "", "`schema` is missing"),
        ("\"schema\": 1,", "\"schema\" = 1,", "line 2, column 12 is not JSON"),
        ("\n}\n", "\n", "the file ends in the middle"),
    ];
    cases.into_iter().for_each(check_wrong);
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
        assert_eq!(parse_bill(&DENTAL.as_bytes()[..length]), Err(BillFileError::CutOff), "{length} bytes");
    }
}

#[test]
fn what_was_put_into_the_wrong_folder_is_no_bill() {
    for (bytes, is_none) in [
        (br#"{"colour": "green"}"#.as_slice(), true),
        (br#"{"bill_id": 1}"#, false),
        (br#"{"patient": {}}"#, false),
        (br#"{"colour": "#, false),
        (b"[]", false),
    ] {
        assert_eq!(is_about_no_bill(bytes), is_none, "{}", String::from_utf8_lossy(bytes));
    }
}

/// Two patients who look the same must not become two who do not, because one is written in half-width kana.
#[test]
fn kana_and_blanks_are_read_in_one_way() {
    let text = DENTAL
        .replace("\"ミホン\"", "\"\u{FF90}\u{FF8E}\u{FF9D}\"")
        .replace("\"ハナコ\"", "\"\u{3000}はなこ \"");
    let text = text.replace("\"見本 花子\"", "\" 見本 花子\u{3000}\"");
    assert_eq!(parse_bill(text.as_bytes()).unwrap().patient, parse_bill(DENTAL.as_bytes()).unwrap().patient);
}

/// Two texts that look the same, and two values of which nobody knows which was meant.
#[test]
fn what_could_be_taken_for_something_else_is_refused() {
    let cases = [
        (
            "\"0042\"",
            "\"\u{FF10}\u{FF10}\u{FF14}\u{FF12}\"",
            "hyphens, underscores and dots, and not begin with a dot; found full-width",
        ),
        ("\"0042\"", "\"00\u{200B}42\"", "`patient.number` must have no invisible characters; found U+200B"),
        ("\"20261122-visit-12\"", "\"visit 12\"", "`bill_id` must be ASCII letters"),
        ("見本 花子", "見本\u{202E}花子", "`patient.name` must have no invisible characters; found U+202E"),
        ("\"due\": 3000", "\"due\": 1, \"due\": 3000", "`due` stands twice; write it once"),
        ("\"due\": 3000", "\"due\": 3000, \"d\\u0075e\": 3000", "`due` stands twice"),
        ("\"points\" },", "\"points\", \"unit\": \"yen\" },", "`insurance.divisions[0].unit` stands twice"),
        ("\"name\":", "\"number\": \"1\", \"name\":", "`patient.number` stands twice"),
        (
            "\"due\": 3000",
            "\"due\": [3000]",
            "`due` must be a whole number from -10000000 to 10000000, without quotes; found a list",
        ),
    ];
    cases.into_iter().for_each(check_wrong);
}

/// The example with something wrong in place of something right.
#[track_caller]
fn check_wrong((right, wrong, sentence): (&str, &str, &str)) {
    assert!(DENTAL.contains(right), "the example has no {right}");
    check_refused(DENTAL.replacen(right, wrong, 1).as_bytes(), sentence);
}

#[track_caller]
fn check_refused(bytes: &[u8], sentence: &str) {
    let error = parse_bill(bytes).unwrap_err().to_string();
    assert!(error.contains(sentence), "{error}\ninstead of {sentence}");
    assert!(!error.contains("0042") && !error.contains("花子"), "{error} tells a private value");
}
