//! What the screen says aloud, as a caption: the page itself makes no sound.

use std::path::Path;

use api::Say;
use serde::Serialize;
use serde_json::Value;
use settings::{KioskLanguages, SpokenWords};

use crate::machine::MachineError;

/// Every sentence, by the name of its [`Say`].
pub(super) struct Sentences {
    japanese: Value,
    english: Value,
}

/// One sentence in each language.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Spoken {
    ja: String,
    en: String,
}

impl Sentences {
    /// Reads the words of the screen in `folder`.
    pub(super) fn load(folder: &Path) -> Result<Sentences, MachineError> {
        let refused = |error: &dyn std::fmt::Display| MachineError::Refused(error.to_string());
        let words = KioskLanguages::load(folder).map_err(|error| refused(&error))?;
        let sentences = |words: &SpokenWords| serde_json::to_value(words).map_err(|error| refused(&error));
        Ok(Sentences { japanese: sentences(&words.japanese.say)?, english: sentences(&words.english.say)? })
    }

    pub(super) fn of(&self, say: Say) -> Spoken {
        let name = serde_json::to_value(say).unwrap_or_default();
        let sentence = |words: &Value| {
            let found = name.as_str().and_then(|name| words[name].as_str());
            found.unwrap_or_default().to_owned()
        };
        Spoken { ja: sentence(&self.japanese), en: sentence(&self.english) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_found_by_its_name() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../config/languages"));
        let sentences = Sentences::load(folder).unwrap();
        let spoken =
            Spoken { ja: "小銭をお取りください。".into(), en: "Please take your coins.".into() };
        assert_eq!(sentences.of(Say::TakeCoins), spoken);
    }
}
