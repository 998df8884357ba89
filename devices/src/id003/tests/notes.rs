//! One note on its way in or out.

use device_api::ExitBlock;

use super::{ESCROW, FOUND_RUNNING, OPEN, SILENCE, START_UP, check, check_with, profile, woken};

/// The machine needs longer to decide.
const HELD: &str = "
    . Hold
    > 44
    < 50
    > 11
    < 19
    wait
    > 11
    < 19";

/// Whoever pushed it back, and whatever was pushed in behind it: it is said once that a note sticks out, and once that none does.
#[test]
fn what_sticks_out_is_told_for_as_long_as_it_does() {
    let check_exit = |dialogue: &str, expected: &[Option<ExitBlock>]| {
        assert_eq!(check_with(profile(), &[START_UP, OPEN, dialogue]), expected, "{dialogue}");
    };
    let arriving = "wait\n> 11\n< 12\n! Arriving\n";
    let (given_back, second) = (Some(ExitBlock::GivenBack), Some(ExitBlock::SecondNote));
    let rejected =
        "wait\n> 11\n< 17 79\n! Rejected { cause: NotWanted }\nwait\n> 11\n< 17 79\nwait\n> 11\n< 11";
    check_exit(&format!("{arriving}{rejected}"), &[given_back, None]);
    let paused = "wait\n> 11\n< 47\nwait\n> 11\n< 47\nwait\n> 11\n< 12\n";
    check_exit(&format!("{arriving}{paused}"), &[second, None]);
    check_exit(&format!("{arriving}{paused}{rejected}"), &[second, None, given_back, None]);
}

#[test]
fn a_note_is_stacked_and_credited_before_it_is_acknowledged() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        "
        . Stack
        > 42
        < 50
        > 11
        < 14
        wait
        > 11
        < 15
        ! Stacked { denomination: Some(Yen1000) }
        wait
        > 11
        < 15
        . AcknowledgeStacked
        > 50
        wait
        > 11
        < 16
        ! Stored { place: CashBox }
        wait
        > 11
        < 11",
    ]);
}

#[test]
fn a_lost_ack_of_vend_valid_is_repeated_without_a_second_credit() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        "
        . Stack
        > 42
        < 50
        > 11
        < 15
        ! Stacked { denomination: Some(Yen1000) }
        . AcknowledgeStacked
        > 50
        wait
        > 11
        < 15
        > 50
        wait
        > 11
        < 16 01
        ! Stored { place: Drum(1) }",
    ]);
}

#[test]
fn stacked_without_vend_valid_is_a_credit_once() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        "
        . Stack
        > 42
        < 50
        > 11
        < 16 02
        ! Stacked { denomination: Some(Yen1000) }
        ! Stored { place: Drum(2) }
        . AcknowledgeStacked
        wait
        > 11
        < 15
        > 50
        wait
        > 11
        < 16 02",
    ]);
}

#[test]
fn an_unanswered_stack_is_followed_by_a_look() {
    let taken = "
        . Stack
        > 42
        wait
        wait
        > 11
        < 14
        wait
        > 11
        < 15
        ! Stacked { denomination: Some(Yen1000) }";
    check(&[START_UP, OPEN, ESCROW, taken]);
    let not_taken = "
        . Stack
        > 42
        wait
        wait
        > 11
        < 13 61
        wait
        > 11
        < 13 61
        wait
        > 11
        < 13 61
        > 42
        < 50
        > 11
        < 14";
    check(&[START_UP, OPEN, ESCROW, not_taken]);
    let gone_back = "
        . Stack
        > 42
        wait
        wait
        > 11
        < 17 79
        wait
        > 11
        < 11
        ! Returned";
    check(&[START_UP, OPEN, ESCROW, gone_back]);
}

#[test]
fn an_order_waits_for_a_sign_of_life() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        "
        wait
        > 11
        . Stack
        wait
        wait
        > 11
        < 13 61
        > 42",
    ]);
}

#[test]
fn a_note_that_gives_way_to_another_unseen_calls_staff() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        "
        . Stack
        > 42
        wait
        wait
        > 11
        < 12
        ! Trouble(NoteOfUnknownFate)
        ! Arriving",
    ]);
}

#[test]
fn a_note_found_in_the_acceptor_went_back_even_if_nobody_saw_it_go() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        ". Stack\n> 42\n< 50\n> 11\n< 14",
        &woken("41"),
        "
        < 1A
        ! Ready
        ! Returned",
    ]);
}

#[test]
fn a_note_found_in_the_stacker_may_be_told_of_late() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        ". Stack\n> 42\n< 50\n> 11\n< 14",
        &woken("42"),
        "
        < 1A
        wait
        > 11
        < 1A
        wait
        > 11
        < 15
        ! Stacked { denomination: Some(Yen1000) }
        ! Ready",
    ]);
}

#[test]
fn a_credited_note_found_in_the_stacker_is_not_credited_again() {
    let stored = "
        . Stack
        > 42
        < 50
        > 11
        < 15
        ! Stacked { denomination: Some(Yen1000) }
        . AcknowledgeStacked
        > 50
        wait
        > 11
        < 16
        ! Stored { place: CashBox }
        wait
        > 11
        < 11";
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        stored,
        &woken("42"),
        "
        < 15
        ! Ready
        > 50",
    ]);
}

