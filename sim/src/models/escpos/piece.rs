use wire::escpos::{Align, DEFAULT_LINE_DOTS, HALF_WIDTH_DOTS, Size, columns};

/// A piece of paper, from cut to cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperPiece {
    /// Which piece of this printer's life it is, from 1.
    pub number: usize,
    /// The dots of the head that printed it.
    pub dots: u16,
    /// From top to bottom.
    pub lines: Vec<PaperLine>,
    /// The texts of the two-dimensional codes on it.
    pub symbols: Vec<String>,
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
    /// From left to right; none on blank paper.
    pub runs: Vec<Run>,
    /// How far the paper moved.
    pub advance_dots: u16,
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
    /// The piece as plain lines, with blanks where the paper is blank on the left.
    ///
    /// Enlarged characters take the place of one, so such a line begins where it does on paper and ends earlier.
    pub fn text(&self) -> Vec<String> {
        let width = usize::from(self.dots / HALF_WIDTH_DOTS);
        self.lines.iter().map(|line| line.text(width)).collect()
    }

    /// Whether nothing is printed on it.
    pub fn is_blank(&self) -> bool {
        self.symbols.is_empty() && self.lines.iter().all(|line| line.columns() == 0)
    }

    pub(super) fn begun(number: usize, dots: u16) -> PaperPiece {
        let (lines, symbols, process_ids) = (Vec::new(), Vec::new(), Vec::new());
        PaperPiece { number, dots, lines, symbols, process_ids, complete: true }
    }
}

impl PaperLine {
    /// Half-width columns that the print takes.
    pub fn columns(&self) -> usize {
        self.runs.iter().map(Run::columns).sum()
    }

    /// Columns left free before the print on paper that is `width` wide.
    pub fn indent(&self, width: usize) -> usize {
        let free = width.saturating_sub(self.columns());
        match self.align {
            Align::Left => 0,
            Align::Center => free / 2,
            Align::Right => free,
        }
    }

    pub(super) fn blank(advance_dots: u16) -> PaperLine {
        PaperLine { align: Align::Left, runs: Vec::new(), advance_dots }
    }

    fn text(&self, width: usize) -> String {
        let mut text = " ".repeat(self.indent(width));
        self.runs.iter().for_each(|run| text.push_str(&run.text));
        text.truncate(text.trim_end().len());
        text
    }
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
