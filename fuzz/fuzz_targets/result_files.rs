//! Any line that the daemon sends to the bridge; a result becomes a file, and is the same when it is read back.

#![no_main]

use api::{Lines, PaymentResult, ToBridge};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut lines = Lines::default();
    lines.push(data);
    lines.push(b"\n");
    let Some(Ok(ToBridge::Deliver(result))) = lines.next_message() else { return };
    let file = billing::result_file(&result).expect("a result is made of what JSON can say");
    assert_eq!(serde_json::from_str::<PaymentResult>(&file.text).ok().as_ref(), Some(&result));
    assert_eq!(
        billing::result_file(&result).ok().map(|again| again.text),
        Some(file.text),
        "a repeat writes the same"
    );
});
