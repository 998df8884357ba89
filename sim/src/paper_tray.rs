//! Keeps what a printer cuts, as text and as a picture.

use std::fs;
use std::io;
use std::path::PathBuf;

use wire::Moment;

use crate::model::{Inside, Model, ModelOutput};
use crate::models::escpos::PrinterModel;
use crate::paper::{self, PaperFont};

/// A printer under which a folder catches the paper.
pub struct PaperTray {
    printer: PrinterModel,
    folder: PathBuf,
    font: Option<PaperFont>,
    kept: usize,
}

impl PaperTray {
    /// Catches the paper of `printer` in `folder`, which is made if need be. Without a font only text is kept.
    pub fn new(printer: PrinterModel, folder: PathBuf, font: Option<PaperFont>) -> io::Result<PaperTray> {
        fs::create_dir_all(&folder)?;
        Ok(PaperTray { printer, folder, font, kept: 0 })
    }

    fn keep(&mut self) -> io::Result<()> {
        for piece in &self.printer.pieces()[self.kept..] {
            let name = format!("{:04}", piece.number);
            let mut text = piece.text().join("\n");
            text.push('\n');
            fs::write(self.folder.join(format!("{name}.txt")), text)?;
            if let Some(font) = &self.font {
                let png = paper::draw_png(piece, font).map_err(io::Error::other)?;
                fs::write(self.folder.join(format!("{name}.png")), png)?;
            }
        }
        self.kept = self.printer.pieces().len();
        Ok(())
    }
}

impl Model for PaperTray {
    fn draw_from(&mut self, seed: u64) {
        self.printer.draw_from(seed);
    }

    fn start(&mut self, now: Moment) {
        self.printer.start(now);
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        self.printer.handle_bytes(now, bytes);
    }

    fn handle_timeout(&mut self, now: Moment) {
        self.printer.handle_timeout(now);
    }

    fn deadline(&self) -> Option<Moment> {
        self.printer.deadline()
    }

    fn act(&mut self, now: Moment, command: &str) -> Result<(), String> {
        self.printer.act(now, command)
    }

    fn poll(&mut self) -> Option<ModelOutput> {
        if let Err(error) = self.keep() {
            let what = serde_json::json!({ "happened": "paper_not_kept", "why": error.to_string() });
            self.kept = self.printer.pieces().len();
            return Some(ModelOutput::Happened(what));
        }
        self.printer.poll()
    }

    fn look_inside(&self) -> Inside {
        self.printer.look_inside()
    }

    fn help(&self) -> &'static [(&'static str, &'static str)] {
        self.printer.help()
    }
}
