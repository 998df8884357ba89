use proptest::prelude::*;

use super::*;

const IDLE: Duration = Duration::from_millis(100);

fn decoder(framing: Framing) -> Decoder {
    Decoder::new(ScannerFormat { framing, idle_timeout: IDLE, length_max: 8 })
}

fn scans(decoder: &mut Decoder) -> Vec<Scan> {
    std::iter::from_fn(|| decoder.next_scan()).collect()
}

fn code(text: &str) -> Scan {
    Scan::Code(text.to_owned())
}

#[track_caller]
fn check(framing: Framing, bytes: &[u8], expected: &[Scan]) {
    let mut whole = decoder(framing);
    whole.push(Moment::START, bytes);
    let mut split = decoder(framing);
    bytes.iter().for_each(|byte| split.push(Moment::START, &[*byte]));
    // Debug hides codes, so compare by hand to keep them out of panics too.
    assert!(scans(&mut whole) == expected, "{bytes:02X?}");
    assert!(scans(&mut split) == expected, "{bytes:02X?} byte by byte");
}

/// Do not change me: these bytes are what scanners in clinics send.
#[test]
fn frames_are_frozen() {
    check(Framing::Cr, b"0042\r", &[code("0042")]);
    check(Framing::Lf, b"0042\n", &[code("0042")]);
    check(Framing::CrLf, b"0042\r\n", &[code("0042")]);
    check(Framing::StxEtx, b"\x020042\x03", &[code("0042")]);
    check(Framing::StxEtx, b"\x020042\x03\r\n\x020043\x03", &[code("0042"), code("0043")]);
    check(Framing::Cr, b"0042\r0043\r", &[code("0042"), code("0043")]);
}

#[test]
fn a_line_end_alone_is_nothing() {
    check(Framing::Cr, b"\r\r0042\r", &[code("0042")]);
    check(Framing::StxEtx, b"\x02\x03", &[]);
}

#[test]
fn text_is_utf_8_or_shift_jis() {
    check(Framing::Cr, "見本\r".as_bytes(), &[code("見本")]);
    check(Framing::Cr, b"\x8C\xA9\x96\x7B\r", &[code("見本")]);
    check(Framing::Cr, b"\xFF\xFF\r", &[Scan::Unreadable]);
}

#[test]
fn control_characters_are_no_text() {
    check(Framing::Cr, b"00\x0042\r", &[Scan::Unreadable]);
    // A scanner that is set to another line end than the configuration says.
    check(Framing::Lf, b"0042\r\n", &[Scan::Unreadable]);
    check(Framing::CrLf, b"0042\n", &[Scan::Unreadable]);
}

#[test]
fn a_code_that_is_too_long_is_skipped_to_its_end() {
    check(Framing::Cr, b"12345678\r", &[code("12345678")]);
    check(Framing::Cr, b"123456789 and more\r0042\r", &[Scan::Unreadable, code("0042")]);
    check(Framing::CrLf, b"12345678\r\n", &[code("12345678")]);
    check(Framing::CrLf, b"123456789\r\n0042\r\n", &[Scan::Unreadable, code("0042")]);
    check(Framing::StxEtx, b"\x02123456789\x03\x020042\x03", &[Scan::Unreadable, code("0042")]);
}

#[test]
fn bytes_outside_a_frame_are_reported_once() {
    check(Framing::StxEtx, b"abc\x020042\x03", &[Scan::Unreadable, code("0042")]);
    check(Framing::StxEtx, b"\x0200\x020042\x03", &[Scan::Unreadable, code("0042")]);
}

#[test]
fn a_code_without_an_end_expires() {
    let mut decoder = decoder(Framing::Cr);
    decoder.push(Moment::START, b"00");
    assert_eq!(decoder.deadline(), Some(Moment::START.after(IDLE)));
    decoder.push(Moment::START.after(IDLE / 2), b"42");
    decoder.expire(Moment::START.after(IDLE));
    assert_eq!(scans(&mut decoder).len(), 0);
    let late = Moment::START.after(IDLE * 2);
    decoder.push(late, b"0043\r");
    assert!(scans(&mut decoder) == [Scan::Unreadable, code("0043")]);
    assert_eq!(decoder.deadline(), None);
}

proptest! {
    #[test]
    fn no_bytes_stop_it(bytes: Vec<u8>) {
        for framing in [Framing::Cr, Framing::Lf, Framing::CrLf, Framing::StxEtx] {
            let mut decoder = decoder(framing);
            decoder.push(Moment::START, &bytes);
            decoder.expire(Moment::START.after(IDLE));
            prop_assert_eq!(decoder.deadline(), None);
            for scan in scans(&mut decoder) {
                if let Scan::Code(code) = scan {
                    prop_assert!(!code.is_empty() && !code.chars().any(char::is_control));
                }
            }
        }
    }

    #[test]
    fn whatever_is_wrapped_is_read(text in "[0-9A-Za-z見本]{1,8}") {
        for framing in [Framing::Cr, Framing::Lf, Framing::CrLf, Framing::StxEtx] {
            let format = ScannerFormat { framing, idle_timeout: IDLE, length_max: 24 };
            let mut decoder = Decoder::new(format);
            decoder.push(Moment::START, &framing.wrap(text.as_bytes()));
            prop_assert!(scans(&mut decoder) == [code(&text)]);
        }
    }
}
