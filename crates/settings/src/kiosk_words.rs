use std::path::Path;

use serde::Deserialize;

use crate::file::{SettingsError, parse, read_text};
use crate::screen_text::{
    AmountText, ButtonText, CoinText, Headline, Label, NameText, NoteText, NumbersText, Sentence, ShortText,
    WideButtonText,
};

/// Every word of the screen, in one language.
///
/// Each language is this same type, so that no word can be missing in one of them. What a word may look like is said
/// by its type: a text that does not fit its place on the screen is refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each is named after its page, and the page says what it is for (`api::Page`)"
)]
pub struct KioskWords {
    pub common: CommonWords,
    /// The daemon is away.
    pub waiting: Message,
    pub idle: Message,
    pub closed: ClosedWords,
    pub looking_up: Message,
    pub notice: NoticeWords,
    pub confirm_payer: ConfirmPayerWords,
    pub choose_method: ChooseMethodWords,
    pub nothing_due: NothingDueWords,
    pub insert_cash: InsertCashWords,
    pub keep_note: KeepNoteWords,
    pub take_note_back: Message,
    pub counting: Message,
    pub take_notes: TakeNotesWords,
    pub take_coins: TakeCoinsWords,
    pub printing: Message,
    pub owed: OwedWords,
    pub paper_trouble: Message,
    pub thanks: ThanksWords,
    pub suspended: Message,
}

/// The two languages of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says its language")]
pub struct KioskLanguages {
    pub japanese: KioskWords,
    pub english: KioskWords,
}

/// What stands on more than one page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonWords {
    /// `{amount}`円.
    pub amount: AmountText,
    /// 係員を呼ぶ.
    pub call_staff: ShortText,
    /// 係員を呼びました (K24).
    pub call_ringing: Label,
    /// まもなくまいります: only when somebody answered.
    pub call_answered: Label,
    /// 受付までお声がけください: nobody answered.
    pub call_unanswered: Label,
    /// 見本, beside the name of a clinic that does not exist (K31).
    pub demo: ShortText,
    /// The name of the other language, in that language.
    pub other_language: ShortText,
}

/// A page that only says something.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// In large letters.
    pub headline: Headline,
    /// What to do, or what happens next.
    pub sentence: Sentence,
}

/// Why no payment can start; one for each `api::ClosedReason`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the same names as those of `api::ClosedReason`")]
pub struct ClosedWords {
    pub starting: Message,
    pub note_unit: Message,
    pub coin_unit: Message,
    pub printer: Message,
    pub records: Message,
}

/// Short answers; one for each `api::Notice`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the same names as those of `api::Notice`")]
pub struct NoticeWords {
    pub not_our_card: Message,
    pub unknown_patient: Message,
    pub not_ready: Message,
    pub nothing_to_pay: Message,
    pub already_paid: Message,
    pub ask_at_desk: Message,
    pub billing_unavailable: Message,
    pub not_payable_here: Message,
    pub bill_changed: Message,
    pub cancelled: Message,
    pub money_returned: Message,
}

/// Whose bill it is (K1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmPayerWords {
    /// Never whether the payer is the patient.
    pub question: Headline,
    /// `{name}` 様.
    pub name: NameText,
    /// Stands above the last digits of the 診察券番号.
    pub number_tail: Label,
    /// はい.
    pub yes: ButtonText,
    /// いいえ.
    pub no: ButtonText,
}

/// Today's sum, and how to pay it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChooseMethodWords {
    /// Look at the sum.
    pub headline: Headline,
    /// お支払い金額.
    pub due: Label,
    /// There is no change to give (K7).
    pub exact_money_only: Sentence,
    /// 現金で支払う.
    pub pay_cash: ButtonText,
    /// やめる, with nothing inside.
    pub cancel: WideButtonText,
}

/// A bill of nothing (K5).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NothingDueWords {
    /// 本日のお支払いはございません.
    pub headline: Headline,
    /// Whether a 領収証 is wanted.
    pub sentence: Sentence,
    /// 領収証を印刷する.
    pub print: ButtonText,
    /// 終わる.
    pub finish: ButtonText,
}

/// Money is being inserted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsertCashWords {
    /// Put money in.
    pub headline: Label,
    /// Enough is inside.
    pub headline_enough: Label,
    /// お支払い金額.
    pub due: Label,
    /// 入れた金額.
    pub inserted: Label,
    /// あと.
    pub missing: Label,
    /// お釣り.
    pub change: Label,
    /// Stands above the pieces.
    pub accepting: Label,
    /// What a crossed-out piece means.
    pub not_accepted: Label,
    /// Below the picture of the note slot.
    pub note_slot: Label,
    /// Below the picture of the coin slot.
    pub coin_slot: Label,
    /// What the button below is for (K10).
    pub confirm_hint: Sentence,
    /// The same while coins may be added.
    pub confirm_hint_coins: Sentence,
    /// A piece was pushed back (K12). Calls neither money nor a person false.
    pub refused: Sentence,
    /// A note sticks out.
    pub take_back: Sentence,
    /// No more coins of `{coin}` yen (K11).
    pub coins_limit: CoinText,
    /// Nothing has happened for a while (K16).
    pub prompt: Sentence,
    /// The same, with enough inside.
    pub prompt_enough: Sentence,
    /// 支払いを確定する.
    pub confirm: ButtonText,
    /// やめる, with nothing inside (K14).
    pub cancel_back_to_start: WideButtonText,
    /// やめる(お金を戻します).
    pub cancel_machine_returns: WideButtonText,
    /// やめる, and staff pay back.
    pub cancel_staff_return: WideButtonText,
}

