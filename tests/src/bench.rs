//! `cargo xtask bench journal` prints what it promises; what it measures is nobody's test.

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// More payments than a day has, so that the books are carried forward once.
const PAYMENTS: u64 = 400;

#[test]
fn a_journal_is_measured_and_every_figure_is_said() {
    let folder = TempDir::new().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--package", "journal", "--example", "bench", "--"])
        .args(["all", &PAYMENTS.to_string()])
        .arg(folder.path())
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs these tests, so it can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed: Value = serde_json::from_slice(&output.stdout).expect("it prints one line of JSON");
    assert_eq!(printed["payments"], PAYMENTS);
    assert!(printed["entries"].as_u64() > Some(PAYMENTS), "{printed}");
    let figures =
        ["start_ms", "start_peak_mb", "status_ms_p99", "append_ms_p50", "append_ms_p99", "fdatasync_ms_p50"];
    for figure in figures {
        assert!(printed[figure].as_f64() > Some(0.0), "{figure} in {printed}");
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "the file is removed again");
}
