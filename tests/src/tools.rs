//! The technician's two tools against each other: `seisanki-sim device` plays one device, `seisanki-diag device`
//! runs its driver alone. Other programs are written against these commands and lines.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs;

/// How long a line may take: a note unit initialises for some seconds, and the computer may be busy.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_note_is_stacked_and_another_returned() {
    let folder = TempDir::new().unwrap();
    let port = folder.path().join("port");
    let mut device =
        Tool::start("seisanki-sim", &["device", "id003", "--profile", "shuffled", "--link"], &port);
    let mut driver = Tool::start("seisanki-diag", &["device", "id003", "--port"], &port);
    driver.expect(&json!({ "event": "identified", "values": [1000, 2000, 5000, 10000] }));
    driver.expect(&json!({ "event": "ready" }));
    device.say("insert 1000");
    device.expect(&json!({ "happened": "refused_at_entry", "value": 1000 }));
    driver.say("status");
    driver.expect(&json!({ "event": "ready" }));

    driver.say("accept on");
    device.insert(2000);
    driver.expect(&json!({ "event": "escrowed", "value": 2000 }));
    driver.say("stack");
    driver.expect(&json!({ "event": "stacked", "value": 2000 }));
    driver.expect(&json!({ "event": "stored", "value": 2000, "place": "cash-box" }));

    device.insert(5000);
    driver.expect(&json!({ "event": "escrowed", "value": 5000 }));
    driver.say("return");
    device.expect(&json!({ "happened": "returned", "value": 5000 }));
    device.say("take");
    driver.expect(&json!({ "event": "returned", "value": 5000 }));

    driver.say("counts");
    driver.expect(&json!({ "event": "counts", "stacked_total": 1 }));
    driver.say("fly");
    driver.expect_error("the commands are");
    device.say("fly");
    device.expect_error("fly");
    device.say("help");
    device.expect(&json!({ "ok": "help" }));
}

#[test]
fn notes_are_paid_out_only_outside_the_books() {
    let folder = TempDir::new().unwrap();
    let port = folder.path().join("port");
    let mut device = Tool::start("seisanki-sim", &["device", "id003", "--link"], &port);
    device.say("drum 1000 fill 5");
    device.expect(&json!({ "ok": "drum 1000 fill 5" }));

    let mut careful = Tool::start("seisanki-diag", &["device", "id003", "--port"], &port);
    careful.expect(&json!({ "event": "ready" }));
    careful.say("payout 1000 2");
    careful.expect_error("--outside-the-books");
    drop(careful);

    let mut driver =
        Tool::start("seisanki-diag", &["device", "id003", "--outside-the-books", "--port"], &port);
    driver.expect(&json!({ "event": "ready" }));
    driver.say("accept off");
    driver.expect(&json!({ "event": "inhibited" }));
    driver.say("payout 1000 2");
    for _ in 0..2 {
        driver.expect(&json!({ "event": "presented" }));
        device.say("take");
        driver.expect(&json!({ "event": "taken" }));
    }
    driver.expect(&json!({ "event": "dispensed", "value": 1000, "pieces": 2 }));
}

#[test]
fn coins_are_credited_and_paid_out() {
    check_coins(&[]);
}

#[test]
fn the_tools_understand_each_other_by_the_name_of_a_profile() {
    check_coins(&["--profile", "shuffled"]);
    check_coins(&["--profile", "vending"]);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/profiles/coin-unit-cctalk-shuffled.toml");
    check_coins(&["--profile", file]);
}

fn check_coins(profile: &[&str]) {
    let folder = TempDir::new().unwrap();
    let port = folder.path().join("port");
    let device = [&["device", "cctalk"], profile, &["--link"]].concat();
    let mut device = Tool::start("seisanki-sim", &device, &port);
    device.say("hopper 100 fill 10");
    device.expect(&json!({ "ok": "hopper 100 fill 10" }));
    let driver = [&["device", "cctalk", "--outside-the-books"], profile, &["--port"]].concat();
    let mut driver = Tool::start("seisanki-diag", &driver, &port);
    driver.expect(&json!({ "event": "identified" }));
    driver.say("accept on");
    device.insert(500);
    driver.expect(&json!({ "event": "inserted", "value": 500 }));
    driver.say("accept off");
    driver.expect(&json!({ "event": "inhibited" }));
    driver.say("dispense 100 3");
    driver.expect(&json!({ "event": "dispensed", "value": 100, "pieces": 3 }));
}

