//! What devices have counted in their lives, between payouts.

use super::{NO_CREDITS, check, start_up, twice};

/// Polls of the acceptor between two looks at the hopper.
const LOOKS: usize = 25;

#[test]
fn a_hopper_tells_its_number_and_what_it_has_paid_out() {
    let total = twice("> 3 168", "< 3 0 10 27 01");
    let told = "! Counts Hopper(3) 197121 Some(75536)";
    check(&[&start_up(), ". ReadCounts hopper", &total, told]);
}

/// One garbled reading, or one that got lost, is not believed.
#[test]
fn a_counter_is_believed_when_it_was_read_twice() {
    let told = "! Counts Hopper(3) 197121 Some(16)";
    let garbled = "> 3 168\n< 3 0 11 00 00";
    check(&[&start_up(), ". ReadCounts hopper", garbled, &twice("> 3 168", "< 3 0 10 00 00"), told]);
    let lost =
        format!("> 3 168\n< 3 0 10 00 00\n> 3 168\nwait\n{}", super::lost().trim_end_matches("\nwait"));
    check(&[&start_up(), ". ReadCounts hopper", &lost, &twice("> 3 168", "< 3 0 10 00 00"), told]);
}

#[test]
fn a_hopper_without_a_counter_says_only_who_it_is() {
    let told = "! Counts Hopper(3) 197121 None";
    check(&[&start_up(), ". ReadCounts hopper", "> 3 168\n< 3 5", told]);
}

#[test]
fn an_acceptor_says_at_once_who_it_is() {
    let told = "! Counts Acceptor 12345678 None";
    check(&[&start_up(), ". ReadCounts acceptor", told]);
}

/// The question for its counters comes while it is being asked how it is, which happens every five seconds.
#[test]
fn a_hopper_that_is_just_asked_something_else_tells_at_once_after_it() {
    let polls = ["wait", "> 2 229", NO_CREDITS].join("\n").repeat(LOOKS).replace("00wait", "00\nwait");
    let look = "> 3 163\n. ReadCounts hopper\n< 3 0 C0 00 00";
    let total = twice("> 3 168", "< 3 0 10 27 01");
    let told = "! Counts Hopper(3) 197121 Some(75536)";
    check(&[&start_up(), &polls, look, &total, told]);
}
