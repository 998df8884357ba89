//! Manners of files: names that say something, a length that can be read, nobody's own machine.

use super::code::lines_with_word;
use super::workspace::TextFile;
use super::{Package, SourceFile, Violation};

/// Drawers for whatever has no place yet; the next thing without a place goes into them too.
const DRAWERS: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils"];

/// A file that a person reads in one sitting.
const RUST_LINES_MAX: usize = 500;

/// No member of the workspace, so it cannot take the lints. Its targets are a few lines each.
const WITHOUT_LINTS: &str = "fuzz";

/// Folders that exist on one machine only. Written in two halves, or this file would break its own rule.
const MACHINE_PATHS: &[&str] = &[concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/")];

pub(super) fn check_manifest(package: &Package) -> Vec<Violation> {
    let mut violations = Vec::new();
    let manifest = package.manifest_path();
    let folder_name = package.folder.rsplit('/').next().unwrap_or_default();
    if folder_name != package.name {
        violations.push(Violation::new(
            &manifest,
            1,
            format!("package `{}` lies in a folder called `{folder_name}`", package.name),
            "give both one name, so that a crate is found without a search",
        ));
    }
    if package.name != WITHOUT_LINTS && !takes_workspace_lints(&package.manifest) {
        violations.push(Violation::new(
            &manifest,
            1,
            "the lints of the workspace are off",
            "add `[lints]` with `workspace = true`",
        ));
    }
    violations
}

pub(super) fn check_source(source: &SourceFile<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let lines = source.code.lines().count();
    if lines > RUST_LINES_MAX {
        violations.push(Violation::new(
            source.path,
            RUST_LINES_MAX + 1,
            format!("{lines} lines of Rust"),
            format!("split it by what it is about: {RUST_LINES_MAX} is the most"),
        ));
    }
    for drawer in DRAWERS {
        let declared = lines_with_word(&source.code, &format!("mod {drawer}"));
        let named = source.path.split('/').any(|part| part.strip_suffix(".rs").unwrap_or(part) == *drawer);
        for line in declared.into_iter().chain(named.then_some(1)) {
            violations.push(Violation::new(
                source.path,
                line,
                format!("a module called `{drawer}`"),
                "name it after what it is about, or move each part to whom it serves",
            ));
        }
    }
    violations
}

pub(super) fn check_text(file: &TextFile) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for path in MACHINE_PATHS.iter().filter(|path| contains_absolute(line, path)) {
            violations.push(Violation::new(
                &file.path,
                number,
                format!("a path of one machine: {path}"),
                "write it relative to the repository, or take it from a setting",
            ));
        }
    }
    violations
}

/// `docs{path}` goes on from something before it and is fine; `{path}` by itself, in quotes or after a blank is not.
fn contains_absolute(line: &str, path: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "._-~*}>)".contains(c);
    line.match_indices(path).any(|(start, _)| !line[..start].chars().next_back().is_some_and(goes_on))
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let mut section = "";
    manifest.lines().map(str::trim).any(|line| {
        if line.starts_with('[') {
            section = line;
        }
        let setting: String = line.split_whitespace().collect();
        setting == "lints.workspace=true" || (section == "[lints]" && setting == "workspace=true")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(violations: Vec<Violation>) -> Vec<String> {
        violations.into_iter().map(|violation| format!("{}: {}", violation.line, violation.rule)).collect()
    }

    fn manifest_rules(name: &str, folder: &str, manifest: &str) -> Vec<String> {
        let package = Package {
            name: name.into(),
            folder: folder.into(),
            manifest: manifest.into(),
            dependencies: Vec::new(),
        };
        rules(check_manifest(&package))
    }

    fn source_rules(path: &str, code: &str) -> Vec<String> {
        rules(check_source(&SourceFile { package: "money", path, code: code.into() }))
    }

    #[test]
    fn a_folder_has_the_name_of_its_package() {
        let lints = "[lints]\nworkspace = true\n";
        assert!(manifest_rules("money", "crates/money", lints).is_empty());
        assert!(manifest_rules("sim", "sim", lints).is_empty());
        assert_eq!(
            manifest_rules("seisanki-money", "crates/money", lints),
            ["1: package `seisanki-money` lies in a folder called `money`"]
        );
    }

    #[test]
    fn every_package_takes_the_lints_of_the_workspace() {
        assert!(manifest_rules("money", "crates/money", "lints.workspace = true").is_empty());
        for manifest in
            ["", "[lints]\nworkspace = false", "[package]\nworkspace = true", "[lints]\n[x]\nworkspace=true"]
        {
            assert_eq!(
                manifest_rules("money", "crates/money", manifest),
                ["1: the lints of the workspace are off"]
            );
        }
    }

    #[test]
    fn a_file_is_read_in_one_sitting() {
        assert!(source_rules("crates/money/src/yen.rs", &"x\n".repeat(500)).is_empty());
        assert_eq!(source_rules("crates/money/src/yen.rs", &"x\n".repeat(501)), ["501: 501 lines of Rust"]);
    }

    #[test]
    fn no_drawers() {
        assert_eq!(source_rules("crates/money/src/lib.rs", "\nmod utils;"), ["2: a module called `utils`"]);
        assert_eq!(source_rules("crates/money/src/misc.rs", ""), ["1: a module called `misc`"]);
        assert_eq!(source_rules("tests/src/common/mod.rs", ""), ["1: a module called `common`"]);
        assert!(source_rules("crates/money/src/utilisation.rs", "mod utilisation;").is_empty());
    }

    #[test]
    fn nobodys_own_machine() {
        let broken = |path: &str, before: &str| {
            let text = format!("first\n{before}{path}x\n");
            rules(check_text(&TextFile { path: "config/machine.toml".into(), text }))
        };
        for path in MACHINE_PATHS {
            for before in ["", "path = \"", "see ", "PATH=/bin:"] {
                assert_eq!(broken(path, before), [format!("2: a path of one machine: {path}")], "{before}");
            }
            for before in ["docs", "https://example.org", "$ROOT.", "${ROOT}"] {
                assert!(broken(path, before).is_empty(), "{before}");
            }
        }
    }
}