#[test]
fn a_bill_is_printed_and_kept_as_text_and_picture() {
    let folder = TempDir::new().unwrap();
    let port = folder.path().join("port");
    let paper = folder.path().join("paper");
    let paper_option = paper.to_str().unwrap();
    let mut device =
        Tool::start("seisanki-sim", &["device", "escpos", "--paper", paper_option, "--link"], &port);
    let mut driver = Tool::start("seisanki-diag", &["device", "escpos", "--port"], &port);
    driver.expect(&json!({ "event": "status", "ready": true }));
    let bill = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/examples/bills/mixed.json");
    driver.say(&format!("print {bill}"));
    device.expect(&json!({ "happened": "cut", "complete": true, "piece": 1 }));
    driver.expect(&json!({ "event": "printed", "job": 1 }));

    let text = std::fs::read_to_string(paper.join("0001.txt")).unwrap();
    assert!(text.contains("領収証") && text.contains("見本・無効"), "{text}");
    assert!(std::fs::read(paper.join("0001.png")).unwrap().starts_with(b"\x89PNG"));

    device.say("cover open");
    driver.expect(&json!({ "event": "status", "ready": false }));
    driver.say(&format!("print {bill}"));
    driver.expect(&json!({ "event": "not_started", "job": 2 }));
}

#[test]
fn a_code_is_seen_but_never_shown() {
    let folder = TempDir::new().unwrap();
    let port = folder.path().join("port");
    let mut device = Tool::start("seisanki-sim", &["device", "scanner", "--link"], &port);
    let mut driver = Tool::start("seisanki-diag", &["device", "scanner", "--port"], &port);
    driver.expect(&json!({ "event": "connected", "connected": true }));
    device.say("scan 004217");
    driver.expect(&json!({ "event": "scanned", "characters": 6 }));
    device.say("unplug");
    driver.expect(&json!({ "event": "connected", "connected": false }));
    device.say("scan 004218");
    device.expect_error("the cable is out");
    device.say("plug");
    driver.expect(&json!({ "event": "connected", "connected": true }));
    assert!(!driver.seen.contains("0042"), "{}", driver.seen);
}

