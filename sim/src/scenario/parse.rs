use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use api::{
    Button, Decision, NewestNumbers, PaperAnswer, PaperName, PatientNumber, PaymentId, ReceiptNumber,
    UnfitWords,
};
use money::{Denomination, Yen};
use serde::de::DeserializeOwned;

use super::{Action, BillAction, BillingAct, Device, Expectation, Scenario, Step};
use crate::cabinet::Profile;
use crate::examples::PlainBill;

/// A line that is no happening.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {sentence}: {text}")]
pub struct ParseError {
    line: usize,
    text: String,
    sentence: String,
}

impl FromStr for Scenario {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Scenario, ParseError> {
        let mut scenario =
            Scenario { in_world: false, on_ptys: false, profiles: Vec::new(), steps: Vec::new() };
        for (index, line) in text.lines().enumerate() {
            let line_no = index + 1;
            let content = line.split(" #").next().unwrap_or("").trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let wrong = |sentence| ParseError { line: line_no, text: content.to_owned(), sentence };
            match content.split_once(':') {
                Some(("runs-on", places)) => runs_on(&mut scenario, places).map_err(wrong)?,
                Some(("profile", names)) => scenario.profiles.extend(profiles_named(names).map_err(wrong)?),
                Some(_) | None => scenario.steps.push(step(line_no, content).map_err(wrong)?),
            }
        }
        if scenario.profiles.is_empty() {
            scenario.profiles.extend(Profile::USUAL);
        }
        Ok(scenario)
    }
}

/// Reads one line of a story.
pub(crate) fn step(line: usize, text: &str) -> Result<Step, String> {
    let (happening, expected) = text.split_once("->").unwrap_or((text, ""));
    let expected = expected.split(", ").map(str::trim).filter(|part| !part.is_empty());
    Ok(Step {
        line,
        text: text.to_owned(),
        action: action(happening.trim())?,
        expected: expected.map(Expectation::from_str).collect::<Result<_, _>>()?,
    })
}

fn runs_on(scenario: &mut Scenario, places: &str) -> Result<(), String> {
    for place in places.split_whitespace() {
        match place {
            "world" => scenario.in_world = true,
            "pty" => scenario.on_ptys = true,
            _ => return Err("a story runs on `world` or `pty`".to_owned()),
        }
    }
    Ok(())
}

fn profiles_named(names: &str) -> Result<Vec<Profile>, String> {
    names.split_whitespace().map(Profile::from_str).collect()
}

fn action(text: &str) -> Result<Action, String> {
    let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    match verb {
        "bill" => bill(rest),
        "billing" => billing(rest).map(Action::Billing),
        "scan" => Ok(Action::Device { device: Device::Scanner, command: format!("scan {rest}") }),
        "insert" => insert(rest, Device::Id003, Device::Cctalk),
        "insert-2" => insert(rest, Device::SecondId003, Device::SecondCctalk),
        "take" => take(rest),
        "stock" => Ok(Action::Stock { pieces: counts(rest)? }),
        "count" => Ok(Action::Count { pieces: counts(rest)?, by: said(rest, "by")? }),
        "key-birthday" => key_birthday(rest),
        "touch" => Ok(Action::Touch(button(rest)?)),
        "device" => device(rest),
        "decide" => decide(rest),
        "take-over" => take_over(rest),
        "settle-doubts" => settle_doubts(rest),
        "settle-incidents" => settle_incidents(rest),
        "answer-call" => Ok(Action::AnswerCall { by: said(rest, "by")? }),
        "paper" => paper(rest),
        "wait" => wait(rest),
        "restart" => restart(rest),
        "clock" => rest.parse().map(Action::Clock),
        "confirm-clock" => confirm_clock(rest),
        "disk" => rest.parse().map(Action::Disk),
        "" | "expect" => Ok(Action::Nothing),
        _ => Err(format!("`{verb}` is nothing that can happen")),
    }
}

fn bill(rest: &str) -> Result<Action, String> {
    let mut named = pairs(rest)?;
    if let Some(name) = named.remove("example") {
        return Ok(Action::Bill(BillAction::Example(name)));
    }
    let mut take = |key: &str| named.remove(key).ok_or_else(|| format!("a bill needs `{key}=`"));
    let patient = take("patient")?;
    let due = number(&take("due")?)?;
    let revision = named.remove("revision").map_or(Ok(1), |text| number(&text))?;
    let ready = named.remove("ready").is_none_or(|text| text == "yes");
    let estimate = named.remove("estimate").is_some_and(|text| text == "yes");
    let birthday = named.remove("birthday");
    let id = named.remove("id").unwrap_or_else(|| format!("B-{patient}"));
    if let Some(unknown) = named.keys().next() {
        return Err(format!("a bill has no `{unknown}=`"));
    }
    let due = Yen::new(due);
    let bill = PlainBill { id, patient, due, revision, ready, estimate, birthday };
    Ok(Action::Bill(BillAction::Plain(bill)))
}