/// The question about one note (K9).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepNoteWords {
    /// Which `{note}`.
    pub headline: NoteText,
    /// What keeping it means.
    pub sentence: Sentence,
    /// 続けますか?
    pub question: Sentence,
    /// 続ける.
    pub keep: ButtonText,
    /// このお札を戻す.
    pub give_back: ButtonText,
}

/// Notes come out (K13).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeNotesWords {
    /// Before one sticks out.
    pub headline: Headline,
    /// お札をお取りください.
    pub headline_presented: Headline,
    /// Before one sticks out.
    pub sentence: Sentence,
    /// What happens once it is taken.
    pub sentence_presented: Sentence,
    /// Stands above what is paid out in all.
    pub amount: Label,
}

/// Coins come out (K13). Nothing here says that they were taken: nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeCoinsWords {
    /// 小銭をお取りください.
    pub headline: Headline,
    /// Where they are.
    pub sentence: Sentence,
    /// Stands above what is paid out in all.
    pub amount: Label,
}

/// What staff still have to give (K15).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwedWords {
    /// お釣り・ご返金 預り票.
    pub headline: Label,
    /// Who gives the money, and what to show.
    pub sentence: Sentence,
    /// Stands above the number of the payment.
    pub payment_number: Label,
    /// Stands above the code of the slip.
    pub code: Label,
}

/// The end of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThanksWords {
    /// Take the 領収証.
    pub headline: Headline,
    /// Thank you.
    pub sentence: Sentence,
    /// Nothing was printed.
    pub headline_without_receipt: Headline,
    /// The same.
    pub sentence_without_receipt: Sentence,
    /// The `{numbers}` of the papers.
    pub receipt_numbers: NumbersText,
}

impl KioskLanguages {
    /// Reads `ja/kiosk.toml` and `en/kiosk.toml` in `folder`.
    pub fn load(folder: &Path) -> Result<KioskLanguages, SettingsError> {
        Ok(KioskLanguages {
            japanese: KioskWords::load(&folder.join("ja/kiosk.toml"))?,
            english: KioskWords::load(&folder.join("en/kiosk.toml"))?,
        })
    }
}

impl KioskWords {
    fn load(file: &Path) -> Result<KioskWords, SettingsError> {
        KioskWords::parse(&read_text(file)?, file)
    }

