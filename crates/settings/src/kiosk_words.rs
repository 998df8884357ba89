use std::path::Path;

use serde::Deserialize;

use crate::file::{SettingsError, parse, read_text};
use crate::screen_text::{
    AmountText, BillsText, ButtonText, CoinText, DayText, Headline, Label, LongHeadline, MoreText, NameText,
    NoteText, NotesText, NumbersText, PaidText, PapersText, PaymentNumberText, Sentence, ShortText,
    StripText, UpToText, WideButtonText,
};
use crate::spoken_words::SpokenWords;

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
    /// The daemon is away, and money of a patient may be inside.
    pub waiting_with_money: WaitingWithMoneyWords,
    pub idle: IdleWords,
    pub closed: ClosedWords,
    pub looking_up: Message,
    pub notice: NoticeWords,
    pub already_paid: AlreadyPaidWords,
    pub confirm_payer: ConfirmPayerWords,
    pub key_birthday: KeyBirthdayWords,
    pub choose_method: ChooseMethodWords,
    pub nothing_due: NothingDueWords,
    pub insert_cash: InsertCashWords,
    pub keep_note: KeepNoteWords,
    pub take_note_back: Message,
    /// A second note was pushed in behind the first.
    pub take_second_note: Message,
    pub bill_changed: BillChangedWords,
    pub counting: Message,
    pub take_notes: TakeNotesWords,
    pub take_coins: TakeCoinsWords,
    pub printing: Message,
    pub owed: OwedWords,
    pub paper_trouble: Message,
    pub thanks: ThanksWords,
    pub suspended: SuspendedWords,
    /// Spoken aloud (K30).
    pub say: SpokenWords,
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
    /// Where staff are while nobody can be called from here.
    pub call_away: Label,
    /// The card of whoever is being served was held to the reader again.
    pub card_read_before: StripText,
    /// Another card was held to the reader (K16).
    pub card_wait: StripText,
    /// A card was held to the reader and no payment can start.
    pub card_at_desk: StripText,
    /// 見本, beside the name of a clinic that does not exist (K31).
    pub demo: ShortText,
    /// The same on a coin, which has room for two characters.
    pub demo_coin: ShortText,
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

/// The daemon went away from a payment. It promises no staff: nobody was called.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitingWithMoneyWords {
    /// 確認しています.
    pub headline: Headline,
    /// Mostly it is back within seconds.
    pub sentence: Sentence,
    /// It is not: whom to ask.
    pub sentence_long: Sentence,
}

/// The start page, and what it says beforehand of what cannot be done now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdleWords {
    /// 診察券をかざしてください.
    pub headline: Headline,
    /// How one pays here.
    pub sentence: Sentence,
    /// There is no change at all.
    pub exact_money_only: Sentence,
    /// There is no change for some sums.
    pub change_is_short: Sentence,
    /// Only coins can be inserted, up to `{amount}`.
    pub coins_only: UpToText,
    /// Only notes can be inserted.
    pub notes_only: Sentence,
    /// Nobody's bills can be found.
    pub no_billing: Message,
}

/// Why no payment can start; one for each `api::ClosedReason`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the same names as those of `api::ClosedReason`")]
pub struct ClosedWords {
    pub starting: Message,
    pub note_unit: Message,
    pub coin_unit: Message,
    pub exit: Message,
    pub printer: Message,
    pub scanner: Message,
    pub records: Message,
    pub halted: Message,
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
    pub estimate_only: Message,
    pub handled_at_desk: Message,
    pub refund_at_desk: Message,
    pub ask_at_desk: Message,
    pub billing_unavailable: Message,
    pub coins_only: Message,
    pub notes_only: Message,
    pub not_payable_here: Message,
    pub needs_small_coins: Message,
    pub bill_changed: Message,
    pub cancelled: Message,
    pub money_returned: Message,
}

/// Paid before, here (K5).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlreadyPaidWords {
    /// お支払いは済んでいます.
    pub headline: Headline,
    /// When, and by which method. No amount.
    pub paid: PaidText,
    /// Whom to ask.
    pub sentence: Sentence,
    /// 現金, as the method.
    pub cash: ShortText,
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

