//! A character without a glyph is drawn as nothing at all, so each one that may come is drawn and looked for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kiosk_ui::Typeface;
use slint::{ComponentHandle, SharedPixelBuffer};

use self::ui::OneCharacter;
use crate::stage::{CONFIG, Stage};

/// Names as they stand on signs and cards, with what clinics' systems are known to stumble over. 𠮷, Hangul and
/// simplified characters are in no typeface of the package: there 〓 has to be seen, not a gap.
const NAMES: [&str; 9] =
    ["髙﨑", "𠮷田", "渡邉邊", "齋齊斎斉", "濵濱", "德瀨栁", "ヤマダ ハ○○", "김민수 Nguyễn 陈伟", "祢󠄀"];

#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::restriction,
    reason = "generated: the lints are about what people write"
)]
mod ui {
    slint::slint! {
        export component OneCharacter inherits Window {
            in property <string> character;
            in property <int> weight;

            width: 96px;
            height: 96px;
            background: white;
            default-font-family: "BIZ UDPGothic";

            Text {
                x: 16px;
                y: 16px;
                text: root.character;
                color: black;
                font-size: 48px;
                font-weight: root.weight;
            }
        }
    }
}

#[test]
fn every_character_has_ink() {
    // For its platform.
    let _stage = Stage::new();
    let typeface = Typeface::load().unwrap_or_else(|error| panic!("{error}"));
    let one = OneCharacter::new().unwrap();
    one.window().set_size(slint::PhysicalSize::new(96, 96));
    let mut characters: BTreeSet<char> = "0123456789,¥円〓・".chars().collect();
    for language in ["ja", "en"] {
        let file = Path::new(CONFIG).join("languages").join(language).join("kiosk.toml");
        let words: toml::Table = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        collect(&toml::Value::Table(words), &mut characters);
    }
    characters.extend(NAMES.iter().flat_map(|name| typeface.legible(name).chars().collect::<Vec<_>>()));
    for character in characters.into_iter().filter(|c| !c.is_whitespace()) {
        for weight in [400, 700] {
            one.set_character(character.to_string().into());
            one.set_weight(weight);
            let picture = one.window().take_snapshot().unwrap();
            assert!(
                has_ink(&picture),
                "{character} (U+{:04X}) of weight {weight} is drawn as nothing",
                u32::from(character)
            );
        }
    }
}

fn collect(words: &toml::Value, characters: &mut BTreeSet<char>) {
    match words {
        toml::Value::Table(table) => table.values().for_each(|value| collect(value, characters)),
        toml::Value::String(text) => characters.extend(text.chars()),
        other => panic!("{other} is no word"),
    }
}

fn has_ink(picture: &SharedPixelBuffer<slint::Rgba8Pixel>) -> bool {
    picture.as_slice().iter().filter(|pixel| pixel.r < 128).count() > 3
}
