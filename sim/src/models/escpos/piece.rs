use qrcode::{Color, EcLevel};
use wire::escpos::{Align, DEFAULT_LINE_DOTS, HALF_WIDTH_DOTS, QrCorrection, Size, columns, decode_text};

/// A piece of paper, from cut to cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperPiece {
    /// Which piece of this printer's life it is, from 1.
    pub number: usize,
    /// The dots of the head that printed it.
    pub dots: u16,
    /// From top to bottom.
    pub lines: Vec<PaperLine>,
    /// The ids with which the printer confirmed it.
    pub process_ids: Vec<String>,
    /// Nothing disturbed the printer from its first line to its cut.
    pub complete: bool,
}

/// One line of print, or one piece of blank paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperLine {
    /// Where it stands.
    pub align: Align,
    /// What stands there.
    pub print: Print,
    /// How far the paper moved.
    pub advance_dots: u16,
}

/// What the head left on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Print {
    /// Characters, from left to right; none on blank paper.
    Runs(Vec<Run>),
    /// A QR code.
    QrCode(QrCode),
}

/// A QR code as it stands on the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    /// What it says.
    pub text: String,
    /// How many modules it is wide and high.
    pub side: u16,
    /// Which of them are dark, row by row.
    pub dark: Vec<bool>,
    /// How many dots a module is wide and high.
    pub module_dots: u8,
}

/// Characters that look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The characters, as the device's font shows them.
    pub text: String,
    /// How they look.
    pub style: Style,
}

/// How characters look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// How much they are enlarged.
    pub size: Size,
    /// Whether they are bold.
    pub bold: bool,
    /// Dots of the line under them.
    pub underline_dots: u8,
}

impl PaperPiece {
    /// The piece as plain lines, with blanks where the paper is blank on the left, and `[QR text]` for a QR code.
    ///
    /// Enlarged characters take the place of one, so such a line begins where it does on paper and ends earlier.
    pub fn text(&self) -> Vec<String> {
        let width = usize::from(self.dots / HALF_WIDTH_DOTS);
        self.lines.iter().map(|line| line.text(width)).collect()
    }

    /// Whether nothing is printed on it.
    pub fn is_blank(&self) -> bool {
        self.lines.iter().all(|line| line.is_blank())
    }

    pub(super) fn begun(number: usize, dots: u16) -> PaperPiece {
        PaperPiece { number, dots, lines: Vec::new(), process_ids: Vec::new(), complete: true }
    }
}

impl PaperLine {
    /// Dots left free before the print on paper that is `width` dots wide.
    pub fn indent_dots(&self, width: u16) -> usize {
        self.indent(width.into(), || match &self.print {
            Print::Runs(runs) => columns_of(runs) * usize::from(HALF_WIDTH_DOTS),
            Print::QrCode(code) => usize::from(code.dots()),
        })
    }

    pub(super) fn blank(advance_dots: u16) -> PaperLine {
        PaperLine { align: Align::Left, print: Print::Runs(Vec::new()), advance_dots }
    }

    fn is_blank(&self) -> bool {
        matches!(&self.print, Print::Runs(runs) if runs.is_empty())
    }

    /// What is free before the print on paper of `width`, of which it takes `taken`.
    fn indent(&self, width: usize, taken: impl Fn() -> usize) -> usize {
        match self.align {
            Align::Left => 0,
            Align::Center => width.saturating_sub(taken()) / 2,
            Align::Right => width.saturating_sub(taken()),
        }
    }

    fn text(&self, width: usize) -> String {
        match &self.print {
            Print::Runs(runs) => {
                let mut text = " ".repeat(self.indent(width, || columns_of(runs)));
                text.extend(runs.iter().map(|run| run.text.as_str()));
                text.truncate(text.trim_end().len());
                text
            }
            Print::QrCode(code) => {
                let print = format!("[QR {}]", code.text);
                " ".repeat(self.indent(width, || columns(&print))) + &print
            }
        }
    }
}

impl QrCode {
    /// As a printer makes it of `text`; `None` if so much text fits into no code.
    pub(super) fn new(text: &[u8], correction: QrCorrection, module_dots: u8) -> Option<QrCode> {
        let level = match correction {
            QrCorrection::Low => EcLevel::L,
            QrCorrection::Medium => EcLevel::M,
            QrCorrection::Quartile => EcLevel::Q,
            QrCorrection::High => EcLevel::H,
        };
        let code = qrcode::QrCode::with_error_correction_level(text, level).ok()?;
        let side = u16::try_from(code.width()).expect("the largest code has 177 modules");
        let dark = code.into_colors().into_iter().map(|module| module == Color::Dark).collect();
        Some(QrCode { text: decode_text(text, false), side, dark, module_dots })
    }

    /// How many dots it is wide and high.
    pub fn dots(&self) -> u16 {
        self.side * u16::from(self.module_dots)
    }

    /// The dark modules: how far from the left, and from the top.
    pub fn dark_modules(&self) -> impl Iterator<Item = (u16, u16)> {
        let places = (0..self.side).flat_map(|down| (0..self.side).map(move |across| (across, down)));
        places.zip(&self.dark).filter(|(_, dark)| **dark).map(|(place, _)| place)
    }
}

fn columns_of(runs: &[Run]) -> usize {
    runs.iter().map(Run::columns).sum()
}

impl Run {
    /// Half-width columns that it takes.
    pub fn columns(&self) -> usize {
        columns(&self.text) * usize::from(self.style.size.width())
    }
}

impl Default for PaperLine {
    fn default() -> PaperLine {
        PaperLine::blank(DEFAULT_LINE_DOTS)
    }
}
