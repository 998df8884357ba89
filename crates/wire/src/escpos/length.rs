use super::command::{DLE, ENQ, EOT, ESC, FS, GS};
use super::text::is_lead_byte;

/// No printer takes more in one command; a length beyond this is noise, and is not waited for.
const LENGTH_MAX: usize = 1 << 20;

/// The second byte of `DLE DC4`.
const DC4: u8 = 0x14;

/// The length of the command at the front of `bytes`; `None` until that can be told or not all has come.
///
/// It knows the lengths of all commands of the ESC/POS command reference, also of those that nobody here prints with:
/// whatever stands in their data, a picture say, is no command.
pub(super) fn length_of(bytes: &[u8]) -> Option<usize> {
    let length = match *bytes.first()? {
        DLE => real_time_length(bytes)?,
        ESC => escape_length(bytes)?,
        FS => kanji_length(bytes)?,
        GS => group_length(bytes)?,
        0x00..=0x1F => 1,
        _ => return text_length(bytes),
    };
    let length = match is_named(bytes) {
        false => 1,
        true if length > LENGTH_MAX => 2,
        true => length,
    };
    (bytes.len() >= length).then_some(length)
}

/// A control character after `ESC`, `FS` or `GS` names no command; it is the beginning of the next one.
fn is_named(bytes: &[u8]) -> bool {
    match *bytes {
        [ESC | FS | GS, name, ..] => name >= 0x20,
        [DLE, name, ..] => matches!(name, EOT | ENQ | DC4),
        _ => true,
    }
}

fn real_time_length(bytes: &[u8]) -> Option<usize> {
    Some(match *bytes.get(1)? {
        EOT | ENQ => 3,
        DC4 => match *bytes.get(2)? {
            1 | 2 => 5,
            7 => 4,
            8 => 10,
            _ => 3,
        },
        _ => 2,
    })
}

fn escape_length(bytes: &[u8]) -> Option<usize> {
    Some(match *bytes.get(1)? {
        b' ' | b'!' | b'%' | b'-' | b'3' | b'=' | b'?' | b'E' | b'G' | b'J' | b'K' | b'M' | b'R' | b'T'
        | b'V' | b'a' | b'd' | b'e' | b'r' | b't' | b'{' => 3,
        b'$' | b'\\' | b'c' => 4,
        b'p' => 5,
        b'W' => 10,
        b'&' => own_characters_length(bytes)?,
        b'*' => {
            let dots_high = if *bytes.get(2)? < 32 { 1 } else { 3 };
            5 + dots_high * pair(bytes, 3)?
        }
        b'(' => 5 + pair(bytes, 3)?,
        b'D' => through_nul(bytes, 2)?,
        _ => 2,
    })
}

/// `ESC & y c1 c2`, then for each character its width and as many columns of `y` bytes.
fn own_characters_length(bytes: &[u8]) -> Option<usize> {
    let (bytes_high, first, last) = (*bytes.get(2)?, *bytes.get(3)?, *bytes.get(4)?);
    let mut length = 5;
    for _ in first..=last {
        length += 1 + usize::from(bytes_high) * usize::from(*bytes.get(length)?);
    }
    Some(length)
}

fn kanji_length(bytes: &[u8]) -> Option<usize> {
    Some(match *bytes.get(1)? {
        b'!' | b'-' | b'C' | b'W' => 3,
        b'?' | b'S' | b'p' => 4,
        // 24 x 24 dots.
        b'2' => 4 + 72,
        b'(' => 5 + pair(bytes, 3)?,
        b'q' => pictures_length(bytes)?,
        _ => 2,
    })
}

/// `FS q n`, then `n` pictures: eight dots times two widths, and the bytes.
fn pictures_length(bytes: &[u8]) -> Option<usize> {
    let mut length = 3;
    for _ in 0..*bytes.get(2)? {
        length += 4 + pair(bytes, length)? * pair(bytes, length + 2)? * 8;
        if length > LENGTH_MAX {
            break;
        }
    }
    Some(length)
}

