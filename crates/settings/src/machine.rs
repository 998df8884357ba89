use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::devices::{self, Devices, DevicesSection, UnitSection};
use crate::file::{self, Refusal, SettingsError, require};
use crate::{CardFormat, Clinic, Forms, ReceiptWords, Times};

/// A machine id stands in file names and in front of payment numbers.
const ID_CHARS_MAX: usize = 16;

/// The socket with the longest name.
const LONGEST_SOCKET: &str = "bridge.sock";

/// The path of a Unix socket is 108 bytes with its closing zero (unix(7)).
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// Everything about one machine. Paths are ready for use: relative ones start at the folder of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Chosen when the machine is set up, never changed.
    pub id: String,
    /// The folder of the sockets.
    pub run: PathBuf,
    /// The journal's database.
    pub journal: PathBuf,
    /// Who issues the 領収証.
    pub clinic: Clinic,
    /// What hangs on the serial ports.
    pub devices: Devices,
    /// What stands in the code of a 診察券.
    pub card: CardFormat,
    /// How long the machine waits.
    pub times: Times,
    /// Where bills come from.
    pub billing: Billing,
    /// The tables of the 領収証, from `forms/`.
    pub forms: Forms,
    /// The words of the 領収証, from `languages/`.
    pub receipt_words: ReceiptWords,
}

/// Where bills come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billing {
    /// The folder that is shared with the billing system (docs/bill-file.md).
    pub folder: PathBuf,
}

impl Machine {
    /// Reads a machine file and what it names.
    pub fn load(file: &Path) -> Result<Machine, SettingsError> {
        Machine::parse(&file::read_text(file)?, file)
    }

