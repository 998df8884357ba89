//! The unmodified daemon and the technician's tools, on a machine whose devices are all away.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs;

const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config");

/// A machine's folder with its configuration and its journal.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = TempDir::new().unwrap();
        let copied = Command::new("cp").args(["-r", CONFIG]).arg(folder.path().join("etc")).status().unwrap();
        assert!(copied.success());
        let place = Place { folder };
        std::fs::rename(place.etc().join("machine.example.toml"), place.config()).unwrap();
        let made = place.daemon().arg("--provision").output().unwrap();
        assert!(made.status.success(), "{}", text(&made.stderr));
        place
    }

    fn etc(&self) -> PathBuf {
        self.folder.path().join("etc")
    }

    fn config(&self) -> PathBuf {
        self.etc().join("machine.toml")
    }

    /// Under the least careful umask.
    fn daemon(&self) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(programs::folder().join("seisankid"));
        command.arg("--config").arg(self.config()).stdin(Stdio::null());
        command
    }

    fn start(&self) -> Running {
        let mut child = self.daemon().stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut running = Running { child, log };
        running.wait_for("the machine is running");
        running
    }

    fn diag(&self, arguments: &[&str]) -> Output {
        let socket = self.etc().join("run/diag.sock");
        let mut diag = Command::new(programs::folder().join("seisanki-diag"));
        diag.arg("--socket").arg(socket).args(["--language", "en"]).args(arguments).output().unwrap()
    }

    fn copy(&self, to: &Path) -> Output {
        let config = self.config();
        self.diag(&[
            "--json",
            "journal",
            "backup",
            to.to_str().unwrap(),
            "--config",
            config.to_str().unwrap(),
        ])
    }
}

struct Running {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Running {
    /// Reads the log up to this.
    fn wait_for(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert!(self.log.read_line(&mut line).unwrap() > 0, "it ended without `{words}`");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended; then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

fn json_lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_journal_is_followed_and_copied_while_the_machine_works() {
    let place = Place::new();
    let _running = place.start();
    let followed = json_lines(&place.diag(&["journal", "follow", "--to-newest"]));
    let shown = json_lines(&place.diag(&["--json", "journal", "show"]));
    assert_eq!(followed[0]["entry"]["type"], "journal_begun");
    assert_eq!(followed[..], shown[..followed.len()]);
    let first = followed[0]["hash"].as_str().unwrap();
    let rest = place.diag(&["journal", "follow", "--after", "1", "--hash", first, "--to-newest"]);
    assert_eq!(json_lines(&rest)[..followed.len() - 1], followed[1..]);
    let other = place.diag(&["journal", "follow", "--after", "1", "--hash", "00", "--to-newest"]);
    assert!(!other.status.success() && text(&other.stderr).contains("not the journal that was followed"));

    let to = place.folder.path().join("copy.sqlite");
    let copied = json_lines(&place.copy(&to));
    assert_eq!(copied[0]["copied"], json!(to));
    assert!(copied[0]["entries"].as_u64().unwrap() >= followed.len() as u64);
    let again = place.copy(&to);
    assert!(!again.status.success() && text(&again.stderr).contains("exists already"));
    assert!(place.diag(&["journal", "verify"]).status.success());
}

#[test]
fn one_daemon_runs_in_a_folder_with_sockets_for_its_user_alone() {
    let place = Place::new();
    let _running = place.start();
    for name in ["kiosk.sock", "bridge.sock", "diag.sock", "feed.sock"] {
        let mode = std::fs::metadata(place.etc().join("run").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    // Another machine, whose configuration names the same folder by mistake.
    let other = Place::new();
    let file = std::fs::read_to_string(other.config()).unwrap();
    let run = place.etc().join("run");
    let file = file.replace("run = \"run\"", &format!("run = \"{}\"", run.display()));
    std::fs::write(other.config(), file).unwrap();
    let refused = other.daemon().output().unwrap();
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("another seisankid runs"), "{}", text(&refused.stderr));
    assert!(place.diag(&["status"]).status.success(), "the first one is still reached");
}

#[test]
fn ctrl_c_ends_it_in_order() {
    let place = Place::new();
    let mut running = place.start();
    let pid = running.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    running.wait_for("stopped");
    assert!(running.child.wait().unwrap().success());
}
