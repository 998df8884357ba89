//! Words that code must not use in some places.

use std::collections::BTreeSet;

use super::code::{lines_importing, lines_with_float, lines_with_word};
use super::{PURE, Scope, SourceFile, Violation};

struct Ban {
    what: What,
    allowed: Scope,
    remedy: &'static str,
}

#[derive(Clone, Copy)]
enum What {
    /// A word or a path, written out or imported.
    Path(&'static str),
    Float,
}

const NO_CLOCK: &str = "pure code has no clock: take `now` as an argument";
const NO_BUGS: &str =
    "a bug put in on purpose stays in the simulator: wrap what you want to break in sim::planted";
const CASH: Scope = Scope::NotBelow("crates/engine/src/cash/");
const CASH_ONLY: &str =
    "cash knows pieces and accounts: return Progress, and let whoever asked decide what it means";
const FINISHED_ONLY: &str = "what is not finished is not merged: leave it out, or write it";

const BANS: &[Ban] = &[
    Ban { what: What::Path("std::time::Instant"), allowed: Scope::AllBut(PURE), remedy: NO_CLOCK },
    Ban { what: What::Path("SystemTime"), allowed: Scope::AllBut(PURE), remedy: NO_CLOCK },
    Ban {
        what: What::Path("std::thread"),
        allowed: Scope::AllBut(PURE),
        remedy: "pure code runs on its caller's thread: return a value and let the carrier wait",
    },
    Ban {
        what: What::Path("std::env"),
        allowed: Scope::AllBut(PURE),
        remedy: "pure code is the same everywhere: take the setting as an argument",
    },
    Ban {
        what: What::Path("std::fs"),
        allowed: Scope::AllBut(PURE),
        remedy: "pure code touches no files: take text or bytes as an argument",
    },
    Ban {
        what: What::Path("std::net"),
        allowed: Scope::AllBut(PURE),
        remedy: "pure code has no sockets: take bytes as an argument",
    },
    Ban {
        what: What::Float,
        allowed: Scope::OnlyIn(&["sim"]),
        remedy: "money and time are whole numbers: use Yen, or count in a smaller unit",
    },
    Ban {
        what: What::Path("tokio_serial"),
        allowed: Scope::OnlyInFile("devices/src/port.rs"),
        remedy: "one file opens serial ports: call it",
    },
    Ban {
        what: What::Path("serialport"),
        allowed: Scope::OnlyInFile("devices/src/port.rs"),
        remedy: "one file opens serial ports: call it",
    },
    Ban {
        what: What::Path("slint"),
        allowed: Scope::OnlyIn(&["kiosk-ui"]),
        remedy: "the screen is a program of its own: send it a KioskView",
    },
    Ban {
        what: What::Path("unsafe"),
        allowed: Scope::Nowhere,
        remedy: "nothing here is worth it: find a crate that has done it with care",
    },
    Ban {
        what: What::Path("unsafe_code"),
        allowed: Scope::Nowhere,
        remedy: "the lint of the workspace only denies, because what Slint generates allows it for itself; nobody else does",
    },
    Ban { what: What::Path("crate::visit"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("crate::payment"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("books.open"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("crate::books::Payment"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("PaymentEntry"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("TenderEntry"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("crate::Line"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("api::Bill"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("api::Page"), allowed: CASH, remedy: CASH_ONLY },
    Ban { what: What::Path("planted"), allowed: Scope::OnlyIn(&["sim"]), remedy: NO_BUGS },
    Ban { what: What::Path("PlantedBug"), allowed: Scope::OnlyIn(&["sim"]), remedy: NO_BUGS },
    Ban {
        what: What::Path("#[ignore"),
        allowed: Scope::Nowhere,
        remedy: "a test that does not run protects nothing: repair it or delete it",
    },
    Ban { what: What::Path("todo!"), allowed: Scope::Nowhere, remedy: FINISHED_ONLY },
    Ban { what: What::Path("unimplemented!"), allowed: Scope::Nowhere, remedy: FINISHED_ONLY },
    Ban {
        what: What::Path("dbg!"),
        allowed: Scope::Nowhere,
        remedy: "remove it, or log what helps later too",
    },
];

impl What {
    fn name(self) -> &'static str {
        match self {
            What::Path(path) => path.trim_start_matches("#["),
            What::Float => "floating point",
        }
    }

    /// The lines with it; a line that imports and names it counts once.
    fn lines(self, code: &str) -> BTreeSet<usize> {
        match self {
            What::Path(path) => {
                lines_with_word(code, path).into_iter().chain(lines_importing(code, path)).collect()
            }
            What::Float => lines_with_float(code).into_iter().collect(),
        }
    }
}

pub(super) fn check(source: &SourceFile<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for ban in BANS.iter().filter(|ban| !ban.allowed.allows(source.package, source.path)) {
        for line in ban.what.lines(&source.code) {
            let rule = format!("{} in `{}`", ban.what.name(), source.package);
            violations.push(Violation::new(source.path, line, rule, ban.remedy));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::code::code_only;
    use super::*;

    fn broken(package: &str, path: &str, text: &str) -> Vec<String> {
        let violations = check(&SourceFile { package, path, code: code_only(text) });
        violations.into_iter().map(|violation| format!("{}: {}", violation.line, violation.rule)).collect()
    }

    #[test]
    fn cash_knows_no_visit_and_no_bill() {
        let cases = [
            ("use crate::visit::Visit;", "crate::visit"),
            ("use crate::{books, payment};", "crate::payment"),
            ("let open = turn.books.open.as_ref();", "books.open"),
            ("use crate::books::{Deposit, Payment};", "crate::books::Payment"),
            ("turn.record(PaymentEntry::PaymentConfirmed { payment });", "PaymentEntry"),
            ("use api::{Bill, Page};", "api::Bill"),
        ];
        for (text, name) in cases {
            let found = broken("engine", "crates/engine/src/cash/dispensing.rs", text);
            assert!(found.contains(&format!("1: {name} in `engine`")), "{text}: {found:?}");
            assert!(broken("engine", "crates/engine/src/payment/fixing.rs", text).is_empty(), "{text}");
        }
        assert!(broken("engine", "crates/engine/src/cash/till.rs", "use crate::books::Deposit;").is_empty());
    }

    #[test]
    fn pure_code_touches_nothing() {
        let cases = [
            ("let now = std::time::Instant::now();", "std::time::Instant"),
            ("use std::time::{Duration, Instant};", "std::time::Instant"),
            ("use std::time::SystemTime;", "SystemTime"),
            ("std::thread::yield_now();", "std::thread"),
            ("use std::{env, fmt};", "std::env"),
            ("use std::fs::File;", "std::fs"),
            ("use std::net::TcpStream;", "std::net"),
        ];
        for (text, name) in cases {
            for package in PURE {
                let path = format!("crates/{package}/src/lib.rs");
                assert_eq!(broken(package, &path, text), [format!("1: {name} in `{package}`")], "{text}");
            }
            assert!(broken("daemon", "crates/daemon/src/main.rs", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn floats_are_for_the_simulator_alone() {
        let text = "fn a() {}\nfn half(yen: f64) {}\n";
        assert_eq!(broken("money", "crates/money/src/yen.rs", text), ["2: floating point in `money`"]);
        assert_eq!(broken("daemon", "crates/daemon/src/main.rs", text).len(), 1);
        assert!(broken("sim", "sim/src/paper.rs", text).is_empty());
    }

    #[test]
    fn one_file_opens_serial_ports() {
        let text = "let line = tokio_serial::new(path, 9600);";
        assert!(broken("devices", "devices/src/port.rs", text).is_empty());
        assert_eq!(broken("devices", "devices/src/id003/mod.rs", text), ["1: tokio_serial in `devices`"]);
    }

    #[test]
    fn slint_stays_in_the_screen() {
        let text = "slint::invoke_from_event_loop(|| {});";
        assert!(broken("kiosk-ui", "kiosk-ui/src/program.rs", text).is_empty());
        assert_eq!(broken("sim", "sim/src/main.rs", text), ["1: slint in `sim`"]);
    }

    #[test]
    fn bugs_are_planted_in_the_simulator_alone() {
        for text in ["use sim::planted::AtWork;", "mod planted;", "fn new(bug: PlantedBug) {}"] {
            assert!(broken("sim", "sim/src/world/mod.rs", text).is_empty());
            for package in ["daemon", "engine", "devices", "tests"] {
                assert_eq!(broken(package, "x/src/lib.rs", text).len(), 1, "{text} in {package}");
            }
        }
    }

    #[test]
    fn nothing_unsafe() {
        for (text, name) in [("unsafe { x() }", "unsafe"), ("#[allow(unsafe_code)]", "unsafe_code")] {
            for package in ["kiosk-ui", "devices"] {
                assert_eq!(broken(package, "x/src/lib.rs", text), [format!("1: {name} in `{package}`")]);
            }
        }
    }

    #[test]
    fn nothing_unfinished() {
        let cases = [
            ("#[ignore]\nfn a() {}", "ignore"),
            ("#[ignore = \"slow\"]\nfn a() {}", "ignore"),
            ("todo!()", "todo!"),
            ("unimplemented!()", "unimplemented!"),
            ("dbg!(x)", "dbg!"),
        ];
        for (text, name) in cases {
            assert_eq!(broken("tests", "tests/src/lib.rs", text), [format!("1: {name} in `tests`")]);
        }
    }

    #[test]
    fn comments_and_messages_may_name_what_is_banned() {
        let text = "// no f64, no std::fs\nlet advice = \"not SystemTime, not todo!\";";
        assert!(broken("money", "crates/money/src/yen.rs", text).is_empty());
    }
}
