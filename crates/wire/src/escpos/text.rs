use encoding_rs::{EncoderResult, SHIFT_JIS};

/// A character that no printer is sure to have in its font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("「{character}」 is not in the printer's own font (JIS X 0208)")]
pub struct NotInDeviceFont {
    /// The first such character.
    pub character: char,
}

/// The Shift-JIS bytes of `text`, if every character is in the font that every Japanese model has.
///
/// That is ASCII with a yen sign for the backslash, half-width kana and JIS X 0208. The extensions of NEC and
/// IBM (①, ㈱, 髙, 﨑) are refused: some models have them and others print a blank where a name should be
/// (docs/protocols/escpos.md §5). Line ends are commands, not text, so control characters are refused too.
pub fn encode_text(text: &str) -> Result<Vec<u8>, NotInDeviceFont> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        let Some(code) = device_code(character) else { return Err(NotInDeviceFont { character }) };
        bytes.extend_from_slice(code.bytes());
    }
    Ok(bytes)
}

/// Whether every model prints `character`: whether [`encode_text`] takes it.
pub fn is_in_device_font(character: char) -> bool {
    device_code(character).is_some()
}

/// The width of `text` in half-width columns: half-width characters one, all others two.
pub fn columns(text: &str) -> usize {
    text.chars().map(|character| if is_half_width(character) { 1 } else { 2 }).sum()
}

/// What a printer's font shows for `bytes`; a geta mark 〓 stands for what it is not sure to have.
///
/// With `yen_sign`, 5Ch is a yen sign (`ESC R 8`), otherwise a backslash.
pub fn decode_text(bytes: &[u8], yen_sign: bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let pair = tail.first().filter(|trail| is_lead_byte(*first) && is_trail_byte(**trail));
        match pair {
            Some(trail) => text.push(decode_pair(*first, *trail)),
            None => text.push(decode_single(*first, yen_sign)),
        }
        rest = if pair.is_some() { &tail[1..] } else { tail };
    }
    text
}

/// Whether `byte` begins a two-byte character of Shift-JIS.
pub fn is_lead_byte(byte: u8) -> bool {
    matches!(byte, 0x81..=0x9F | 0xE0..=0xFC)
}

/// The mark that Japanese printing sets where a character is missing.
const GETA: char = '〓';

/// Room for one character, with some to spare: the encoder does not begin without.
const ENCODER_BYTES: usize = 16;

/// One character as the device's font numbers it.
enum DeviceCode {
    Half([u8; 1]),
    Full([u8; 2]),
}

impl DeviceCode {
    fn bytes(&self) -> &[u8] {
        match self {
            DeviceCode::Half(bytes) => bytes,
            DeviceCode::Full(bytes) => bytes,
        }
    }
}

fn device_code(character: char) -> Option<DeviceCode> {
    match character {
        // 5Ch and 7Eh print as in the Japanese set, whatever the encoding standard makes of them.
        '\\' | '\u{203E}' => None,
        ' '..='~' => Some(DeviceCode::Half([character as u8])),
        '¥' => Some(DeviceCode::Half([0x5C])),
        _ => encode_wide(one_unicode_name(character)),
    }
}

fn encode_wide(character: char) -> Option<DeviceCode> {
    let (mut utf8, mut bytes) = ([0; 4], [0; ENCODER_BYTES]);
    let text = character.encode_utf8(&mut utf8);
    let (end, _, written) =
        SHIFT_JIS.new_encoder().encode_from_utf8_without_replacement(text, &mut bytes, true);
    match (end, &bytes[..written]) {
        (EncoderResult::InputEmpty, &[kana @ 0xA1..=0xDF]) => Some(DeviceCode::Half([kana])),
        (EncoderResult::InputEmpty, &[lead, trail]) if is_jis_x_0208_lead(lead) => {
            Some(DeviceCode::Full([lead, trail]))
        }
        _ => None,
    }
}

/// Some characters of JIS X 0208 have two names in Unicode; the encoding standard knows only this one.
fn one_unicode_name(character: char) -> char {
    match character {
        '\u{301C}' => '\u{FF5E}', // wave dash
        '\u{2014}' => '\u{2015}', // dash
        '\u{2016}' => '\u{2225}', // double vertical line
        '\u{2212}' => '\u{FF0D}', // minus
        '\u{00A2}' => '\u{FFE0}', // cent
        '\u{00A3}' => '\u{FFE1}', // pound
        '\u{00AC}' => '\u{FFE2}', // not sign
        _ => character,
    }
}

