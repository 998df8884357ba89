//! Notes on their way out of the drums.

use money::Denomination;
use settings::{DrumCounterFalls, DrumProfile, NoteUnitProfile};

use super::{FOUND_RUNNING, SILENCE, START_UP, check, check_with, profile, woken};

/// Five 1,000 yen notes in drum 1, and PAY OUT of two of them.
const TWO: &str = "
    . Dispense two
    > F0 20 A2
    < F0 20 A2 05 00 03 00
    > F0 20 A2
    < F0 20 A2 05 00 03 00
    ! Prepared [5, 3] None
    . Proceed
    > F0 20 4A 02 01";

const ACKNOWLEDGED: &str = "
    < 50
    > 11
    < 20";

const ONE_TAKEN: &str = "
    wait
    > 11
    < 24
    ! Presented
    wait
    > 11
    < 24
    wait
    > 11
    < 23
    ! Taken
    > 50";

const NEXT: &str = "
    wait
    > 11
    < 20";

/// Polls while the device has to stay at rest before it is believed: five seconds.
const SETTLE_POLLS: usize = 34;

#[test]
fn two_notes_are_paid_and_proven_by_the_counter() {
    check_paid(&[
        TWO,
        ACKNOWLEDGED,
        ONE_TAKEN,
        NEXT,
        ONE_TAKEN,
        &at_rest(3),
        "! Dispensed { id: DispenseId(7), end: Complete }",
    ]);
}

#[test]
fn a_repeated_pay_valid_is_acknowledged_and_not_counted() {
    let again = "
        wait
        > 11
        < 23
        > 50";
    let complete = "! Dispensed { id: DispenseId(7), end: Complete }";
    check_paid(&[TWO, ACKNOWLEDGED, ONE_TAKEN, again, again, NEXT, ONE_TAKEN, again, &at_rest(3), complete]);
}

