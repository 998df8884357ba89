//! What hangs on the serial ports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use device_api::UnitId;
use serde::Deserialize;

use crate::file::{Refusal, SettingsError, require};
use crate::profiles::read_profile;
use crate::{CoinUnitProfile, DeviceProfile, NoteUnitProfile, PrinterProfile, ScannerProfile};

/// What hangs on the serial ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Devices {
    /// What takes and gives money, in the order of the file.
    pub units: Vec<CashUnit>,
    /// Prints 領収証.
    pub printer: Device<PrinterProfile>,
    /// Reads 診察券.
    pub scanner: Device<ScannerProfile>,
}

/// Something that takes or gives money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashUnit {
    /// Its name.
    pub id: UnitId,
    /// What it is, and where.
    pub device: UnitDevice,
}

/// A unit of a kind for which there is a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitDevice {
    /// Takes notes, and pays those in its drums.
    NoteRecycler(Device<NoteUnitProfile>),
    /// Takes coins, and pays those in its hoppers.
    CoinHoppers(Device<CoinUnitProfile>),
}

/// One device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device<P> {
    /// The serial port, best under `/dev/serial/by-id/`.
    pub port: PathBuf,
    /// What is particular to the model, from `profiles/`.
    pub profile: P,
}

impl Devices {
    /// The first unit that takes notes.
    pub fn note_unit(&self) -> Option<&Device<NoteUnitProfile>> {
        self.note_units().next()
    }

    /// The units that take notes.
    pub fn note_units(&self) -> impl Iterator<Item = &Device<NoteUnitProfile>> {
        self.units.iter().filter_map(|unit| match &unit.device {
            UnitDevice::NoteRecycler(device) => Some(device),
            UnitDevice::CoinHoppers(_) => None,
        })
    }

    /// The first unit that takes coins.
    pub fn coin_unit(&self) -> Option<&Device<CoinUnitProfile>> {
        self.coin_units().next()
    }

    /// The units that take coins.
    pub fn coin_units(&self) -> impl Iterator<Item = &Device<CoinUnitProfile>> {
        self.units.iter().filter_map(|unit| match &unit.device {
            UnitDevice::CoinHoppers(device) => Some(device),
            UnitDevice::NoteRecycler(_) => None,
        })
    }
}

/// A section `[[unit]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitSection {
    id: UnitId,
    kind: UnitKind,
    port: PathBuf,
    profile: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnitKind {
    NoteRecycler,
    CoinHoppers,
}

/// The section `[devices]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DevicesSection {
    printer: DeviceSection,
    scanner: DeviceSection,
    /// How a note unit was written before units were a list.
    note_unit: Option<toml::Value>,
    /// How a coin unit was written.
    coin_unit: Option<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceSection {
    port: PathBuf,
    profile: String,
}

impl UnitSection {
    fn resolve(self, folder: &Path) -> Result<CashUnit, SettingsError> {
        let device = DeviceSection { port: self.port, profile: self.profile };
        let device = match self.kind {
            UnitKind::NoteRecycler => UnitDevice::NoteRecycler(device.resolve(folder)?),
            UnitKind::CoinHoppers => UnitDevice::CoinHoppers(device.resolve(folder)?),
        };
        Ok(CashUnit { id: self.id, device })
    }
}

/// Whether the sections make a machine that can run.
pub(crate) fn check(units: &[UnitSection], devices: &DevicesSection) -> Result<(), Refusal> {
    let old = [
        (&devices.note_unit, "devices.note_unit", "note_recycler"),
        (&devices.coin_unit, "devices.coin_unit", "coin_hoppers"),
    ];
    for (section, key, kind) in old {
        let rule = format!("must be a section [[unit]] with id, kind = \"{kind}\", port and profile");
        require(section.is_none(), key, rule)?;
    }
    let mut ids = BTreeSet::new();
    for unit in units {
        let id = unit.id;
        require(ids.insert(id), "unit.id", format!("must be another one for each unit; {id} stands twice"))?;
        check_port(&unit.port, "unit.port")?;
        check_profile(&unit.profile, "unit.profile")?;
    }
    require(
        !units.is_empty(),
        "unit",
        "must be at least one section [[unit]]: without one the machine takes no money",
    )?;
    check_port(&devices.printer.port, "devices.printer.port")?;
    check_profile(&devices.printer.profile, "devices.printer.profile")?;
    check_port(&devices.scanner.port, "devices.scanner.port")?;
    check_profile(&devices.scanner.profile, "devices.scanner.profile")?;
    let mut ports = BTreeSet::new();
    let all = units.iter().map(|unit| &unit.port).chain([&devices.printer.port, &devices.scanner.port]);
    let twice = all.into_iter().find(|port| !ports.insert(*port));
    let what = twice.map_or_else(String::new, |port| port.display().to_string());
    require(
        twice.is_none(),
        "port",
        format!("must be another one for each unit and device; {what} stands twice"),
    )
}

pub(crate) fn resolve(
    units: Vec<UnitSection>,
    devices: DevicesSection,
    folder: &Path,
) -> Result<Devices, SettingsError> {
    Ok(Devices {
        units: units.into_iter().map(|unit| unit.resolve(folder)).collect::<Result<_, _>>()?,
        printer: devices.printer.resolve(folder)?,
        scanner: devices.scanner.resolve(folder)?,
    })
}

impl DeviceSection {
    fn resolve<P: DeviceProfile>(self, folder: &Path) -> Result<Device<P>, SettingsError> {
        let file = folder.join("profiles").join(self.profile).with_extension("toml");
        Ok(Device { port: folder.join(self.port), profile: read_profile(&file)? })
    }
}

/// A network between the machine and its printer would let anyone on it print receipts.
fn check_port(port: &Path, key: &'static str) -> Result<(), Refusal> {
    require(
        !port.to_string_lossy().starts_with("tcp:"),
        key,
        "must be a serial port such as /dev/serial/by-id/...; tcp: is for the simulator and seisanki-diag",
    )
}

fn check_profile(profile: &str, key: &'static str) -> Result<(), Refusal> {
    let is_name = !profile.is_empty() && !profile.contains(['/', '\\', '.']);
    require(is_name, key, "must be the name of a file in profiles/, without .toml")
}