fn billing(rest: &str) -> Result<BillingAct, String> {
    let (word, more) = rest.split_once(' ').unwrap_or((rest, ""));
    match word {
        "bridge-away" => Ok(BillingAct::BridgeAway),
        "bridge-back" => Ok(BillingAct::BridgeBack),
        "folder-away" => Ok(BillingAct::FolderAway),
        "folder-back" => Ok(BillingAct::FolderBack),
        "silent" => Ok(BillingAct::Silent),
        "speaking" => Ok(BillingAct::Speaking),
        "latency" => seconds(more).map(BillingAct::Latency),
        "refuse-next-result" => Ok(BillingAct::RefuseNextResult),
        "take-results" => Ok(BillingAct::TakeResults),
        "wrong-file" => Ok(BillingAct::WrongFile { patient: PatientNumber(named(more, "patient")?) }),
        "no-wrong-files" => Ok(BillingAct::NoWrongFiles),
        _ => Err(format!("`billing {word}` is nothing that can happen; see docs/scenarios.md")),
    }
}

fn insert(rest: &str, notes: Device, coins: Device) -> Result<Action, String> {
    let pieces = rest.split_whitespace().map(denomination).collect::<Result<_, _>>()?;
    Ok(Action::Insert { notes, coins, pieces })
}

fn take(rest: &str) -> Result<Action, String> {
    let device = match rest {
        "note" => Device::Id003,
        "note-2" => Device::SecondId003,
        "coins" => Device::Cctalk,
        "coins-2" => Device::SecondCctalk,
        _ => return Err("one can `take note`, `take note-2`, `take coins` or `take coins-2`".to_owned()),
    };
    Ok(Action::Take(device))
}

/// `1000=10 100=50`, up to a word that is about something else.
fn counts(rest: &str) -> Result<Vec<(Denomination, u32)>, String> {
    let words = rest.split_whitespace().map_while(|word| {
        word.split_once('=').filter(|(value, _)| value.starts_with(|first: char| first.is_ascii_digit()))
    });
    words.map(|(value, pieces)| Ok((denomination(value)?, number(pieces)?))).collect()
}

fn button(name: &str) -> Result<Button, String> {
    match name {
        "yes" => Ok(Button::Yes),
        "no" => Ok(Button::No),
        "cash" => Ok(Button::PayCash),
        "confirm" => Ok(Button::Confirm),
        "cancel" => Ok(Button::Cancel),
        "call-staff" => Ok(Button::CallStaff),
        _ => Err("the buttons are yes, no, cash, confirm, cancel and call-staff".to_owned()),
    }
}

fn key_birthday(digits: &str) -> Result<Action, String> {
    let digit = |c: char| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    let digits: Option<Vec<u8>> = digits.chars().map(digit).collect();
    digits.map(Action::KeyBirthday).ok_or_else(|| "a birthday is keyed as digits, like 0105".to_owned())
}

fn device(rest: &str) -> Result<Action, String> {
    let (name, command) = rest.split_once(' ').ok_or("`device` needs a name and a command")?;
    Ok(Action::Device { device: name.parse()?, command: command.trim().to_owned() })
}

fn decide(rest: &str) -> Result<Action, String> {
    let decision = match rest.split_whitespace().next() {
        Some("continue") => Decision::Continue,
        Some("return") => Decision::Return,
        _ => return Err("staff decide `continue` or `return`".to_owned()),
    };
    Ok(Action::Decide { decision, by: said(rest, "by")?, refused: is_refused(rest)? })
}

fn confirm_clock(rest: &str) -> Result<Action, String> {
    Ok(Action::ConfirmClock { by: said(rest, "by")?, refused: is_refused(rest)? })
}

fn is_refused(rest: &str) -> Result<bool, String> {
    match named(rest, "refused").as_deref() {
        Err(_) => Ok(false),
        Ok("yes") => Ok(true),
        Ok(_) => Err("a decision that the machine must refuse says `refused=yes`".to_owned()),
    }
}

fn take_over(rest: &str) -> Result<Action, String> {
    Ok(Action::TakeOver { by: said(rest, "by")?, reason: said(rest, "reason")? })
}

fn settle_doubts(rest: &str) -> Result<Action, String> {
    Ok(Action::SettleDoubts {
        said: word(&named(rest, "said")?)?,
        newest: NewestNumbers {
            receipt: ReceiptNumber(number(&named(rest, "receipt")?)?),
            payment: PaymentId(number(&named(rest, "payment")?)?),
        },
        by: said(rest, "by")?,
    })
}

fn settle_incidents(rest: &str) -> Result<Action, String> {
    let (said, by) = (word(&named(rest, "said")?)?, said(rest, "by")?);
    Ok(Action::SettleIncidents { said, by, refused: is_refused(rest)? })
}

