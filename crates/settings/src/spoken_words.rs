use serde::{Deserialize, Serialize};

use crate::screen_text::SpokenText;

/// One sentence for each `api::Say`. No name and no amount: the whole waiting room hears it (K30).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the same names as those of `api::Say`")]
pub struct SpokenWords {
    pub idle: SpokenText,
    pub closed_starting: SpokenText,
    pub closed_desk: SpokenText,
    pub looking_up: SpokenText,
    pub not_our_card: SpokenText,
    pub unknown_patient: SpokenText,
    pub not_ready: SpokenText,
    pub nothing_to_pay: SpokenText,
    pub estimate_only: SpokenText,
    pub handled_at_desk: SpokenText,
    pub refund_at_desk: SpokenText,
    pub ask_at_desk: SpokenText,
    pub billing_unavailable: SpokenText,
    pub not_payable_here: SpokenText,
    pub needs_small_coins: SpokenText,
    pub bill_changed: SpokenText,
    pub cancelled: SpokenText,
    pub money_returned: SpokenText,
    pub already_paid: SpokenText,
    pub confirm_payer: SpokenText,
    pub key_birthday: SpokenText,
    pub key_birthday_again: SpokenText,
    pub choose_method: SpokenText,
    pub nothing_due: SpokenText,
    pub insert_cash: SpokenText,
    pub insert_cash_enough: SpokenText,
    pub insert_cash_take_back: SpokenText,
    pub insert_cash_refused: SpokenText,
    pub insert_cash_coins_limit: SpokenText,
    pub insert_cash_prompt: SpokenText,
    pub insert_cash_prompt_enough: SpokenText,
    pub keep_note: SpokenText,
    pub take_note_back: SpokenText,
    pub counting: SpokenText,
    pub take_notes: SpokenText,
    pub take_notes_presented: SpokenText,
    pub take_coins: SpokenText,
    pub printing: SpokenText,
    pub owed: SpokenText,
    pub paper_trouble: SpokenText,
    pub thanks: SpokenText,
    pub thanks_without_receipt: SpokenText,
    pub suspended: SpokenText,
}
