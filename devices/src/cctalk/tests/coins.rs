//! Coins on their way in.

use std::collections::VecDeque;
use std::time::Duration;

use device_api::Driver;
use settings::CoinUnitProfile;
use wire::Moment;

use super::{CoinUnit, NO_CREDITS, OPEN, Stage, check, profile, start_up, twice};

/// The coins that are taken are written, and read back.
const READ_BACK: &str = "
    . Accept
    > 2 231 02 01
    < 2 0
    > 2 230";

/// Event 1: a coin of 100 yen on way 3, that of the hopper.
const ONE_COIN: &str = "< 2 0 01 02 03 00 00 00 00 00 00 00 00";

#[test]
fn a_coin_is_credited_after_two_equal_replies() {
    let poll = ["wait", "> 2 229", ONE_COIN, "> 2 229", ONE_COIN].join("\n");
    let inserted = "! Inserted { denomination: Yen100, place: Hopper(3), event_no: 1 }";
    check(&[&start_up(), OPEN, &poll, inserted]);
}

#[test]
fn a_reply_that_is_not_repeated_is_nothing() {
    let other = "< 2 0 01 09 03 00 00 00 00 00 00 00 00";
    let poll = ["wait", "> 2 229", other, "> 2 229", ONE_COIN, "> 2 229", NO_CREDITS].join("\n");
    check(&[&start_up(), OPEN, &poll]);
}

#[test]
fn a_coin_of_no_known_value_is_an_event_that_is_lost() {
    let unknown = "< 2 0 02 07 03 02 05 00 00 00 00 00 00";
    let poll = ["wait", "> 2 229", unknown, "> 2 229", unknown].join("\n");
    let told = "
        ! Inserted { denomination: Yen100, place: CoinBox, event_no: 1 }
        ! EventsLost { count: 1, event_no: 2 }";
    check(&[&start_up(), OPEN, &poll, told]);
}

#[test]
fn rejects_and_the_return_lever_are_told_and_up_to_where() {
    let events = "< 2 0 05 00 FE 00 80 00 02 00 01 00 04";
    let poll = ["wait", "> 2 229", events, "> 2 229", events].join("\n");
    let told = "
        ! Rejected { cause: Unreadable }
        ! Rejected { cause: NotWanted }
        ! Rejected { cause: NotWanted }
        ! ReturnPressed
        ! ToldUpTo { event_no: 5 }";
    check(&[&start_up(), OPEN, &poll, told]);
}

#[test]
fn a_setting_that_was_not_taken_is_written_again() {
    check(&[&start_up(), READ_BACK, "< 2 0 02 00", "> 2 231 02 01", "< 2 5"]);
}

/// Some show as taken what no coin stands for.
#[test]
fn positions_without_a_coin_do_not_keep_the_slot_closed() {
    check(&[&start_up(), READ_BACK, "< 2 0 FF FF", "> 2 228 01"]);
}

#[test]
fn a_reply_of_another_device_tells_nothing() {
    let stranger = "
        . Accept
        > 2 231 02 01
        < 3 0
        < 2 0
        > 2 230";
    check(&[&start_up(), stranger]);
}

/// What cannot be the answer is the answer to something else, and so may be what comes after it: the acceptor is asked
/// nothing until it has been silent.
#[test]
fn a_reply_to_another_question_is_not_taken_nor_is_the_one_after_it() {
    let late = [
        "
        . Accept
        > 2 231 02 01
        < 2 0 01
        < 2 0
        wait
        > 2 229",
        NO_CREDITS,
        "> 2 231 02 01",
    ]
    .join("\n");
    check(&[&start_up(), &late]);
}

#[test]
fn a_coin_that_the_profile_does_not_know_refuses_the_unit() {
    let start = start_up().replace("4A 50 35 30 30 41", "4A 50 30 35 30 41");
    let start = start.split("> 2 209").next().unwrap();
    let refused = "
        ! Trouble { part: Acceptor, trouble: UnknownValues { mismatch: Some(Value { read: \"JP050A\", expected: {100, 500} }) } }
        > 2 228 00
        < 2 0
        > 3 245";
    check(&[start, refused]);
}

/// A bill validator where the acceptor should be.
#[test]
fn another_kind_of_device_is_told_with_what_it_calls_itself() {
    let validator = twice("> 2 245", "< 2 0 42 69 6C 6C 20 56 61 6C 69 64 61 74 6F 72");
    let refused = "
        ! Trouble { part: Acceptor, trouble: UnknownValues { mismatch: \
        Some(Category { read: \"Bill Validator\", expected: \"Coin Acceptor\" }) } }
        > 2 228 00";
    check(&["wait", &validator, refused]);
}

/// A device that starts may be busy. One that is so for two seconds will not say it.
#[test]
fn a_device_that_refuses_to_say_what_it_is_is_told_with_the_question() {
    check_untold("< 2 5");
    check_untold("< 2 6");
}

fn check_untold(refusal: &str) {
    let profile = CoinUnitProfile { hoppers: Vec::new(), sorter_paths: Vec::new(), ..profile() };
    let mut stage = Stage { now: Moment::START, unit: CoinUnit::new(profile), said: VecDeque::new() };
    stage.unit.line_opened(stage.now);
    for line in ["wait", "> 2 245", refusal].repeat(10) {
        stage.play(line, refusal);
    }
    let mismatch = "UnknownValues { mismatch: Some(Untold { command: 245 }) }";
    stage.play(&format!("! Trouble {{ part: Acceptor, trouble: {mismatch} }}"), refusal);
    assert!(stage.now < Moment::START.after(Duration::from_secs(3)), "{refusal}");
}