/// Month and day of birth are keyed, because another patient looks the same (K1). No name, no amount.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyBirthdayWords {
    /// Whose birthday: not the payer's.
    pub headline: LongHeadline,
    /// How it is keyed.
    pub sentence: Sentence,
    /// The last try was wrong. Accuses nobody.
    pub again: Sentence,
    /// Behind the first two digits.
    pub month: ShortText,
    /// Behind the last two digits.
    pub day: ShortText,
    /// Takes the last digit away.
    pub delete: ShortText,
    /// All four digits are there.
    pub confirm: ShortText,
    /// やめる, with nothing inside.
    pub cancel: WideButtonText,
}

/// Today's sum, and how to pay it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChooseMethodWords {
    /// Look at the sum.
    pub headline: Headline,
    /// お支払い金額.
    pub due: Label,
    /// One of several bills, of a `{month}` and `{day}`.
    pub bill: DayText,
    /// There are `{bills}` more.
    pub more_bills: BillsText,
    /// There is no change to give (K7).
    pub exact_money_only: Sentence,
    /// The note unit does not work (K18).
    pub coins_only: Sentence,
    /// Nor is there change.
    pub coins_only_exact: Sentence,
    /// The coin slot does not work (K18).
    pub notes_only: Sentence,
    /// Nor is there change.
    pub notes_only_exact: Sentence,
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
    /// In the place of both, if it is neither too little nor too much.
    pub exact: Label,
    /// Stands above the pieces.
    pub accepting: Label,
    /// In the place of the pieces, if none is taken.
    pub nothing_accepted: Label,
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
    /// A note was drawn in and is being looked at.
    pub reading: Sentence,
    /// A piece was pushed back (K12). Calls neither money nor a person false.
    pub refused: Sentence,
    /// A piece of a kind that is not taken now was pushed back.
    pub not_wanted: Sentence,
    /// The same, because enough is inside.
    pub not_wanted_enough: Sentence,
    /// A note was pushed back that the machine could not change (K9).
    pub no_change: Sentence,
    /// A note sticks out.
    pub take_back: Sentence,
    /// A note sticks out that the machine could not change.
    pub take_back_no_change: Sentence,
    /// A note sticks out that is not needed any more.
    pub take_back_enough: Sentence,
    /// Another card was held to the reader (K16).
    pub other_card: Sentence,
    /// No more coins of `{coin}` yen (K11), and what to do.
    pub coins_limit: CoinText,
    /// The same, with enough inside.
    pub coins_limit_enough: CoinText,
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

/// The bill is another one since money was inserted (K6).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillChangedWords {
    /// What happened.
    pub headline: Headline,
    /// What to do.
    pub sentence: Sentence,
    /// お金を戻す.
    pub machine_returns: ButtonText,
    /// Staff pay back.
    pub staff_return: ButtonText,
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
    /// The same, after the first.
    pub headline_next: Headline,
    /// お札をお取りください.
    pub headline_presented: Headline,
    /// Before one sticks out.
    pub sentence: Sentence,
    /// What happens once it is taken.
    pub sentence_presented: Sentence,
    /// The same, if there are `{more}` to come.
    pub sentence_more: MoreText,
    /// Stands above what is paid out in so many `{notes}`, as change.
    pub change: NotesText,
    /// The same, if it is money that goes back.
    pub returned: NotesText,
}

/// Coins come out (K13). Nothing here says that they were taken: nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeCoinsWords {
    /// While they fall.
    pub headline_falling: Headline,
    /// 小銭をお取りください.
    pub headline: Headline,
    /// Where they will be.
    pub sentence_falling: Sentence,
    /// Where they are.
    pub sentence: Sentence,
    /// Stands above what is paid out in coins, as change.
    pub change: Label,
    /// The same, if it is money that goes back.
    pub returned: Label,
}

/// Money is inside, and a person has to decide (K17).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspendedWords {
    /// What happened.
    pub headline: Headline,
    /// What happens next.
    pub sentence: Sentence,
    /// 入れた金額, with the `{number}` that staff know the payment by.
    pub inserted: PaymentNumberText,
}

/// What staff still have to give (K15).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwedWords {
    /// お渡しするお金が残っています.
    pub headline: Headline,
    /// Who gives the money, and what to bring.
    pub sentence: Sentence,
    /// Stands above the number of the payment.
    pub payment_number: Label,
    /// Stands above the code of the slip, as on the slip.
    pub code: Label,
}

/// The end of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThanksWords {
    /// Take the 領収証.
    pub headline: Headline,
    /// There are several `{papers}`.
    pub headline_several: PapersText,
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
mod tests;
