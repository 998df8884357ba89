//! Any bytes on any of the daemon's sockets, as either side reads them.

#![no_main]

use api::{FromBridge, FromDesk, Hello, KioskView, Lines, ToBridge, ToDesk, Touch, to_line};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., piece] = data else { return };
    let piece = usize::from(*piece).max(1);
    check::<Hello>(bytes, piece);
    check::<Touch>(bytes, piece);
    check::<KioskView>(bytes, piece);
    check::<FromDesk>(bytes, piece);
    check::<ToDesk>(bytes, piece);
    check::<FromBridge>(bytes, piece);
    check::<ToBridge>(bytes, piece);
});

fn check<T: Serialize + DeserializeOwned>(bytes: &[u8], piece: usize) {
    let mut lines = Lines::default();
    let mut answers = 0;
    for bytes in bytes.chunks(piece) {
        lines.push(bytes);
        while let Some(received) = lines.next_message::<T>() {
            answers += 1;
            if let Ok(message) = received {
                check_message(&message);
            }
        }
    }
    let sent = bytes.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(answers, sent, "each line is answered once");
}

/// Compared as bytes, because not every message can be compared.
fn check_message<T: Serialize + DeserializeOwned>(message: &T) {
    let sent = to_line(message);
    assert_eq!(sent.iter().position(|byte| *byte == b'\n'), Some(sent.len() - 1), "one message, one line");
    let mut lines = Lines::default();
    lines.push(&sent);
    let received = lines.next_message::<T>().and_then(Result::ok).expect("what is sent can be read");
    assert_eq!(to_line(&received), sent);
}
