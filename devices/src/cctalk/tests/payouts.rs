//! Coins on their way out. Each script begins on a silent line: the acceptor was just asked.

use settings::HopperSecurity;

use super::{NO_CREDITS, check, check_with, lost, start_up, twice};

/// Before the command: registers (a reset clears POWER UP), counters, permission.
fn prepared() -> String {
    [inspected(), counted("00"), PREPARED.to_owned(), ENABLED.to_owned()].join("\n")
}

fn inspected() -> String {
    [
        twice("> 3 163", "< 3 0 C0 00 00"),
        "> 3 1\n< 3 0\nwait".to_owned(),
        polled(),
        polled(),
        twice("> 3 163", "< 3 0 80 00 00"),
    ]
    .join("\n")
}

fn counted(event: &str) -> String {
    let status = format!("< 3 0 {event} 00 00 00");
    [twice("> 3 166", &status), twice("> 3 168", "< 3 0 10 00 00")].join("\n")
}

const PREPARED: &str = "! Prepared { id: DispenseId(7), before: Hopper { event: 0, paid_out_total: 16, powered_up: false } }\n. Proceed";

const ENABLED: &str = "> 3 164 A5\n< 3 0";

fn polled() -> String {
    format!("> 2 229\n{NO_CREDITS}\nwait")
}

const ORDER_ONE: &str = ". Dispense 1";
const COMMAND: &str = "> 3 167 01 02 03 01";

#[test]
fn one_coin_is_paid_and_proven() {
    let paid = twice("> 3 166", "< 3 0 01 00 01 00");
    let end = "! Dispensed { id: DispenseId(7), end: Complete }\n> 3 164 00\n< 3 0";
    check(&[&start_up(), ORDER_ONE, &prepared(), COMMAND, "< 3 0 01", &paid, end]);
}

/// Eight zeros are taken only right after the question for a key, by hoppers that have one; others are silent or refuse.
#[test]
fn a_hopper_that_wants_no_serial_number_is_asked_for_its_key_first() {
    let zeros = "> 3 167 00 00 00 00 00 00 00 00 01";
    for key in ["< 3 0 61 A2 39 42 70 E6 4C 0B", "< 3 5"] {
        let asked = ["> 3 160", key, zeros].join("\n");
        check_with(HopperSecurity::Zeros, &[&start_up(), ORDER_ONE, &prepared(), &asked]);
    }
}

#[test]
fn portions_follow_each_other_when_each_is_proven() {
    let first = ["> 3 167 01 02 03 02", "< 3 0 01"].join("\n");
    let first_paid = twice("> 3 166", "< 3 0 01 00 02 00");
    let second = "> 3 167 01 02 03 01\n< 3 0 02";
    let second_paid = twice("> 3 166", "< 3 0 02 00 01 00");
    let counted = counted("01");
    let end = "! Dispensed { id: DispenseId(7), end: Complete }";
    let begun = [&start_up(), ". Dispense 3", &prepared(), &first, &first_paid];
    let parts = [&begun[..], &[&counted, ENABLED, second, &second_paid, end]].concat();
    check(&parts);
}

#[test]
fn a_lost_reply_is_asked_about_and_the_command_never_repeated() {
    let paid = twice("> 3 166", "< 3 0 01 00 01 00");
    let end = "! Dispensed { id: DispenseId(7), end: Complete }";
    check(&[&start_up(), ORDER_ONE, &prepared(), COMMAND, &lost(), &paid, end]);
}

/// The hopper proves with its event counter and its life counter that it has not moved.
#[test]
fn a_command_that_was_proven_not_taken_is_sent_again() {
    let unmoved = not_taken();
    let again = "> 3 164 A5\n< 3 0\n> 3 167 01 02 03 01\n< 3 0 01";
    check(&[&start_up(), ORDER_ONE, &prepared(), COMMAND, &lost(), &unmoved, again]);
}

