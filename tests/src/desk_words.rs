//! What people read who ask a running machine with `seisanki-diag`. The daemon is played here: what is tested is the way
//! from its data to a person's words, or to a program.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixListener;
use std::process::{Command, Output};

use api::{Answer, CallAbout, CallReason, CallView, Done, PaymentId, Refusal, ToDesk, WallTime, to_line};
use money::Yen;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs;

/// Asks a daemon that says `said` to whatever it is asked. Returns what it was asked, too.
fn ask(said: &ToDesk, arguments: &[&str]) -> (Output, Value) {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("diag.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let answer = to_line(said);
    let daemon = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let [_hello, asked] = [lines.next().unwrap().unwrap(), lines.next().unwrap().unwrap()];
        stream.write_all(&answer).unwrap();
        serde_json::from_str(&asked).unwrap()
    });
    let output = Command::new(programs::folder().join("seisanki-diag"))
        .arg("--socket")
        .arg(&socket)
        .args(arguments)
        .output()
        .unwrap();
    (output, daemon.join().unwrap())
}

#[track_caller]
fn check(said: &ToDesk, arguments: &[&str], out: &str) {
    let (output, _) = ask(said, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), out);
}

#[test]
fn nobody_calls_and_it_is_said_so() {
    let nobody = ToDesk::Answer(Answer::Calls(Vec::new()));
    check(&nobody, &["calls"], "呼び出しはありません。\n");
    check(&nobody, &["calls", "--language", "en"], "Nobody is calling.\n");
    check(&nobody, &["calls", "--json"], "");
}

#[test]
fn a_call_says_what_it_is_about() {
    let about = vec![CallAbout::Slip { payment: PaymentId(23), amount: Yen::new(600) }];
    let since = WallTime(0);
    let owed = CallView { reason: CallReason::Owed, since, about, answered_by: None };
    let (output, asked) = ask(&ToDesk::Answer(Answer::Calls(vec![owed])), &["calls"]);
    assert_eq!(asked, json!({ "ask": "calls" }));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("日前: 預り票でお渡しするお金があります(呼び出し中)"), "{text}");
    assert!(text.contains("  預り票 000023・お渡しする金額 600円"), "{text}");
}

#[test]
fn a_journal_that_holds_is_said_to_hold() {
    let holds = ToDesk::Answer(Answer::JournalVerified { entries: 3, head: "ab".to_owned() });
    check(&holds, &["journal", "verify"], "記録は正しくつながっています。3件、最後のハッシュ ab\n");
    let as_json = "{\"entries\":3,\"head\":\"ab\",\"holds\":true}\n";
    check(&holds, &["--json", "journal", "verify"], as_json);
}

#[test]
fn an_order_is_signed_and_a_refusal_says_what_to_do() {
    let refused = ToDesk::Refused(Refusal::UnderWay { payment: PaymentId(7) });
    let order = ["payment", "take-over", "7", "--by", "佐藤", "--reason", "紙幣詰まり"];
    let (output, asked) = ask(&refused, &order);
    assert!(!output.status.success());
    let act = json!({ "take_over": { "payment": 7, "reason": "紙幣詰まり" } });
    assert_eq!(asked, json!({ "order": { "staff": "佐藤", "act": act } }));
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert!(sentence.starts_with("支払い 000007 は機械で進んでいます。"), "{sentence}");

    let (output, asked) =
        ask(&ToDesk::Done(Done::CallsAnswered), &["calls", "answer", "owed", "--by", "佐藤"]);
    assert_eq!(asked["order"]["act"], json!({ "answer_calls": { "reason": "owed" } }));
    assert!(output.status.success());
}

#[test]
fn nobody_signs_with_nothing() {
    let output = Command::new(programs::folder().join("seisanki-diag"))
        .args(["calls", "answer", "--by", " "])
        .output()
        .unwrap();
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && sentence.contains("1 to 100 characters"), "{sentence}");
}
