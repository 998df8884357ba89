use std::time::Duration;

use sim::cabinet::Cabinet;
use sim::machine::{InWorld, Machine, OnPtys};
use sim::scenario::{Reason, Report, Scenario, play};
use sim::world::check;

use crate::programs;

/// What the last line of a story led to takes its way, as the result of a payment to the billing system.
const COMES_TO_REST: Duration = Duration::from_secs(1);

/// Plays a story everywhere it says it runs, in the world on both variants of each device's table.
fn check(name: &str, text: &str) {
    let scenario: Scenario = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(scenario.in_world || scenario.on_ptys, "{name} runs nowhere; its first line says where it runs");
    for profile in scenario.profiles.iter().copied() {
        let name = &format!("{name} ({profile:?})");
        if scenario.in_world {
            for shuffled_table in [false, true] {
                let mut machine =
                    InWorld::start(&Cabinet { shuffled_table, profile }).expect("the world starts");
                run(name, &mut machine, &scenario);
                machine.wait(COMES_TO_REST).expect("the world goes on");
                check::at_rest(machine.world()).unwrap_or_else(|violation| panic!("{name}: {violation}"));
            }
        }
        if scenario.on_ptys {
            let cabinet = Cabinet { profile, ..Cabinet::default() };
            let mut machine = OnPtys::start(&programs::folder(), cabinet).expect("the programs start");
            run(name, &mut machine, &scenario);
            no_receipt_twice_unmarked(name, &machine.papers());
        }
    }
}

fn run(name: &str, machine: &mut dyn Machine, scenario: &Scenario) -> Report {
    let report = play(machine, scenario).unwrap_or_else(|failure| panic!("{name}: {failure}"));
    assert!(report.ledger_balanced, "{name}: the ledger does not balance");
    report
}

/// Nobody has ended such a payment, and no other word of the report fits better.
#[test]
fn a_story_that_ends_within_a_payment_says_so() {
    let begun = "runs-on: world\nbill patient=0042 due=3000\nexpect -> screen idle\nscan 0042\ntouch yes";
    for (text, outcome, reason) in [
        (begun.to_owned(), "refused", "the story ended before a payment began"),
        (format!("{begun}\ntouch cash\ninsert 1000"), "suspended", "the story ended within the payment"),
    ] {
        let scenario: Scenario = text.parse().unwrap();
        let mut machine = InWorld::start(&Cabinet::default()).expect("the world starts");
        let report = run(outcome, &mut machine, &scenario);
        assert_eq!(
            (report.outcome.as_str(), report.reason),
            (outcome, Some(Reason::Story(reason.to_owned())))
        );
    }
}

/// Beyond what the story itself expects (K20).
fn no_receipt_twice_unmarked(name: &str, papers: &[String]) {
    let receipts = papers.iter().filter(|text| text.contains("領収証"));
    let unmarked = receipts.filter(|text| !check::is_marked(text));
    let mut numbers: Vec<&str> =
        unmarked.flat_map(|text| text.lines()).filter(|line| line.contains("No. ")).collect();
    let all = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), all, "{name}: a receipt came out twice without a mark");
}

macro_rules! stories {
    ($($name:ident: $file:literal),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                check($file, include_str!(concat!("../scenarios/", $file)));
            }
        )*

        /// A story that nobody plays proves nothing.
        #[test]
        fn every_story_is_played() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
            let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut files: Vec<String> = files.collect();
            files.sort();
            assert_eq!(files, [$($file),*]);
        }
    };
}

