use api::PaymentId;
use money::Yen;
use slint::ComponentHandle;

use super::Canvas;
use crate::ui::{OwedAdapter, PageKind};

/// Codes are read aloud in groups of this many, and written as on the slip.
const GROUP_CHARS: usize = 4;

pub(super) fn show(canvas: &Canvas<'_>, amount: Yen, payment: PaymentId, code: &str) -> PageKind {
    let words = &canvas.words.owed;
    let page = canvas.app.global::<OwedAdapter>();
    page.set_headline(words.headline.as_str().into());
    page.set_sentence(words.sentence.as_str().into());
    page.set_amount(canvas.amount(amount));
    page.set_payment_label(words.payment_number.as_str().into());
    page.set_payment(payment.to_string().into());
    page.set_code_label(words.code.as_str().into());
    page.set_code(canvas.legible(&grouped(code)).into());
    PageKind::Owed
}

fn grouped(code: &str) -> String {
    let chars: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).collect();
    let groups = chars.chunks(GROUP_CHARS).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_groups_of_four() {
        for (code, shown) in
            [("ABCD23456789", "ABCD-2345-6789"), ("AB-CD2345", "ABCD-2345"), ("ABCDE", "ABCD-E")]
        {
            assert_eq!(grouped(code), shown);
        }
    }
}
