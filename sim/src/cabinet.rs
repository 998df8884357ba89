//! A cabinet as it is shipped: the example configuration, and models of the devices that it names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use device_api::UnitId;
use settings::{CoinUnitProfile, Machine, NoteUnitProfile, PrinterProfile, ScannerFraming, ScannerProfile};
use wire::cctalk::COIN_POSITIONS;
use wire::scanner::Framing;

use crate::models::cctalk::{CoinUnitModel, CoinUnitModelConfig};
use crate::models::escpos::{PrinterConfig, PrinterModel};
use crate::models::id003::{DrawnBackTo, NoteUnitModel, NoteUnitModelConfig};
use crate::models::scanner::ScannerModel;

/// The name of the unit that takes notes, in the shipped configuration.
pub(crate) const NOTES: UnitId = UnitId::fixed("notes");

/// The name of the unit that takes coins.
pub(crate) const COINS: UnitId = UnitId::fixed("coins");

/// The name of the second unit that takes notes, in a cabinet that has two.
pub(crate) const SECOND_NOTES: UnitId = UnitId::fixed("notes-2");

/// The name of the second unit that takes coins, in a cabinet that has two.
pub(crate) const SECOND_COINS: UnitId = UnitId::fixed("coins-2");

/// Whether a unit of this name takes coins.
pub(crate) fn takes_coins(unit: UnitId) -> bool {
    [COINS, SECOND_COINS].contains(&unit)
}

/// The shipped configuration, by file names beside the machine file.
const FILES: [(&str, &str); 14] = [
    ("forms/dental.toml", include_str!("../../config/forms/dental.toml")),
    ("forms/medical.toml", include_str!("../../config/forms/medical.toml")),
    ("languages/en/kiosk.toml", include_str!("../../config/languages/en/kiosk.toml")),
    ("languages/ja/kiosk.toml", include_str!("../../config/languages/ja/kiosk.toml")),
    ("languages/ja/receipt.toml", include_str!("../../config/languages/ja/receipt.toml")),
    ("profiles/coin-unit-cctalk.toml", include_str!("../../config/profiles/coin-unit-cctalk.toml")),
    (
        "profiles/coin-unit-cctalk-vending.toml",
        include_str!("../../config/profiles/coin-unit-cctalk-vending.toml"),
    ),
    (
        "profiles/coin-unit-cctalk-large.toml",
        include_str!("../../config/profiles/coin-unit-cctalk-large.toml"),
    ),
    (
        "profiles/coin-unit-cctalk-small.toml",
        include_str!("../../config/profiles/coin-unit-cctalk-small.toml"),
    ),
    ("profiles/note-unit-jcm-id003.toml", include_str!("../../config/profiles/note-unit-jcm-id003.toml")),
    (
        "profiles/note-unit-jcm-id003-one-drum.toml",
        include_str!("../../config/profiles/note-unit-jcm-id003-one-drum.toml"),
    ),
    (
        "profiles/note-unit-jcm-id003-one-drum-5000.toml",
        include_str!("../../config/profiles/note-unit-jcm-id003-one-drum-5000.toml"),
    ),
    ("profiles/printer-escpos-80mm.toml", include_str!("../../config/profiles/printer-escpos-80mm.toml")),
    ("profiles/scanner-serial.toml", include_str!("../../config/profiles/scanner-serial.toml")),
];

const MACHINE_FILE: &str = include_str!("../../config/machine.example.toml");

/// Which variant of the devices stands in the cabinet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cabinet {
    /// Note unit and coin acceptor hold their values under other codes and positions than usual, and a note that is
    /// not taken out of the mouth goes to the cash box and not to its drum. The profiles fit all the same.
    pub shuffled_table: bool,
    /// What it is made of.
    pub profile: Profile,
}

/// The shipped kinds of cabinet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Hoppers for all six coins, drums for 1,000 and 5,000 yen.
    #[default]
    Full,
    /// As vending machines have it: hoppers for 10 to 500 yen, one drum for 1,000 yen.
    Vending,
    /// Two note units beside six hoppers: recyclers with one drum each, one for 1,000 and one for 5,000 yen. So change of
    /// 5,000 yen comes out of units that have one drum only. The shipped example has none of that.
    TwoRecyclers,
    /// Two coin units, with hoppers for small and for large coins. Each takes every coin; one for which it has no hopper goes
    /// to its coin box. So change in coins falls into two trays.
    TwoCoinUnits,
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
    /// The second note unit's port.
    pub second_note_unit: PathBuf,
    /// The coin unit's port.
    pub coin_unit: PathBuf,
    /// The second coin unit's port.
    pub second_coin_unit: PathBuf,
    /// The printer's port.
    pub printer: PathBuf,
    /// The scanner's port.
    pub scanner: PathBuf,
}

