//! No circle between folders: of two folders of a crate at most one knows the other, also by way of others.

use std::collections::{BTreeMap, BTreeSet};

use super::code::{lines_importing, lines_with_word};
use super::{SourceFile, Violation};

const REMEDY: &str =
    "a folder is read without those above it: move what both need below both, or hand it in as an argument";

/// What the modules of one crate name of each other. A module is a file or a folder directly below `src`.
#[derive(Default)]
struct Modules<'a> {
    folders: BTreeSet<&'a str>,
    files: Vec<(&'a str, &'a SourceFile<'a>)>,
}

/// A place in which one module names another.
struct Naming<'a> {
    from: &'a str,
    to: &'a str,
    file: &'a str,
    line: usize,
}

pub(super) fn check(sources: &[SourceFile<'_>]) -> Vec<Violation> {
    let mut crates: BTreeMap<&str, Modules<'_>> = BTreeMap::new();
    for source in sources {
        let Some((krate, module, is_folder)) = module_of(source.path) else { continue };
        let modules = crates.entry(krate).or_default();
        modules.files.push((module, source));
        if is_folder {
            modules.folders.insert(module);
        }
    }
    crates.values().flat_map(Modules::circles).collect()
}

/// The crate's folder, the module, and whether the file lies in a folder of the module. Roots of programs and tests name
/// whatever they like.
fn module_of(path: &str) -> Option<(&str, &str, bool)> {
    let (krate, below) = path.split_once("/src/")?;
    if below.split(['/', '.']).any(|part| part == "tests") {
        return None;
    }
    match below.split_once('/') {
        Some((folder, _)) => Some((krate, folder, true)),
        None => below
            .strip_suffix(".rs")
            .filter(|name| !["lib", "main"].contains(name))
            .map(|m| (krate, m, false)),
    }
}

impl<'a> Modules<'a> {
    fn circles(&self) -> Vec<Violation> {
        let namings = self.namings();
        let in_circle = |naming: &&Naming<'_>| {
            let has_folder = self.folders.contains(naming.from) || self.folders.contains(naming.to);
            has_folder && reaches(&namings, naming.to, naming.from)
        };
        let violation = |naming: &Naming<'_>| {
            let rule = format!("`{}` names `{}`, which knows it in turn", naming.from, naming.to);
            Violation::new(naming.file, naming.line, rule, REMEDY)
        };
        namings.iter().filter(in_circle).map(violation).collect()
    }

    fn namings(&self) -> Vec<Naming<'a>> {
        let names: BTreeSet<&str> = self.files.iter().map(|(module, _)| *module).collect();
        let mut namings = Vec::new();
        for (from, source) in &self.files {
            let code = without_tests(&source.code);
            for to in names.iter().filter(|to| *to != from) {
                let path = format!("crate::{to}");
                let lines = lines_with_word(code, &path).into_iter().chain(lines_importing(code, &path));
                if let Some(line) = lines.min() {
                    namings.push(Naming { from, to, file: source.path, line });
                }
            }
        }
        namings
    }
}

/// Tests stand at the end of a file, and may look at whatever they like.
fn without_tests(code: &str) -> &str {
    code.split_once("#[cfg(test)]\nmod tests {").map_or(code, |(before, _)| before)
}

fn reaches(namings: &[Naming<'_>], from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        let next = namings.iter().filter(|naming| naming.from == module).map(|naming| naming.to);
        open.extend(next.filter(|next| seen.insert(next)));
    }
    seen.contains(to)
}

#[cfg(test)]
mod tests {
    use super::super::code::code_only;
    use super::*;

    fn check(files: &[(&'static str, &str)]) -> Vec<String> {
        let source = |&(path, text)| SourceFile { package: "engine", path, code: code_only(text) };
        let sources: Vec<SourceFile<'_>> = files.iter().map(source).collect();
        let violations = super::check(&sources);
        violations.iter().map(|found| format!("{}:{}: {}", found.file, found.line, found.rule)).collect()
    }

    #[test]
    fn two_folders_that_know_each_other() {
        let found = check(&[
            ("a/src/visit/mod.rs", "use api::Page;\nuse crate::{books, payment::Fixing};"),
            ("a/src/payment/fixing.rs", "use crate::visit::Scene;"),
            ("a/src/books/mod.rs", "// crate::visit"),
            ("b/src/books/mod.rs", "use crate::visit::Visit;"),
        ]);
        let expected = [
            "a/src/visit/mod.rs:2: `visit` names `payment`, which knows it in turn",
            "a/src/payment/fixing.rs:1: `payment` names `visit`, which knows it in turn",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_circle_by_way_of_a_file() {
        let found = check(&[
            ("a/src/cash/till.rs", "fn of(turn: &crate::turn::Turn) {}"),
            ("a/src/turn.rs", "use crate::calls::Calls;"),
            ("a/src/calls.rs", "use crate::cash::Till;\nuse crate::turn::Turn;"),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|line| line.contains("cash")), "two files may name each other: {found:?}");
    }

    #[test]
    fn tests_and_roots_look_at_everything() {
        let found = check(&[
            ("a/src/cash/mod.rs", "use crate::turn::Turn;"),
            ("a/src/turn.rs", "#[cfg(test)]\nmod tests {\n    use crate::cash::Till;\n}"),
            ("a/src/tests/mod.rs", "use crate::cash::Till;\nuse crate::turn::Turn;"),
            ("a/src/lib.rs", "pub use crate::cash::Till;"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
