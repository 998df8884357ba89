use std::convert::Infallible;

use device_api::ScannerEvent;
use devices::port::Direction;
use devices::scanner::Scanner;
use serde_json::json;

use super::{Ask, Bench, Told};

/// A code may be anybody's: only its length is shown, here as everywhere, unless somebody sets up the format of a clinic's
/// cards and asks for it.
pub(super) struct ScannerBench {
    pub(super) show_codes: bool,
}

impl Bench for ScannerBench {
    type Driver = Scanner;

    fn command(&mut self, _line: &str) -> Result<Ask<Infallible>, String> {
        Err("a scanner takes no commands; hold a code under it".to_owned())
    }

    fn event(&mut self, event: &ScannerEvent) -> Told<Infallible> {
        let show = match event {
            ScannerEvent::Scanned(code) if self.show_codes => {
                let code = code.expose();
                json!({ "event": "scanned", "characters": code.chars().count(), "code": code })
            }
            ScannerEvent::Scanned(code) => {
                json!({ "event": "scanned", "characters": code.expose().chars().count() })
            }
            ScannerEvent::Unreadable => json!({ "event": "unreadable" }),
            ScannerEvent::Connected(connected) => json!({ "event": "connected", "connected": connected }),
        };
        Told { show, then: None }
    }

    fn describe(_direction: Direction, bytes: &[u8]) -> String {
        format!("{} bytes of a code", bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use device_api::ScannedCode;

    use super::*;

    #[test]
    fn a_code_is_shown_only_to_who_asks_for_it() {
        let scanned = ScannerEvent::Scanned(ScannedCode::new("診察0064".to_owned()));
        let cases = [
            (true, json!({ "event": "scanned", "characters": 6, "code": "診察0064" })),
            (false, json!({ "event": "scanned", "characters": 6 })),
        ];
        for (show_codes, shown) in cases {
            let told = ScannerBench { show_codes }.event(&scanned);
            assert_eq!(told.show, shown, "--show-codes {show_codes}");
            assert!(told.then.is_none());
        }
        let trace = ScannerBench::describe(Direction::Received, "診察0064\r".as_bytes());
        assert_eq!(trace, "11 bytes of a code");
    }
}
