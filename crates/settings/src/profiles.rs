use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::file::{self, SettingsError};
use crate::{CoinUnitProfile, NoteUnitProfile, PrinterProfile, ScannerProfile};

/// The profile of one kind of device, in a file of `profiles/` or by the name of a shipped one.
pub trait DeviceProfile: DeserializeOwned {
    /// Those that have a name, the usual one first.
    const SHIPPED: &'static [ShippedProfile];

    /// What the types do not see. The error names `file`.
    fn check_in(&self, file: &Path) -> Result<(), SettingsError>;
}

/// A profile that lies in the programs, so that a technician can name it without a file.
#[derive(Clone, Copy, Debug)]
pub struct ShippedProfile {
    /// As people call it. `full` and `vending` are the two usual cabinets; `shuffled` is what the simulator plays for
    /// programs that should learn nothing by heart.
    pub name: &'static str,
    /// Its file in `profiles/`, without `.toml`, and other names that were once told.
    also: &'static [&'static str],
    text: &'static str,
}

/// A profile, and which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenProfile<P> {
    /// The name of the shipped profile; `None` if somebody gave a file.
    pub name: Option<&'static str>,
    /// What stands in it.
    pub profile: P,
}

/// Reads the profile that a technician asked for: by the name of a shipped one, or as the path of a file. Without, the
/// usual one.
pub fn choose_profile<P: DeviceProfile>(asked: Option<&str>) -> Result<ChosenProfile<P>, SettingsError> {
    let asked = asked.unwrap_or(P::SHIPPED[0].name);
    match P::SHIPPED.iter().find(|shipped| shipped.is_called(asked)) {
        Some(shipped) => {
            let profile = file::parse(shipped.text, Path::new(asked))?;
            Ok(ChosenProfile { name: Some(shipped.name), profile })
        }
        None => Ok(ChosenProfile { name: None, profile: read_asked(asked)? }),
    }
}

/// Reads and checks the profile in `file`.
pub(crate) fn read_profile<P: DeviceProfile>(file: &Path) -> Result<P, SettingsError> {
    let profile: P = file::read(file)?;
    profile.check_in(file)?;
    Ok(profile)
}

/// What is no file was more likely meant as a name.
fn read_asked<P: DeviceProfile>(asked: &str) -> Result<P, SettingsError> {
    read_profile(Path::new(asked)).map_err(|error| match error {
        SettingsError::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
            let known = P::SHIPPED.iter().map(|shipped| shipped.name).collect::<Vec<_>>().join(", ");
            SettingsError::NoSuchProfile { asked: asked.to_owned(), known }
        }
        error => error,
    })
}

impl ShippedProfile {
    fn is_called(&self, asked: &str) -> bool {
        self.name == asked || self.also.contains(&asked)
    }
}

impl DeviceProfile for NoteUnitProfile {
    /// A shuffled note unit has its values under other codes, which no profile names.
    const SHIPPED: &'static [ShippedProfile] = &[
        ShippedProfile { name: "full", also: &["note-unit-jcm-id003", "usual"], text: TWO_DRUMS },
        ShippedProfile {
            name: "vending",
            also: &["note-unit-jcm-id003-one-drum", "one-drum"],
            text: ONE_DRUM,
        },
        ShippedProfile { name: "shuffled", also: &[], text: TWO_DRUMS },
    ];

    fn check_in(&self, file: &Path) -> Result<(), SettingsError> {
        self.check().map_err(|source| SettingsError::NoteUnit { file: file.to_owned(), source })
    }
}

impl DeviceProfile for CoinUnitProfile {
    const SHIPPED: &'static [ShippedProfile] = &[
        ShippedProfile { name: "full", also: &["coin-unit-cctalk", "usual"], text: SIX_HOPPERS },
        ShippedProfile { name: "vending", also: &["coin-unit-cctalk-vending"], text: FOUR_HOPPERS },
        ShippedProfile { name: "shuffled", also: &["coin-unit-cctalk-shuffled"], text: SHUFFLED_HOPPERS },
    ];

    fn check_in(&self, file: &Path) -> Result<(), SettingsError> {
        self.check().map_err(|source| SettingsError::CoinUnit { file: file.to_owned(), source })
    }
}

