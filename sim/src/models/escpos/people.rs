//! What people and mishaps do to a printer, as words.

use crate::model::known_commands;

/// One thing that happens to the printer from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Cover { open: bool },
    PaperOut,
    PaperNear,
    PaperOk,
    PaperOutAfter { lines: u32 },
    Cutter { jammed: bool },
    Tear,
    PowerCut,
    PowerOn,
    Stall { on: bool },
    LoseReply { count: u32 },
    Garble { count: u32 },
}

pub(super) const HELP: &[(&str, &str)] = &[
    ("cover open|close", "open or close the cover"),
    ("paper out|near|ok", "take the roll out, let it run low, or put in a new one"),
    ("paper out-after N", "let the roll end after N more lines"),
    ("cutter jam|clear", "jam the cutter at its next cut, or pull the paper out of it"),
    ("tear", "take the paper that hangs out"),
    ("power cut|on", "switch the printer off or on"),
    ("stall on|off", "stop the printer where it is; it still answers real-time queries"),
    ("lose-reply N", "lose the next N answers that a page asks for"),
    ("garble N", "flip one bit in each of the next N answers"),
];

impl Act {
    /// Reads one line; the error says what would have been right.
    pub(super) fn parse(line: &str) -> Result<Act, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words {
            ["cover", "open"] => Ok(Act::Cover { open: true }),
            ["cover", "close"] => Ok(Act::Cover { open: false }),
            ["paper", "out"] => Ok(Act::PaperOut),
            ["paper", "near"] => Ok(Act::PaperNear),
            ["paper", "ok"] => Ok(Act::PaperOk),
            ["paper", "out-after", lines] => Ok(Act::PaperOutAfter { lines: number(lines)? }),
            ["cutter", "jam"] => Ok(Act::Cutter { jammed: true }),
            ["cutter", "clear"] => Ok(Act::Cutter { jammed: false }),
            ["tear"] => Ok(Act::Tear),
            ["power", "cut"] => Ok(Act::PowerCut),
            ["power", "on"] => Ok(Act::PowerOn),
            ["stall", "on"] => Ok(Act::Stall { on: true }),
            ["stall", "off"] => Ok(Act::Stall { on: false }),
            ["lose-reply", count] => Ok(Act::LoseReply { count: number(count)? }),
            ["garble", count] => Ok(Act::Garble { count: number(count)? }),
            _ => Err(format!("a printer takes one of: {}", known_commands(HELP))),
        }
    }
}

fn number(word: &str) -> Result<u32, String> {
    word.parse().map_err(|_| format!("{word:?} should be a number of 0 or more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_the_help_is_understood() {
        for (act, _) in HELP {
            let words = act.split_once(' ').map_or((*act, ""), |(verb, rest)| (verb, rest));
            for choice in words.1.split('|') {
                let line = format!("{} {}", words.0, choice.replace('N', "3"));
                assert!(Act::parse(&line).is_ok(), "{line}");
            }
        }
    }

    #[test]
    fn a_refusal_says_what_would_have_been_right() {
        let refusal = Act::parse("open cover").unwrap_err();
        assert!(refusal.contains("cover open|close") && refusal.ends_with("unplug, plug"), "{refusal}");
        assert_eq!(Act::parse("garble many").unwrap_err(), "\"many\" should be a number of 0 or more");
    }
}