impl Cabinet {
    /// The shipped configuration, read and checked as every program does.
    pub fn settings(profile: Profile) -> Result<Machine, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let config = ConfigFolder::write(folder.path(), profile).map_err(|error| error.to_string())?;
        Machine::load(&config.machine).map_err(|error| error.to_string())
    }

    /// A note unit that `profile` fits, with empty drums.
    pub fn note_unit(&self, profile: &NoteUnitProfile) -> NoteUnitModel {
        let variant = match self.shuffled_table {
            true => {
                NoteUnitModelConfig { drawn_back_to: DrawnBackTo::CashBox, ..NoteUnitModelConfig::shuffled() }
            }
            false => NoteUnitModelConfig::default(),
        };
        NoteUnitModel::new(variant.fitted_to(profile))
    }

    /// A coin unit that `profile` fits, with empty hoppers.
    pub fn coin_unit(&self, profile: &CoinUnitProfile) -> CoinUnitModel {
        let mut config = CoinUnitModelConfig::fitting(profile);
        if self.shuffled_table {
            let positions = (1..=COIN_POSITIONS).rev().step_by(2);
            config.coins.iter_mut().zip(positions).for_each(|(coin, position)| coin.0 = position);
        }
        config.hoppers.iter_mut().for_each(|hopper| hopper.pieces = 0);
        CoinUnitModel::new(config)
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

impl Profile {
    /// The kinds that stories run on, if they do not say on which.
    pub const USUAL: [Profile; 2] = [Profile::Full, Profile::Vending];

    /// Every kind.
    pub const ALL: [Profile; 4] =
        [Profile::Full, Profile::Vending, Profile::TwoRecyclers, Profile::TwoCoinUnits];

    /// The names of the files under `profiles/` in the machine file.
    fn files(self) -> [(&'static str, &'static str); 2] {
        match self {
            Profile::Full => {
                [("note-unit-jcm-id003", "note-unit-jcm-id003"), ("coin-unit-cctalk", "coin-unit-cctalk")]
            }
            Profile::Vending => [
                ("note-unit-jcm-id003", "note-unit-jcm-id003-one-drum"),
                ("coin-unit-cctalk", "coin-unit-cctalk-vending"),
            ],
            Profile::TwoRecyclers => [
                ("note-unit-jcm-id003", "note-unit-jcm-id003-one-drum"),
                ("coin-unit-cctalk", "coin-unit-cctalk"),
            ],
            Profile::TwoCoinUnits => [
                ("note-unit-jcm-id003", "note-unit-jcm-id003"),
                ("coin-unit-cctalk", "coin-unit-cctalk-small"),
            ],
        }
    }

    /// The section of the second unit of a kind, if there is one.
    fn second_unit(self, config: &ConfigFolder) -> Option<String> {
        let (id, kind, port, profile) = match self {
            Profile::Full | Profile::Vending => return None,
            Profile::TwoRecyclers => {
                (SECOND_NOTES, "note_recycler", &config.second_note_unit, "note-unit-jcm-id003-one-drum-5000")
            }
            Profile::TwoCoinUnits => {
                (SECOND_COINS, "coin_hoppers", &config.second_coin_unit, "coin-unit-cctalk-large")
            }
        };
        let port = port.display();
        Some(format!(
            "[[unit]]\nid = \"{id}\"\nkind = \"{kind}\"\nport = \"{port}\"\nprofile = \"{profile}\"\n\n"
        ))
    }
}

impl std::str::FromStr for Profile {
    type Err = String;

    fn from_str(name: &str) -> Result<Profile, String> {
        match name {
            "full" => Ok(Profile::Full),
            "vending" => Ok(Profile::Vending),
            "two-recyclers" => Ok(Profile::TwoRecyclers),
            "two-coin-units" => Ok(Profile::TwoCoinUnits),
            _ => Err(format!(
                "there is no cabinet `{name}`; there are full, vending, two-recyclers and two-coin-units"
            )),
        }
    }
}

impl ConfigFolder {
    /// Writes the shipped configuration of `profile` into `folder`, with ports that models can be put on.
    pub fn write(folder: &Path, profile: Profile) -> io::Result<ConfigFolder> {
        for (name, text) in FILES {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap_or(folder))?;
            fs::write(file, text)?;
        }
        let config = ConfigFolder::at(folder);
        let mut machine = MACHINE_FILE
            .replace("/dev/serial/by-id/usb-note-unit", &config.note_unit.to_string_lossy())
            .replace("/dev/serial/by-id/usb-coin-unit", &config.coin_unit.to_string_lossy())
            .replace("/dev/serial/by-id/usb-printer", &config.printer.to_string_lossy())
            .replace("/dev/serial/by-id/usb-scanner", &config.scanner.to_string_lossy());
        for (shipped, wanted) in profile.files() {
            machine =
                machine.replace(&format!("profile = \"{shipped}\""), &format!("profile = \"{wanted}\""));
        }
        if let Some(section) = profile.second_unit(&config) {
            machine = machine.replacen("[devices.printer]", &(section + "[devices.printer]"), 1);
        }
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
            second_note_unit: folder.join("port-note-unit-2"),
            coin_unit: folder.join("port-coin-unit"),
            second_coin_unit: folder.join("port-coin-unit-2"),
            printer: folder.join("port-printer"),
            scanner: folder.join("port-scanner"),
        }
    }
}
