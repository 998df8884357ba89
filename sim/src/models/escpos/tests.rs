//! The driver and the model on a line in memory, in virtual time.

use device_api::{Driver, Paper, PrintCause, PrinterEvent, PrinterStatus};
use wire::escpos::QrCorrection;

use super::*;

mod bench;
mod soak;

use bench::{Bench, JOB, long_page, receipt, receipt_text};

const PRINTED: PrinterEvent = PrinterEvent::Printed { job: JOB };

/// After so long the page itself is on its way: what may hang from an earlier one is cut off.
const PREPARED: Duration = Duration::from_millis(420);

fn unknown(cause: PrintCause) -> PrinterEvent {
    PrinterEvent::Unknown { job: JOB, cause }
}

fn not_started(cause: PrintCause) -> PrinterEvent {
    PrinterEvent::NotStarted { job: JOB, cause }
}

#[test]
fn a_printer_says_how_it_is() {
    let mut bench = Bench::new(PrinterProfile::default());
    bench.model.start(bench.now);
    bench.open();
    let mut status = PrinterStatus { responding: true, paper: Paper::Ok, ..PrinterStatus::SILENT };
    let mut expected = vec![PrinterEvent::Status(status)];
    for (act, change) in [
        ("paper near", (false, Paper::NearEnd)),
        ("cover open", (true, Paper::NearEnd)),
        ("paper out", (true, Paper::End)),
        ("cover close", (false, Paper::End)),
        ("paper ok", (false, Paper::Ok)),
    ] {
        bench.act(act);
        (status.cover_open, status.paper) = change;
        expected.push(PrinterEvent::Status(status));
    }
    assert_eq!(bench.events, expected);
}

#[test]
fn a_page_is_printed_cut_and_confirmed() {
    let mut bench = Bench::ready();
    bench.print(0, &receipt());
    assert_eq!(bench.outcomes(), []);
    bench.run(Duration::from_secs(3));
    bench.check_outcome(PRINTED);
    assert_eq!(bench.texts(), [receipt_text()]);
    let piece = &bench.model.pieces()[0];
    assert!(piece.complete);
    assert_eq!(piece.process_ids, [ProcessId::of(JOB.0, 0).to_string()]);
    bench.act("tear");
    assert_eq!(bench.happened("taken"), 1);
    assert!(bench.model.act(bench.now, "tear").is_err());
}

#[test]
fn a_long_page_never_overflows_the_printer() {
    let mut bench = Bench::ready();
    bench.print(0, &long_page());
    bench.run(Duration::from_secs(30));
    bench.check_outcome(PRINTED);
    assert_eq!(bench.happened("overflow"), 0);
    assert_eq!(bench.texts()[0].len(), 300);
}

#[test]
fn no_byte_goes_to_a_printer_that_is_not_ready() {
    for (act, cause) in [("cover open", PrintCause::CoverOpen), ("paper out", PrintCause::PaperEnd)] {
        let mut bench = Bench::ready();
        bench.act(act);
        bench.sent.clear();
        bench.print(0, &receipt());
        bench.check_outcome(not_started(cause));
        assert!(bench.sent.is_empty());
    }
}

#[test]
fn a_page_that_would_swallow_the_cut_is_not_started() {
    let mut bench = Bench::ready();
    bench.sent.clear();
    bench.print(0, &[0x1D, 0x21]);
    bench.check_outcome(not_started(PrintCause::Error));
    assert!(bench.sent.is_empty());
}

#[test]
fn a_second_page_waits_its_turn() {
    let mut bench = Bench::ready();
    bench.print(0, &receipt());
    bench.print(0, &receipt());
    bench.check_outcome(not_started(PrintCause::Error));
    bench.run(Duration::from_secs(3));
    bench.check_outcome(PRINTED);
}

#[test]
fn paper_out_within_a_page_is_unknown_after_a_bounded_wait() {
    let mut bench = Bench::ready();
    bench.act("paper out-after 2");
    bench.print(0, &receipt());
    bench.run(Duration::from_secs(30));
    assert_eq!(bench.outcomes(), []);
    assert_eq!(bench.model.hanging().text(), receipt_text()[..2]);
    bench.run(Duration::from_secs(40));
    bench.check_outcome(unknown(PrintCause::PaperEnd));
    bench.act("paper ok");
    bench.run(Duration::from_secs(3));
    assert_eq!(bench.outcomes(), []);
    assert_eq!(bench.texts(), [&receipt_text()[..2], &receipt_text()[2..]]);
    assert!(bench.model.pieces().iter().all(|piece| !piece.complete));
}

