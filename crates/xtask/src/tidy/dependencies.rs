//! Who may import whom, and which crates of others stay out of where.

use super::workspace::Dependency;
use super::{PURE, Package, Scope, Violation};

/// Crates of the same height. A crate imports only from lower rows; the lowest row comes first.
struct Row {
    crates: &'static [&'static str],
    /// What the row is, and what follows from it.
    sentence: &'static str,
}

const ROWS: &[Row] = &[
    Row { crates: &["money", "wire"], sentence: "the ground: imports nothing of ours" },
    Row { crates: &["device-api"], sentence: "vocabulary of devices" },
    Row {
        crates: &["api", "settings"],
        sentence: "vocabulary of people and programs, and configuration: both speak of devices too",
    },
    Row { crates: &["engine"], sentence: "the decisions: know the words, and nothing of the world" },
    Row {
        crates: &["billing", "desk-words", "devices", "document", "journal"],
        sentence: "the world's edges: each faces its own piece of the world, and none knows another",
    },
    Row {
        crates: &["machine"],
        sentence: "one machine: all of the above put together, for whoever carries its bytes, clock and disk",
    },
    Row {
        crates: &["bridge", "daemon", "diag", "kiosk-ui", "sim", "xtask"],
        sentence: "end products: they meet on sockets and serial lines, and never import one another",
    },
    Row {
        crates: &["fuzz", "tests"],
        sentence: "outside of the machine: random input and whole-machine stories, which alone import sim",
    },
];

/// Programs have no library to lean on: a story that needs one starts it.
const STARTED_NOT_IMPORTED: &[&str] = &["bridge", "daemon", "diag", "kiosk-ui", "xtask"];

struct Ban {
    dependency: &'static str,
    allowed: Scope,
    reason: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        dependency: "tokio",
        allowed: Scope::AllBut(PURE),
        reason: "pure code has no runtime: take `now` and bytes as arguments, return values",
    },
    Ban {
        dependency: "tokio-serial",
        allowed: Scope::OnlyIn(&["devices"]),
        reason: "one place opens serial ports, so that two readers of one port cannot exist: devices::port",
    },
    Ban {
        dependency: "serialport",
        allowed: Scope::OnlyIn(&["devices"]),
        reason: "one place opens serial ports, so that two readers of one port cannot exist: devices::port",
    },
    Ban {
        dependency: "rusqlite",
        allowed: Scope::OnlyIn(&["journal"]),
        reason: "what a database row means is known in one place: ask the journal crate",
    },
    Ban {
        dependency: "reqwest",
        allowed: Scope::Nowhere,
        reason: "no program connects to anything outside the machine yet; the ADR that lets one do so names it here",
    },
    Ban {
        dependency: "slint",
        allowed: Scope::OnlyIn(&["kiosk-ui"]),
        reason: "Slint makes a program GPL-3.0-only: everything else stays MIT OR Apache-2.0 and talks to kiosk-ui over a socket",
    },
    Ban {
        dependency: "slint-build",
        allowed: Scope::OnlyIn(&["kiosk-ui"]),
        reason: "Slint makes a program GPL-3.0-only: everything else stays MIT OR Apache-2.0 and talks to kiosk-ui over a socket",
    },
    Ban {
        dependency: "i-slint-backend-testing",
        allowed: Scope::OnlyIn(&["kiosk-ui"]),
        reason: "Slint makes a program GPL-3.0-only: everything else stays MIT OR Apache-2.0 and talks to kiosk-ui over a socket",
    },
    Ban {
        dependency: "axum",
        allowed: Scope::OnlyIn(&["sim"]),
        reason: "the process that holds the money has no network, and pages are served by few: sim has the cabinet page",
    },
    Ban {
        dependency: "rand",
        allowed: Scope::AllBut(PURE),
        reason: "pure code draws no chance: take it as an argument, so that a run can be replayed",
    },
    Ban {
        dependency: "getrandom",
        allowed: Scope::AllBut(PURE),
        reason: "pure code draws no chance: take it as an argument, so that a run can be replayed",
    },
    Ban {
        dependency: "tracing-subscriber",
        allowed: Scope::AllBut(PURE),
        reason: "where a log goes is for the program to say: a library writes none",
    },
];

pub(super) fn check(package: &Package) -> Vec<Violation> {
    let Some(height) = height(&package.name) else {
        return vec![Violation::new(
            &package.manifest_path(),
            1,
            format!("`{}` stands in no row", package.name),
            "put it into ROWS of tidy/dependencies.rs and into ARCHITECTURE.md",
        )];
    };
    let ours = package.dependencies.iter().filter(|dependency| dependency.is_ours);
    let theirs = package.dependencies.iter().filter(|dependency| !dependency.is_ours);
    ours.filter_map(|dependency| check_direction(package, height, dependency))
        .chain(theirs.flat_map(|dependency| check_bans(package, dependency)))
        .chain(check_features(package))
        .collect()
}

/// A bug that no wrapper can bring about would be a feature of this name, switched on by hand in a target folder of its
/// own. A line that switches it on in a manifest would plant it in a program.
fn check_features(package: &Package) -> Vec<Violation> {
    let lines = (1..).zip(package.manifest.lines()).filter(|(_, line)| names_planted(line));
    let violation = |(number, _)| {
        Violation::new(
            &package.manifest_path(),
            number,
            format!("`{}` can be built with a planted bug", package.name),
            "a manifest names no planted bug: pass the feature on the command line",
        )
    };
    lines.map(violation).collect()
}

/// Declaring the feature, at the beginning of a line, switches nothing on.
fn names_planted(line: &str) -> bool {
    let code = line.split('#').next().unwrap_or_default();
    let declared = code.trim_start().strip_prefix("planted").map_or(code, |rest| rest);
    declared.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "planted")
}

