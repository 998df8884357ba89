use wire::escpos::{Align, Command, INTERNATIONAL_SET_JAPAN, KanjiSystem, QrCorrection, QrStep};

use crate::DocumentError;
use crate::layout::{Layout, Line, Row, Spacing, Style};

/// The page of half-width kana.
const CODE_PAGE_KATAKANA: u8 = 1;

/// Twice the usual distance, for characters of twice the height. Models that count in half dots (TM-T88) take it for
/// the usual one, which costs room only: no printer sets lines closer than their characters are high.
const ROOMY_LINE_DOTS: u8 = 60;

/// The same for characters of three times the height.
const WIDE_LINE_DOTS: u8 = 90;

/// The height of a character: nothing stays white between two lines.
const CLOSED_LINE_DOTS: u8 = 24;

/// 0.75 mm, of which a hand scanner at the desk needs less than half, so that a faded code still reads.
const QR_MODULE_DOTS: u8 = 6;

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
    let mut pen = Pen { commands: PREAMBLE.to_vec(), align: Align::Left, style: Style::PLAIN };
    for row in &layout.rows {
        match row {
            Row::Text(line) => pen.line(line)?,
            Row::QrCode(text) => pen.qr_code(text),
        }
    }
    // What the driver adds to the page is not to inherit the last line's looks.
    pen.style(Style::PLAIN);
    let bytes = Command::encode_all(&pen.commands);
    Ok(Page { bytes, replaced: layout.replaced })
}

/// Commands, and what those so far have set.
struct Pen {
    commands: Vec<Command>,
    align: Align,
    style: Style,
}

impl Pen {
    fn line(&mut self, line: &Line) -> Result<(), DocumentError> {
        self.align(line.align);
        self.style(line.style);
        if !line.text.is_empty() {
            self.commands.push(Command::text(&line.text).map_err(|_| DocumentError::NotPrintable)?);
        }
        self.commands.push(Command::LineFeed);
        Ok(())
    }

    /// The printer moves the paper past it by itself.
    fn qr_code(&mut self, text: &str) {
        self.align(Align::Center);
        let steps = [
            QrStep::Model2,
            QrStep::ModuleDots(QR_MODULE_DOTS),
            QrStep::Correction(QrCorrection::Medium),
            QrStep::Store(text.as_bytes().to_vec()),
            QrStep::Print,
        ];
        self.commands.extend(steps.iter().map(QrStep::command));
    }

    fn align(&mut self, align: Align) {
        if align != self.align {
            self.align = align;
            self.commands.push(Command::Align(align));
        }
    }

    fn style(&mut self, style: Style) {
        self.commands.extend(changes(self.style, style));
        self.style = style;
    }
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
        Spacing::Wide => Command::LineSpacing(WIDE_LINE_DOTS),
        Spacing::Closed => Command::LineSpacing(CLOSED_LINE_DOTS),
    }
}
