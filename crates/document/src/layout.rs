//! Lines on narrow paper. A half-width character takes one column, every other two.

use wire::escpos::{self, Align, Size};

/// What Japanese printing sets where a character is missing.
const GETA: char = '〓';

/// What stands on a page, top to bottom, nothing wider than the paper.
pub(crate) struct Layout {
    pub(crate) rows: Vec<Row>,
    /// Characters that are not in every printer's font; a geta mark stands for each.
    pub(crate) replaced: u32,
    columns: usize,
}

/// What takes the whole width of the paper.
pub(crate) enum Row {
    Text(Line),
    /// A QR code in the middle. It only repeats what stands beside it: not every printer knows them.
    QrCode(String),
}

/// One line, with characters of the printer's font only.
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) align: Align,
    pub(crate) style: Style,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) size: Size,
    pub(crate) bold: bool,
    pub(crate) spacing: Spacing,
}

impl Style {
    pub(crate) const PLAIN: Style = Style { size: Size::NORMAL, bold: false, spacing: Spacing::Usual };
    pub(crate) const BOLD: Style = Style { bold: true, ..Style::PLAIN };
    pub(crate) const TALL: Style = Style { size: Size::TALL, bold: true, spacing: Spacing::Roomy };
    pub(crate) const LARGE: Style = Style { size: Size::DOUBLE, ..Style::TALL };
    pub(crate) const HUGE: Style = Style { size: Size::TRIPLE, spacing: Spacing::Wide, ..Style::TALL };
    pub(crate) const FRAME: Style = Style { spacing: Spacing::Closed, ..Style::PLAIN };
}

/// How far the paper moves for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spacing {
    /// As the printer does by itself.
    Usual,
    /// For high characters, which the next line would touch otherwise.
    Roomy,
    /// For the highest.
    Wide,
    /// By the height of a character, so that the lines of a frame meet.
    Closed,
}

impl Layout {
    pub(crate) fn new(columns: usize) -> Layout {
        Layout { rows: Vec::new(), replaced: 0, columns }
    }

    /// Text in one or more lines.
    pub(crate) fn text(&mut self, align: Align, style: Style, text: &str) {
        let text = self.printable(text);
        for line in wrap(&text, self.width(style)) {
            self.push(align, style, line);
        }
    }

    /// One line as large as it can be: digits that are cut in two would be another amount.
    pub(crate) fn largest(&mut self, align: Align, text: &str) {
        let fits = escpos::columns(text) <= self.width(Style::HUGE);
        self.text(align, if fits { Style::HUGE } else { Style::LARGE }, text);
    }

    /// A label at the left edge and a value at the right, below each other if they do not fit side by side.
    pub(crate) fn pair(&mut self, style: Style, label: &str, value: &str) {
        let (label, value) = (self.printable(label), self.printable(value));
        let used = escpos::columns(&label) + escpos::columns(&value);
        match self.width(style).checked_sub(used) {
            Some(gap) if gap > 0 => {
                self.push(Align::Left, style, format!("{label}{}{value}", " ".repeat(gap)));
            }
            Some(_) | None => {
                self.text(Align::Left, style, &label);
                self.text(Align::Right, style, &value);
            }
        }
    }

    /// A line across the paper.
    pub(crate) fn rule(&mut self) {
        self.push(Align::Left, Style::PLAIN, "-".repeat(self.columns));
    }

    /// A box around one line of text, at the right edge.
    pub(crate) fn boxed(&mut self, text: &str) {
        let text = self.printable(text);
        // The lines of a box are as wide as full-width characters, so what stands in it is filled up to whole ones.
        let side = "─".repeat(escpos::columns(&text).div_ceil(2) + 2);
        let filler = " ".repeat(escpos::columns(&text) % 2);
        self.push(Align::Right, Style::FRAME, format!("┌{side}┐"));
        self.push(Align::Right, Style::FRAME, format!("│\u{3000}{text}{filler}\u{3000}│"));
        self.push(Align::Right, Style::PLAIN, format!("└{side}┘"));
    }

    /// `text` for machines.
    pub(crate) fn qr_code(&mut self, text: &str) {
        self.rows.push(Row::QrCode(text.to_owned()));
    }

    /// Room.
    pub(crate) fn blank(&mut self) {
        self.push(Align::Left, Style::PLAIN, String::new());
    }

    fn push(&mut self, align: Align, style: Style, text: String) {
        self.rows.push(Row::Text(Line { text, align, style }));
    }

    fn width(&self, style: Style) -> usize {
        self.columns / usize::from(style.size.width())
    }

    /// Puts a visible mark where the printer may have no character: a name with a gap would be another name.
    fn printable(&mut self, text: &str) -> String {
        let characters = text.chars().filter(|character| !is_variation_selector(*character));
        let printable: String = characters
            .map(|character| if escpos::is_in_device_font(character) { character } else { GETA })
            .collect();
        let geta_marks = |text: &str| text.chars().filter(|character| *character == GETA).count();
        let replaced = geta_marks(&printable) - geta_marks(text);
        self.replaced += u32::try_from(replaced).unwrap_or(u32::MAX);
        printable
    }
}

/// Chooses between shapes of the character before it (異体字); without it the usual shape is printed.
fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Cuts `text` into lines of at most `width` columns, as Japanese is cut: between any two characters.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for character in text.chars() {
        line.push(character);
        if escpos::columns(&line) > width {
            line.pop();
            lines.push(std::mem::replace(&mut line, String::from(character)));
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(layout: &Layout) -> Vec<&str> {
        let rows = layout.rows.iter().map(|row| match row {
            Row::Text(line) => line.text.as_str(),
            Row::QrCode(text) => text.as_str(),
        });
        rows.collect()
    }

    #[test]
    fn a_value_stands_at_the_right_edge_or_below() {
        let mut layout = Layout::new(16);
        layout.pair(Style::PLAIN, "検査", "48点");
        layout.pair(Style::PLAIN, "検査検査検", "1048点");
        layout.pair(Style::LARGE, "計", "1円");
        layout.pair(Style::PLAIN, "リハビリテーション", "48点");
        assert_eq!(
            texts(&layout),
            ["検査        48点", "検査検査検", "1048点", "計   1円", "リハビリテーショ", "ン", "48点"]
        );
    }

    #[test]
    fn a_box_is_as_wide_as_its_text() {
        let mut layout = Layout::new(32);
        layout.boxed("印");
        layout.boxed("No1");
        assert_eq!(texts(&layout), ["┌───┐", "│　印　│", "└───┘", "┌────┐", "│　No1 　│", "└────┘"]);
    }

    #[test]
    fn what_is_not_in_the_font_is_marked_and_counted() {
        let mut layout = Layout::new(20);
        layout.text(Align::Left, Style::PLAIN, "髙橋 𠮷子\u{E0100}〓\\ｱ");
        assert_eq!(texts(&layout), ["〓橋 〓子〓〓ｱ"]);
        assert_eq!(layout.replaced, 3);
    }
}