    /// Parses the text of `file`, which is named in the error.
    pub fn parse(text: &str, file: &Path) -> Result<KioskWords, SettingsError> {
        parse(text, file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JAPANESE: &str = include_str!("../../../config/languages/ja/kiosk.toml");
    const ENGLISH: &str = include_str!("../../../config/languages/en/kiosk.toml");

    /// Never before a patient (K1, K4, K12, K19, K29).
    const FORBIDDEN: &[&str] = &[
        "預り金",
        "釣銭",
        "投入",
        "清算",
        "エラー",
        "タイムアウト",
        "キャンセル",
        "患者番号",
        "未収",
        "滞納",
        "不正",
        "偽",
        "患者様",
        "本人様",
        "領収書",
    ];

    /// The same in English: words of machines, of accusation and of debt.
    const FORBIDDEN_ENGLISH: &[&str] = &[
        "error",
        "timeout",
        "time out",
        "timed out",
        "abort",
        "cancel",
        "invalid",
        "illegal",
        "fake",
        "false",
        "counterfeit",
        "forged",
        "debt",
        "arrears",
        "overdue",
        "insert",
        "yourself",
    ];

    #[test]
    fn both_languages_are_accepted() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/languages"));
        let languages = KioskLanguages::load(folder).unwrap();
        assert_eq!(languages.japanese.common.other_language.as_str(), "English");
        assert_eq!(languages.english.common.other_language.as_str(), "日本語");
    }

    #[test]
    fn no_word_is_forbidden() {
        for (text, forbidden) in [(JAPANESE, FORBIDDEN), (ENGLISH, FORBIDDEN), (ENGLISH, FORBIDDEN_ENGLISH)] {
            for (key, value) in values(text) {
                // A line break must not hide a word.
                let whole = value.replace('\n', "").to_lowercase();
                for word in forbidden {
                    assert!(!whole.contains(word), "{key} says {word}, which no patient should read (K29)");
                }
            }
        }
    }

    #[test]
    fn the_required_words_are_there() {
        let required = [
            ("common.call_staff", "係員を呼ぶ"),
            ("common.call_ringing", "係員を呼びました"),
            ("common.call_answered", "まもなくまいります"),
            ("common.call_unanswered", "受付までお声がけください"),
            ("closed.printer.sentence", "領収証を印刷できないため受付でお支払いください"),
            ("notice.unknown_patient.headline", "受付でご確認ください"),
            ("notice.not_ready.headline", "ただいま計算中です"),
            ("notice.not_ready.sentence", "順番が来ましたらお呼びします"),
            ("notice.nothing_to_pay.headline", "本日のお支払いはございません"),
            ("confirm_payer.question", "こちらの方のお会計でよろしいですか?"),
            ("choose_method.due", "お支払い金額"),
            ("choose_method.pay_cash", "現金で支払う"),
            ("nothing_due.headline", "本日のお支払いはございません"),
            ("nothing_due.print", "領収証を印刷する"),
            ("nothing_due.finish", "終わる"),
            ("insert_cash.due", "お支払い金額"),
            ("insert_cash.inserted", "入れた金額"),
            ("insert_cash.missing", "あと"),
            ("insert_cash.change", "お釣り"),
            ("insert_cash.confirm", "支払いを確定する"),
            ("insert_cash.cancel_machine_returns", "やめる(お金を戻します)"),
            ("insert_cash.coins_limit", "{coin}円硬貨は1回20枚までです"),
            (
                "insert_cash.refused",
                "このお金は機械で読み取れませんでした。向きを変えてもう一度、または受付でお使いいただけます。",
            ),
            ("keep_note.sentence", "このお札を入れると、途中でやめるときは受付での返金になります。"),
            ("keep_note.question", "続けますか?"),
            ("keep_note.keep", "続ける"),
            ("keep_note.give_back", "このお札を戻す"),
            ("take_notes.headline_presented", "お札をお取りください"),
            ("take_coins.headline", "小銭をお取りください"),
            ("owed.headline", "お釣り・ご返金 預り票"),
            ("owed.sentence", "受付でお渡しします。"),
            ("suspended.headline", "お取引の途中で停止しました。"),
            ("suspended.sentence", "お金の記録は残っています。係員がまいります。"),
        ];
        let values = values(JAPANESE);
        for (key, words) in required {
            let value =
                values.iter().find(|(found, _)| found == key).map(|(_, value)| value.replace('\n', ""));
            assert!(
                value.as_ref().is_some_and(|value| value.contains(words)),
                "{key} is {value:?}, not {words}"
            );
        }
    }

    #[test]
    fn a_wrong_word_is_refused_with_a_sentence() {
        let cases = [
            ("\"確認しています\"", "\"\"", "must be 1 to 2 lines of at most 11 kanji or 18 Latin letters"),
            (
                "\"確認しています\"",
                "\"確認\\tしています\"",
                "must be 1 to 2 lines of at most 11 kanji or 18 Latin letters",
            ),
            (
                "\"確認しています\"",
                "\"一\\n二\\n三\"",
                "must be 1 to 2 lines of at most 11 kanji or 18 Latin letters",
            ),
            (
                "\"確認しています\"",
                "\"いま確認しておりますのでお待ち\"",
                "must be 1 to 2 lines of at most 11 kanji or 18 Latin letters",
            ),
            ("\"確認しています\"", "\"{amount}\"", "without braces"),
            (
                "\"続ける\"",
                "\"続\\nけ\\nる\"",
                "must be 1 to 2 lines of at most 11 kanji or 18 Latin letters",
            ),
            ("\"{amount}円\"", "\"円\"", "with {amount} once and no other braces"),
            ("\"{amount}円\"", "\"{amount}{amount}円\"", "with {amount} once and no other braces"),
            ("keep = \"続ける\"", "", "missing field `keep`"),
            ("keep = \"続ける\"", "kep = \"続ける\"", "unknown field `kep`"),
        ];
        for (right, wrong, sentence) in cases {
            assert!(JAPANESE.contains(right), "the file has no {right}");
            let text = JAPANESE.replacen(right, wrong, 1);
            let error = KioskWords::parse(&text, Path::new("kiosk.toml")).unwrap_err().to_string();
            assert!(error.starts_with("kiosk.toml, line "), "{error}");
            assert!(error.contains(sentence), "{wrong}\ngave {error}\ninstead of {sentence}");
        }
    }

    #[test]
    fn keys_stand_in_the_same_order() {
        let keys = |text| values(text).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(keys(JAPANESE), keys(ENGLISH));
    }

    /// Every word with its key, in the order of the file.
    fn values(text: &str) -> Vec<(String, String)> {
        let mut section = String::new();
        let mut found = Vec::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name.to_owned();
            } else if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
                let one: toml::Table = toml::from_str(line).unwrap();
                found.push((format!("{section}.{key}"), one[key].as_str().unwrap().to_owned()));
            }
        }
        assert!(found.len() > 50);
        found
    }
}