#[test]
fn a_device_on_tcp_hears_people_whether_or_not_a_host_is_there() {
    let address = free_address();
    let port = format!("tcp:{address}");
    let mut device = Tool::start("seisanki-sim", &["device", "scanner", "--tcp"], Path::new(&address));
    let ask = |device: &mut Tool, command: &str| {
        device.say(command);
        device.expect(&json!({ "ok": command }));
    };
    ask(&mut device, "help");
    ask(&mut device, "scan 00");
    ask(&mut device, "unplug");
    assert!(is_closed(&address), "unplugged, nobody reaches it");
    device.say("power cut");
    device.expect_error("the cable is out");
    ask(&mut device, "plug");
    for _ in 0..2 {
        let mut driver = Tool::start("seisanki-diag", &["device", "scanner", "--port"], Path::new(&port));
        driver.expect(&json!({ "event": "connected", "connected": true }));
        ask(&mut device, "scan 004217");
        driver.expect(&json!({ "event": "scanned", "characters": 6 }));
        assert!(!driver.seen.contains(r#""characters":2"#), "what nobody read is lost: {}", driver.seen);
        drop(driver);
        ask(&mut device, "scan 00");
        ask(&mut device, "unplug");
        ask(&mut device, "plug");
    }
    assert!(device.finish().success());
}

/// A port of this computer that nobody has now.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Nobody listens, or whoever does hangs up.
fn is_closed(address: &str) -> bool {
    match TcpStream::connect(address) {
        Ok(mut stream) => matches!(stream.read(&mut [0]), Ok(0) | Err(_)),
        Err(_) => true,
    }
}

#[test]
fn a_device_that_is_told_to_end_takes_its_link_away() {
    for signal in ["-TERM", "-INT"] {
        let folder = TempDir::new().unwrap();
        let port = folder.path().join("port");
        let mut device = Tool::start("seisanki-sim", &["device", "scanner", "--link"], &port);
        device.say("scan 0042");
        device.expect(&json!({ "ok": "scan 0042" }));
        assert!(port.is_symlink());
        let process = device.child.id().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
        assert!(device.child.wait().unwrap().success());
        assert!(!port.is_symlink(), "{signal}");
    }
}

#[test]
fn what_cannot_begin_says_what_to_do() {
    let folder = TempDir::new().unwrap();
    let link = folder.path().join("none/port");
    let link = link.to_str().unwrap();
    check_refused("seisanki-sim", &["device", "id003", "--link", link], "does not exist; create it");
    check_refused("seisanki-sim", &["device", "id003"], "(--link PATH | --tcp 127.0.0.1:PORT)");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check_refused("seisanki-sim", &["device", "id003", "--tcp", &address], "give another --tcp");
    for device in ["id003", "cctalk", "escpos", "scanner"] {
        let names = "one of full, vending";
        check_refused("seisanki-sim", &["device", device, "--profile", "fulll", "--link", link], names);
        check_refused("seisanki-diag", &["device", device, "--profile", "fulll", "--port", link], names);
        check_refused("seisanki-diag", &["device", device, "--port", link], "stop seisankid first");
    }
}

fn check_refused(program: &str, arguments: &[&str], sentence: &str) {
    let output = run(program, arguments);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{program} {arguments:?}");
    assert!(told.contains(sentence), "{program} {arguments:?}: {told}");
}

#[test]
fn a_driver_without_keyboard_has_looked_at_its_port() {
    let folder = TempDir::new().unwrap();
    let port = folder.path().join("port");
    let mut device = Tool::start("seisanki-sim", &["device", "scanner", "--link"], &port);
    device.say("scan 0042");
    device.expect(&json!({ "ok": "scan 0042" }));
    let output = run("seisanki-diag", &["device", "scanner", "--port", port.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_script_that_cannot_be_played_is_refused_with_one_line() {
    let folder = TempDir::new().unwrap();
    let programs = programs::folder();
    for (name, text, reason) in [
        ("missing.scn", None, "cannot be read"),
        ("wrong.scn", Some("runs-on: pty\ndance\n"), "line 2: `dance` is nothing that can happen"),
        ("world.scn", Some("runs-on: world\nscan 0042\n"), "does not run on `pty`"),
    ] {
        let file = folder.path().join(name);
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let [programs, file] = [&programs, &file].map(|path| path.to_str().unwrap());
        let output = run("seisanki-sim", &["demo", "--bin-dir", programs, "--script", file]);
        assert_eq!(output.status.code(), Some(1));
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&line["outcome"], &line["due"]), (&json!("refused"), &json!(0)));
        assert!(line["reason"].as_str().unwrap().contains(reason), "{line}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(reason));
    }
}

/// A tool without a keyboard, until it ends.
fn run(program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(programs::folder().join(program));
    command.args(arguments).stdin(Stdio::null()).output().expect("the tool starts")
}

/// Bugs that are put in to check the checkers stay in the simulator. Technicians read this line too.
#[test]
fn no_bug_is_planted_in_the_program_that_holds_the_money() {
    let output = Command::new(programs::folder().join("seisankid")).arg("--version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && version.starts_with("seisankid "), "{version}");
    assert!(version.trim_end().ends_with(" planted=false"), "{version}");
}

/// A person looks before the next try.
const RETRY_EVERY: Duration = Duration::from_millis(100);

/// A running tool, its lines, and a keyboard.
struct Tool {
    child: Child,
    lines: mpsc::Receiver<String>,
    /// Everything it has printed so far.
    seen: String,
}

impl Tool {
    fn start(program: &str, arguments: &[&str], port: &Path) -> Tool {
        let mut child = Command::new(programs::folder().join(program))
            .args(arguments)
            .arg(port)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        let stdout = child.stdout.take().expect("it was asked for");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                // After the test nobody listens any more.
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Tool { child, lines, seen: String::new() }
    }

    fn say(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("it was asked for");
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).expect("the tool listens");
    }

    /// Closes its keyboard and waits for its end.
    fn finish(mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        self.child.wait().expect("it is a child of ours")
    }

    /// Pushes a note at the slot until it is open, as a person would. A refusal is told beside the command's answer,
    /// before or after it.
    fn insert(&mut self, value: i64) {
        loop {
            self.say(&format!("insert {value}"));
            let (mut answered, mut taken) = (false, None);
            while !answered || taken.is_none() {
                let line = self.next(&json!({ "happened": "inserted", "value": value }));
                answered |= line.get("ok").is_some();
                taken = match line["happened"].as_str() {
                    Some("inserted") => Some(true),
                    Some("refused_at_entry") => Some(false),
                    _ => taken,
                };
            }
            if taken == Some(true) {
                return;
            }
            // A slot that is tried without a pause is busy with its refusals.
            std::thread::park_timeout(RETRY_EVERY);
        }
    }

    /// Waits for a line that holds at least the fields of `wanted`; others are passed over.
    fn expect(&mut self, wanted: &Value) {
        while !matches(&self.next(wanted), wanted) {}
    }

    fn expect_error(&mut self, words: &str) {
        let wanted = json!({ "error": words });
        while !self.next(&wanted)["error"].as_str().is_some_and(|sentence| sentence.contains(words)) {}
    }

    fn next(&mut self, wanted: &Value) -> Value {
        let line = self.lines.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|_| panic!("{wanted} did not come; this did:\n{}", self.seen));
        self.seen += &line;
        self.seen.push('\n');
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        // It may have ended by itself when its standard input was closed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn matches(line: &Value, wanted: &Value) -> bool {
    let fields = wanted.as_object().expect("an object is wanted");
    fields.iter().all(|(key, value)| line[key] == *value)
}
