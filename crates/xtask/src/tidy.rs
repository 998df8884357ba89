//! `cargo xtask tidy`: the rules that keep the workspace as ARCHITECTURE.md says it is.
//!
//! Each rule is a row of data with its reason, checked by a pure function over what [`workspace`] has read. Who
//! wants to change a rule changes its row, and says why in docs/adr.

mod code;
mod dependencies;
mod files;
mod folders;
mod sources;
mod workspace;

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use workspace::{Package, SourceFile, Workspace};

/// The crates that decide and translate. They get the time, bytes and chance as arguments, so that every run can
/// be replayed from what went in.
const PURE: &[&str] =
    &["billing", "desk-words", "device-api", "document", "engine", "machine", "money", "wire"];

pub(crate) fn run() -> Result<ExitCode, Box<dyn Error>> {
    let workspace = Workspace::read()?;
    let violations = check(&workspace);
    for violation in &violations {
        println!("{violation}");
    }
    println!(
        "tidy: {} crates, {} files, {} violations",
        workspace.packages.len(),
        workspace.files.len(),
        violations.len()
    );
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One place where a rule does not hold.
#[derive(Debug, PartialEq)]
struct Violation {
    file: String,
    line: usize,
    /// What is wrong.
    rule: String,
    /// What to do.
    remedy: String,
}

impl Violation {
    fn new(file: &str, line: usize, rule: impl Into<String>, remedy: impl Into<String>) -> Violation {
        Violation { file: file.into(), line, rule: rule.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { file, line, rule, remedy } = self;
        write!(f, "{file}:{line}: {rule}\n    {remedy}")
    }
}

/// Where something is allowed.
#[derive(Clone, Copy)]
enum Scope {
    AllBut(&'static [&'static str]),
    OnlyIn(&'static [&'static str]),
    OnlyInFile(&'static str),
    NotBelow(&'static str),
    Nowhere,
}

impl Scope {
    fn allows(self, package: &str, file: &str) -> bool {
        match self {
            Scope::AllBut(packages) => !packages.contains(&package),
            Scope::OnlyIn(packages) => packages.contains(&package),
            Scope::OnlyInFile(only) => file == only,
            Scope::NotBelow(folder) => !file.starts_with(folder),
            Scope::Nowhere => false,
        }
    }
}

fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in &workspace.packages {
        violations.extend(dependencies::check(package));
        violations.extend(files::check_manifest(package));
    }
    violations.extend(workspace.files.iter().flat_map(files::check_text));
    let source = |file| SourceFile::new(file, &workspace.packages);
    let sources: Vec<SourceFile<'_>> = workspace.files.iter().filter_map(source).collect();
    for source in &sources {
        violations.extend(sources::check(source));
        violations.extend(files::check_source(source));
    }
    violations.extend(folders::check(&sources));
    violations.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_tidy() {
        let violations: Vec<String> =
            check(&Workspace::read().unwrap()).iter().map(ToString::to_string).collect();
        assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
    }

    #[test]
    fn a_violation_says_where_what_and_what_to_do() {
        let violation = Violation::new("crates/money/src/yen.rs", 7, "a float", "use Yen");
        assert_eq!(violation.to_string(), "crates/money/src/yen.rs:7: a float\n    use Yen");
    }

    #[test]
    fn scopes() {
        let file = "devices/src/port.rs";
        assert!(Scope::AllBut(&["engine"]).allows("devices", file));
        assert!(!Scope::AllBut(&["devices"]).allows("devices", file));
        assert!(Scope::OnlyIn(&["devices"]).allows("devices", file));
        assert!(!Scope::OnlyIn(&["engine"]).allows("devices", file));
        assert!(Scope::OnlyInFile("devices/src/port.rs").allows("devices", file));
        assert!(!Scope::OnlyInFile("devices/src/lib.rs").allows("devices", file));
        assert!(!Scope::Nowhere.allows("devices", file));
    }
}