stories! {
    acceptor_answers_late: "acceptor-answers-late.scn",
    another_card: "another-card.scn",
    bill_changes_before_confirming: "bill-changes-before-confirming.scn",
    bill_changes_while_paying: "bill-changes-while-paying.scn",
    bill_changes: "bill-changes.scn",
    bill_ending_in_seven: "bill-ending-in-seven.scn",
    birthday_wrong: "birthday-wrong.scn",
    birthday: "birthday.scn",
    bridge_away: "bridge-away.scn",
    bridge_silent: "bridge-silent.scn",
    call_answered_and_nothing_done: "call-answered-and-nothing-done.scn",
    call_staff: "call-staff.scn",
    cancel_before_money: "cancel-before-money.scn",
    cancel_with_a_note_on_its_way: "cancel-with-a-note-on-its-way.scn",
    cancel_with_money_inside: "cancel-with-money-inside.scn",
    cancel_with_nothing_to_return_from: "cancel-with-nothing-to-return-from.scn",
    change_from_drums_and_hoppers: "change-from-drums-and-hoppers.scn",
    change_is_told_at_the_start: "change-is-told-at-the-start.scn",
    change_on_vending: "change-on-vending.scn",
    change_says_what_comes: "change-says-what-comes.scn",
    clock_a_year_ahead: "clock-a-year-ahead.scn",
    clock_lost_while_paying: "clock-lost-while-paying.scn",
    clock_never_set: "clock-never-set.scn",
    coins_alone_and_the_note_unit_comes_back: "coins-alone-and-the-note-unit-comes-back.scn",
    coins_alone_are_given_back: "coins-alone-are-given-back.scn",
    coins_alone: "coins-alone.scn",
    every_card_is_answered: "every-card-is-answered.scn",
    exact_cash_with_coins: "exact-cash-with-coins.scn",
    first_note_jams: "first-note-jams.scn",
    first_payment: "first-payment.scn",
    folder_of_bills_away: "folder-of-bills-away.scn",
    hopper_in_doubt_and_coins_go_on: "hopper-in-doubt-and-coins-go-on.scn",
    hopper_runs_empty_for_good: "hopper-runs-empty-for-good.scn",
    hopper_runs_empty: "hopper-runs-empty.scn",
    jam_while_paying: "jam-while-paying.scn",
    journal_fails_and_the_program_is_killed: "journal-fails-and-the-program-is-killed.scn",
    journal_fails_at_rest: "journal-fails-at-rest.scn",
    journal_fails_while_change_comes_out: "journal-fails-while-change-comes-out.scn",
    journal_fails_with_a_note_in_escrow: "journal-fails-with-a-note-in-escrow.scn",
    journal_fails_with_money_inside: "journal-fails-with-money-inside.scn",
    journal_may_only_be_read: "journal-may-only-be-read.scn",
    keep_note_no: "keep-note-no.scn",
    keep_note_yes: "keep-note-yes.scn",
    left_before_money: "left-before-money.scn",
    moved_outside_the_books: "moved-outside-the-books.scn",
    nobody_is_invited_without_a_bridge: "nobody-is-invited-without-a-bridge.scn",
    not_payable_here: "not-payable-here.scn",
    note_does_not_fit: "note-does-not-fit.scn",
    note_jams_and_is_freed: "note-jams-and-is-freed.scn",
    note_jams_and_staff_take_over: "note-jams-and-staff-take-over.scn",
    note_jams_on_its_way_out: "note-jams-on-its-way-out.scn",
    note_left_in_the_slot_after_take_over: "note-left-in-the-slot-after-take-over.scn",
    note_not_taken: "note-not-taken.scn",
    note_refused_for_lack_of_change: "note-refused-for-lack-of-change.scn",
    note_that_was_found_is_settled: "note-that-was-found-is-settled.scn",
    notes_alone: "notes-alone.scn",
    paid_once: "paid-once.scn",
    paper_out: "paper-out.scn",
    payout_unknown_stands_beside_payments: "payout-unknown-stands-beside-payments.scn",
    power_blip_and_a_long_break: "power-blip-and-a-long-break.scn",
    power_blip_in_the_middle_of_initialize: "power-blip-in-the-middle-of-initialize.scn",
    power_blip_that_nobody_saw: "power-blip-that-nobody-saw.scn",
    power_blip_while_a_note_is_offered: "power-blip-while-a-note-is-offered.scn",
    power_blip_while_money_goes_back: "power-blip-while-money-goes-back.scn",
    power_blip_without_a_restart: "power-blip-without-a-restart.scn",
    power_blips_of_a_hopper: "power-blips-of-a-hopper.scn",
    power_cut_of_the_note_unit: "power-cut-of-the-note-unit.scn",
    printer_not_ready: "printer-not-ready.scn",
    reader_away: "reader-away.scn",
    receipt_of_nothing: "receipt-of-nothing.scn",
    refused_note_left_in_the_mouth: "refused-note-left-in-the-mouth.scn",
    restart_after_confirming: "restart-after-confirming.scn",
    restart_after_power_failed_in_a_payout: "restart-after-power-failed-in-a-payout.scn",
    restart_and_a_note_is_not_taken: "restart-and-a-note-is-not-taken.scn",
    restart_as_the_first_coin_falls: "restart-as-the-first-coin-falls.scn",
    restart_at_the_question: "restart-at-the-question.scn",
    restart_before_money: "restart-before-money.scn",
    restart_long_after_a_note_was_taken: "restart-long-after-a-note-was-taken.scn",
    restart_long_after_coins_came_out: "restart-long-after-coins-came-out.scn",
    restart_twice_after_a_long_break: "restart-twice-after-a-long-break.scn",
    restart_twice: "restart-twice.scn",
    restart_while_a_note_is_stacked: "restart-while-a-note-is-stacked.scn",
    restart_while_coins_come_out: "restart-while-coins-come-out.scn",
    restart_while_leaving: "restart-while-leaving.scn",
    restart_while_money_goes_back: "restart-while-money-goes-back.scn",
    restart_while_notes_come_out: "restart-while-notes-come-out.scn",
    restart_while_owed: "restart-while-owed.scn",
    restart_while_printing: "restart-while-printing.scn",
    restart_while_staff_are_called: "restart-while-staff-are-called.scn",
    restart_while_suspended: "restart-while-suspended.scn",
    restart_while_thanking: "restart-while-thanking.scn",
    restart_with_a_note_of_two_in_the_mouth: "restart-with-a-note-of-two-in-the-mouth.scn",
    restart_with_a_note_on_its_way: "restart-with-a-note-on-its-way.scn",
    restart_with_a_refused_note: "restart-with-a-refused-note.scn",
    restart_with_a_slip_of_an_earlier_patient: "restart-with-a-slip-of-an-earlier-patient.scn",
    restart_with_money_inside: "restart-with-money-inside.scn",
    result_that_cannot_be_written: "result-that-cannot-be-written.scn",
    round_change: "round-change.scn",
    scan_results: "scan-results.scn",
    second_note_that_nobody_takes: "second-note-that-nobody-takes.scn",
    second_note: "second-note.scn",
    staff_give_the_money_back: "staff-give-the-money-back.scn",
    staff_let_a_payment_go_on: "staff-let-a-payment-go-on.scn",
    taken_over_bill: "taken-over-bill.scn",
    twenty_coins: "twenty-coins.scn",
    two_bills_at_once: "two-bills-at-once.scn",
    two_coin_units: "two-coin-units.scn",
    two_note_units_at_once: "two-note-units-at-once.scn",
    two_note_units: "two-note-units.scn",
    two_power_blips_while_a_note_is_offered: "two-power-blips-while-a-note-is-offered.scn",
    two_receipts_and_an_open_cover: "two-receipts-and-an-open-cover.scn",
    unit_exchanged: "unit-exchanged.scn",
    walked_away: "walked-away.scn",
    wrong_bill_file: "wrong-bill-file.scn",
}
