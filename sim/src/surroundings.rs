//! What a machine has around it, and how that may be: the devices of its cabinet, the billing system, the disk. Stories,
//! worlds and cabinets on pseudo-terminals name the same.

use std::str::FromStr;
use std::time::Duration;

use api::PatientNumber;

const HOUR_S: i64 = 60 * 60;
const DAY_S: i64 = 24 * HOUR_S;

/// The devices of the cabinet, by the names that `seisanki-sim device` uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// The note unit.
    Id003,
    /// The coin unit.
    Cctalk,
    /// The printer.
    Escpos,
    /// The scanner.
    Scanner,
    /// The second note unit, in a cabinet that has two.
    SecondId003,
    /// The second coin unit, in a cabinet that has two.
    SecondCctalk,
}

impl Device {
    /// The units for notes, the first before the second.
    pub(crate) const NOTE_UNITS: [Device; 2] = [Device::Id003, Device::SecondId003];

    /// The units for coins.
    pub(crate) const COIN_UNITS: [Device; 2] = [Device::Cctalk, Device::SecondCctalk];

    /// Every device of its kind that a cabinet can have, the first one first.
    pub(crate) fn all_of_its_kind(self) -> &'static [Device] {
        match self {
            Device::Id003 | Device::SecondId003 => &Device::NOTE_UNITS,
            Device::Cctalk | Device::SecondCctalk => &Device::COIN_UNITS,
            Device::Escpos => &[Device::Escpos],
            Device::Scanner => &[Device::Scanner],
        }
    }

    /// By which it is called where it does not matter which of two it is.
    pub(crate) fn first_of_its_kind(self) -> Device {
        self.all_of_its_kind()[0]
    }
}

impl FromStr for Device {
    type Err = String;

    fn from_str(name: &str) -> Result<Device, String> {
        match name {
            "id003" => Ok(Device::Id003),
            "cctalk" => Ok(Device::Cctalk),
            "escpos" => Ok(Device::Escpos),
            "scanner" => Ok(Device::Scanner),
            "id003-2" => Ok(Device::SecondId003),
            "cctalk-2" => Ok(Device::SecondCctalk),
            _ => Err(format!(
                "there is no device `{name}`; there are id003, id003-2, cctalk, cctalk-2, escpos and scanner"
            )),
        }
    }
}

/// What goes wrong on the side of the billing system, and how it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BillingAct {
    /// The bridge is stopped.
    BridgeAway,
    /// It is started again.
    BridgeBack,
    /// The share is away: an empty folder lies in its place.
    FolderAway,
    /// It is there again.
    FolderBack,
    /// Questions and results are not answered.
    Silent,
    /// They are answered again.
    Speaking,
    /// Each answer takes so long from now on.
    Latency(Duration),
    /// The result that is sent next cannot be written.
    RefuseNextResult,
    /// It can.
    TakeResults,
    /// A file about this patient's bills cannot be understood.
    WrongFile {
        /// Whose.
        patient: PatientNumber,
    },
    /// All such files are taken away.
    NoWrongFiles,
}

/// How the disk is that holds the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// As it should be.
    Sound,
    /// Nothing more can be written; what is there can be read.
    Full,
    /// It may only be read, as the system does it after an error of the file system.
    ReadOnly,
    /// It takes what is written, and says that it did not.
    Denying,
}

/// What the disk said of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Yes,
    /// Or nobody knows.
    No,
}

impl Disk {
    /// Every way in which it can fail.
    pub const FAILING: [Disk; 3] = [Disk::Full, Disk::ReadOnly, Disk::Denying];

    /// Whether what is written lies on it afterwards.
    pub(crate) fn takes_it(self) -> bool {
        match self {
            Disk::Sound | Disk::Denying => true,
            Disk::Full | Disk::ReadOnly => false,
        }
    }

    pub(crate) fn says(self) -> Written {
        match self {
            Disk::Sound => Written::Yes,
            Disk::Full | Disk::ReadOnly | Disk::Denying => Written::No,
        }
    }

    /// Whether a journal can be opened on it, which tries whether it can be written.
    pub(crate) fn can_be_opened(self) -> bool {
        self.says() == Written::Yes
    }
}

impl FromStr for Disk {
    type Err = String;

    fn from_str(text: &str) -> Result<Disk, String> {
        match text {
            "sound" => Ok(Disk::Sound),
            "full" => Ok(Disk::Full),
            "read-only" => Ok(Disk::ReadOnly),
            "denying" => Ok(Disk::Denying),
            _ => Err("a disk is sound, full, read-only or denying".to_owned()),
        }
    }
}

/// What the computer's clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSays {
    /// What time it is.
    Right,
    /// That it was never set: it counts from 1970 on.
    NeverSet,
    /// So many seconds more than it is.
    Off(i64),
}

impl ClockSays {
    /// Ways in which it can be wrong.
    pub const WRONG: [ClockSays; 5] = [
        ClockSays::NeverSet,
        ClockSays::Off(-DAY_S),
        ClockSays::Off(DAY_S),
        ClockSays::Off(500 * DAY_S),
        ClockSays::Off(-HOUR_S / 4),
    ];
}

impl FromStr for ClockSays {
    type Err = String;

    fn from_str(text: &str) -> Result<ClockSays, String> {
        let days = |digits: &str| digits.parse().map(|days: i64| days * DAY_S);
        match (text, text.strip_suffix('d')) {
            ("right", _) => Ok(ClockSays::Right),
            ("1970", _) => Ok(ClockSays::NeverSet),
            (_, Some(digits)) => days(digits).map(ClockSays::Off).map_err(|_| wrong(text)),
            _ => Err(wrong(text)),
        }
    }
}

fn wrong(text: &str) -> String {
    format!("a clock is `right`, says `1970`, or so many days more, as in `-1d`: {text}")
}
