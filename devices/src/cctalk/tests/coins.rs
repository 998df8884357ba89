//! Coins on their way in.

use super::{NO_CREDITS, OPEN, check, start_up};

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
        ! EventsLost { count: 1 }
        ! Inserted { denomination: Yen100, place: CoinBox, event_no: 1 }";
    check(&[&start_up(), OPEN, &poll, told]);
}

#[test]
fn rejects_and_the_return_lever_are_told() {
    let events = "< 2 0 05 00 FE 00 80 00 02 00 01 00 04";
    let poll = ["wait", "> 2 229", events, "> 2 229", events].join("\n");
    let told = "
        ! Rejected { cause: Unreadable }
        ! Rejected { cause: NotWanted }
        ! Rejected { cause: NotWanted }
        ! ReturnPressed";
    check(&[&start_up(), OPEN, &poll, told]);
}

#[test]
fn a_setting_that_was_not_taken_is_written_again() {
    check(&[
        &start_up(),
        "
        . Accept
        > 2 231 02 01
        < 2 0
        > 2 230
        < 2 0 02 00
        > 2 231 02 01
        < 2 5",
    ]);
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
        ! Trouble { part: Acceptor, trouble: UnknownValues }
        > 2 228 00
        < 2 0
        > 3 245";
    check(&[start, refused]);
}
