use wire::escpos::{Align, Command, INTERNATIONAL_SET_JAPAN, KanjiSystem};

use crate::DocumentError;
use crate::layout::{Layout, Spacing, Style};

/// The page of half-width kana.
const CODE_PAGE_KATAKANA: u8 = 1;

/// Twice the usual distance, for characters of twice the height. Models that count in half dots (TM-T88) take it for
/// the usual one, which costs room only: no printer sets lines closer than their characters are high.
const ROOMY_LINE_DOTS: u8 = 60;

/// The height of a character: nothing stays white between two lines.
const CLOSED_LINE_DOTS: u8 = 24;

/// A page for the printer's driver.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    /// ESC/POS, without cut and process id.
    pub bytes: Vec<u8>,
    /// How many characters a geta mark 〓 stands for, because they are not in every printer's font. For the log:
    /// the number, never the text.
    pub replaced: u32,
}

/// Never tells what is printed.
impl std::fmt::Debug for Page {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Page({} bytes, {} replaced)", self.bytes.len(), self.replaced)
    }
}

/// A page depends on nothing that was printed before it.
const PREAMBLE: [Command; 5] = [
    Command::Init,
    Command::InternationalSet(INTERNATIONAL_SET_JAPAN),
    Command::CodePage(CODE_PAGE_KATAKANA),
    Command::KanjiSystem(KanjiSystem::ShiftJis),
    Command::KanjiMode(true),
];

pub(crate) fn encode(layout: &Layout) -> Result<Page, DocumentError> {
    let mut commands = PREAMBLE.to_vec();
    let mut align = Align::Left;
    let mut style = Style::PLAIN;
    for line in &layout.lines {
        if line.align != align {
            align = line.align;
            commands.push(Command::Align(align));
        }
        commands.extend(changes(style, line.style));
        style = line.style;
        if !line.text.is_empty() {
            commands.push(Command::text(&line.text).map_err(|_| DocumentError::NotPrintable)?);
        }
        commands.push(Command::LineFeed);
    }
    // What the driver adds to the page is not to inherit the last line's looks.
    commands.extend(changes(style, Style::PLAIN));
    let bytes = Command::encode_all(&commands);
    Ok(Page { bytes, replaced: layout.replaced })
}

fn changes(before: Style, after: Style) -> impl Iterator<Item = Command> {
    let size = (before.size != after.size).then_some(Command::Size(after.size));
    let bold = (before.bold != after.bold).then_some(Command::Bold(after.bold));
    let spacing = (before.spacing != after.spacing).then(|| line_spacing(after.spacing));
    size.into_iter().chain(bold).chain(spacing)
}

/// It holds for the line feed that ends the line, so for the room below.
fn line_spacing(spacing: Spacing) -> Command {
    match spacing {
        Spacing::Usual => Command::DefaultLineSpacing,
        Spacing::Roomy => Command::LineSpacing(ROOMY_LINE_DOTS),
        Spacing::Closed => Command::LineSpacing(CLOSED_LINE_DOTS),
    }
}
