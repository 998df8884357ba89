/// Where a line stands between the paper's edges (`ESC a`, docs/protocols/escpos.md §1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Left, as after `ESC @`.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// Right.
    Right,
}

impl Align {
    pub(super) fn code(self) -> u8 {
        match self {
            Align::Left => 0,
            Align::Center => 1,
            Align::Right => 2,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Align> {
        [Align::Left, Align::Center, Align::Right].into_iter().find(|align| is_code(align.code(), code))
    }
}

/// How many times a character is enlarged (`GS !`, §1): 1 to 8 each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    width: u8,
    height: u8,
}

impl Size {
    /// As after `ESC @`.
    pub const NORMAL: Size = Size { width: 1, height: 1 };
    /// Twice as wide.
    pub const WIDE: Size = Size { width: 2, height: 1 };
    /// Twice as high.
    pub const TALL: Size = Size { width: 1, height: 2 };
    /// Twice as wide and as high.
    pub const DOUBLE: Size = Size { width: 2, height: 2 };
    /// Three times as wide and as high.
    pub const TRIPLE: Size = Size { width: 3, height: 3 };

    /// The enlargement; `None` outside of 1 to 8.
    pub fn new(width: u8, height: u8) -> Option<Size> {
        let range = 1..=8;
        (range.contains(&width) && range.contains(&height)).then_some(Size { width, height })
    }

    /// Times across.
    pub fn width(self) -> u8 {
        self.width
    }

    /// Times down.
    pub fn height(self) -> u8 {
        self.height
    }

    pub(super) fn code(self) -> u8 {
        ((self.width - 1) << 4) | (self.height - 1)
    }

    pub(super) fn from_code(code: u8) -> Option<Size> {
        Size::new((code >> 4) + 1, (code & 0x0F) + 1)
    }
}

impl Default for Size {
    fn default() -> Size {
        Size::NORMAL
    }
}

/// A line under the characters (`ESC -`, `FS -`, §1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Underline {
    /// None, as after `ESC @`.
    #[default]
    Off,
    /// One dot.
    Thin,
    /// Two dots.
    Thick,
}

impl Underline {
    pub(super) fn code(self) -> u8 {
        match self {
            Underline::Off => 0,
            Underline::Thin => 1,
            Underline::Thick => 2,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Underline> {
        [Underline::Off, Underline::Thin, Underline::Thick]
            .into_iter()
            .find(|line| is_code(line.code(), code))
    }
}

/// How two-byte characters are coded (`FS C`, §1 and §5). A printer starts with JIS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KanjiSystem {
    /// JIS X 0208 as such, between `FS &` and `FS .`.
    #[default]
    Jis,
    /// Shift-JIS, the only one that this machine prints in.
    ShiftJis,
}

impl KanjiSystem {
    pub(super) fn code(self) -> u8 {
        match self {
            KanjiSystem::Jis => 0,
            KanjiSystem::ShiftJis => 1,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<KanjiSystem> {
        [KanjiSystem::Jis, KanjiSystem::ShiftJis].into_iter().find(|system| is_code(system.code(), code))
    }
}

/// What `DLE EOT` asks (§2); the printer answers at once, whatever it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusQuery {
    /// Online or not.
    Printer,
    /// Why it is offline.
    OfflineCause,
    /// What is broken.
    ErrorCause,
    /// How much paper there is.
    Paper,
}

impl StatusQuery {
    /// All of them, in the order of their numbers.
    pub const ALL: [StatusQuery; 4] =
        [StatusQuery::Printer, StatusQuery::OfflineCause, StatusQuery::ErrorCause, StatusQuery::Paper];

    pub(super) fn code(self) -> u8 {
        match self {
            StatusQuery::Printer => 1,
            StatusQuery::OfflineCause => 2,
            StatusQuery::ErrorCause => 3,
            StatusQuery::Paper => 4,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<StatusQuery> {
        StatusQuery::ALL.into_iter().find(|query| query.code() == code)
    }
}

/// How to leave an error (`DLE ENQ`, §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Print on from the beginning of the line in which it happened.
    Resume,
    /// Forget everything that was received and not printed.
    Clear,
}

impl Recovery {
    pub(super) fn code(self) -> u8 {
        match self {
            Recovery::Resume => 1,
            Recovery::Clear => 2,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Recovery> {
        [Recovery::Resume, Recovery::Clear].into_iter().find(|recovery| recovery.code() == code)
    }
}

/// What `GS r` asks (§2); answered in turn, when everything before it has been processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BufferedQuery {
    /// How much paper there is.
    Paper,
    /// The level of the drawer connector.
    Drawer,
}

impl BufferedQuery {
    pub(super) fn code(self) -> u8 {
        match self {
            BufferedQuery::Paper => 1,
            BufferedQuery::Drawer => 2,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<BufferedQuery> {
        [BufferedQuery::Paper, BufferedQuery::Drawer].into_iter().find(|query| query.code() == code)
    }
}

/// What `GS I` asks (§1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityQuery {
    /// One byte: the number of the model.
    ModelNumber,
    /// One byte: what is built in.
    TypeNumber,
    /// One byte: the number of the firmware.
    RomNumber,
    /// Text: the firmware.
    Firmware,
    /// Text: the maker.
    Maker,
    /// Text: the model.
    Model,
    /// Text: the serial number.
    Serial,
    /// Text: the font of the language.
    Font,
}

impl IdentityQuery {
    /// All of them.
    pub const ALL: [IdentityQuery; 8] = [
        IdentityQuery::ModelNumber,
        IdentityQuery::TypeNumber,
        IdentityQuery::RomNumber,
        IdentityQuery::Firmware,
        IdentityQuery::Maker,
        IdentityQuery::Model,
        IdentityQuery::Serial,
        IdentityQuery::Font,
    ];

    pub(super) fn code(self) -> u8 {
        match self {
            IdentityQuery::ModelNumber => 0x01,
            IdentityQuery::TypeNumber => 0x02,
            IdentityQuery::RomNumber => 0x03,
            IdentityQuery::Firmware => 0x41,
            IdentityQuery::Maker => 0x42,
            IdentityQuery::Model => 0x43,
            IdentityQuery::Serial => 0x44,
            IdentityQuery::Font => 0x45,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<IdentityQuery> {
        IdentityQuery::ALL.into_iter().find(|query| query.code() == code)
    }
}

/// Printers take a parameter as a number and as its digit (§1).
fn is_code(code: u8, said: u8) -> bool {
    said == code || said == code + b'0'
}
