//! Who is there, settings, and failures of the line.

use super::{ESCROW, FOUND_RUNNING, OPEN, SILENCE, START_UP, check};

#[test]
fn a_setting_without_echo_is_written_again() {
    check(&[
        START_UP,
        "
        . Accept
        > C0 FC FF
        wait
        wait
        > 11
        < 1A
        > C0 FC FF
        < C0 FC FF
        > C3 00
        . Close
        wait
        wait
        > 11
        < 1A
        > C3 01
        < C3 01
        wait
        > 11
        < 1A
        ! Inhibited",
    ]);
}

#[test]
fn replies_to_other_requests_tell_nothing() {
    check(&[
        START_UP,
        "
        . Accept
        > C0 FC FF
        < C0 FF FF
        < 11
        < 50
        < 05
        < 13 61
        < C0 FC FF
        > C3 00
        < C3 01
        < C3 00
        < 15
        wait
        > 11
        < 50
        < C3 00
        < 05
        < 11",
    ]);
}

#[test]
fn a_running_device_is_taken_over_as_it_is() {
    let cases = [
        ("< 13 62", "! Escrowed { denomination: Yen10000 }"),
        ("< 19", "! Arriving\nwait\n> 11\n< 13 62\n! Escrowed { denomination: Yen10000 }"),
        ("< 15", "! Stacked { denomination: None }\n> C3 01\n< C3 01\n. AcknowledgeStacked\n> 50"),
        ("< 14", "> C3 01\n< C3 01\nwait\n> 11\n< 15\n! Stacked { denomination: None }"),
        ("< 16 01", "! Stored { place: Drum(1) }\n> C3 01\n< C3 01"),
        ("< 18", "> C3 01\n< C3 01\nwait\n> 11\n< 1A\n! Returned"),
        ("< 11", "> C3 01\n< C3 01\nwait\n> 11\n< 1A"),
        ("< 1A", "> C3 01\n< C3 01\nwait\n> 11\n< 1A"),
        ("< 47", "> C3 01\n< C3 01"),
    ];
    for (status, then) in cases {
        check(&["> 11", status, FOUND_RUNNING, status, then]);
    }
}

#[test]
fn a_break_of_the_line_asks_the_machine_again() {
    let found_again = ["< 13 61", FOUND_RUNNING].join("\n");
    let asked_again = "
        < 13 61
        ! Escrowed { denomination: Yen1000 }
        . Return
        > 43";
    let still_held = "< 19\nwait\n> 11";
    for last_request in [". Stack\n> 42", ". Hold\n> 44", "wait\n> 11"] {
        check(&[START_UP, OPEN, ESCROW, last_request, SILENCE, &found_again, asked_again]);
        check(&[START_UP, OPEN, ESCROW, last_request, SILENCE, &found_again, still_held, asked_again]);
    }
}

#[test]
fn the_recycler_explains_its_trouble() {
    for (state, trouble) in [("40", "Jam"), ("45", "CashBoxRemoved"), ("42", "Broken { code: 66 }")] {
        let asked =
            format!("wait\n> 11\n< 4C\n> F0 20 1A\n< F0 20 {state}\n! Trouble({trouble})\nwait\n> 11\n< 4C");
        check(&[START_UP, &asked]);
    }
}

#[test]
fn a_device_that_refuses_what_it_must_know_is_broken() {
    let start = START_UP.split("> C0 FF FF").next().unwrap();
    let again = "
        wait
        > 11
        < 1B
        > 88
        < 88 58
        > 8A
        < 8A 61 0A 01 03 62 0A 01 04
        > F0 20 90
        < 4B
        ! Identified { model: \"X\", values: {1000, 10000} }
        > C0 FF FF
        < 4B";
    check(&[start, "> C0 FF FF\n< 4B", again, again, "! Trouble(Broken { code: 75 })"]);
}

#[test]
fn what_a_device_need_not_know_is_left_out() {
    let start =
        START_UP.replace("< C1 00 00", "< 4B").replace("< C5 02 00", "< 4B").replace("< C4 00", "< 4B");
    check(&[&start]);
}

/// It tells its status, and never takes a setting: in the worst case its slot would never open, and nobody knew why.
#[test]
fn a_device_that_takes_no_setting_is_in_trouble() {
    let unanswered = "> C0 FC FF\nwait\nwait\n> 11\n< 1A\n".repeat(11) + "> C0 FC FF\nwait";
    let closing = "wait\n> 11\n< 1A\n> C3 01\n";
    let trouble = "! Trouble(NotResponding)";
    check(&[START_UP, ". Accept", &unanswered, trouble, closing]);
    // Obeys again: what was wanted stands.
    let obeys = "< C3 01\nwait\n> 11\n< 1A\n! Ready\n> C0 FC FF\n< C0 FC FF\n> C3 00";
    check(&[START_UP, ". Accept", &unanswered, trouble, closing, obeys]);
    let refused = "> C0 FC FF\n< 4B\n> 11\n< 1A\n".repeat(11) + "> C0 FC FF\n< 4B";
    check(&[START_UP, ". Accept", &refused, "! Trouble(Broken { code: 75 })", "> 11\n< 1A\n> C3 01"]);
}

/// A plain validator need not know the recycler's questions, nor refuse them.
#[test]
fn a_validator_that_is_silent_about_drums_has_none() {
    let (start, rest) = START_UP.split_once("< 4B").unwrap();
    let silent = format!("{start}wait\nwait\n> F0 20 90\nwait{rest}");
    let silent = silent.replacen("> 11\n    < 40\n    > 40", "wait\n    > 11\n    < 40\n    > 40", 1);
    check(&[&silent]);
}
