//! Pictures of paper, drawn from the bytes that reached the printer.
//!
//! One pixel is one dot of the head. The device's font has cells of 24 x 24 dots, or 12 x 24 for half-width
//! characters, and a Japanese font of the system stands in for it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};
use wire::escpos::{CHARACTER_HEIGHT_DOTS, HALF_WIDTH_DOTS, columns};

use crate::models::escpos::{PaperPiece, Print, QrCode, Run, Style};

/// The font in which papers are drawn.
pub struct PaperFont(FontVec);

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// No Japanese font is installed.
    #[error("no Japanese font to draw paper with; install one: apt-get install fonts-morisawa-bizud-gothic")]
    NoFont,
    /// The font's file cannot be read.
    #[error("the font {} cannot be read", path.display())]
    UnreadableFont {
        /// Where it lies.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The font's file is no font.
    #[error("{} is damaged; install its package again", path.display())]
    DamagedFont {
        /// Where it lies.
        path: PathBuf,
    },
    /// The picture could not be encoded.
    #[error("the picture of a paper could not be encoded")]
    Encoding(#[from] png::EncodingError),
}

/// Where Debian puts the fonts, and which one of the file: `fonts-morisawa-bizud-gothic`, which looks most like
/// the font of a printer, then the even-width one of `fonts-noto-cjk`.
const FONTS: [(&str, u32); 3] = [
    ("/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf", 0),
    ("/usr/share/fonts/truetype/morisawa-bizud-gothic/BIZUDGothic-Regular.ttf", 0),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 5),
];

impl PaperFont {
    /// The best font that is installed.
    pub fn find() -> Result<PaperFont, PaperError> {
        let found =
            FONTS.iter().map(|(path, index)| (Path::new(path), *index)).find(|(path, _)| path.exists());
        let (path, index) = found.ok_or(PaperError::NoFont)?;
        let bytes =
            fs::read(path).map_err(|source| PaperError::UnreadableFont { path: path.to_owned(), source })?;
        let font = FontVec::try_from_vec_and_index(bytes, index)
            .map_err(|_| PaperError::DamagedFont { path: path.to_owned() })?;
        Ok(PaperFont(font))
    }

    /// The scale at which a full-width character is as wide and as high as its cell.
    fn scale(&self, style: Style) -> PxScale {
        let em = self.0.units_per_em().unwrap_or(self.0.height_unscaled());
        let cell = f32::from(CHARACTER_HEIGHT_DOTS) * self.0.height_unscaled() / em;
        PxScale { x: cell * f32::from(style.size.width()), y: cell * f32::from(style.size.height()) }
    }
}

/// The paper as an 8-bit gray PNG.
pub fn draw_png(piece: &PaperPiece, font: &PaperFont) -> Result<Vec<u8>, PaperError> {
    let sheet = draw(piece, font);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, sheet.width, sheet.height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&sheet.gray())?;
    writer.finish()?;
    Ok(bytes)
}

/// Dots that a head does not reach: 80 mm paper, 72 mm head.
const SIDE_MARGIN: u32 = 32;

/// Between the cut and the first line.
const TOP_MARGIN: u32 = 48;

/// Between the last line and the cut.
const BOTTOM_MARGIN: u32 = 40;

/// Where the base line runs in a cell, from its top: as in nearly every Japanese font.
const BASELINE: f32 = 0.88;

/// Thermal paper is not quite white, and what the heat leaves is not quite black.
const PAPER_GRAY: f32 = 250.0;
const INK_GRAY: f32 = 38.0;

/// A hot dot burns whole, even if the outline only covers part of it.
const HEAT: f32 = 1.7;

/// The edge of the paper, so that it stands out from a white page.
const EDGE_GRAY: u8 = 214;

/// How much ink is on each dot, from 0 to 1.
struct Sheet {
    width: u32,
    height: u32,
    ink: Vec<f32>,
}

