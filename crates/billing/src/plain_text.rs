//! Text that other programs write, as it is compared and printed. Two spellings that look the same must not be two things.

/// The first character that nobody sees: it makes two texts differ that look the same. Variation selectors are no such
/// characters: they choose the form of a 漢字 in a name.
pub(crate) fn invisible_in(text: &str) -> Option<char> {
    text.chars().find(|c| {
        matches!(
            c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
    })
}

/// A number or id as it was most likely meant: ASCII in place of full-width characters, nothing invisible, no blanks.
/// Only to find out whose a wrong file is; a right one is in ASCII.
pub(crate) fn as_meant(id: &str) -> String {
    let seen =
        id.chars().filter(|c| !c.is_whitespace() && invisible_in(c.encode_utf8(&mut [0; 4])).is_none());
    seen.map(half_width).collect()
}

/// The kana of a name, spelt in one way: full-width katakana, each with its mark in one character, words with one blank
/// between them, and ASCII letters.
pub(crate) fn kana(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    for c in text.chars().map(full_width_kana).map(katakana).map(half_width) {
        match (spelt.chars().last(), c) {
            (Some(before), VOICED) if voiced(before).is_some() => replace_last(&mut spelt, voiced(before)),
            (Some(before), HALF_VOICED) if half_voiced(before).is_some() => {
                replace_last(&mut spelt, half_voiced(before));
            }
            (Some(' ') | None, c) if c.is_whitespace() => {}
            (_, c) if c.is_whitespace() => spelt.push(' '),
            (_, c) => spelt.push(c),
        }
    }
    spelt.truncate(spelt.trim_end().len());
    spelt
}

const VOICED: char = '\u{3099}';
const HALF_VOICED: char = '\u{309A}';

/// U+FF66 to U+FF9D in their order.
const FULL_WIDTH_KANA: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

fn full_width_kana(c: char) -> char {
    match c {
        '\u{FF66}'..='\u{FF9D}' => {
            let index = (u32::from(c) - 0xFF66) as usize;
            FULL_WIDTH_KANA.chars().nth(index).unwrap_or(c)
        }
        '\u{FF9E}' | '\u{309B}' => VOICED,
        '\u{FF9F}' | '\u{309C}' => HALF_VOICED,
        '\u{FF65}' => '・',
        c => c,
    }
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        c => c,
    }
}

/// ASCII, of the characters that are as wide as a 漢字.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

fn voiced(c: char) -> Option<char> {
    match c {
        'ウ' => Some('ヴ'),
        'カ' | 'キ' | 'ク' | 'ケ' | 'コ' | 'サ' | 'シ' | 'ス' | 'セ' | 'ソ' | 'タ' | 'チ' | 'ツ' | 'テ'
        | 'ト' | 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' => char::from_u32(u32::from(c) + 1),
        _ => None,
    }
}

fn half_voiced(c: char) -> Option<char> {
    match c {
        'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' => char::from_u32(u32::from(c) + 2),
        _ => None,
    }
}

fn replace_last(text: &mut String, with: Option<char>) {
    text.pop();
    text.extend(with);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_are_spelt_in_one_way() {
        let cases = [
            ("ミホン", "ミホン"),
            ("\u{FF90}\u{FF8E}\u{FF9D}", "ミホン"),
            ("みほん", "ミホン"),
            ("\u{FF8A}\u{FF9E}\u{FF6F}\u{FF8A}\u{FF9F}", "バッパ"),
            ("ハ\u{3099}ッハ\u{309A}", "バッパ"),
            ("は\u{3099}っは\u{309A}", "バッパ"),
            ("ヴァルター", "ヴァルター"),
            (" ヤマモト\u{3000}\u{3000}リョウ ", "ヤマモト リョウ"),
            ("\u{FF33}\u{FF2D}\u{FF29}\u{FF34}\u{FF28}", "SMITH"),
            ("ア゙", "ア\u{3099}"),
        ];
        for (written, spelt) in cases {
            assert_eq!(kana(written), spelt, "{written}");
            assert_eq!(kana(spelt), spelt, "what is spelt so stays");
        }
    }

    #[test]
    fn invisible_characters_are_found_and_variation_selectors_are_none() {
        for (text, found) in [
            ("見本", None),
            ("葛\u{E0100}城", None),
            ("見\u{200B}本", Some('\u{200B}')),
            ("\u{FEFF}0042", Some('\u{FEFF}')),
            ("0042\u{202E}", Some('\u{202E}')),
        ] {
            assert_eq!(invisible_in(text), found);
        }
    }

    #[test]
    fn an_id_is_read_as_it_was_meant() {
        for written in ["0042", "\u{FF10}\u{FF10}\u{FF14}\u{FF12}", " 0042", "00\u{200B}42", "0042\u{3000}"] {
            assert_eq!(as_meant(written), "0042");
        }
    }
}