/// Rows 1 to 8 and 16 to 84. 85h to 87h hold NEC's row 13, EDh and beyond what NEC and IBM added.
fn is_jis_x_0208_lead(lead: u8) -> bool {
    matches!(lead, 0x81..=0x84 | 0x88..=0x9F | 0xE0..=0xEA)
}

fn is_trail_byte(byte: u8) -> bool {
    matches!(byte, 0x40..=0x7E | 0x80..=0xFC)
}

fn is_half_width(character: char) -> bool {
    matches!(character, ' '..='~' | '¥' | '\u{FF61}'..='\u{FF9F}')
}

fn decode_pair(lead: u8, trail: u8) -> char {
    if !is_jis_x_0208_lead(lead) {
        return GETA;
    }
    let pair = [lead, trail];
    let (text, malformed) = SHIFT_JIS.decode_without_bom_handling(&pair);
    text.chars().next().filter(|_| !malformed).unwrap_or(GETA)
}

fn decode_single(byte: u8, yen_sign: bool) -> char {
    match byte {
        0x5C if yen_sign => '¥',
        0x20..=0x7E => char::from(byte),
        0xA1..=0xDF => char::from_u32(0xFF61 + u32::from(byte - 0xA1)).unwrap_or(GETA),
        _ => GETA,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, bytes: &[u8]) {
        assert_eq!(encode_text(text).as_deref(), Ok(bytes), "{text}");
        assert_eq!(columns(text), bytes.len(), "{text}");
    }

    #[track_caller]
    fn check_refused(text: &str, character: char) {
        assert_eq!(encode_text(text), Err(NotInDeviceFont { character }), "{text}");
    }

    #[test]
    fn what_every_model_has() {
        // Do not change me: these bytes are what printers in clinics understand.
        check("領収書", &[0x97, 0xCC, 0x8E, 0xFB, 0x8F, 0x91]);
        check("A 1,230", b"A 1,230");
        check("¥", &[0x5C]);
        check("~", &[0x7E]);
        check("ｱｶﾞ", &[0xB1, 0xB6, 0xDE]);
        check("─│┌", &[0x84, 0x9F, 0x84, 0xA0, 0x84, 0xA1]);
        check("熙", &[0xEA, 0xA4]);
        check("亜", &[0x88, 0x9F]);
        check("〜～", &[0x81, 0x60, 0x81, 0x60]);
        check("−", &[0x81, 0x7C]);
        check("―—", &[0x81, 0x5C, 0x81, 0x5C]);
    }

    #[test]
    fn what_some_models_lack() {
        check_refused("見本①", '①');
        check_refused("㈱見本", '㈱');
        check_refused("髙橋", '髙');
        check_refused("山﨑", '﨑');
        check_refused("𠮷野", '𠮷');
        check_refused("one\ntwo", '\n');
        check_refused("a\\b", '\\');
        check_refused("é", 'é');
    }

    #[test]
    fn bytes_are_shown_as_printed() {
        assert_eq!(decode_text(&[0x5C, b'1', 0x97, 0xCC, 0xB1], true), "¥1領ｱ");
        assert_eq!(decode_text(&[0x5C], false), "\\");
        assert_eq!(decode_text(&[0x87, 0x40, 0xFB, 0xFC], true), "〓〓");
        assert_eq!(decode_text(&[0x97], true), "〓");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_shown_again(text in "[ -\\[\\]-}一-龠ぁ-んァ-ヶｱ-ﾝ─│]{0,40}") {
            if let Ok(bytes) = encode_text(&text) {
                prop_assert_eq!(decode_text(&bytes, true), text);
            }
        }

        #[test]
        fn any_bytes_are_shown(bytes: Vec<u8>) {
            decode_text(&bytes, true);
        }

        #[test]
        fn any_text_is_encoded_or_refused(text: String) {
            if let Ok(bytes) = encode_text(&text) {
                prop_assert!(bytes.iter().all(|byte| *byte >= 0x20));
                prop_assert_eq!(bytes.len(), columns(&text));
            }
        }
    }
}