#[test]
fn a_counter_is_believed_only_twice() {
    check_paid(&["
        . Dispense one
        > F0 20 A2
        < F0 20 A2 05 00 03 00
        > F0 20 A2
        < F0 20 A2 04 00 03 00
        > F0 20 A2
        < F0 20 A2 05 00 03 00
        > F0 20 A2
        < F0 20 A2 05 00 03 00
        ! Prepared [5, 3] None
        . Proceed
        > F0 20 4A 01 01"]);
}

#[test]
fn a_total_counter_is_read_too() {
    let profile = NoteUnitProfile { has_total_counter: true, ..recycler() };
    let before = format!(
        ". Dispense one\n{}! Prepared [5, 3] Some(7)\n. Proceed\n> F0 20 4A 01 01",
        with_total("05", "07").repeat(2)
    );
    let complete = format!(
        "wait\n> 11\n< 1A\n{}! Dispensed {{ id: DispenseId(7), end: Complete }}",
        with_total("04", "08").repeat(2)
    );
    check_with(profile, &[&start_up(), &before, ACKNOWLEDGED, ONE_TAKEN, &complete]);
}

#[test]
fn an_unanswered_pay_out_is_followed_by_a_look() {
    check_paid(&[
        TWO,
        "
        wait
        wait
        > 11
        < 20",
        ONE_TAKEN,
        NEXT,
        ONE_TAKEN,
        &at_rest(3),
        "! Dispensed { id: DispenseId(7), end: Complete }",
    ]);
}

#[test]
fn only_what_moved_nothing_is_told_again_and_three_times_at_most() {
    let unheard = format!("wait{}", at_rest(5).repeat(SETTLE_POLLS + 1));
    let again = format!("{unheard}> F0 20 4A 02 01");
    let refused = "! Dispensed { id: DispenseId(7), end: Short { paid: 0, cause: Refused } }";
    check_paid(&[TWO, &again, &again, &unheard, refused]);
}

#[test]
fn what_the_device_heard_is_never_told_again() {
    let recycler_says = |state: &str| format!("> F0 20 1A\n< F0 20 {state}");
    for answer in ["< 50", "< 4B"] {
        for (state, cause) in [("10", "Refused"), ("11", "Empty"), ("40", "Jam")] {
            let first = at_rest(5).replacen("wait", "", 1);
            let end =
                format!("! Dispensed {{ id: DispenseId(7), end: Short {{ paid: 0, cause: {cause} }} }}");
            check_paid(&[TWO, answer, &first, &at_rest(5).repeat(SETTLE_POLLS), &recycler_says(state), &end]);
        }
    }
}

#[test]
fn a_note_that_is_drawn_back_is_not_paid() {
    let cases = [
        ("25", "NotTaken", "NotTaken"),
        ("26", "WentBack", "Jam"),
        ("26 01", "WentBack", "Jam"),
        ("2F", "WentBack", "Jam"),
    ];
    for (status, what, cause) in cases {
        // Acknowledged only when it is saved that it was not paid.
        let drawn_back = format!(
            "wait\n> 11\n< 24\n! Presented\nwait\n> 11\n< {status}\n! Disturbed {what}\n\
             wait\n> 11\n< {status}\n. Noted {what}\nwait\n> 11\n< {status}\n> 50"
        );
        let end = format!("! Dispensed {{ id: DispenseId(7), end: Short {{ paid: 1, cause: {cause} }} }}");
        // To its drum, or for good to the cash box.
        for left in [4, 3] {
            let rest = at_rest(left).repeat(SETTLE_POLLS + 1);
            check_paid(&[TWO, ACKNOWLEDGED, ONE_TAKEN, NEXT, &drawn_back, &rest, &end]);
        }
    }
}

#[test]
fn a_difference_between_reports_and_counters_is_unknown() {
    for left in [5, 3, 2] {
        let rest = at_rest(left).repeat(SETTLE_POLLS + 1);
        let end = "! Dispensed { id: DispenseId(7), end: Unknown { paid: 1 } }";
        check_paid(&[TWO, ACKNOWLEDGED, ONE_TAKEN, &rest, end]);
    }
    let rest = at_rest(4).replace("03 00", "02 00").repeat(SETTLE_POLLS + 1);
    let end = "! Dispensed { id: DispenseId(7), end: Unknown { paid: 2 } }";
    check_paid(&[TWO, ACKNOWLEDGED, ONE_TAKEN, NEXT, ONE_TAKEN, &rest, end]);
}

/// A PAY VALID after the device was out of reach is the one before once more, or that of a note of which nothing was seen.
/// Only a counter of paid notes can tell, and a note that is drawn back afterwards does not explain it away.
#[test]
fn a_note_that_is_taken_out_of_sight_is_told_by_the_counter() {
    let found = FOUND_RUNNING.replace("90 00 00 00 00", "90 01 00 02 00");
    let lost = ["wait\n> 11", SILENCE, "< 23\n> 50\nwait\n> 11\n"].join("\n");
    let drawn_back = "< 24\n! Presented\nwait\n> 11\n< 25\n! Disturbed NotTaken\n. Noted NotTaken\n\
        wait\n> 11\n< 25\n> 50\nwait\n> 11\n";
    let cases = [
        ("", Some("09"), "Complete"),
        ("", None, "Unknown { paid: 1 }"),
        (drawn_back, Some("08"), "Short { paid: 1, cause: NotTaken }"),
        (drawn_back, None, "Unknown { paid: 1 }"),
    ];
    for (then, total, end) in cases {
        let looks = total.map_or_else(|| looks(3), |total| with_total("03", total).repeat(2));
        let polls = if end == "Complete" { 0 } else { SETTLE_POLLS };
        let rest = looks.clone() + &format!("wait\n> 11\n< 1A\n{looks}").repeat(polls);
        let profile = NoteUnitProfile { has_total_counter: total.is_some(), ..recycler() };
        let before = if total.is_some() { two_with_total() } else { TWO.to_owned() };
        let end = format!("! Dispensed {{ id: DispenseId(7), end: {end} }}");
        let at_rest = format!("< 1A\n{found}\n< 1A\n{rest}");
        check_with(profile, &[&start_up(), &before, ACKNOWLEDGED, ONE_TAKEN, &lost, then, &at_rest, &end]);
    }
}

/// A counter of paid notes that rises by more than was seen to be taken is no note that was drawn back.
#[test]
fn a_note_that_is_counted_as_paid_was_not_drawn_back() {
    let drawn_back = "wait\n> 11\n< 24\n! Presented\nwait\n> 11\n< 25\n! Disturbed NotTaken\n. Noted NotTaken\n\
        wait\n> 11\n< 25\n> 50\n";
    for (total, end) in [("08", "Short { paid: 1, cause: NotTaken }"), ("09", "Unknown { paid: 1 }")] {
        let rest = format!("wait\n> 11\n< 1A\n{}", with_total("03", total).repeat(2));
        let end = format!("! Dispensed {{ id: DispenseId(7), end: {end} }}");
        let profile = NoteUnitProfile { has_total_counter: true, ..recycler() };
        let taken = [&start_up(), &two_with_total(), ACKNOWLEDGED, ONE_TAKEN, NEXT, drawn_back];
        check_with(profile, &[&taken[..], &[&rest.repeat(SETTLE_POLLS + 1), &end]].concat());
    }
}

/// [`TWO`] of a device that has paid out seven notes in its life.
fn two_with_total() -> String {
    let counts = with_total("05", "07").repeat(2);
    format!("\n. Dispense two\n{counts}! Prepared [5, 3] Some(7)\n. Proceed\n> F0 20 4A 02 01")
}

#[test]
fn more_than_was_told_is_unknown() {
    let rest = at_rest(2).repeat(SETTLE_POLLS + 1);
    let end = "! Dispensed { id: DispenseId(7), end: Unknown { paid: 2 } }";
    check_paid(&[TWO, ACKNOWLEDGED, ONE_TAKEN, NEXT, ONE_TAKEN, NEXT, ONE_TAKEN, &rest, end]);
}

#[test]
fn a_drum_that_holds_fewer_is_asked_for_what_it_has() {
    let one = TWO.replace("A2 05", "A2 01").replace("[5", "[1").replace("4A 02", "4A 01");
    let end = "! Dispensed { id: DispenseId(7), end: Short { paid: 1, cause: Empty } }";
    check_paid(&[&one, ACKNOWLEDGED, ONE_TAKEN, &at_rest(0), end]);
    let none = TWO.replace("A2 05", "A2 00").replace(
        "! Prepared [5, 3] None
    . Proceed
    > F0 20 4A 02 01",
        "! Dispensed { id: DispenseId(7), end: Short { paid: 0, cause: Empty } }",
    );
    check_paid(&[&none]);
}

#[test]
fn what_cannot_be_judged_is_not_begun() {
    let refused = "! Dispensed { id: DispenseId(7), end: Short { paid: 0, cause: Refused } }";
    check_paid(&[". Dispense two\n> F0 20 A2\n< 4B", refused]);
    check_paid(&[". Dispense two\n> F0 20 A2\nwait\nwait\n> 11\n< 47", refused]);
    check(&[START_UP, ". Dispense two", refused]);
    check_paid(&[". Accept\n. Dispense two\n> C0 FC FF", refused]);
}

#[test]
fn a_counter_that_falls_at_paying_tells_where_a_note_went_without_power() {
    let back = disturbed_by_power(&woken_with_recycler());
    let short = "! Dispensed { id: DispenseId(7), end: Short { paid: 1, cause: Refused } }";
    let unknown = "! Dispensed { id: DispenseId(7), end: Unknown { paid: 1 } }";
    let why = "> F0 20 1A\n< F0 20 10";
    let at_paying = NoteUnitProfile { drum_counter_falls: DrumCounterFalls::AtPaying, ..recycler() };
    let until_then = [&start_up(), TWO, ACKNOWLEDGED, ONE_TAKEN, NEXT, &back];
    let rest = |left| format!("{}{}", looks(left), at_rest(left).repeat(SETTLE_POLLS));
    check_with(at_paying.clone(), &[&until_then[..], &[&rest(4), why, short]].concat());
    check_with(at_paying, &[&until_then[..], &[&rest(3), unknown]].concat());
    check_with(recycler(), &[&until_then[..], &[&rest(4), unknown]].concat());
}

/// A device out of order may not notice that the note is taken.
#[test]
fn a_fault_while_a_note_sticks_out_leaves_it_open() {
    let fault = "
        wait
        > 11
        < 24
        ! Presented
        wait
        > 11
        < 45
        ! Disturbed FailedWhileOffered
        ! Trouble(Jam)
        . Noted FailedWhileOffered";
    let start_up = start_up();
    let (_, configured) = start_up.split_once("> C0 FF FF").unwrap();
    let cleared = format!("wait\n> 11\n< 1B\n> C0 FF FF{configured}");
    let rest = looks(5) + &at_rest(5).repeat(SETTLE_POLLS);
    let end = "! Dispensed { id: DispenseId(7), end: Unknown { paid: 0 } }";
    check_paid(&[TWO, ACKNOWLEDGED, fault, &cleared, &rest, end]);
}

/// RESET makes the device forget that it was without power, so that must be saved before.
#[test]
fn a_device_that_lost_power_is_reset_when_that_is_saved() {
    let woken = woken_with_recycler();
    let (until_reset, _) = woken.split_once("> 40").unwrap();
    let told = until_reset.replacen("< 41", "< 41\n! Disturbed PowerLost", 1);
    let still = "wait\n> 11\n< 41\n".repeat(30);
    check_paid(&[TWO, ACKNOWLEDGED, &told, &still, ". Noted PowerLost", "> 40"]);
}

/// RESET would pull the note out of somebody's hand.
#[test]
fn a_device_is_not_reset_while_it_offers_a_note() {
    let woken = disturbed_by_power(&woken_with_recycler());
    let (until_reset, _) = woken.split_once("> 40").unwrap();
    let offered = "> 11\n< 24\n! Presented\n";
    let still = "wait\n> 11\n< 24\n".repeat(30);
    check_paid(&[TWO, ACKNOWLEDGED, until_reset, "> 40\n< 50", offered, &still]);
}

#[test]
fn a_new_driver_lets_the_device_finish() {
    let found = FOUND_RUNNING.replace("90 00 00 00 00", "90 01 00 02 00");
    let script = "
        > 11
        < 24
        ! Presented
        . Accept
        wait
        > 11
        < 23
        ! Taken
        > 50
        wait
        > 11
        < 20
        wait
        > 11
        < 25
        > 50
        wait
        > 11
        < 1A";
    check_with(recycler(), &[script, &found, "< 1A\n> C0 FC FF\n< C0 FC FF\n> C3 00\n< C3 00"]);
}

/// The counters of an earlier run tell a new driver how it ended. It commands nothing.
#[test]
fn a_new_driver_is_asked_how_it_ended() {
    let found = FOUND_RUNNING.replace("90 00 00 00 00", "90 01 00 02 00");
    let begun = format!(". Recall two\n> 11\n< 1A\n{found}\n< 1A");
    let rest = |left, paid| with_total(left, paid).repeat(2);
    let still = |left, paid| {
        rest(left, paid) + &format!("wait\n> 11\n< 1A\n{}", rest(left, paid)).repeat(SETTLE_POLLS)
    };
    let check_recalled = |script: &str, end: &str| {
        let end = format!("! Dispensed {{ id: DispenseId(7), end: {end} }}");
        let with_total = NoteUnitProfile { has_total_counter: true, ..recycler() };
        check_with(with_total, &[&begun, script, &end]);
    };
    let why = "> F0 20 1A\n< F0 20 10";
    check_recalled(&rest("03", "09"), "Complete");
    check_recalled(&(still("04", "08") + why), "Short { paid: 1, cause: Refused }");
    check_recalled(&(still("05", "07") + why), "Short { paid: 0, cause: Refused }");
    check_recalled(&still("04", "09"), "Unknown { paid: 0 }");
}

/// What an earlier run saw and saved counts for a new one: where a note may have been taken uncounted, counters that did
/// not move prove nothing.
#[test]
fn a_new_driver_knows_what_an_earlier_one_saw() {
    let at_paying = DrumCounterFalls::AtPaying;
    let why = "> F0 20 1A\n< F0 20 10";
    let short = "Short { paid: 0, cause: NotTaken }";
    for what in ["PowerLost", "FailedWhileOffered"] {
        check_recalled_after(what, DrumCounterFalls::AtPayValid, ("05", "07"), "", "Unknown { paid: 0 }");
        check_recalled_after(what, DrumCounterFalls::AtPayValid, ("03", "09"), "", "Complete");
        check_recalled_after(what, at_paying, ("04", "07"), "", "Unknown { paid: 0 }");
        let refused = "Short { paid: 0, cause: Refused }";
        check_recalled_after(what, at_paying, ("05", "07"), why, refused);
    }
    check_recalled_after("NotTaken", at_paying, ("04", "07"), "", short);
    check_recalled_after("NotTaken", DrumCounterFalls::AtPayValid, ("05", "07"), "", short);
}

/// With notes in drum 1 and notes paid out in the device's life.
fn check_recalled_after(
    what: &str,
    falls: DrumCounterFalls,
    (pieces, total): (&str, &str),
    why: &str,
    end: &str,
) {
    let found = FOUND_RUNNING.replace("90 00 00 00 00", "90 01 00 02 00");
    let rest = with_total(pieces, total).repeat(2);
    let polls = if end == "Complete" { 0 } else { SETTLE_POLLS };
    let still = format!("wait\n> 11\n< 1A\n{rest}").repeat(polls);
    let profile = NoteUnitProfile { has_total_counter: true, drum_counter_falls: falls, ..recycler() };
    let begun = format!(". Recall two after {what}\n> 11\n< 1A\n{found}\n< 1A");
    check_with(
        profile,
        &[&begun, &rest, &still, why, &format!("! Dispensed {{ id: DispenseId(7), end: {end} }}")],
    );
}

/// A device that restarts unseen may have lost a note from its exit.
#[test]
fn a_restart_that_nobody_saw_leaves_it_open() {
    let start_up = start_up();
    let (_, configured) = start_up.split_once("> C0 FF FF").unwrap();
    let cleared =
        format!("wait\n> 11\n< 1B\n! Disturbed PowerLost\n> C0 FF FF{configured}").replace("! Ready", "");
    let rest = looks(5) + &at_rest(5).repeat(SETTLE_POLLS);
    check_paid(&[
        TWO,
        ACKNOWLEDGED,
        &cleared,
        &rest,
        "! Dispensed { id: DispenseId(7), end: Unknown { paid: 0 } }",
    ]);
}

/// A reading that never comes is given up, like one that is refused.
#[test]
fn a_payout_whose_counters_are_never_told_is_not_begun() {
    let unanswered = "> F0 20 A2\nwait\nwait\n> 11\n< 1A\n".repeat(11) + "> F0 20 A2\nwait";
    let end = "! Dispensed { id: DispenseId(7), end: Short { paid: 0, cause: Refused } }";
    check_with(recycler(), &[&start_up(), ". Dispense two", &unanswered, end]);
}

/// Notes in drum 1, and notes paid out in the device's life.
fn with_total(pieces: &str, total: &str) -> String {
    format!(
        "> F0 20 A2\n< F0 20 A2 {pieces} 00 03 00\n> F0 20 A0\n< F0 20 A0 09 00 00 {total} 00 00 00 00 00\n"
    )
}

/// The dialogue after start-up.
fn check_paid(parts: &[&str]) {
    check_with(recycler(), &[&[start_up().as_str()], parts].concat());
}

fn recycler() -> NoteUnitProfile {
    let drums = vec![
        DrumProfile { number: 1, denomination: Denomination::Yen1000, capacity: None },
        DrumProfile { number: 2, denomination: Denomination::Yen10000, capacity: None },
    ];
    NoteUnitProfile { drums, ..profile() }
}

fn start_up() -> String {
    with_recycler(START_UP, "40")
}

fn woken_with_recycler() -> String {
    with_recycler(&woken("41"), "41") + "< 1A\n! Ready\n"
}

/// A refusal is followed by another look at the status, an answer is not.
fn with_recycler(start: &str, status: &str) -> String {
    let asked_again = format!("    > 11\n    < {status}\n    > 40");
    assert!(start.contains(&asked_again));
    start.replacen("< 4B", "< F0 20 90 01 00 02 00", 1).replacen(&asked_again, "    > 40", 1)
}

/// The same in the middle of a payout, with a machine that saves it at once.
fn disturbed_by_power(woken: &str) -> String {
    woken.replacen("< 41", "< 41\n! Disturbed PowerLost\n. Noted PowerLost", 1)
}

/// The device shows that it is at rest, and so many notes in drum 1.
fn at_rest(left: u8) -> String {
    format!("\nwait\n> 11\n< 1A\n{}", looks(left))
}

fn looks(left: u8) -> String {
    format!("> F0 20 A2\n< F0 20 A2 {left:02X} 00 03 00\n").repeat(2)
}
