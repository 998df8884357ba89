//! A plainly invented clinic, and its papers as a person reads them.

use std::path::Path;

use api::WallTime;
use settings::{Clinic, Forms};
use wire::escpos::{self, Align, Command, Tokenizer};

use crate::layout::{Layout, Row};
use crate::{Stationery, words};

/// 2026-11-22 15:42 in Japan.
pub(crate) const PAID_AT: WallTime = WallTime(1_795_329_720);

pub(crate) fn stationery(columns: u16) -> Stationery {
    Stationery { clinic: clinic(), forms: forms(), words: words::shipped(), columns }
}

pub(crate) fn clinic() -> Clinic {
    Clinic {
        name: "デモ歯科医院".into(),
        address: "見本県見本市見本町0-0-0".into(),
        phone: "00-0000-0000".into(),
        registration_number: Some("T0000000000000".into()),
        demo: true,
        footer: vec!["お大事になさってください。".into()],
        footer_insured: vec!["診療報酬には消費税が反映されています。".into()],
    }
}

pub(crate) fn forms() -> Forms {
    Forms::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/forms"))).unwrap()
}

/// The paper as plain text: large characters take one place each, so their lines look half as wide.
pub(crate) fn shown(layout: &Layout, columns: usize) -> String {
    let rows = layout.rows.iter().map(|row| {
        let (text, align, width) = match row {
            Row::Text(line) => (line.text.clone(), line.align, line.style.size.width()),
            Row::QrCode(text) => (format!("[QR {text}]"), Align::Center, 1),
        };
        let free = columns / usize::from(width) - escpos::columns(&text);
        let indent = match align {
            Align::Left => 0,
            Align::Center => free / 2,
            Align::Right => free,
        };
        format!("{}{text}", " ".repeat(indent))
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// The lines that a printer makes of a page.
pub(crate) fn printed_lines(bytes: &[u8]) -> Vec<String> {
    let mut tokenizer = Tokenizer::new();
    tokenizer.push(bytes);
    let mut lines = vec![String::new()];
    while let Some(token) = tokenizer.next_token() {
        match token.command {
            Command::Text(bytes) => lines.last_mut().unwrap().push_str(&escpos::decode_text(&bytes, true)),
            Command::LineFeed => lines.push(String::new()),
            Command::Unknown(bytes) => panic!("unknown command {bytes:02X?}"),
            _ => {}
        }
    }
    assert_eq!(tokenizer.pending_bytes(), 0);
    assert_eq!(lines.pop().as_deref(), Some(""), "the page ends with a whole line");
    lines
}
