use std::convert::Infallible;

use device_api::ScannerEvent;
use devices::port::Direction;
use devices::scanner::Scanner;
use serde_json::json;

use super::{Ask, Bench, Told};

/// A code may be anybody's: only its length is shown, here as everywhere.
pub(super) struct ScannerBench;

impl Bench for ScannerBench {
    type Driver = Scanner;

    fn command(&mut self, _line: &str) -> Result<Ask<Infallible>, String> {
        Err("a scanner takes no commands; hold a code under it".to_owned())
    }

    fn event(&mut self, event: &ScannerEvent) -> Told<Infallible> {
        let show = match event {
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