fn draw(piece: &PaperPiece, font: &PaperFont) -> Sheet {
    let length: u32 = piece.lines.iter().map(|line| u32::from(line.advance_dots)).sum();
    let mut sheet = Sheet::new(u32::from(piece.dots) + 2 * SIDE_MARGIN, length + TOP_MARGIN + BOTTOM_MARGIN);
    let mut top = TOP_MARGIN;
    for line in &piece.lines {
        let left = SIDE_MARGIN + to_dots(line.indent_dots(piece.dots));
        match &line.print {
            Print::Runs(runs) => draw_runs(&mut sheet, runs, left, top, font),
            Print::QrCode(code) => draw_qr_code(&mut sheet, code, left, top),
        }
        top += u32::from(line.advance_dots);
    }
    sheet
}

fn draw_runs(sheet: &mut Sheet, runs: &[Run], left: u32, top: u32, font: &PaperFont) {
    let highest = runs.iter().map(|run| height_of(run.style)).max().unwrap_or(0);
    let mut left = left;
    for run in runs {
        // Characters of one line stand on its lower edge, whatever their height.
        draw_run(sheet, run, left, top + highest - height_of(run.style), font);
        left += dots_of(run.columns());
    }
}

fn draw_qr_code(sheet: &mut Sheet, code: &QrCode, left: u32, top: u32) {
    let side = u32::from(code.module_dots);
    for (across, down) in code.dark_modules() {
        let (x, y) = (left + u32::from(across) * side, top + u32::from(down) * side);
        sheet.fill(x..x + side, y..y + side);
    }
}

fn draw_run(sheet: &mut Sheet, run: &Run, left: u32, top: u32, font: &PaperFont) {
    let mut x = left;
    for character in run.text.chars() {
        let mut text = [0; 4];
        let cell = dots_of(columns(character.encode_utf8(&mut text))) * u32::from(run.style.size.width());
        draw_character(sheet, character, run.style, Cell { left: x, top, width: cell }, font);
        x += cell;
    }
    let bottom = top + height_of(run.style);
    let underline = u32::from(run.style.underline_dots);
    sheet.fill(left..x, bottom - underline..bottom);
}

/// The place of one character.
struct Cell {
    left: u32,
    top: u32,
    width: u32,
}

fn draw_character(sheet: &mut Sheet, character: char, style: Style, cell: Cell, font: &PaperFont) {
    let scale = font.scale(style);
    let id = font.0.glyph_id(character);
    let free = cell.width as f32 - font.0.as_scaled(scale).h_advance(id);
    let baseline = cell.top as f32 + height_of(style) as f32 * BASELINE;
    let glyph = id.with_scale_and_position(scale, point(cell.left as f32 + free / 2.0, baseline));
    let Some(outline) = font.0.outline_glyph(glyph) else { return };
    let corner = outline.px_bounds().min;
    // A head prints bold by striking twice, one dot apart.
    let strikes = if style.bold { 2 } else { 1 };
    outline.draw(|x, y, coverage| {
        for strike in 0..strikes {
            sheet.strike(corner.x as i64 + i64::from(x + strike), corner.y as i64 + i64::from(y), coverage);
        }
    });
}

fn height_of(style: Style) -> u32 {
    u32::from(style.size.height()) * u32::from(CHARACTER_HEIGHT_DOTS)
}

fn dots_of(columns: usize) -> u32 {
    to_dots(columns).saturating_mul(HALF_WIDTH_DOTS.into())
}

fn to_dots(dots: usize) -> u32 {
    u32::try_from(dots).unwrap_or(u32::MAX)
}

impl Sheet {
    fn new(width: u32, height: u32) -> Sheet {
        Sheet { width, height, ink: vec![0.0; width as usize * height as usize] }
    }

    /// Leaves this much ink on a dot; what falls beside the paper is gone.
    fn strike(&mut self, x: i64, y: i64, coverage: f32) {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if x < self.width && y < self.height {
            let dot = &mut self.ink[y as usize * self.width as usize + x as usize];
            *dot = dot.max((coverage * HEAT).clamp(0.0, 1.0));
        }
    }

    fn fill(&mut self, across: std::ops::Range<u32>, down: std::ops::Range<u32>) {
        for y in down {
            across.clone().for_each(|x| self.strike(x.into(), y.into(), 1.0));
        }
    }