    /// Parses the text of the machine file `file`, and reads the profiles, forms and words beside it.
    pub fn parse(text: &str, file: &Path) -> Result<Machine, SettingsError> {
        let written: MachineFile = file::parse(text, file)?;
        written.check().map_err(|refusal| refusal.in_file(file))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let machine = Machine {
            id: written.machine.id,
            run: folder.join(written.machine.run),
            journal: folder.join(written.machine.journal),
            clinic: written.clinic,
            devices: devices::resolve(written.unit, written.devices, folder)?,
            card: written.card,
            times: written.times,
            billing: Billing { folder: folder.join(written.billing.folder) },
            forms: Forms::load(&folder.join("forms"))?,
            receipt_words: ReceiptWords::load(&folder.join("languages"))?,
        };
        check_socket_path(&machine.run).map_err(|refusal| refusal.in_file(file))?;
        Ok(machine)
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MachineFile {
    machine: MachineSection,
    clinic: Clinic,
    #[serde(default)]
    unit: Vec<UnitSection>,
    devices: DevicesSection,
    card: CardFormat,
    #[serde(default)]
    times: Times,
    billing: BillingSection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MachineSection {
    id: String,
    run: PathBuf,
    journal: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BillingSection {
    folder: PathBuf,
}

impl MachineFile {
    fn check(&self) -> Result<(), Refusal> {
        require(
            is_machine_id(&self.machine.id),
            "machine.id",
            format!("must be 1 to {ID_CHARS_MAX} ASCII letters, digits and hyphens"),
        )?;
        self.clinic.check()?;
        devices::check(&self.unit, &self.devices)?;
        self.card.check()?;
        self.times.check()
    }
}

fn is_machine_id(id: &str) -> bool {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    plain && (1..=ID_CHARS_MAX).contains(&id.len())
}

fn check_socket_path(run: &Path) -> Result<(), Refusal> {
    let bytes = run.join(LONGEST_SOCKET).as_os_str().len();
    let excess = bytes.saturating_sub(SOCKET_PATH_BYTES_MAX);
    let rule = format!("must be shorter by {excess} bytes, because a Unix socket is to lie in it");
    require(excess == 0, "machine.run", rule)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{CoinUnitProfile, NoteUnitProfile, PrinterProfile, ScannerProfile};

    /// The configuration that is shipped.
    const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");

    #[test]
    fn everything_shipped_is_accepted() {
        let machine = Machine::load(&shipped("machine.example.toml")).unwrap();
        assert_eq!(machine.times, Times::default());
        assert!(machine.clinic.demo);
        for entry in fs::read_dir(shipped("profiles")).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap();
            match name.split('-').next().unwrap() {
                "note" => file::read::<NoteUnitProfile>(&file).unwrap().check().unwrap(),
                "coin" => file::read::<CoinUnitProfile>(&file).unwrap().check().unwrap(),
                "printer" => drop(file::read::<PrinterProfile>(&file).unwrap()),
                "scanner" => drop(file::read::<ScannerProfile>(&file).unwrap()),
                kind => panic!("no test knows what a {kind} is"),
            }
        }
    }

    #[test]
    fn a_machine_can_be_without_a_coin_unit() {
        let file = shipped("machine.example.toml");
        let example = fs::read_to_string(&file).unwrap();
        assert!(Machine::parse(&example, &file).unwrap().devices.coin_unit().is_some());
        let (before, section) = example.split_once("[[unit]]\nid = \"coins\"").unwrap();
        let (_, behind) = section.split_once("\n[").unwrap();
        let without = Machine::parse(&format!("{before}[{behind}"), &file).unwrap();
        assert_eq!(without.devices.coin_unit(), None);
    }

    /// Any number of units of any kind, and not none.
    #[test]
    fn units_are_a_list() {
        let file = shipped("machine.example.toml");
        let example = fs::read_to_string(&file).unwrap();
        let unit = |id: &str, kind: &str, profile: &str| {
            format!(
                "[[unit]]\nid = \"{id}\"\nkind = \"{kind}\"\nport = \"/dev/{id}\"\nprofile = \"{profile}\"\n\n"
            )
        };
        let second_notes = unit("notes-2", "note_recycler", "note-unit-jcm-id003-one-drum-5000");
        let with = |more: &str| {
            let text = example.replacen("[devices.printer]", &format!("{more}[devices.printer]"), 1);
            Machine::parse(&text, &file)
        };
        assert_eq!(with(&second_notes).unwrap().devices.units.len(), 3);
        let second_coins = unit("coins-2", "coin_hoppers", "coin-unit-cctalk-vending");
        assert_eq!(with(&second_coins).unwrap().devices.units.len(), 3);
        let (before, _) = example.split_once("[[unit]]").unwrap();
        let (_, behind) = example.split_once("[devices.printer]").unwrap();
        let none = format!("{before}[devices.printer]{behind}");
        let error = Machine::parse(&none, &file).unwrap_err().to_string();
        assert!(error.contains("`unit` must be at least one section [[unit]]"), "{error}");
    }

    #[test]
    fn paths_start_at_the_folder_of_the_file() {
        let machine = Machine::load(&shipped("machine.example.toml")).unwrap();
        assert_eq!(machine.run, shipped("run"));
        assert_eq!(machine.billing.folder, shipped("billing"));
        assert_eq!(machine.devices.printer.port, Path::new("/dev/serial/by-id/usb-printer"));
    }

    #[test]
    fn a_wrong_file_is_refused_with_a_sentence() {
        let long_run = format!("run = \"/{}\"", "r".repeat(200));
        check_refused(&[
            (
                r#"id = "K1""#,
                r#"id = "K 1""#,
                "`machine.id` must be 1 to 16 ASCII letters, digits and hyphens",
            ),
            (r#"id = "K1""#, "id = 1", "line 6: invalid type: integer `1`, expected a string"),
            (r#"id = "K1""#, "", "missing field `id`"),
            (
                r#"id = "K1""#,
                r#"naem = "K1""#,
                "unknown field `naem`, expected one of `id`, `run`, `journal`",
            ),
            (r#"run = "run""#, &long_run, "`machine.run` must be shorter by"),
            (
                r#"phone = "00-"#,
                r#"phone = "\t00-"#,
                "`clinic.phone` must be 1 to 42 characters, without tabs",
            ),
            (r#"phone = "00-0000-0000""#, r#"phone = """#, "`clinic.phone` must be 1 to 42 characters"),
            ("insured = [", "insured = [\"\", ", "`clinic.footer_insured` must be 1 to 42 characters"),
            ("# footer = [", "footer = [\"\", ", "`clinic.footer` must be 1 to 42 characters"),
            (
                "# registration_number = \"T0",
                "registration_number = \"0",
                "must be T and 13 digits, or be left out",
            ),
            ("length_max = 8", "length_max = 3", "`card.length_max` must be card.length_min to 32"),
            (
                r#"letters = "none""#,
                r#"letters = "never""#,
                "unknown variant `never`, expected one of `cut`, `kept`, `none`",
            ),
            ("# [times]", "[times]\nquote_timeout_s = 0", "`times.quote_timeout_s` must be 2 to 30 seconds"),
            ("# [times]", "[times]\nslip_s = 5", "`times.slip_s` must be 10 to 300 seconds"),
            (
                "# [times]",
                "[times]\nprompt_after_s = 70",
                "`times.call_after_s` must be more than times.prompt_after_s",
            ),
            ("[billing]", "[biling]", "unknown field `biling`"),
        ]);
    }

    #[test]
    fn a_wrong_device_is_refused_with_a_sentence() {
        check_refused(&[
            (
                r#"port = "/dev/serial/by-id/usb-printer""#,
                r#"port = "tcp:10.0.0.9:9100""#,
                "`devices.printer.port` must be a serial port such as /dev/serial/by-id/...; tcp: is for the simulator",
            ),
            (
                r#"port = "/dev/serial/by-id/usb-coin-unit""#,
                r#"port = "tcp:127.0.0.1:9101""#,
                "`unit.port` must be a serial port such as /dev/serial/by-id/...",
            ),
            (
                r#"port = "/dev/serial/by-id/usb-coin-unit""#,
                r#"port = "/dev/serial/by-id/usb-scanner""#,
                "`port` must be another one for each unit and device; /dev/serial/by-id/usb-scanner stands twice",
            ),
            (
                r#"port = "/dev/serial/by-id/usb-note-unit""#,
                r#"port = "/dev/serial/by-id/usb-printer""#,
                "`port` must be another one for each unit and device; /dev/serial/by-id/usb-printer stands twice",
            ),
            (
                r#"profile = "scanner-serial""#,
                r#"profile = "../scanner-serial""#,
                "`devices.scanner.profile` must be the name of a file in profiles/, without .toml",
            ),
            (
                r#"profile = "coin-unit-cctalk""#,
                r#"profile = "coin-unit-cctalk.toml""#,
                "`unit.profile` must be the name of a file in profiles/, without .toml",
            ),
            (r#"profile = "scanner-serial""#, r#"profile = "other""#, "profiles/other.toml: cannot be read"),
            (
                r#"profile = "coin-unit-cctalk""#,
                r#"profile = "note-unit-jcm-id003""#,
                "profiles/note-unit-jcm-id003.toml, line 11: unknown field `drum_counter_falls`",
            ),
        ]);
    }

    #[test]
    fn units_that_cannot_run_are_refused_with_a_sentence() {
        check_refused(&[
            (r#"id = "notes""#, r#"id = "Notes""#, "the name of a unit must be 1 to 16 small ASCII letters"),
            (
                r#"id = "coins""#,
                r#"id = "notes""#,
                "`unit.id` must be another one for each unit; notes stands twice",
            ),
            (
                r#"kind = "coin_hoppers""#,
                r#"kind = "coins""#,
                "unknown variant `coins`, expected `note_recycler` or `coin_hoppers`",
            ),
            (r#"kind = "coin_hoppers""#, r#"kind = "note_recycler""#, "profiles/coin-unit-cctalk.toml, line"),
            (
                "[devices.printer]",
                "[devices.note_unit]\nport = \"/dev/notes\"\nprofile = \"note-unit-jcm-id003\"\n\n[devices.printer]",
                "`devices.note_unit` must be a section [[unit]] with id, kind = \"note_recycler\", port and profile",
            ),
        ]);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Machine::load(Path::new("nowhere/machine.toml")).unwrap_err().to_string();
        assert!(error.starts_with("nowhere/machine.toml: cannot be read"), "{error}");
    }

    /// Each case: what stands in the example, what is written instead, and the sentence.
    #[track_caller]
    fn check_refused(cases: &[(&str, &str, &str)]) {
        let file = shipped("machine.example.toml");
        let example = fs::read_to_string(&file).unwrap();
        for (right, wrong, sentence) in cases {
            assert!(example.contains(right), "the example has no {right}");
            let error = Machine::parse(&example.replacen(right, wrong, 1), &file).unwrap_err().to_string();
            assert!(error.contains(sentence), "{wrong}\ngave {error}\ninstead of {sentence}");
        }
    }

    fn shipped(name: &str) -> PathBuf {
        Path::new(SHIPPED).join(name)
    }
}
