use wire::escpos::{
    Align, CHARACTER_HEIGHT_DOTS, Command, DEFAULT_LINE_DOTS, HALF_WIDTH_DOTS, INTERNATIONAL_SET_JAPAN,
    KanjiSystem, QrCorrection, QrStep, Size, Underline, columns, decode_text,
};

use super::piece::{PaperLine, Print, QrCode, Run, Style};

/// The settings of the print head, and the line that it has not printed yet.
#[derive(Debug)]
pub(super) struct PrintHead {
    dots: u16,
    settings: Settings,
    runs: Vec<Run>,
    qr: QrSettings,
}

/// What `ESC @` sets back.
#[derive(Clone, Copy, Debug)]
struct Settings {
    align: Align,
    style: Style,
    line_dots: u16,
    yen_sign: bool,
    kanji_system: KanjiSystem,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            align: Align::default(),
            style: Style::default(),
            line_dots: DEFAULT_LINE_DOTS,
            yen_sign: false,
            kanji_system: KanjiSystem::default(),
        }
    }
}

/// What the steps of a QR code have set so far.
#[derive(Debug)]
struct QrSettings {
    module_dots: u8,
    correction: QrCorrection,
    text: Vec<u8>,
}

impl Default for QrSettings {
    fn default() -> QrSettings {
        const USUAL_MODULE_DOTS: u8 = 3;
        QrSettings { module_dots: USUAL_MODULE_DOTS, correction: QrCorrection::default(), text: Vec::new() }
    }
}

impl PrintHead {
    pub(super) fn new(dots: u16) -> PrintHead {
        PrintHead { dots, settings: Settings::default(), runs: Vec::new(), qr: QrSettings::default() }
    }

    /// Back to how it was after power-on; what was not printed is forgotten.
    pub(super) fn reset(&mut self) {
        *self = PrintHead::new(self.dots);
    }

    pub(super) fn has_unprinted(&self) -> bool {
        !self.runs.is_empty()
    }

    /// Takes characters; returns the lines that they filled.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Vec<PaperLine> {
        let width = usize::from(self.dots / HALF_WIDTH_DOTS);
        let mut taken = self.columns();
        let mut full = Vec::new();
        for character in self.decode(bytes).chars() {
            let mut text = [0; 4];
            let text = character.encode_utf8(&mut text);
            let wide = columns(text) * usize::from(self.settings.style.size.width());
            if taken + wide > width {
                full.push(self.take_line(None));
                taken = 0;
            }
            self.append(text);
            taken += wide;
        }
        full
    }

    /// The line as it stands, for paper that moves by `advance_dots`, or else by a line.
    pub(super) fn take_line(&mut self, advance_dots: Option<u16>) -> PaperLine {
        let advance_dots = advance_dots.unwrap_or_else(|| self.line_dots());
        let print = Print::Runs(std::mem::take(&mut self.runs));
        PaperLine { align: self.settings.align, print, advance_dots }
    }

    /// Obeys a command that only sets something.
    pub(super) fn set(&mut self, command: &Command) {
        let settings = &mut self.settings;
        match command {
            Command::Align(align) => settings.align = *align,
            Command::Bold(on) => settings.style.bold = *on,
            Command::Size(size) => settings.style.size = *size,
            Command::Underline(line) | Command::KanjiUnderline(line) => {
                settings.style.underline_dots = underline_dots(*line);
            }
            Command::LineSpacing(dots) => settings.line_dots = (*dots).into(),
            Command::DefaultLineSpacing => settings.line_dots = DEFAULT_LINE_DOTS,
            Command::InternationalSet(set) => settings.yen_sign = *set == INTERNATIONAL_SET_JAPAN,
            Command::KanjiSystem(system) => settings.kanji_system = *system,
            _ => {}
        }
    }

    /// Obeys one step of a QR code; returns the code if this step prints it. Within a line nothing is printed, nor
    /// what is wider than the head.
    pub(super) fn qr_step(&mut self, step: QrStep) -> Option<PaperLine> {
        match step {
            QrStep::Model2 => None,
            QrStep::ModuleDots(dots) => {
                self.qr.module_dots = dots;
                None
            }
            QrStep::Correction(correction) => {
                self.qr.correction = correction;
                None
            }
            QrStep::Store(text) => {
                self.qr.text = text;
                None
            }
            QrStep::Print if self.has_unprinted() || self.qr.text.is_empty() => None,
            QrStep::Print => {
                let code = QrCode::new(&self.qr.text, self.qr.correction, self.qr.module_dots)?;
                let advance_dots = code.dots();
                let fits = advance_dots <= self.dots;
                fits.then_some(PaperLine {
                    align: self.settings.align,
                    print: Print::QrCode(code),
                    advance_dots,
                })
            }
        }
    }

    /// Without `FS C 1` the two halves of a full-width character print as two strange ones.
    fn decode(&self, bytes: &[u8]) -> String {
        match self.settings.kanji_system {
            KanjiSystem::ShiftJis => decode_text(bytes, self.settings.yen_sign),
            KanjiSystem::Jis => {
                bytes.iter().map(|byte| decode_text(&[*byte], self.settings.yen_sign)).collect()
            }
        }
    }

    fn append(&mut self, text: &str) {
        let style = self.settings.style;
        match self.runs.last_mut() {
            Some(run) if run.style == style => run.text.push_str(text),
            Some(_) | None => self.runs.push(Run { text: text.to_owned(), style }),
        }
    }

    fn columns(&self) -> usize {
        self.runs.iter().map(Run::columns).sum()
    }

    /// Lines never overlap: a line moves the paper by its highest character at least.
    fn line_dots(&self) -> u16 {
        let height = |size: Size| u16::from(size.height()) * CHARACTER_HEIGHT_DOTS;
        let highest = self.runs.iter().map(|run| height(run.style.size)).max().unwrap_or(0);
        self.settings.line_dots.max(highest)
    }
}

fn underline_dots(line: Underline) -> u8 {
    match line {
        Underline::Off => 0,
        Underline::Thin => 1,
        Underline::Thick => 2,
    }
}