/// Both cabinets have the same one.
impl DeviceProfile for PrinterProfile {
    const SHIPPED: &'static [ShippedProfile] = &[
        ShippedProfile { name: "full", also: &["printer-escpos-80mm"], text: PRINTER },
        ShippedProfile { name: "vending", also: &[], text: PRINTER },
    ];

    fn check_in(&self, _file: &Path) -> Result<(), SettingsError> {
        Ok(())
    }
}

/// Both cabinets have the same one.
impl DeviceProfile for ScannerProfile {
    const SHIPPED: &'static [ShippedProfile] = &[
        ShippedProfile { name: "full", also: &["scanner-serial"], text: SCANNER },
        ShippedProfile { name: "vending", also: &[], text: SCANNER },
    ];

    fn check_in(&self, _file: &Path) -> Result<(), SettingsError> {
        Ok(())
    }
}

const TWO_DRUMS: &str = include_str!("../../../config/profiles/note-unit-jcm-id003.toml");
const ONE_DRUM: &str = include_str!("../../../config/profiles/note-unit-jcm-id003-one-drum.toml");
const SIX_HOPPERS: &str = include_str!("../../../config/profiles/coin-unit-cctalk.toml");
const FOUR_HOPPERS: &str = include_str!("../../../config/profiles/coin-unit-cctalk-vending.toml");
const SHUFFLED_HOPPERS: &str = include_str!("../../../config/profiles/coin-unit-cctalk-shuffled.toml");
const PRINTER: &str = include_str!("../../../config/profiles/printer-escpos-80mm.toml");
const SCANNER: &str = include_str!("../../../config/profiles/scanner-serial.toml");

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/profiles");

    #[test]
    fn every_name_is_usable() {
        check_names::<NoteUnitProfile>(&["full", "vending", "shuffled"]);
        check_names::<CoinUnitProfile>(&["full", "vending", "shuffled"]);
        check_names::<PrinterProfile>(&["full", "vending"]);
        check_names::<ScannerProfile>(&["full", "vending"]);
    }

    fn check_names<P: DeviceProfile>(names: &[&str]) {
        assert_eq!(P::SHIPPED.iter().map(|shipped| shipped.name).collect::<Vec<_>>(), names);
        for shipped in P::SHIPPED {
            for name in [shipped.name].iter().chain(shipped.also) {
                let chosen = choose_profile::<P>(Some(name)).unwrap();
                assert_eq!(chosen.name, Some(shipped.name));
                chosen.profile.check_in(Path::new(name)).unwrap();
            }
        }
    }

    #[test]
    fn a_file_is_called_by_its_path_or_by_its_name() {
        check_file::<NoteUnitProfile>("note-unit-jcm-id003");
        check_file::<NoteUnitProfile>("note-unit-jcm-id003-one-drum");
        check_file::<CoinUnitProfile>("coin-unit-cctalk");
        check_file::<CoinUnitProfile>("coin-unit-cctalk-vending");
        check_file::<CoinUnitProfile>("coin-unit-cctalk-shuffled");
        check_file::<PrinterProfile>("printer-escpos-80mm");
        check_file::<ScannerProfile>("scanner-serial");
    }

    fn check_file<P: DeviceProfile + PartialEq + Debug>(name: &str) {
        let read = choose_profile::<P>(Some(&format!("{FOLDER}/{name}.toml"))).unwrap();
        assert_eq!(read.name, None);
        assert_eq!(read.profile, choose_profile(Some(name)).unwrap().profile);
    }

    #[test]
    fn without_a_name_it_is_the_usual_one() {
        assert_eq!(choose_profile::<CoinUnitProfile>(None).unwrap().name, Some("full"));
    }

    #[test]
    fn a_wrong_name_is_refused_with_the_right_ones() {
        let refused = |asked: &str| choose_profile::<CoinUnitProfile>(Some(asked)).unwrap_err().to_string();
        for asked in ["fulll", "/nowhere/coins.toml"] {
            let sentence = refused(asked);
            assert!(sentence.contains(&format!("`{asked}`")), "{sentence}");
            assert!(sentence.contains("full, vending, shuffled, or the path"), "{sentence}");
        }
        let of_another_device = refused(&format!("{FOLDER}/scanner-serial.toml"));
        assert!(of_another_device.contains("scanner-serial.toml, line"), "{of_another_device}");
        assert!(refused(FOLDER).contains("cannot be read"));
    }
}
