//! Any bytes to the model of a printer: it answers in words that drivers know, and comes to rest.

#![no_main]

use libfuzzer_sys::fuzz_target;
use settings::PrinterProfile;
use sim::cabinet::Cabinet;
use sim::model::{Model, ModelOutput};
use wire::Moment;
use wire::escpos::{Command, Condition, Reply, ReplyParser, StatusQuery};

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., piece] = data else { return };
    let mut printer = Cabinet::printer(&PrinterProfile::default());
    let mut parser = ReplyParser::new(false);
    printer.start(Moment::START);
    let mut now = rest(&mut printer, &mut parser, Moment::START).0;
    for bytes in bytes.chunks(usize::from(*piece).max(1)) {
        printer.handle_bytes(now, bytes);
        now = rest(&mut printer, &mut parser, now).0;
    }

    let pieces = printer.pieces().len();
    assert!(pieces <= bytes.len(), "paper is cut by commands only");
    assert_eq!(printer.condition(), Condition::default(), "no page breaks the printer");
    // More than any command is long, so that what was begun is over; NUL between commands is nothing.
    printer.handle_bytes(now, &[0; 0x1_0008]);
    now = rest(&mut printer, &mut parser, now).0;
    let mut query = Vec::new();
    Command::RealTimeStatus(StatusQuery::Printer).encode(&mut query);
    printer.handle_bytes(now, &query);
    let (_, replies) = rest(&mut printer, &mut parser, now);
    assert!(replies.iter().any(|reply| matches!(reply, Reply::RealTime(_))), "it still answers: {replies:?}");
});

fn rest(printer: &mut impl Model, parser: &mut ReplyParser, mut now: Moment) -> (Moment, Vec<Reply>) {
    let mut replies = Vec::new();
    loop {
        while let Some(output) = printer.poll() {
            let ModelOutput::Transmit(bytes) = output else { continue };
            replies.extend(bytes.iter().filter_map(|byte| parser.push(*byte)));
        }
        let Some(deadline) = printer.deadline() else { break };
        now = deadline.max(now);
        printer.handle_timeout(now);
    }
    assert!(!replies.iter().any(|reply| matches!(reply, Reply::Noise(_))), "{replies:?}");
    (now, replies)
}