fn check_direction(package: &Package, height: usize, dependency: &Dependency) -> Option<Violation> {
    // A crate without a row is reported at its own manifest.
    let dependency_height = self::height(&dependency.name)?;
    let imported = &dependency.name;
    if STARTED_NOT_IMPORTED.contains(&imported.as_str()) {
        let rule = format!("`{}` imports the program `{imported}`", package.name);
        return Some(at_line_of(package, imported, rule, "start it as a process"));
    }
    if dependency_height < height {
        return None;
    }
    let rule = format!("`{}` imports `{imported}`, which stands no lower", package.name);
    let remedy = format!(
        "{}: {}. Move what both need to a lower row",
        ROWS[height].crates.join(", "),
        ROWS[height].sentence
    );
    Some(at_line_of(package, imported, rule, remedy))
}

fn check_bans(package: &Package, dependency: &Dependency) -> Vec<Violation> {
    let bans = BANS.iter().filter(|ban| ban.dependency == dependency.name);
    let broken = bans.filter(|ban| !ban.allowed.allows(&package.name, &package.manifest_path()));
    broken
        .map(|ban| {
            let rule = format!("`{}` depends on {}", package.name, ban.dependency);
            at_line_of(package, ban.dependency, rule, ban.reason)
        })
        .collect()
}

fn height(package: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.crates.contains(&package))
}

fn at_line_of(package: &Package, dependency: &str, rule: String, remedy: impl Into<String>) -> Violation {
    let names_it = |line: &str| {
        let after = line.strip_prefix(dependency)?.chars().next()?;
        Some(matches!(after, '.' | ' ' | '='))
    };
    let line = package.manifest.lines().position(|line| names_it(line) == Some(true));
    Violation::new(&package.manifest_path(), line.map_or(1, |line| line + 1), rule, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules that `package` breaks by depending on `dependency`.
    fn broken(package: &str, dependency: &str, is_ours: bool) -> Vec<String> {
        let package = Package {
            name: package.into(),
            folder: format!("crates/{package}"),
            manifest: format!("[dependencies]\n{dependency}.workspace = true\n"),
            dependencies: vec![Dependency { name: dependency.into(), is_ours }],
        };
        let violations = check(&package);
        violations.into_iter().map(|violation| format!("{}: {}", violation.line, violation.rule)).collect()
    }

    #[test]
    fn dependencies_point_down() {
        let allowed = [
            ("device-api", "wire"),
            ("engine", "money"),
            ("journal", "engine"),
            ("daemon", "devices"),
            ("sim", "journal"),
            ("tests", "sim"),
            ("fuzz", "sim"),
        ];
        for (package, dependency) in allowed {
            assert!(broken(package, dependency, true).is_empty(), "{package} -> {dependency}");
        }

        let refused = [
            ("money", "wire"),
            ("wire", "money"),
            ("settings", "api"),
            ("engine", "journal"),
            ("journal", "document"),
            ("daemon", "sim"),
            ("bridge", "sim"),
            ("kiosk-ui", "sim"),
            ("sim", "tests"),
        ];
        for (package, dependency) in refused {
            let rule = format!("2: `{package}` imports `{dependency}`, which stands no lower");
            assert_eq!(broken(package, dependency, true), [rule]);
        }
    }

    #[test]
    fn programs_are_started_not_imported() {
        for package in ["sim", "tests"] {
            for program in ["daemon", "kiosk-ui"] {
                let rule = format!("2: `{package}` imports the program `{program}`");
                assert_eq!(broken(package, program, true), [rule]);
            }
        }
    }

    #[test]
    fn no_manifest_switches_a_planted_bug_on() {
        let broken = |manifest: &str| {
            let package = Package {
                name: "daemon".into(),
                folder: "crates/daemon".into(),
                manifest: manifest.into(),
                dependencies: Vec::new(),
            };
            check(&package).into_iter().map(|violation| violation.line).collect::<Vec<_>>()
        };
        for manifest in [
            "[dependencies]\nengine = { workspace = true, features = [\"planted\"] }",
            "[features]\ndefault = [\"planted\"]",
        ] {
            assert_eq!(broken(manifest), [2], "{manifest}");
        }
        for manifest in ["[features]\nplanted = []", "# nothing planted here", "transplanted = \"1\""] {
            assert!(broken(manifest).is_empty(), "{manifest}");
        }
    }

    #[test]
    fn every_crate_has_one_row() {
        assert_eq!(broken("newcomer", "money", true), ["1: `newcomer` stands in no row"]);
        let mut names: Vec<&str> = ROWS.iter().flat_map(|row| row.crates).copied().collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn crates_of_others_stay_where_they_belong() {
        let pure = ["tokio", "tokio-serial", "serialport", "rusqlite", "reqwest", "rand", "getrandom"];
        for dependency in pure.into_iter().chain(["tracing-subscriber"]) {
            for package in PURE {
                let rule = format!("2: `{package}` depends on {dependency}");
                assert_eq!(broken(package, dependency, false), [rule]);
            }
        }

        let refused = [
            ("daemon", "rusqlite"),
            ("sim", "tokio-serial"),
            ("bridge", "reqwest"),
            ("sim", "slint"),
            ("daemon", "slint-build"),
            ("tests", "i-slint-backend-testing"),
        ];
        for (package, dependency) in refused {
            assert_eq!(broken(package, dependency, false).len(), 1, "{package} -> {dependency}");
        }
        let allowed = [
            ("journal", "rusqlite"),
            ("devices", "tokio-serial"),
            ("daemon", "tokio"),
            ("kiosk-ui", "slint"),
        ];
        for (package, dependency) in allowed {
            assert!(broken(package, dependency, false).is_empty(), "{package} -> {dependency}");
        }
    }
}