#[test]
fn a_contradiction_is_unknown() {
    let moved = not_taken().replace("< 3 0 10 00 00", "< 3 0 11 00 00");
    let end = "! Dispensed { id: DispenseId(7), end: Unknown { paid: 0 } }";
    check(&[&start_up(), ORDER_ONE, &prepared(), COMMAND, &lost(), &moved, end]);
    let too_many = twice("> 3 166", "< 3 0 01 00 02 00");
    check(&[&start_up(), ORDER_ONE, &prepared(), COMMAND, "< 3 0 01", &too_many, end]);
}

#[test]
fn an_empty_hopper_says_so() {
    let unpaid = twice("> 3 166", "< 3 0 01 00 00 01");
    let cause = twice("> 3 163", "< 3 0 02 00 00");
    let end = "! Dispensed { id: DispenseId(7), end: Short { paid: 0, cause: Empty } }";
    check(&[&start_up(), ORDER_ONE, &prepared(), COMMAND, "< 3 0 01", &unpaid, &cause, end]);
}

#[test]
fn a_restart_is_weighed_by_what_the_hopper_remembers() {
    let cut = |total: &str| {
        [
            twice("> 3 166", "< 3 0 00 00 00 01"),
            twice("> 3 163", "< 3 0 C0 00 01"),
            twice("> 3 166", "< 3 0 00 00 00 01"),
            twice("> 3 168", &format!("< 3 0 {total} 00 00")),
        ]
        .join("\n")
    };
    let nothing = "! Dispensed { id: DispenseId(7), end: Short { paid: 0, cause: Refused } }";
    check(&[&start_up(), ORDER_ONE, &prepared(), COMMAND, "< 3 0 01", &cut("10"), nothing]);
    let unknown = "! Dispensed { id: DispenseId(7), end: Unknown { paid: 0 } }";
    check(&[&start_up(), ORDER_ONE, &prepared(), COMMAND, "< 3 0 01", &cut("11"), unknown]);
}

/// The counters of an earlier run, and the hopper's memory, tell a new driver how it ended. It commands nothing.
#[test]
fn a_new_driver_is_asked_how_it_ended() {
    let start_up = start_up();
    let (identified, looked) = start_up.split_once(super::IDENTIFIED).unwrap();
    let asked = |status: &str, total: &str| {
        let registers = twice("> 3 163", "< 3 0 80 00 00");
        [registers, twice("> 3 166", status), twice("> 3 168", &format!("< 3 0 {total} 00 00"))].join("\n")
    };
    let check_recalled = |status: &str, total: &str, end: &str| {
        let end = format!("! Dispensed {{ id: DispenseId(7), end: {end} }}\n> 3 164 00\n< 3 0");
        check(&[". Recall 3", identified, super::IDENTIFIED, &asked(status, total), &end, looked]);
    };
    check_recalled("< 3 0 02 00 01 00", "13", "Complete");
    check_recalled("< 3 0 01 00 02 00", "12", "Short { paid: 2, cause: Refused }");
    check_recalled("< 3 0 00 00 00 00", "10", "Short { paid: 0, cause: Refused }");
    check_recalled("< 3 0 01 00 02 00", "13", "Unknown { paid: 0 }");
}

/// The machine that does not say that it saved the counters is waited for, but not for ever; and nothing moves.
#[test]
fn without_the_word_to_go_on_nothing_is_paid() {
    let polls = format!("wait\n{}\n", polled().trim_end_matches("\nwait")).repeat(50) + "wait";
    let end = "! Dispensed { id: DispenseId(7), end: Short { paid: 0, cause: Refused } }";
    let told = PREPARED.trim_end_matches("\n. Proceed");
    check(&[&start_up(), ORDER_ONE, &inspected(), &counted("00"), told, &polls, end]);
}

fn not_taken() -> String {
    [
        twice("> 3 166", "< 3 0 00 00 00 00"),
        twice("> 3 163", "< 3 0 00 00 00"),
        twice("> 3 166", "< 3 0 00 00 00 00"),
        twice("> 3 168", "< 3 0 10 00 00"),
    ]
    .join("\n")
}
