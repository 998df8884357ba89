//! Any bytes as a bill file.

#![no_main]

use api::{Bill, FromBridge, Lines, QuoteOutcome, to_line};
use libfuzzer_sys::fuzz_target;
use money::{AmountOverflow, Yen};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(bill) = billing::parse_bill(data) else { return };
    assert!(data.len() <= billing::FILE_BYTES_MAX);
    assert_eq!(billing::parse_bill(data).as_ref(), Ok(&bill), "read again it is the same");
    assert_eq!(sum(&bill, data), Ok(bill.due), "the parts are the sum");
    assert_eq!(over_the_socket(&bill), bill, "the daemon gets what the bridge has read");
});

/// With what the file says of an adjustment, which is no part of a bill.
fn sum(bill: &Bill, file: &[u8]) -> Result<Yen, AmountOverflow> {
    let json = file.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(file);
    let file: Value = serde_json::from_slice(json).expect("it was read before");
    let adjustment = Yen::new(file["adjustment"].as_i64().unwrap_or(0));
    let lines = bill.detail.lines.iter().map(|line| line.amount);
    let insurance = bill.detail.insurance.iter().map(|insurance| insurance.patient_share);
    Yen::sum(lines.chain(insurance).chain([adjustment]))
}

fn over_the_socket(bill: &Bill) -> Bill {
    let quoted = FromBridge::Quoted { request: 1, outcome: QuoteOutcome::Bills(vec![bill.clone()]) };
    let mut lines = Lines::default();
    lines.push(&to_line(&quoted));
    let received = lines.next_message::<FromBridge>().and_then(Result::ok);
    let Some(FromBridge::Quoted { outcome: QuoteOutcome::Bills(bills), .. }) = received else {
        panic!("a bill does not pass the socket")
    };
    bills.into_iter().next().expect("one bill was sent")
}