#[test]
fn a_device_that_does_not_obey_calls_staff() {
    let unmoved = "> 43\n< 50\n> 11\n< 13 61\nwait\n> 11\n< 13 61\nwait\n> 11\n< 13 61\n".repeat(5);
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        ". Return",
        &unmoved,
        "
        ! Trouble(Jam)
        wait
        > 11
        < 13 61
        wait
        > 11
        < 18
        ! Ready
        wait
        > 11
        < 11
        ! Returned",
    ]);
}

#[test]
fn a_refused_stack_of_a_note_that_is_gone_is_no_mystery() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        "
        . Stack
        > 42
        < 4B
        > 11
        < 11
        ! Returned",
    ]);
}

#[test]
fn a_note_of_unknown_code_goes_back() {
    check(&[
        START_UP,
        OPEN,
        "
        wait
        > 11
        < 13 6F
        > 43
        < 50
        > 11
        < 18
        wait
        > 11
        < 11
        ! Rejected { cause: Unreadable }",
    ]);
}

#[test]
fn a_note_is_kept_while_the_machine_asks_about_it() {
    check(&[START_UP, OPEN, ESCROW, HELD, ". Stack\n> 42\n< 50\n> 11\n< 14"]);
    let given_back = ". Return\n> 43\n< 50\n> 11\n< 18\nwait\n> 11\n< 11\n! Returned";
    check(&[START_UP, OPEN, ESCROW, HELD, given_back]);
    let kept_twice = "
        . Hold
        > 44
        < 50
        > 11
        < 19
        wait
        > 11
        < 13 61
        wait
        > 11
        < 17 79
        wait
        > 11
        < 11
        ! Returned";
    check(&[START_UP, OPEN, ESCROW, HELD, kept_twice]);
}

#[test]
fn a_hold_that_is_lost_or_refused_is_not_repeated() {
    for no_success in ["wait\nwait", "< 4A", "< 4B\nwait"] {
        let hold = format!(". Hold\n> 44\n{no_success}\n> 11\n< 13 61\nwait\n> 11\n< 17 79");
        check(&[START_UP, OPEN, ESCROW, &hold, "wait\n> 11\n< 11\n! Returned"]);
    }
}

#[test]
fn a_hold_waits_for_a_sign_of_life_and_gives_way_to_a_decision() {
    check(&[
        START_UP,
        OPEN,
        ESCROW,
        "
        wait
        > 11
        . Hold
        wait
        wait
        > 11
        < 13 61
        > 44
        < 50
        > 11
        . Hold
        . Stack
        < 19
        > 42",
    ]);
}

#[test]
fn an_order_that_a_device_misses_while_it_holds_is_sent_again() {
    let unmoved = "wait\nwait\n> 11\n< 19\nwait\n> 11\n< 19\nwait\n> 11\n< 19\n> 42\n< 50\n> 11\n< 14";
    check(&[START_UP, OPEN, ESCROW, HELD, ". Stack\n> 42", unmoved]);
}

#[test]
fn a_command_without_a_note_does_nothing() {
    check(&[START_UP, OPEN, ". Stack\n. Return\n. Hold\n. AcknowledgeStacked\nwait\n> 11\n< 11"]);
}

/// RESET could make it forget the note, so people must help, and are told how.
#[test]
fn a_fault_with_a_note_that_is_not_credited_needs_people_at_the_switch() {
    let told = [&STILL_STUCK.repeat(FAULT_POLLS), "! Trouble(NeedsPowerCycle)"].join("\n");
    check(&[START_UP, OPEN, ESCROW, STUCK, &told, &STILL_STUCK.repeat(FAULT_POLLS)]);
}

/// A bad line takes nothing back of what people are told to do, nor puts it off.
#[test]
fn people_stay_wanted_at_the_switch_while_the_line_fails() {
    let told = [&STILL_STUCK.repeat(FAULT_POLLS), "! Trouble(NeedsPowerCycle)"].join("\n");
    let found_again = FOUND_RUNNING.replace("! Ready\n    > 11", "! Trouble(NeedsPowerCycle)");
    // Nothing is heard of it, and then it is found as it was.
    let breaks = ["wait\n> 11", SILENCE, "< 46", &found_again].join("\n");
    check(&[START_UP, OPEN, ESCROW, STUCK, &told, &breaks, &STILL_STUCK.repeat(FAULT_POLLS), &breaks]);
    check(&[START_UP, OPEN, ESCROW, STUCK, &STILL_STUCK.repeat(FAULT_POLLS - 6), &breaks]);
    let another = "wait\n> 11\n< 14\nwait\n> 11\n< 46\n! Trouble(Jam)\n";
    check(&[START_UP, OPEN, ESCROW, STUCK, &told, another, &told]);
}

/// The device jams while it stacks a note.
const STUCK: &str = ". Stack\n> 42\n< 50\n> 11\n< 14 00\nwait\n> 11\n< 46\n! Trouble(Jam)\n";

const STILL_STUCK: &str = "wait\n> 11\n< 46\n";

/// Polls until RESET would be tried: ten seconds.
const FAULT_POLLS: usize = 67;