fn paper(rest: &str) -> Result<Action, String> {
    let mut words = rest.split_whitespace();
    let (Some(paper), Some(answer)) = (words.next(), words.next()) else {
        return Err("`paper` needs a number, an answer and `by=`".to_owned());
    };
    Ok(Action::Paper {
        paper: paper.parse::<PaperName>()?,
        answer: word::<PaperAnswer>(answer)?,
        by: said(rest, "by")?,
    })
}

fn wait(rest: &str) -> Result<Action, String> {
    Ok(Action::Wait(seconds(rest)?))
}

fn restart(rest: &str) -> Result<Action, String> {
    let away = match rest {
        "" => Duration::ZERO,
        _ => seconds(&named(rest, "after")?)?,
    };
    Ok(Action::Restart { away })
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.strip_suffix('s').ok_or("a time needs seconds, like `45s`")?;
    Ok(Duration::from_secs(number(seconds)?))
}

/// A word that the API spells the same way.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::from(text)).map_err(|_| format!("`{text}` is not known here"))
}

/// Words that a person signs with, or gives as a reason.
fn said<T: FromStr<Err = UnfitWords>>(rest: &str, key: &str) -> Result<T, String> {
    named(rest, key)?.parse().map_err(|unfit: UnfitWords| format!("`{key}=`: {unfit}"))
}

fn named(rest: &str, key: &str) -> Result<String, String> {
    let mut words = rest.split_whitespace();
    let first = words.find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
    let first = first.ok_or_else(|| format!("`{key}=` is missing"))?;
    let others = words.take_while(|word| !word.contains('='));
    Ok([first].into_iter().chain(others).collect::<Vec<_>>().join(" "))
}

fn pairs(rest: &str) -> Result<BTreeMap<String, String>, String> {
    let pair = |word: &str| {
        let (key, value) = word.split_once('=').ok_or_else(|| format!("`{word}` should be `key=value`"))?;
        Ok((key.to_owned(), value.to_owned()))
    };
    rest.split_whitespace().map(pair).collect()
}

fn denomination(value: &str) -> Result<Denomination, String> {
    Denomination::try_from(number::<i64>(value)?).map_err(|error| error.to_string())
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is no number that fits here"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_understood() {
        let text = "runs-on: world pty\n\
            profile: full vending\n\
            # a comment\n\
            bill example=dental\n\
            bill patient=0042 due=3000 ready=no\n\
            billing folder-away -> rings bills or results, status not the one that was set up\n\
            billing wrong-file patient=0042 -> rings nothing\n\
            scan 0042 -> screen confirm_payer\n\
            insert 1000 2000 -> screen insert_cash missing=0, gives-back 5000\n\
            stock 1000=10 5=100\n\
            count 1000=9 by=Sato\n\
            insert 500 -> change 770, tray 770, owed 0\n\
            take note\n\
            take coins\n\
            touch call-staff\n\
            key-birthday 0105\n\
            device id003 jam acceptor\n\
            decide continue by=Sato\n\
            decide return by=Sato refused=yes\n\
            take-over by=Sato reason=test\n\
            settle-doubts said=other_unit receipt=12 payment=14 by=Sato\n\
            settle-incidents said=over_short by=Sato -> incidents 0\n\
            answer-call by=Sato\n\
            paper 000001 complete by=Sato\n\
            paper slip-000001 unknown by=Sato\n\
            wait 45s\n\
            restart\n\
            disk full\n\
            clock -1d\n\
            confirm-clock by=Sato refused=yes\n\
            expect -> outcome paid\n";
        let scenario: Scenario = text.parse().unwrap();
        assert!(scenario.in_world && scenario.on_ptys);
        assert_eq!(scenario.profiles, Profile::USUAL);
        assert_eq!(scenario.steps.len(), 28);
    }

    #[test]
    fn a_wrong_line_is_named_with_what_is_wrong() {
        let cases = [
            ("\nfly away", "line 2: `fly` is nothing that can happen: fly away"),
            ("insert 200", "line 1: there is no coin or note of 200 yen: insert 200"),
            ("bill due=3", "line 1: a bill needs `patient=`: bill due=3"),
            (
                "profile: small",
                "line 1: there is no cabinet `small`; there are full, vending, two-recyclers and two-coin-units: profile: small",
            ),
            (
                "take all",
                "line 1: one can `take note`, `take note-2`, `take coins` or `take coins-2`: take all",
            ),
            ("stock 3=1", "line 1: there is no coin or note of 3 yen: stock 3=1"),
            (
                "billing gone",
                "line 1: `billing gone` is nothing that can happen; see docs/scenarios.md: billing gone",
            ),
            ("wait 5", "line 1: a time needs seconds, like `45s`: wait 5"),
            ("key-birthday May 1", "line 1: a birthday is keyed as digits, like 0105: key-birthday May 1"),
        ];
        for (text, sentence) in cases {
            assert_eq!(text.parse::<Scenario>().unwrap_err().to_string(), sentence);
        }
    }
}
