//! Any code under a card's format, as it is read from a machine's file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use settings::{CardFormat, StartStopLetters};

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., settings] = data else { return };
    let Ok(code) = std::str::from_utf8(bytes) else { return };
    let letters = [StartStopLetters::Cut, StartStopLetters::Kept, StartStopLetters::None];
    let format = CardFormat {
        prefix: ["", "P-"][usize::from(settings & 1)].to_owned(),
        length_min: 1,
        length_max: 8,
        digits_only: settings & 2 != 0,
        start_stop_letters: letters[usize::from(settings >> 2) % letters.len()],
    };
    let Some(number) = format.read(code) else { return };
    let without_letters = |text: &str| text[1..text.len() - 1].to_owned();
    let (inner, number) = match format.start_stop_letters {
        StartStopLetters::Cut => (without_letters(code), number),
        StartStopLetters::Kept => (without_letters(code), without_letters(&number)),
        StartStopLetters::None => (code.to_owned(), number),
    };
    assert_eq!(inner, format!("{}{number}", format.prefix), "nothing is trimmed to make it fit");
    assert!((format.length_min..=format.length_max).contains(&number.len()));
    assert!(number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
});