#[test]
fn a_page_in_two_pieces_is_not_called_printed() {
    let mut bench = Bench::ready();
    bench.act("paper out-after 2");
    bench.print(0, &receipt());
    bench.run(Duration::from_secs(10));
    bench.act("cover open");
    bench.act("paper ok");
    bench.act("cover close");
    bench.run(Duration::from_secs(3));
    bench.check_outcome(unknown(PrintCause::PaperEnd));
}

#[test]
fn an_open_cover_within_a_page_leaves_it_unknown() {
    let mut bench = Bench::ready();
    bench.print(0, &long_page());
    bench.run(Duration::from_secs(1));
    bench.act("cover open");
    bench.run(Duration::from_secs(10));
    bench.act("cover close");
    assert_eq!(bench.outcomes(), []);
    bench.run(Duration::from_secs(30));
    bench.check_outcome(unknown(PrintCause::CoverOpen));
    assert!(!bench.model.pieces()[0].complete);
}

#[test]
fn a_lost_confirmation_is_unknown_in_bounded_time() {
    for mut bench in [Bench::ready(), Bench::without_process_id()] {
        bench.act("lose-reply 1");
        bench.print(0, &receipt());
        bench.run(Duration::from_secs(5));
        bench.check_outcome(unknown(PrintCause::NotResponding));
    }
}

#[test]
fn a_garbled_confirmation_is_no_confirmation() {
    let mut bench = Bench::ready();
    bench.print(1, &receipt());
    // By now the answer to GS a is out and the page is in the cutter; the next answer is the id.
    bench.run(Duration::from_millis(600));
    bench.act("garble 1");
    bench.run(Duration::from_secs(6));
    bench.check_outcome(unknown(PrintCause::NotResponding));
}

#[test]
fn a_late_confirmation_of_one_try_does_not_confirm_the_next() {
    for mut bench in [Bench::ready(), Bench::without_process_id()] {
        bench.print(0, &receipt());
        bench.run(PREPARED + Duration::from_millis(40));
        bench.act("stall on");
        bench.run(Duration::from_secs(5));
        bench.check_outcome(unknown(PrintCause::NotResponding));
        bench.print(1, &receipt());
        bench.act("stall off");
        let page = receipt();
        while bench.sent.windows(page.len()).filter(|sent| **sent == page).count() < 2 {
            bench.run(Duration::from_millis(5));
        }
        assert_eq!(bench.texts().len(), 1);
        bench.act("stall on");
        bench.run(Duration::from_secs(6));
        bench.check_outcome(unknown(PrintCause::NotResponding));
        bench.act("stall off");
        bench.run(Duration::from_secs(5));
        assert_eq!(bench.outcomes(), []);
        assert_eq!(bench.texts(), [receipt_text(), receipt_text()]);
    }
}

#[test]
fn a_printer_without_process_ids_confirms_by_staying_well() {
    let mut bench = Bench::without_process_id();
    bench.print(0, &receipt());
    bench.run(Duration::from_secs(3));
    bench.check_outcome(PRINTED);
    assert_eq!(bench.texts(), [receipt_text()]);
    bench.print(0, &long_page());
    bench.run(Duration::from_secs(30));
    bench.check_outcome(PRINTED);
    assert_eq!(bench.happened("overflow") + bench.happened("unknown_command"), 0);
}

#[test]
fn a_lost_answer_is_not_waited_for_forever() {
    let mut bench = Bench::without_process_id();
    bench.act("lose-reply 1");
    bench.print(0, &receipt());
    bench.run(Duration::from_secs(20));
    bench.check_outcome(unknown(PrintCause::NotResponding));
    bench.print(1, &receipt());
    bench.run(Duration::from_secs(3));
    bench.check_outcome(PRINTED);
}

