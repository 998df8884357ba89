//! The programs of the workspace: build them once, find them, become one of them.

use std::error::Error;
use std::io::BufReader;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use cargo_metadata::Message;

/// Builds every program and returns the folder that they all lie in.
///
/// The folder is read from cargo's own messages, because a target directory may be set in four places. Cargo's
/// report for people goes to standard error, so that standard output stays free for the program's result.
pub(crate) fn build() -> Result<PathBuf, Box<dyn Error>> {
    let mut cargo = Command::new("cargo")
        .args(["build", "--workspace", "--bins", "--locked"])
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    let messages = cargo.stdout.take().ok_or("cargo has no standard output")?;

    let mut executables = Vec::new();
    for message in Message::parse_stream(BufReader::new(messages)) {
        if let Message::CompilerArtifact(artifact) = message?
            && let Some(executable) = artifact.executable
        {
            executables.push(executable.into_std_path_buf());
        }
    }
    if !cargo.wait()?.success() {
        return Err("the programs do not build; the reason stands above".into());
    }
    let folder = executables.first().and_then(|path| path.parent());
    Ok(folder.ok_or("cargo built no program")?.to_owned())
}

/// The simulator, ready for its arguments.
pub(crate) fn simulator(folder: &Path) -> Command {
    Command::new(folder.join("seisanki-sim"))
}

/// Replaces this process by the program, so that its exit code, its signals and its terminal are its own.
pub(crate) fn become_program(mut program: Command) -> Result<ExitCode, Box<dyn Error>> {
    let error = program.exec();
    Err(format!("cannot start {}: {error}", Path::new(program.get_program()).display()).into())
}
