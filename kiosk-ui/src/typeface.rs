//! The typeface, and which characters it can draw. A character that no typeface has is drawn as nothing at all, which
//! on a screen about money must not go unnoticed.

use std::fs;
use std::path::Path;

use ab_glyph::{Font, FontVec};

/// The family that `ui/app.slint` names, where Debian and Ubuntu install it.
const FILES: [&str; 2] = [
    "/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Regular.ttf",
    "/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Bold.ttf",
];

/// Draws what the first has not, such as 𠮷, if it is installed.
const FALLBACK: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// 〓 is what Japanese printers set for a character that they have no type for.
const NO_TYPE: char = '〓';

/// Which characters can be drawn.
pub struct Typeface {
    fonts: Vec<FontVec>,
}

/// Nothing can be drawn without it.
#[derive(Debug, thiserror::Error)]
#[error(
    "the typeface BIZ UDPGothic is missing ({0}). Install it: apt-get install fonts-morisawa-bizud-gothic"
)]
pub struct TypefaceError(&'static str);

impl Typeface {
    /// Reads the installed typefaces.
    pub fn load() -> Result<Typeface, TypefaceError> {
        let [regular, bold] = FILES;
        if !Path::new(bold).exists() {
            return Err(TypefaceError(bold));
        }
        let first = read(regular).ok_or(TypefaceError(regular))?;
        Ok(Typeface { fonts: [Some(first), read(FALLBACK)].into_iter().flatten().collect() })
    }

    /// `text`, with a mark that can be seen where a character cannot be drawn.
    pub fn legible(&self, text: &str) -> String {
        text.chars().map(|c| if self.draws(c) { c } else { NO_TYPE }).collect()
    }

    fn draws(&self, c: char) -> bool {
        c == '\n' || self.fonts.iter().any(|font| font.glyph_id(c).0 != 0)
    }
}

fn read(file: &str) -> Option<FontVec> {
    FontVec::try_from_vec_and_index(fs::read(file).ok()?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_drawn_is_marked() {
        let typeface =
            Typeface { fonts: vec![read(FILES[0]).expect("apt-get install fonts-morisawa-bizud-gothic")] };
        for (text, legible) in
            [("髙﨑 ハ○○ 様", "髙﨑 ハ○○ 様"), ("𠮷田", "〓田"), ("김", "〓"), ("Tiếng", "Ti〓ng")]
        {
            assert_eq!(typeface.legible(text), legible);
        }
    }
}
