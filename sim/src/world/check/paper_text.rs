//! What stands on papers: I8, that each sum, number and name is what is so. Papers are read as they came out.

use money::Yen;

use super::bills::Bills;
use super::facts::{Closed, Facts, IssuedSlip};
use super::papers::is_slip;
use super::{Violation, ensure, violation};

/// People read and type a code by fours.
const CODE_GROUP: usize = 4;

/// I8: a 領収証 says what was due, inserted, changed and owed, and whose it is.
pub(super) fn receipt_is_true(
    text: &str,
    number: u32,
    facts: &Facts,
    bills: &Bills,
) -> Result<(), Violation> {
    let Some((closed, receipt)) = facts.receipt(number) else { return Ok(()) };
    let paying = &closed.paying;
    let bill = paying.lines.iter().find(|line| line.bill == receipt.bill);
    let Some(named) = bill.and_then(|bill| bills.named(bill)) else {
        return ensure("I8", false, || format!("receipt {number} is for a bill that nobody wrote"));
    };
    says(text, "領収金額", named.due)?;
    if named.due.is_zero() {
        let claims = ["お預り", "お釣り", "領収いたしました"].into_iter().find(|claim| text.contains(claim));
        ensure("I8", claims.is_none(), || format!("receipt {number} of nothing says {claims:?}"))?;
    } else {
        says(text, "お預り", paying.inserted())?;
        says(text, "お釣り", paying.change())?;
    }
    if paying.lines.len() > 1 && !named.due.is_zero() {
        says(text, &format!("{}件の合計", paying.lines.len()), paying.due)?;
    }
    says_number(text, closed)?;
    let whose = text.contains(&format!("{} 様", named.patient_name))
        && behind(text, "診察券番号").is_some_and(|behind| behind.starts_with(&named.patient_number));
    ensure("I8", whose, || format!("receipt {number} is made out for somebody else"))?;
    // Nothing was changed for a bill of nothing, so its receipt says nothing of change.
    let owed = closed.slip.as_ref().map(|slip| slip.amount).filter(|_| !named.due.is_zero());
    let owed_is_said = match owed {
        Some(owed) => text.contains(&format!("お釣りのうち{owed}円は")),
        None => !text.contains("お釣りのうち"),
    };
    ensure("I8", owed_is_said, || format!("receipt {number} does not say that {owed:?} is owed"))
}

/// I8: a 預り票 says what is owed, for which payment, and its code in letters too. I14: it says no name.
/// Tells its code.
pub(super) fn slip_is_true(text: &str, facts: &Facts, bills: &Bills) -> Result<String, Violation> {
    bills.names_nobody("a slip", text)?;
    let with_slip = facts.closed.values().rev().find_map(|closed| {
        let slip = closed.slip.as_ref().filter(|slip| is_slip(text, slip))?;
        Some((closed, slip))
    });
    let Some((closed, slip)) = with_slip else {
        return Err(violation("I8", "a slip with a code that was not issued".to_owned()));
    };
    says(text, "お渡しする金額", slip.amount)?;
    says_number(text, closed)?;
    ensure("I8", text.contains(&in_letters(slip)), || "a slip says another code in letters".to_owned())?;
    Ok(slip.code.as_str().to_owned())
}

fn in_letters(slip: &IssuedSlip) -> String {
    let characters: Vec<char> = slip.code.as_str().chars().collect();
    let groups: Vec<String> = characters.chunks(CODE_GROUP).map(String::from_iter).collect();
    groups.join("-")
}

fn says(text: &str, label: &str, right: Yen) -> Result<(), Violation> {
    let said = behind(text, label).and_then(amount);
    ensure("I8", said == Some(right.amount()), || format!("{label} is {said:?} on paper, not {right}"))
}

fn says_number(text: &str, closed: &Closed) -> Result<(), Violation> {
    let payment = closed.paying.payment.to_string();
    let said = behind(text, "お支払い番号").and_then(|behind| behind.split_whitespace().next());
    ensure("I8", said == Some(&payment), || format!("payment {said:?} on paper, not {payment}"))
}

/// What stands behind a label that begins a line, on that line or the next.
fn behind<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.trim_start().strip_prefix(label)
            && rest.starts_with(char::is_whitespace)
        {
            let begin = from + line.len() - rest.len();
            return Some(text[begin..].trim_start());
        }
        from += line.len();
    }
    None
}

/// 1,234円.
fn amount(text: &str) -> Option<i64> {
    let (digits, _) = text.split_once('円')?;
    digits.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_behind_their_labels() {
        let text =
            "領収金額        1,230円\n\nお預り      10,000円\nお釣りのうち70円は\nお釣り\n        8,770円";
        for (label, expected) in
            [("領収金額", Some(1_230)), ("お預り", Some(10_000)), ("お釣り", Some(8_770)), ("計", None)]
        {
            assert_eq!(behind(text, label).and_then(amount), expected, "{label}");
        }
    }
}
