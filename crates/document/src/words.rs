//! Filling in the `{name}` of a text from a language file.

use std::fmt::Display;

/// `template` with each `{name}` replaced by its value. Values are not looked into: a patient may be called anything.
pub(crate) fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, name, after)) = next_placeholder(rest) {
        filled.push_str(before);
        // The settings refuse a name that is not known here; if one got through, it is better seen than missed.
        let value = values.iter().find(|(known, _)| *known == name);
        match value {
            Some((_, value)) => filled.push_str(&value.to_string()),
            None => filled.push_str(&format!("{{{name}}}")),
        }
        rest = after;
    }
    filled + rest
}

fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, from_name) = text.split_once('{')?;
    let (name, after) = from_name.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
pub(crate) fn shipped() -> settings::ReceiptWords {
    let text = include_str!("../../../config/languages/ja/receipt.toml");
    settings::ReceiptWords::parse(text, std::path::Path::new("receipt.toml")).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(template: &str, values: &[(&str, &dyn Display)], filled: &str) {
        assert_eq!(fill(template, values), filled);
    }

    #[test]
    fn each_name_is_replaced_and_no_value_is_looked_into() {
        check("No. {number}", &[("number", &17)], "No. 17");
        check("{day} {hour}", &[("hour", &9), ("day", &"{hour}")], "{hour} 9");
        check("計", &[("name", &"x")], "計");
        check("{who} 様", &[("name", &"x")], "{who} 様");
        check("a{b", &[("b", &"x")], "a{b");
    }
}