#[test]
fn a_stuck_cutter_is_an_error_until_it_is_cleared() {
    let mut bench = Bench::ready();
    bench.print(0, &receipt());
    bench.run(Duration::from_secs(3));
    bench.check_outcome(PRINTED);
    bench.act("cutter jam");
    bench.print(0, &receipt());
    bench.run(Duration::from_secs(1));
    bench.check_outcome(unknown(PrintCause::Error));
    bench.print(1, &receipt());
    bench.check_outcome(not_started(PrintCause::Error));
    bench.run(Duration::from_secs(60));
    bench.act("cutter clear");
    bench.run(Duration::from_secs(11));
    bench.print(1, &receipt());
    bench.run(Duration::from_secs(3));
    bench.check_outcome(PRINTED);
    // What hung in the cutter is not part of the next page, which may be another patient's.
    assert_eq!(bench.texts(), [receipt_text(), receipt_text(), receipt_text()]);
    assert_eq!(
        bench.model.pieces().iter().map(|piece| piece.complete).collect::<Vec<_>>(),
        [true, false, true]
    );
}

#[test]
fn a_power_cut_within_a_page_is_unknown_and_heals() {
    let mut bench = Bench::ready();
    bench.print(0, &long_page());
    bench.run(Duration::from_secs(2));
    bench.act("power cut");
    bench.run(Duration::from_secs(10));
    assert_eq!(bench.events.first(), Some(&PrinterEvent::Status(PrinterStatus::SILENT)));
    bench.check_outcome(unknown(PrintCause::NotResponding));
    bench.print(1, &receipt());
    bench.check_outcome(not_started(PrintCause::NotResponding));
    bench.act("power on");
    bench.run(Duration::from_secs(10));
    bench.print(1, &receipt());
    bench.run(Duration::from_secs(3));
    bench.check_outcome(PRINTED);
    assert_eq!(bench.texts().last(), Some(&receipt_text()));
    bench.act("paper near");
    assert!(matches!(bench.events[..], [PrinterEvent::Status(PrinterStatus { paper: Paper::NearEnd, .. })]));
}

#[test]
fn what_hands_do_to_a_printer_is_shown() {
    let table = [
        ("cover open", "cover"),
        ("cover close", "cover"),
        ("paper near", "paper_near"),
        ("paper out", "paper_out"),
        ("paper ok", "paper_ok"),
        ("cutter jam", "jammed"),
        ("cutter clear", "jam_cleared"),
        ("power cut", "power"),
        ("power on", "power"),
    ];
    let mut bench = Bench::ready();
    for (act, shown) in table {
        let before = bench.happened(shown);
        bench.act(act);
        assert_eq!(bench.happened(shown), before + 1, "{act}");
    }
}

#[test]
fn power_that_blinks_within_a_page_is_told_as_such() {
    let mut bench = Bench::ready();
    bench.print(0, &receipt());
    bench.act("stall on");
    bench.run(Duration::from_millis(400));
    bench.act("power cut");
    bench.act("stall off");
    bench.act("power on");
    bench.run(Duration::from_secs(10));
    bench.check_outcome(unknown(PrintCause::PowerLost));
}

/// A printer that wakes up in the middle of a page gets its end, and would confirm what it never got.
#[test]
fn what_a_printer_wakes_up_in_is_not_confirmed() {
    let mut printed = Vec::new();
    for early in (0..60).step_by(4) {
        let mut bench = Bench::ready();
        bench.act("power cut");
        bench.act("power on");
        bench.run(Duration::from_millis(1_495 - early));
        bench.print(0, &receipt());
        bench.run(Duration::from_secs(30));
        let is_printed = bench.outcomes() == [PRINTED];
        assert!(!is_printed || bench.texts() == [receipt_text()], "{early} ms early: {:?}", bench.texts());
        printed.push(is_printed);
    }
    assert!(printed.contains(&true) && printed.contains(&false), "{printed:?}");
}

/// A damaged answer to a query looks like a printer without power, and so the cause names the line as well.
#[test]
fn answers_that_are_lost_and_damaged_within_a_page_are_no_certain_power_failure() {
    let mut bench = Bench::ready();
    bench.print(0, &receipt());
    bench.run(PREPARED);
    bench.act("lose-reply 2");
    bench.act("garble 3");
    bench.run(Duration::from_secs(10));
    bench.check_outcome(unknown(PrintCause::PowerLost));
    assert_eq!(bench.model.pieces().len(), 1);
}