fn group_length(bytes: &[u8]) -> Option<usize> {
    Some(match *bytes.get(1)? {
        b'!' | b'/' | b'B' | b'H' | b'I' | b'T' | b'a' | b'b' | b'f' | b'h' | b'r' | b'w' => 3,
        b'$' | b'L' | b'P' | b'W' | b'\\' => 4,
        b'^' | b'z' => 5,
        b'g' => 6,
        b'V' => 3 + usize::from(matches!(*bytes.get(2)?, b'A' | b'B')),
        b'(' => 5 + pair(bytes, 3)?,
        b'8' => 7 + long(bytes, 3)?,
        b'*' => 4 + usize::from(*bytes.get(2)?) * usize::from(*bytes.get(3)?) * 8,
        b'k' => match *bytes.get(2)? {
            0..=6 => through_nul(bytes, 3)?,
            _ => 4 + usize::from(*bytes.get(3)?),
        },
        b'v' => 8 + pair(bytes, 4)? * pair(bytes, 6)?,
        _ => 2,
    })
}

/// A run of characters. A lead byte at its end waits for its other half.
fn text_length(bytes: &[u8]) -> Option<usize> {
    let mut length = 0;
    while let Some(&first) = bytes.get(length) {
        if first < 0x20 {
            break;
        }
        if is_lead_byte(first) {
            match bytes.get(length + 1) {
                None => break,
                Some(&second) => length += if second < 0x20 { 1 } else { 2 },
            }
        } else {
            length += 1;
        }
    }
    (length > 0).then_some(length)
}

/// Two bytes, low first.
fn pair(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])))
}

/// Four bytes, low first.
fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let low = pair(bytes, at)?;
    Some(low | (pair(bytes, at + 2)? << 16))
}

/// Up to and with the first NUL from `at` on.
fn through_nul(bytes: &[u8], at: usize) -> Option<usize> {
    let text = bytes.get(at..)?;
    match text.iter().position(|byte| *byte == 0) {
        Some(end) => Some(at + end + 1),
        None if text.len() >= LENGTH_MAX => Some(2),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is followed by a line feed that belongs to the next command.
    #[test]
    fn a_command_is_as_long_as_the_reference_says() {
        check(&[ESC, b'!', 0x30]);
        check(&[ESC, b'$', 10, 0]);
        check(&[ESC, b'c', b'3', 10]);
        check(&[ESC, b'p', 0, 10, 10]);
        check(&[ESC, b'W', 10, 0, 10, 0, 10, 0, 10, 0]);
        check(&[ESC, b'*', 0, 2, 0, 10, 10]);
        check(&[ESC, b'*', 33, 2, 0, 10, 10, 10, 10, 10, 10]);
        check(&[ESC, b'&', 2, 65, 66, 1, 10, 10, 2, 10, 10, 10, 10]);
        check(&[ESC, b'D', 10, 20, 0]);
        check(&[FS, b'S', 10, 10]);
        check(&[FS, b'q', 1, 1, 0, 1, 0, 10, 10, 10, 10, 10, 10, 10, 10]);
        check(&[GS, b'h', 10]);
        check(&[GS, b'L', 10, 0]);
        check(&[GS, b'k', 4, b'A', 10, b'B', 0]);
        check(&[GS, b'k', 73, 3, b'A', 10, b'B']);
        check(&[GS, b'*', 1, 1, 10, 10, 10, 10, 10, 10, 10, 10]);
        check(&[GS, b'v', b'0', 0, 2, 0, 2, 0, 10, 10, 10, 10]);
        check(&[GS, b'8', b'L', 2, 0, 0, 0, 10, 10]);
        check(&[GS, b'V', 0]);
        check(&[GS, b'V', b'A', 10]);
        check(&[DLE, DC4, 1, 0, 10]);
        check(&[DLE, DC4, 8, 10, 10, 10, 10, 10, 10, 10]);
    }

    fn check(command: &[u8]) {
        let mut bytes = command.to_vec();
        bytes.push(0x0A);
        assert_eq!(length_of(&bytes), Some(command.len()), "{command:02X?}");
        for cut in 1..command.len() {
            assert_eq!(length_of(&command[..cut]), None, "the first {cut} of {command:02X?}");
        }
    }

    #[test]
    fn a_length_that_no_printer_takes_is_not_waited_for() {
        assert_eq!(length_of(&[GS, b'8', b'L', 0, 0, 0, 1]), Some(2));
        assert_eq!(length_of(&[GS, b'v', b'0', 0, 0xFF, 0xFF, 0xFF, 0xFF]), Some(2));
    }
}
