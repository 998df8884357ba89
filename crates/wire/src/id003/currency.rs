use std::fmt;

/// The length of one entry on the line (§5).
const ENTRY_LENGTH: usize = 4;

/// The code of a kind of note, as ESCROW reports it. What it is worth stands in the device's [`CurrencyTable`]
/// and differs from one firmware to the next (§5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EscrowCode(u8);

/// Some of the escrow codes 61 to 70, as bit 0 to 15 of two bytes, low byte first (C0, §3).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct EscrowSet(u16);

/// What one escrow code is worth: `mantissa * 10^exponent` in the money of `country`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyEntry {
    /// The code that ESCROW reports.
    pub code: EscrowCode,
    /// Whose money it is; Japan is 0A.
    pub country: u8,
    /// The leading digits; 0 marks an unused code.
    pub mantissa: u8,
    /// The zeros behind them.
    pub exponent: u8,
}

/// All that the device can read, in answer to CURRENCY ASSIGN (8A).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurrencyTable(Vec<CurrencyEntry>);

impl EscrowCode {
    /// The code that bit 0 of an [`EscrowSet`] stands for.
    const FIRST: u8 = 0x61;

    /// The code with this byte.
    pub const fn new(byte: u8) -> EscrowCode {
        EscrowCode(byte)
    }

    /// The byte on the line.
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// Its bit in an [`EscrowSet`]; `None` for a code that none of the 16 bits stands for.
    fn bit(self) -> Option<u16> {
        1_u16.checked_shl(u32::from(self.0.checked_sub(EscrowCode::FIRST)?))
    }
}

impl fmt::Debug for EscrowCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02X}", self.0)
    }
}

impl EscrowSet {
    /// No code.
    pub const EMPTY: EscrowSet = EscrowSet(0);

    /// Every code.
    pub const ALL: EscrowSet = EscrowSet(u16::MAX);

    /// Whether `code` has a bit at all; a code without one could never be disabled.
    pub fn can_hold(code: EscrowCode) -> bool {
        code.bit().is_some()
    }

    /// The set with `code`, if there is a bit for it.
    #[must_use]
    pub fn with(self, code: EscrowCode) -> EscrowSet {
        EscrowSet(self.0 | code.bit().unwrap_or(0))
    }

    /// The set without `code`.
    #[must_use]
    pub fn without(self, code: EscrowCode) -> EscrowSet {
        EscrowSet(self.0 & !code.bit().unwrap_or(0))
    }

    /// Whether `code` is in the set.
    pub fn contains(self, code: EscrowCode) -> bool {
        code.bit().is_some_and(|bit| self.0 & bit != 0)
    }

    /// Whether the set holds nothing.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, lowest first.
    pub fn iter(self) -> impl Iterator<Item = EscrowCode> {
        (EscrowCode::FIRST..=EscrowCode::FIRST + 15).map(EscrowCode).filter(move |code| self.contains(*code))
    }

    /// The two bytes on the line.
    pub fn bytes(self) -> [u8; 2] {
        self.0.to_le_bytes()
    }

    /// The set in two bytes from the line.
    pub fn from_bytes(bytes: [u8; 2]) -> EscrowSet {
        EscrowSet(u16::from_le_bytes(bytes))
    }
}

impl fmt::Debug for EscrowSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.iter()).finish()
    }
}

impl CurrencyEntry {
    /// What the note is worth in whole units of its money; `None` if the code is unused or the value absurd.
    pub fn value(self) -> Option<i64> {
        let value = 10_i64.checked_pow(u32::from(self.exponent))?.checked_mul(i64::from(self.mantissa))?;
        (value > 0).then_some(value)
    }

    /// Whether the device has no note for this code.
    pub fn is_unused(self) -> bool {
        self.mantissa == 0
    }
}

impl CurrencyTable {
    /// The table of these entries.
    pub fn new(entries: Vec<CurrencyEntry>) -> CurrencyTable {
        CurrencyTable(entries)
    }

    /// The entries in the device's order, unused ones too.
    pub fn entries(&self) -> &[CurrencyEntry] {
        &self.0
    }

    /// The table in the data of a reply; `None` if it is cut off.
    pub(super) fn from_data(data: &[u8]) -> Option<CurrencyTable> {
        let (entries, rest) = data.as_chunks::<ENTRY_LENGTH>();
        let entry = |&[code, country, mantissa, exponent]: &[u8; ENTRY_LENGTH]| CurrencyEntry {
            code: EscrowCode(code),
            country,
            mantissa,
            exponent,
        };
        rest.is_empty().then(|| CurrencyTable(entries.iter().map(entry).collect()))
    }

    /// The data of the reply.
    pub(super) fn to_data(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|entry| [entry.code.0, entry.country, entry.mantissa, entry.exponent])
            .collect()
    }
}