#[test]
fn a_lost_line_leaves_the_page_unknown() {
    let mut bench = Bench::ready();
    bench.print(0, &long_page());
    bench.lose_line();
    bench.check_outcome(unknown(PrintCause::NotResponding));
    assert_eq!(bench.driver.deadline(), None);
    bench.open();
    bench.run(Duration::from_secs(20));
    bench.print(1, &receipt());
    bench.run(Duration::from_secs(3));
    bench.check_outcome(PRINTED);
    assert_eq!(bench.texts().last(), Some(&receipt_text()));
}

#[test]
fn a_printer_left_within_a_command_is_filled_up() {
    let mut bench = Bench::new(PrinterProfile::default());
    bench.model.start(bench.now);
    bench.model.handle_bytes(bench.now, &[0x1D, 0x28, 0x6B, 0x00, 0x04, 0x31, 0x50]);
    bench.open();
    assert_eq!(bench.events, []);
    bench.run(Duration::from_secs(3));
    assert!(matches!(bench.events[..], [PrinterEvent::Status(PrinterStatus { responding: true, .. })]));
}

#[test]
fn a_printer_that_is_off_is_found_when_it_comes_on() {
    let mut bench = Bench::new(PrinterProfile::default());
    bench.open();
    bench.run(Duration::from_secs(120));
    assert_eq!(bench.events, []);
    bench.act("power on");
    bench.run(Duration::from_secs(5));
    assert!(matches!(bench.events[..], [PrinterEvent::Status(PrinterStatus { responding: true, .. })]));
}

#[test]
fn one_lost_answer_does_not_call_staff() {
    let mut bench = Bench::ready();
    bench.act("garble 2");
    bench.run(Duration::from_secs(10));
    assert_eq!(bench.events, []);
}

#[test]
fn a_page_without_its_settings_prints_rubbish() {
    let mut bench = Bench::ready();
    bench.print(0, &Command::encode_all(&[Command::text("領収証").unwrap(), Command::LineFeed]));
    bench.run(Duration::from_secs(3));
    assert_ne!(bench.texts(), [["領収証"]]);
}

#[test]
fn long_lines_go_on_in_the_next() {
    let mut bench = Bench::ready();
    bench.print(0, &[&[b'A'; 50][..], b"\n"].concat());
    bench.run(Duration::from_secs(3));
    assert_eq!(bench.texts(), [["A".repeat(48), "AA".to_owned()]]);
}

#[test]
fn a_qr_code_takes_its_own_height() {
    let mut bench = Bench::ready();
    bench.print(0, &Command::encode_all(&qr_code("A1B2")));
    bench.run(Duration::from_secs(3));
    assert_eq!(bench.texts(), [["[QR A1B2]"]]);
    let line = &bench.model.pieces()[0].lines[0];
    let Print::QrCode(code) = &line.print else { panic!("{line:?}") };
    assert_eq!((code.side, line.advance_dots), (21, 21 * 8));
    // The corner of the finder is dark all along its edge.
    assert!((0..7).all(|across| code.dark_modules().any(|place| place == (across, 0))));
}

#[test]
fn a_qr_code_is_not_printed_within_a_line_nor_beyond_the_paper() {
    let mut bench = Bench::ready();
    let within = [vec![Command::text("AB").unwrap()], qr_code("A1B2"), vec![Command::LineFeed]].concat();
    bench.print(0, &Command::encode_all(&within));
    bench.run(Duration::from_secs(3));
    bench.print(1, &Command::encode_all(&[qr_code(&"A".repeat(2_000)), within].concat()));
    bench.run(Duration::from_secs(3));
    assert_eq!(bench.texts(), [["AB"], ["AB"]]);
}

#[test]
fn of_other_symbols_nothing_is_printed() {
    let mut bench = Bench::ready();
    let other = Command::Symbol { kind: 0x30, function: 0x51, parameters: vec![0x30] };
    bench.print(0, &Command::encode_all(&[other]));
    bench.run(Duration::from_secs(3));
    assert_eq!(bench.texts(), Vec::<Vec<String>>::new());
    assert_eq!(bench.happened("unknown_command"), 1);
}

fn qr_code(text: &str) -> Vec<Command> {
    let steps = [
        QrStep::Model2,
        QrStep::ModuleDots(8),
        QrStep::Correction(QrCorrection::Medium),
        QrStep::Store(text.as_bytes().to_vec()),
        QrStep::Print,
    ];
    steps.iter().map(QrStep::command).collect()
}
