use super::*;

const JAPANESE: &str = include_str!("../../../../config/languages/ja/kiosk.toml");
const ENGLISH: &str = include_str!("../../../../config/languages/en/kiosk.toml");

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
        ("closed.printer.sentence", "ただいま領収証を印刷できません"),
        ("notice.unknown_patient.headline", "受付でご確認ください"),
        ("notice.not_ready.headline", "ただいま計算中です"),
        ("notice.not_ready.sentence", "順番が来ましたらお呼びします"),
        ("notice.nothing_to_pay.headline", "本日のお支払いはございません"),
        ("notice.needs_small_coins.sentence", "この金額は1円・5円硬貨が必要なため、受付でお支払いください"),
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
        ("owed.headline", "お渡しするお金が残っています"),
        ("owed.sentence", "受付でお渡しします。"),
        ("owed.payment_number", "お支払い番号"),
        ("owed.code", "確認番号"),
        ("paper_trouble.headline", "領収証のことで係員がまいります"),
        ("paper_trouble.sentence", "お金の記録は残っています。"),
        ("waiting_with_money.sentence", "お金の記録は残っています。"),
        ("waiting_with_money.sentence_long", "受付へお声がけください。"),
        ("suspended.headline", "お取引の途中で停止しました"),
        ("suspended.sentence", "お金の記録は残っています。係員がまいります。"),
    ];
    let values = values(JAPANESE);
    for (key, words) in required {
        let value = values.iter().find(|(found, _)| found == key).map(|(_, value)| value.replace('\n', ""));
        assert!(value.as_ref().is_some_and(|value| value.contains(words)), "{key} is {value:?}, not {words}");
    }
}

/// The whole waiting room hears it (K1, K30).
#[test]
fn nothing_that_is_spoken_is_private() {
    for (text, private) in [(JAPANESE, ["円", "様"]), (ENGLISH, ["yen", "¥"])] {
        let spoken: Vec<_> = values(text).into_iter().filter(|(key, _)| key.starts_with("say.")).collect();
        assert!(spoken.len() > 30);
        for (key, sentence) in spoken {
            let found = private.iter().find(|word| sentence.contains(**word));
            assert_eq!(found, None, "{key} says an amount or a name");
        }
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
        ("\"続ける\"", "\"続\\nけ\\nる\"", "must be 1 to 2 lines of at most 11 kanji or 18 Latin letters"),
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