    fn gray(&self) -> Vec<u8> {
        let mut gray: Vec<u8> =
            self.ink.iter().map(|ink| (PAPER_GRAY + (INK_GRAY - PAPER_GRAY) * ink).round() as u8).collect();
        let width = self.width as usize;
        for (at, dot) in gray.iter_mut().enumerate() {
            let (x, y) = (at % width, at / width);
            if x == 0 || y == 0 || x + 1 == width || y + 1 == self.height as usize {
                *dot = EDGE_GRAY;
            }
        }
        gray
    }
}

#[cfg(test)]
mod tests {
    use wire::escpos::{Align, Size};

    use super::*;
    use crate::models::escpos::PaperLine;

    fn line(align: Align, text: &str, size: Size) -> PaperLine {
        let style = Style { size, ..Style::default() };
        let print = Print::Runs(vec![Run { text: text.to_owned(), style }]);
        PaperLine { align, print, advance_dots: 60 }
    }

    fn piece(lines: Vec<PaperLine>) -> PaperPiece {
        PaperPiece { number: 1, dots: 576, lines, process_ids: Vec::new(), complete: true }
    }

    /// From where to where there is ink, across.
    fn extent(lines: Vec<PaperLine>) -> (usize, usize) {
        let font = PaperFont::find().unwrap();
        let sheet = draw(&piece(lines), &font);
        let inked = |x: &usize| sheet.ink.iter().skip(*x).step_by(sheet.width as usize).any(|ink| *ink > 0.5);
        let mut across = (0..sheet.width as usize).filter(inked);
        let first = across.next().unwrap();
        (first, across.next_back().unwrap_or(first))
    }

    #[track_caller]
    fn check_near(found: (usize, usize), expected: (usize, usize)) {
        const BEARING: usize = 8;
        let near = found.0.abs_diff(expected.0) <= BEARING && found.1.abs_diff(expected.1) <= BEARING;
        assert!(near, "{found:?} should be near {expected:?}");
    }

    #[test]
    fn characters_stand_on_the_grid() {
        let (left, right) = (SIDE_MARGIN as usize, SIDE_MARGIN as usize + 576);
        check_near(extent(vec![line(Align::Left, "領領", Size::NORMAL)]), (left, left + 48));
        check_near(extent(vec![line(Align::Right, "00", Size::NORMAL)]), (right - 24, right));
        check_near(extent(vec![line(Align::Center, "領", Size::DOUBLE)]), (left + 264, left + 312));
        check_near(extent(vec![line(Align::Left, &"─".repeat(24), Size::NORMAL)]), (left, right));
    }

    #[test]
    fn a_qr_code_stands_in_the_middle() {
        // Two modules a row, the first row light.
        let code =
            QrCode { text: String::new(), side: 2, dark: vec![false, false, true, true], module_dots: 10 };
        let print = Print::QrCode(code);
        let sheet = draw(
            &piece(vec![PaperLine { align: Align::Center, print, advance_dots: 20 }]),
            &PaperFont::find().unwrap(),
        );
        let inked = (0..sheet.height).flat_map(|y| (0..sheet.width).map(move |x| (x, y)));
        let inked: Vec<(u32, u32)> =
            inked.filter(|(x, y)| sheet.ink[(y * sheet.width + x) as usize] > 0.5).collect();
        let (left, top) = (SIDE_MARGIN + 278, TOP_MARGIN + 10);
        assert_eq!((inked.first(), inked.last()), (Some(&(left, top)), Some(&(left + 19, top + 9))));
        assert_eq!(inked.len(), 200);
    }

    #[test]
    fn a_picture_has_the_size_of_the_paper() {
        let font = PaperFont::find().unwrap();
        let bytes = draw_png(&piece(vec![line(Align::Left, "見本", Size::NORMAL)]), &font).unwrap();
        let reader = png::Decoder::new(io::Cursor::new(bytes)).read_info().unwrap();
        assert_eq!(reader.info().size(), (576 + 2 * SIDE_MARGIN, 60 + TOP_MARGIN + BOTTOM_MARGIN));
    }

    #[test]
    fn a_missing_font_is_told_with_its_package() {
        assert!(PaperError::NoFont.to_string().contains("apt-get install fonts-morisawa-bizud-gothic"));
    }
}
