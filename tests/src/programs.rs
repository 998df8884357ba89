use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The folder in which the programs of this workspace lie, built from what is in the tree now.
pub(crate) fn folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(build).clone()
}

/// A test must never run yesterday's daemon, so cargo is asked; with nothing to do it answers within a second.
fn build() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--workspace", "--bins", "--locked", "--quiet", "--message-format=json"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs these tests, so it can be started");
    assert!(output.status.success(), "the programs do not build");
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    let daemon = executables.into_iter().find(|path| path.ends_with("seisankid"));
    daemon.expect("the workspace builds seisankid").parent().expect("a program lies in a folder").to_owned()
}
