//! Any bytes from a scanner, in each of its framings.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use wire::Moment;
use wire::scanner::{Decoder, Framing, Scan, ScannerFormat};

const LENGTH_MAX: usize = 32;

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., settings] = data else { return };
    let framing = [Framing::Cr, Framing::Lf, Framing::CrLf, Framing::StxEtx][usize::from(settings & 0b11)];
    let piece = usize::from(settings >> 2).max(1);
    let format = ScannerFormat { framing, idle_timeout: Duration::from_millis(100), length_max: LENGTH_MAX };

    let mut decoder = Decoder::new(format);
    let whole = scans(&mut decoder, [bytes]);
    assert_eq!(
        scans(&mut Decoder::new(format), bytes.chunks(piece)),
        whole,
        "it makes no difference how bytes arrive"
    );
    assert!(whole.len() <= bytes.len());
    for scan in &whole {
        let Scan::Code(code) = scan else { continue };
        assert!(!code.is_empty() && code.chars().count() <= LENGTH_MAX && !code.contains(char::is_control));
        if code.len() <= LENGTH_MAX {
            let again = scans(&mut Decoder::new(format), [&framing.wrap(code.as_bytes())[..]]);
            assert_eq!(again, [scan.clone()]);
        }
    }

    let silence = decoder.deadline().unwrap_or(Moment::START);
    decoder.expire(silence);
    let left_over = usize::from(decoder.next_scan().is_some());
    assert!(left_over <= 1 && decoder.next_scan().is_none());
    decoder.push(silence, &framing.wrap(b"0042"));
    assert_eq!(decoder.next_scan(), Some(Scan::Code("0042".to_owned())), "silence heals everything");
});

fn scans<'b>(decoder: &mut Decoder, pieces: impl IntoIterator<Item = &'b [u8]>) -> Vec<Scan> {
    let mut scans = Vec::new();
    for piece in pieces {
        decoder.push(Moment::START, piece);
        scans.extend(std::iter::from_fn(|| decoder.next_scan()));
    }
    scans
}
