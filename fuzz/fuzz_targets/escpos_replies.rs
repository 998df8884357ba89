//! Any bytes as a printer's answers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::escpos::{Condition, ProcessId, Reply, ReplyParser, StatusQuery};

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., settings] = data else { return };
    let flow_control = settings & 1 == 1;
    let mut parser = ReplyParser::new(flow_control);
    let replies: Vec<Reply> = bytes.iter().filter_map(|byte| parser.push(*byte)).collect();
    assert!(replies.iter().map(|reply| reply.encode().len()).sum::<usize>() <= bytes.len());

    for reply in &replies {
        assert_eq!(parsed(&reply.encode(), flow_control), [reply.clone()]);
        reply.describe();
        if let Reply::Auto(condition) = reply {
            let answers = StatusQuery::ALL.map(|query| condition.real_time_status(query));
            assert_eq!(Condition::from_real_time_status(answers), *condition, "both ways of telling agree");
        }
    }

    // Noise costs the reply behind it at most.
    let done = Reply::ProcessId(ProcessId::of(u32::from(*settings), 0));
    let end = [done.encode(), done.encode()].concat();
    assert_eq!(end.iter().filter_map(|byte| parser.push(*byte)).last(), Some(done));
});

fn parsed(bytes: &[u8], flow_control: bool) -> Vec<Reply> {
    let mut parser = ReplyParser::new(flow_control);
    bytes.iter().filter_map(|byte| parser.push(*byte)).collect()
}
