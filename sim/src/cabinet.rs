//! A cabinet as it is shipped: the example configuration, and models of the devices that it names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use settings::{Machine, PrinterProfile, ScannerFraming, ScannerProfile};
use wire::scanner::Framing;

use crate::models::escpos::{PrinterConfig, PrinterModel};
use crate::models::id003::{NoteUnitModel, NoteUnitModelConfig};
use crate::models::scanner::ScannerModel;

/// The shipped configuration, by file names beside the machine file.
const FILES: [(&str, &str); 6] = [
    ("forms/dental.toml", include_str!("../../config/forms/dental.toml")),
    ("forms/medical.toml", include_str!("../../config/forms/medical.toml")),
    ("languages/ja/receipt.toml", include_str!("../../config/languages/ja/receipt.toml")),
    ("profiles/note-unit-jcm-id003.toml", include_str!("../../config/profiles/note-unit-jcm-id003.toml")),
    ("profiles/printer-escpos-80mm.toml", include_str!("../../config/profiles/printer-escpos-80mm.toml")),
    ("profiles/scanner-serial.toml", include_str!("../../config/profiles/scanner-serial.toml")),
];

const MACHINE_FILE: &str = include_str!("../../config/machine.example.toml");

/// Which variant of the devices stands in the cabinet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cabinet {
    /// The note unit's table holds its values under other escrow codes than usual.
    pub shuffled_table: bool,
}

/// The folder of a machine's configuration and of everything that it names.
#[derive(Clone, Debug)]
pub struct ConfigFolder {
    /// The machine file.
    pub machine: PathBuf,
    /// The sockets.
    pub run: PathBuf,
    /// The folder that is shared with the billing system.
    pub billing: PathBuf,
    /// The note unit's port.
    pub note_unit: PathBuf,
    /// The printer's port.
    pub printer: PathBuf,
    /// The scanner's port.
    pub scanner: PathBuf,
}

impl Cabinet {
    /// The shipped configuration, read and checked as every program does.
    pub fn settings() -> Result<Machine, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let config = ConfigFolder::write(folder.path()).map_err(|error| error.to_string())?;
        Machine::load(&config.machine).map_err(|error| error.to_string())
    }

    /// A note unit that the shipped profile fits, with empty drums.
    pub fn note_unit(&self) -> NoteUnitModel {
        NoteUnitModel::new(match self.shuffled_table {
            true => NoteUnitModelConfig::shuffled(),
            false => NoteUnitModelConfig::default(),
        })
    }

    /// A printer as `profile` describes it.
    pub fn printer(profile: &PrinterProfile) -> PrinterModel {
        PrinterModel::new(PrinterConfig::from(profile))
    }

    /// A scanner as `profile` describes it.
    pub fn scanner(profile: &ScannerProfile) -> ScannerModel {
        ScannerModel::new(match profile.framing {
            ScannerFraming::Cr => Framing::Cr,
            ScannerFraming::Lf => Framing::Lf,
            ScannerFraming::CrLf => Framing::CrLf,
            ScannerFraming::StxEtx => Framing::StxEtx,
        })
    }
}

impl ConfigFolder {
    /// Writes the shipped configuration into `folder`, with ports that models can be put on.
    pub fn write(folder: &Path) -> io::Result<ConfigFolder> {
        for (name, text) in FILES {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap_or(folder))?;
            fs::write(file, text)?;
        }
        let config = ConfigFolder::at(folder);
        let machine = MACHINE_FILE
            .replace("/dev/serial/by-id/usb-note-unit", &config.note_unit.to_string_lossy())
            .replace("/dev/serial/by-id/usb-printer", &config.printer.to_string_lossy())
            .replace("/dev/serial/by-id/usb-scanner", &config.scanner.to_string_lossy());
        fs::write(&config.machine, machine)?;
        fs::create_dir_all(&config.billing)?;
        Ok(config)
    }

    /// The names of what lies in `folder`.
    pub fn at(folder: &Path) -> ConfigFolder {
        ConfigFolder {
            machine: folder.join("machine.toml"),
            run: folder.join("run"),
            billing: folder.join("billing"),
            note_unit: folder.join("port-note-unit"),
            printer: folder.join("port-printer"),
            scanner: folder.join("port-scanner"),
        }
    }
}
